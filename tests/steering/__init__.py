"""Answers that are steered, the journal of exchanges, and the lenient mode."""
