"""Proves that others keep to the contract."""
