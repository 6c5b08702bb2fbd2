"""Bounds of what a server holds: how many worlds, how large, and for how long."""

from dataclasses import dataclass
from datetime import timedelta

from .errors import StoreFailed
from .journal import TOGETHER


@dataclass(frozen=True)
class Bounds:
    """How long a world that nobody asks for is held (0 seconds: for ever), how many there may be, and how large.

    Each may have so many `snapshots`, which together are as large as a world may be; `journals` is the bytes of all.
    One that was made implicitly may be evicted to make room once it was idle for as long as `evictable` says.
    """

    idle: timedelta = timedelta(days=1)
    most: int = 20_000
    largest: int = 1 << 30
    snapshots: int = 1000
    journals: int = TOGETHER
    evictable: timedelta = timedelta(minutes=10)


class TooMany(StoreFailed):
    """There are as many worlds, or snapshots of one, as there may be."""
