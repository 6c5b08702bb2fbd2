"""The time of a world: the machine's, or ahead of it, or standing still."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

Machine = Callable[[], datetime]
"""What tells the machine's time, in UTC."""


def machine_time() -> datetime:
    """The machine's time, in UTC."""
    return datetime.now(UTC)


class Clock(NamedTuple):
    """How the time of a world follows from the machine's: so much `ahead` of it, or `frozen` at one moment."""

    ahead: timedelta = timedelta()
    frozen: datetime | None = None

    def read(self, machine: Machine) -> datetime:
        """What time it is in the world, in UTC."""
        return self.frozen or machine() + self.ahead


def written(moment: datetime) -> str:
    """A moment in UTC as responses write it: to the microsecond (D-12)."""
    return moment.isoformat(timespec="microseconds")
