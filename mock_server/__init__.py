"""The machine: it serves the contract, and proves that others keep to it."""
