"""The contract, written by hand: nothing here is generated."""
