"""What earlier versions have written opens now. `python -m tests.compatibility.make` writes that of this version."""
