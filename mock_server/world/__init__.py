"""A world: its records, its clock and its ids. Knows no HTTP."""
