"""The portal: what the server shows to people, beside the operations of the contract."""
