"""What to report of evicted sandboxes: the first at once, then all others in one line a minute."""

from collections.abc import Callable

from .clock import Monotonic

PAUSE = 60
"""Seconds between two lines, so that a flood of requests is none of lines."""


class Evictions:
    """The evictions that are yet to be reported."""

    def __init__(self, report: Callable[[str], None], monotonic: Monotonic) -> None:
        self.report = report
        self.monotonic = monotonic
        self.names: list[str] = []
        self.reported: float | None = None

    def add(self, name: str) -> None:
        """Add one, and report it unless others were reported a moment ago."""
        self.names.append(name)
        self.flush()

    def flush(self, last: bool = False) -> None:
        """Report those that there are, if it is time to, or this is the last time."""
        now = self.monotonic()
        if self.names and (last or self.reported is None or now - self.reported >= PAUSE):
            self.report(describe(self.names))
            self.names, self.reported = [], now


def describe(names: list[str]) -> str:
    """Return the line that reports evictions."""
    evicted = (
        f"The sandbox `{names[0]}` was" if len(names) == 1 else f"{len(names)} sandboxes, `{names[0]}` first, were"
    )
    return (
        f"{evicted} evicted to make room for others. Create what is to stay (POST /_mock/sandboxes), or start the"
        " server with a larger --max-sandboxes."
    )
