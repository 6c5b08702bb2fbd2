"""Days: when things happen, by the clocks on the walls of those to whom they happen."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
MORNING, EVENING = 9 * 60, 17 * 60
"""When work begins and ends, in minutes of the day."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
"""Written out: the words of `strftime` are those of the machine's language."""


@cache
def zone(name: str) -> ZoneInfo:
    """A time zone as the package `tzdata` has it: the machine's own may be of another year."""
    with (files("tzdata") / "zoneinfo" / name).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def at(day: date, minute: int, where: ZoneInfo) -> datetime:
    """The moment in UTC at which clocks somewhere show a minute of a day."""
    return datetime.combine(day, time(*divmod(minute, 60)), where).astimezone(UTC)


def workday(day: date) -> date:
    """The day; for a day of the weekend, the one two days before."""
    return day - 2 * DAY if day.weekday() > 4 else day


def spoken(moment: datetime, where: ZoneInfo) -> str:
    """A moment as one says it to somebody who lives there: `Thursday, December 3, at 10:00 AM`."""
    local = moment.astimezone(where)
    hour, half = (local.hour - 1) % 12 + 1, "AM" if local.hour < 12 else "PM"
    return f"{WEEKDAYS[local.weekday()]}, {MONTHS[local.month - 1]} {local.day}, at {hour}:{local.minute:02} {half}"
