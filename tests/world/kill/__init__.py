"""A server is killed while it is written to, again and again: `python -m tests.world.kill`."""
