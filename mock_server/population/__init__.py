"""Populates a world: invents patients, and all that becomes of them, as the folder of a seed."""
