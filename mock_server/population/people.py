"""People: who the patients are, how long they have been in care, and how far they have come."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ..contract.model import Record
from .chance import Chance, lots
from .days import DAY, EVENING, MORNING, at, workday, zone
from .places import PLACES, Place
from .words import TONGUES
from .workers import Team, Worker
from .world import Row, World

LONGEST = 1095
"""For how many days the first patients have been in care."""

PHASES = (
    (14, lots({"outreach": 45, "intake": 55})),
    (60, lots({"outreach": 18, "intake": 37, "engaged": 45})),
    (LONGEST, lots({"outreach": 5, "engaged": 50, "maintenance": 28, "discharged": 13, "declined": 4})),
)
"""Where patients stand after so many days, in shares."""
CALLED = ("outreach", "declined")
"""The phases of those who were called, and did not come into care."""
LEFT = ("discharged", "declined")
"""The phases of those whom nobody cares for any more."""
COACHED = {"outreach": 0.5, "discharged": 0.4, "declined": 0.4}
"""In which share those who are not in care have a coach; the others mostly do."""


class Stay(NamedTuple):
    """From when until when a patient is in care, and how far it came."""

    phase: str
    since: datetime
    until: datetime

    @classmethod
    def of(cls, chance: Chance, now: datetime, where: ZoneInfo) -> "Stay":
        """A stay that began in the last years, more often in the last months, in the hours of work."""
        days = int(chance.part() * LONGEST)
        phase = chance.pick(next(phases for most, phases in PHASES if days < most))
        morning = at(workday(now.date() - timedelta(days=days)), MORNING, where)
        since = min(chance.after(morning, 0, EVENING - MORNING), chance.after(now, -120, -1))
        return cls(phase, since, chance.between(since, now) if phase in LEFT else now)


@dataclass(frozen=True)
class Person:
    """A patient, and a stream of chance for all that happens to this one.

    `mrn` is what the clinic's own records call the patient, if they do; nobody else has it.
    """

    world: World
    number: int
    chance: Chance
    id: str
    team: Team
    carer: Worker
    place: Place
    timezone: str
    tongue: str
    name: str
    last_name: str
    mrn: str | None
    stay: Stay
    made: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, world: World, number: int, team: Team) -> "Person":
        """One patient of a world. Who it is follows from the seed and the number alone."""
        chance = Chance(world.seed, "patients", number)
        place, tongue, carer = chance.pick(PLACES), chance.pick(TONGUES), chance.pick(team.workers)
        first, last = world.words.name(chance, tongue)
        timezone = chance.pick(place.timezones)
        return cls(
            *(world, number, chance, world.id("patients", number, 0), team, carer, place, timezone, tongue),
            name=first,
            last_name=last,
            mrn=f"MRN-{number + 1:06}" if chance.happens(0.85) else None,
            stay=Stay.of(chance, world.now, zone(timezone)),
        )

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that the patient lives in."""
        return zone(self.timezone)

    def row(self, collection: str, fields: Record, created: datetime, updated: datetime | None = None) -> Row:
        """A record about the patient, with the next of its ids."""
        id = self.world.id(collection, self.number, self.made[collection])
        self.made[collection] += 1
        if "user_id" in self.world.blanks[collection]:
            fields = {"user_id": self.id} | fields
        return self.world.row(collection, id, fields, created, updated or created)

    def at_work(self, day: date) -> datetime:
        """A moment of a day at which the clinic works; else, soon after the patient was known, or in the last hours."""
        since, now = self.stay.since, self.world.now
        opens, closes = at(day, MORNING, self.zone), at(day, EVENING, self.zone)
        earliest, latest = max(opens, since), min(closes, now)
        if earliest >= latest:
            earliest = since if closes <= since else max(since, now - DAY / 8)
            latest = min(now, earliest + DAY / 24)
        return self.chance.between(earliest, latest)


def patient(person: Person) -> Row:
    """The record of a patient."""
    chance, stay = person.chance, person.stay
    years = 18 + 38 * (chance.random() + chance.random())
    changed = chance.between(stay.since, stay.until) if chance.happens(0.7) else stay.since
    fields = {
        "phase": stay.phase,
        "coach_id": person.carer.id if chance.happens(COACHED.get(stay.phase, 0.95)) else None,
        "timezone": person.timezone,
        "first_name": person.name,
        "last_name": person.last_name,
        "birthday": (stay.since - timedelta(days=int(years * 365.25))).date().isoformat(),
    }
    lives = address(person) if chance.happens(0.93) else {}
    return person.row("patients", fields | lives, stay.since, stay.until if stay.phase in LEFT else changed)


def address(person: Person) -> Record:
    """Where a patient lives."""
    chance, words, place = person.chance, person.world.words, person.place
    flat = f"{chance.pick(('Apt', 'Unit', 'Suite', 'Floor'))} {chance.whole(1, 40)}"
    county = f"{chance.pick(words.names['en_US'].last)} County"
    return {
        "street": f"{chance.whole(1, 9999)} {chance.pick(words.streets)}",
        "street_line_two": flat if chance.happens(0.3) else None,
        "city": chance.pick(words.towns),
        "county": county if place.state and chance.happens(0.75) else None,
        "zip_code": place.zip_prefix and f"{place.zip_prefix}{chance.whole(1, 99):02}",
        "state": place.state,
        "country": "USA" if place.country == "US" and chance.happens(0.05) else place.country,
    }
