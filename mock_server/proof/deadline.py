"""The end of the time that a run may take: it is told of when it comes, and no request waits for long after it."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer

GRACE_S = 0.5
"""How long an answer is waited for when the time is over."""


class Deadline:
    """The end of so many seconds, or no end if that is None."""

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        self.end = math.inf

    @property
    def patience(self) -> float:
        """How many seconds a request may take, from now on."""
        return max(self.end - time.monotonic(), 0) + GRACE_S

    @contextmanager
    def kept(self, stop: Callable[[str], None]) -> Iterator[None]:
        """Let the time begin; when it is over within the block, `stop` is called in a thread, with the reason."""
        if self.seconds is None:
            yield
            return
        self.end = time.monotonic() + self.seconds
        timer = Timer(self.seconds, stop, [f"The time limit of {self.seconds:g} s was reached"])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
