"""The contract in the hands of other people's tools: they lint it, and the clients they make of it work."""
