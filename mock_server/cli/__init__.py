"""The command line: the only reader of arguments and of the environment."""

from .signals import ending_at_once

with ending_at_once():  # or Python would tell of a Ctrl-C with a traceback
    from .commands import main

__all__ = ["main"]
