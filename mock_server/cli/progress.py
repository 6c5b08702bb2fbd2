"""Progress: every two seconds a word on how far a command is, whatever it waits for."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .options import print_message

QUIET_S = 2
"""Seconds between two words on how far it is."""


@contextmanager
def counting(noun: str) -> Iterator[Callable[[int, int], None]]:
    """The same of what is read one by one: what is yielded is told how many of how many there are so far."""
    standing = "reading"

    def count(done: int, of: int) -> None:
        nonlocal standing
        standing = f"read {done} of {of} {noun}"

    with telling(lambda: standing):
        yield count


@contextmanager
def telling(standing: Callable[[], str]) -> Iterator[None]:
    """Say how far it is as long as the block takes; `standing` gives the words, and is called in a thread."""
    started, over = time.monotonic(), threading.Event()

    def tell() -> None:
        while not over.wait(QUIET_S):
            print_message(f"{standing()}, {time.monotonic() - started:.0f} s ...")

    thread = threading.Thread(target=tell, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
