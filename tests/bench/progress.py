"""Where the run is."""

import sys


def say(line: str) -> None:
    """Tell the user, apart from the result."""
    print(line, file=sys.stderr, flush=True)
