"""Descriptors of files and connections: what a server needs of them to start."""

import os
from contextlib import ExitStack

from .options import give_up

NEEDED = 20
"""How many a server needs beside the standard streams: for what it imports, listens at and wakes itself by."""


def require_descriptors() -> None:
    """Give up where there are too few: an event loop that lacks one while it starts says nothing that helps."""
    try:
        with ExitStack() as opened:
            for _ in range(NEEDED):
                opened.callback(os.close, os.open(os.devnull, os.O_RDONLY))
    except OSError as error:
        give_up(
            f"{error.strerror}. A server needs room for {NEEDED}, and for one more with each connection."
            " Raise the limit, such as by `ulimit -n 1024`."
        )
