"""The time of a world: the machine's, or ahead of it, or standing still."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import orjson

FIRST = datetime(1900, 1, 1, tzinfo=UTC)
LAST = datetime(2199, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
"""Between which moments it is in a world, so that the times that it gives can be sent back (D-37)."""

Machine = Callable[[], datetime]
"""What tells the machine's time, in UTC."""
Monotonic = Callable[[], float]
"""What measures how long something takes, in seconds: it never jumps.

`time.monotonic` does, whatever the machine's time is set to. On Linux and macOS it stands still while the machine
sleeps, too, so that what was left idle in the evening is not overdue in the morning; on Windows it may go on.
"""


def machine_time() -> datetime:
    """The machine's time, in UTC."""
    return datetime.now(UTC)


class Clock(NamedTuple):
    """How the time of a world follows from the machine's: so much `ahead` of it, or `frozen` at one moment."""

    ahead: timedelta = timedelta()
    frozen: datetime | None = None

    def read(self, machine: Machine) -> datetime:
        """What time it is in the world, in UTC; after the last moment, it stays that."""
        return self.frozen or min(machine() + self.ahead, LAST)


def set_clock(now: datetime | None, frozen: bool, at: datetime) -> Clock:
    """Return a clock that shows `now` at the machine's time `at`, and stands still if it is `frozen`; None is `at`."""
    if now is None:
        return Clock()
    return Clock(frozen=now) if frozen else Clock(now - at)


def written(moment: datetime) -> str:
    """A moment in UTC as responses write it: to the microsecond (D-12)."""
    if moment.microsecond:
        return orjson.dumps(moment)[1:-1].decode()  # the same in a fifth of the time; it leaves zeros out
    return moment.isoformat(timespec="microseconds")
