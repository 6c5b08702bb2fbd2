"""Mutants: lines that are broken one at a time, and the tests that have to notice. `python -m tests.mutants`."""
