"""Visits: the calendar events of a patient, those that were and those to come."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from ..world.clock import written
from .chance import lots
from .days import DAY, EVENING, MORNING, at, workday
from .people import CALLED, LEFT, Person
from .world import Row


class Kind(NamedTuple):
    """A type of appointment; one without a length takes a whole day."""

    name: str
    modalities: tuple[str, ...]
    lengths: tuple[int, ...] = ()


OUTREACH = Kind("outreach_call", ("call",), (15,))
INTAKE = Kind("intake_call", ("call", "call", "video"), (45, 60))
LATER = lots(
    {
        Kind("follow_up_call", ("call", "call", "video"), (15, 20, 30)): 52,
        Kind("care_review", ("video", "visit", "call"), (45, 60)): 26,
        Kind("annual_review", ("visit", "video"), (60, 90)): 8,
        Kind("home_visit", ("visit",)): 14,
    }
)
CALLS = 3
"""How often one is called who does not come into care."""
OUTCOMES = lots({"completed": 76, "no-show": 10, "cancelled": 11, None: 3})
"""What came of the visits that were. Of some nobody has said it yet."""


class Visit(NamedTuple):
    """An appointment: when it is or was, and how it went."""

    row: Row
    kind: Kind
    start: datetime
    end: datetime
    outcome: str | None

    @property
    def id(self) -> str:
        """The id of the calendar event."""
        return str(self.row[1]["id"])

    @property
    def created(self) -> datetime:
        """When it was booked."""
        return datetime.fromisoformat(self.row[1]["created_at"])

    @property
    def updated(self) -> datetime:
        """When its outcome was said, if it was."""
        return datetime.fromisoformat(self.row[1]["updated_at"])


def visits(person: Person) -> list[Visit]:
    """The visits of a patient, the first first. Who did not come into care was called a few times, no more."""
    planned = list(days(person))
    if person.stay.phase in CALLED:
        return [visit(person, day, OUTREACH) for day in planned[-CALLS:]]
    return [visit(person, day, person.chance.pick(LATER) if place else INTAKE) for place, day in enumerate(planned)]


def days(person: Person) -> Iterator[date]:
    """The days of the visits: every few weeks or months, and for those in care some to come, today's among them."""
    chance, stay = person.chance, person.stay
    last = stay.until.date() - DAY
    first = day = stay.since.date() + chance.whole(4, 10) * DAY
    gap = max(30, (last - day).days // 4)
    while day < last:
        yield workday(day)
        day += chance.whole(gap * 2 // 3, gap * 3 // 2) * DAY
    if stay.phase not in LEFT:
        ahead = max(first, last + (1 + int(chance.part() * 50)) * DAY)
        if chance.happens(0.7):
            yield workday(ahead)
        if chance.happens(0.15):
            yield workday(ahead + chance.whole(30, 120) * DAY)


def visit(person: Person, day: date, kind: Kind) -> Visit:
    """One visit, within the hours of work where the patient lives."""
    chance, now = person.chance, person.world.now
    minutes = chance.pick(kind.lengths) if kind.lengths else EVENING - MORNING
    start = at(day, MORNING + (15 * chance.whole(0, 26) if kind.lengths else 0), person.zone)
    end = start + timedelta(minutes=minutes)
    outcome = chance.pick(OUTCOMES) if end < now else "cancelled" if start > now and chance.happens(0.06) else None
    booked = min(day - chance.whole(3, 28) * DAY, now.date() - chance.whole(0, 20) * DAY)
    created = min(person.at_work(workday(booked)), start - DAY / 24)
    worker = person.carer if chance.happens(0.9) else chance.pick(person.team.workers)
    fields = {
        "calendar_id": worker.calendar,
        "is_all_day": not kind.lengths,
        "outcome": outcome,
        "modality": chance.pick(kind.modalities),
        "appointment_type": kind.name,
    }
    times = {"start_time": written(start), "end_time": written(end)} if kind.lengths else {"day": day.isoformat()}
    told = said(person, outcome, created, start, end)
    row = person.row("calendar_events", fields | times, created, told)
    return Visit(row, kind, start, end, outcome)


def said(person: Person, outcome: str | None, created: datetime, start: datetime, end: datetime) -> datetime:
    """When it was said how a visit went: not at all, in the hours of work before it, or soon after its end."""
    if outcome is None:
        return created
    if outcome != "cancelled":
        return min(person.chance.after(end, 0.5, 20), person.world.now)
    day = person.chance.between(created, min(start, person.world.now)).date()
    return max(created, min(person.at_work(workday(day)), start))
