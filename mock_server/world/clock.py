"""The time of a world."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The machine's time, in UTC."""
    return datetime.now(UTC)


def written(moment: datetime) -> str:
    """A moment as responses write it: in UTC, to the microsecond (D-12)."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
