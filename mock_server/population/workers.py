"""Workers: they come in teams of two, each with a calendar. A team cares for fifty patients."""

from datetime import timedelta
from typing import NamedTuple

from .chance import Chance, lots
from .places import PLACES
from .words import TONGUES, plain
from .world import Row, World

PATIENTS = 50
"""How many patients a team cares for."""
GENDERS = lots({"Female": 60, "Male": 26, "Decline": 4, "Other": 2, "Transgender": 1, "Unknown": 1})


class Worker(NamedTuple):
    """One who cares for patients."""

    id: str
    calendar: str
    name: str


class Team(NamedTuple):
    """Two workers, and the records of them and of their calendars."""

    workers: tuple[Worker, ...]
    rows: list[Row]

    @classmethod
    def of(cls, world: World, number: int) -> "Team":
        """One team of a world."""
        workers: list[Worker] = []
        rows: list[Row] = []
        for each in (2 * number, 2 * number + 1):
            worker, made = employed(world, each)
            workers.append(worker)
            rows += made
        return cls(tuple(workers), rows)


def employed(world: World, number: int) -> tuple[Worker, list[Row]]:
    """A worker, who was there before the first patient, and the calendar that was made at once."""
    chance = Chance(world.seed, "workers", number)
    place = chance.pick(PLACES)
    gender = chance.pick(GENDERS) if chance.happens(0.9) else None
    first, last = world.words.name(chance, chance.pick(TONGUES), gender)
    since = chance.between(world.now - timedelta(days=2500), world.now - timedelta(days=1200))
    worker = Worker(world.id("workers", number), world.id("calendars", number), first)
    fields = {
        "email": f"{plain(first) or 'worker'}.{plain(last) or 'clinic'}{number + 1}@example.org",
        "first_name": first,
        "last_name": last,
        "phone_number": place.phone(chance) if chance.happens(0.85) else None,
        "timezone": chance.pick(place.timezones),
        "gender": gender,
    }
    changed = chance.between(since, world.now) if chance.happens(0.6) else since
    opened = chance.after(since, 0.01, 0.1)
    return worker, [
        world.row("workers", worker.id, fields, since, changed),
        world.row("calendars", worker.calendar, {"worker_id": worker.id}, opened, opened),
    ]
