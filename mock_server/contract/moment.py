"""Moments and days as RFC 3339 writes them: how one is read, and what is wrong with a text that is none."""

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import UTC, datetime

LONGEST = 100
"""How many characters of a text are looked at: a moment is shorter."""
YEARS = range(1900, 2200)
"""The years of the contract (D-37)."""

DIGIT = re.compile("[0-9]")

Forms = Iterable[tuple[str, str]]

DAYS: Forms = (
    (r"[0-9]{8}", "has no dashes between year, month and day"),
    (r"[0-9]+", "is a number"),
    (r"[0-9]{4}-?W[0-9]{2}(-?[0-9])?", "is a day of a week, and not of a month"),
    (r"[0-9]{4}-[0-9]{3}", "is a day of a year, and not of a month"),
    (r"[0-9]{4}-[0-9]{2}", "has no day"),
    (r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}", "has a month or a day of one digit"),
    (r"[0-9]{4}[./][0-9]{1,2}[./][0-9]{1,2}", "has no dashes between year, month and day"),
    (r"[0-9]{1,2}[-./][0-9]{1,2}[-./][0-9]{2,4}", "does not begin with its year"),
    (r"[+-]?[0-9]+-[0-9]{2}-[0-9]{2}", "has a year that is not of four digits"),
    (r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b.*", "begins with the name of a day"),
)
TIMES: Forms = (
    (r"", "has no time of day"),
    (r"[0-9]{2}:[0-9]{2}", "has no seconds"),
    (r"[0-9]{2}", "has no minutes"),
    (r"[0-9]{4}|[0-9]{6}", "has no colons in its time"),
    (r"[0-9]:[0-9:]+", "has an hour of one digit"),
)
OFFSETS: Forms = (
    (r"", "has no offset from UTC"),
    (r"[+-][0-9]{4}", "has no colon in its offset from UTC"),
    (r"[+-][0-9]{1,2}", "has no minutes in its offset from UTC"),
    (r"(Z|[+-][0-9]{2}:[0-9]{2})\[.*", "has the name of a zone behind its offset from UTC"),
    (r" ?[A-Za-z][A-Za-z/_ ]*", "has a name in place of its offset from UTC"),
    (r"\s.*", "has a space before its offset from UTC"),
    (r"[\u2010-\u2015\u2212].*", "has another sign than `-` in its offset from UTC"),
)
"""What is wrong with a text of a form that is known; the first that fits."""


def parse_moment(text: str) -> datetime:
    """Return the moment that a text of the contract says, in UTC, cut to the microsecond (D-65, D-66)."""
    return datetime.fromisoformat(text.upper()).astimezone(UTC)


def explain_moment(text: str) -> str:
    """Return what is wrong with a text that is no moment of the contract, or nothing if that cannot be said."""
    text = text[:LONGEST]
    parts = re.fullmatch(r"([^\sTt]*)([Tt]|\s)([0-9:]*)([.,][0-9]*)?(.*)", text, re.DOTALL)
    if parts is None or text != text.strip():
        return explain_day(text) or explain_end(text)
    day, separator, time, fraction, offset = (part or "" for part in parts.groups())
    if not is_day(day):
        return explain_day(day) or explain_day(text) or ("has a day of another form" if DIGIT.search(text) else "")
    return (
        explain_day(day)
        or ("has a space in place of the `T`" if separator.isspace() else "")
        or explain_time(time, fraction)
        or explain_offset(offset)
        or explain_utc(offset, fraction)
    )


def explain_end(text: str) -> str:
    """Return what is wrong with a text that may begin with a day, and has no time of day behind a `T`."""
    if not is_day(text[:10]):
        return ""
    return "has no `T` between its day and its time" if text[10:] else "has no time of day"


def explain_day(text: str) -> str:
    """Return what is wrong with a text that is no day of the contract, or nothing if that cannot be said."""
    text = text[:LONGEST]
    if text != text.strip():
        return "has white space around it"
    if not is_day(text):
        return "has a time behind its day" if is_day(text[:10]) and text[10:11] in "Tt " else named(text, DAYS)
    year, month, day = map(int, text.split("-"))
    if not 1 <= month <= 12:
        return f"has a month {month:02}"
    days = monthrange(year, month)[1] if year else 31
    if not 1 <= day <= days:
        return f"is a day that there is not: that month has {days} days"
    if year not in YEARS:
        return f"lies {'before' if year < YEARS.start else 'after'} the years {YEARS.start} to {YEARS.stop - 1}"
    return ""


def explain_time(time: str, fraction: str) -> str:
    """Return what is wrong with a time of day and the digits behind its second."""
    if not re.fullmatch(r"[0-9]{2}:[0-9]{2}:[0-9]{2}", time):
        return named(time, TIMES) or "has a time of another form"
    hour, minute, second = map(int, time.split(":"))
    if hour > 23:
        return f"has an hour of {hour}{': a day ends with the 00:00:00 of the next one' if hour == 24 else ''}"
    if minute > 59:
        return f"has a minute of {minute}"
    if second > 59:
        return f"has a second of {second}{': leap seconds are not taken, send :59' if second == 60 else ''}"
    if fraction.startswith(","):
        return "has a comma where a dot belongs, before the digits behind its second"
    return "has a dot without digits behind its second" if fraction == "." else ""


def explain_offset(offset: str) -> str:
    """Return what is wrong with an offset from UTC."""
    if offset in ("Z", "z"):
        return ""
    if not re.fullmatch(r"[+-][0-9]{2}:[0-9]{2}", offset):
        return named(offset, OFFSETS) or "has an offset from UTC of another form"
    hours, minutes = map(int, offset[1:].split(":"))
    return "has an offset from UTC that there is not" if hours > 23 or minutes > 59 else ""


def explain_utc(offset: str, fraction: str) -> str:
    """Return why a moment that may be sent is none that a response has (D-12)."""
    if offset != "+00:00":
        return "is not in UTC, with the offset `+00:00`"
    return "" if len(fraction) == 7 else "does not have six digits behind its second"


def is_day(text: str) -> bool:
    """Return whether a text has the form of a day; whether there is such a day is another question."""
    return re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is not None


def named(text: str, forms: Forms) -> str:
    """Return what is wrong with the first of the forms that a text has."""
    return next((wrong for form, wrong in forms if re.fullmatch(form, text, re.DOTALL)), "")


EXPLAIN = {"date-time": explain_moment, "date": explain_day}
"""For a format, what says what is wrong with a text."""
