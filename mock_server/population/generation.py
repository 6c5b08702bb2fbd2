"""Generation: a world of any size, written as the folder of a seed."""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path

from .aliases import external_ids
from .assessments import assessment_responses
from .careplans import careplans
from .contacts import Contacts
from .notes import custom_data_type_records
from .people import Person, patient
from .talk import talk
from .tasks import integration_tasks, patient_tasks
from .visits import visits
from .workers import PATIENTS, Team
from .world import Row, World
from .writer import Writer


def generate(folder: Path, *, patients: int, seed: int, now: datetime, progress: Callable[[int], None]) -> None:
    """Write a world of so many patients, with workers and calendars in proportion, as a seed that can be loaded.

    The same arguments give the same bytes. Each patient follows from the seed, the time and the number of the patient
    alone, and records stand in the order in which they were made: each file of a world begins as that of a smaller one
    does. A world without patients has the workers of one team and their calendars. `progress` is told, after each
    patient, how many there are. The folder is there once all of it is.

    Raises `ValueError` for a number below zero, and for a time without a zone or too far from ours; `OSError` if the
    folder cannot be written, or has anything in it.
    """
    if patients < 0:
        raise ValueError(f"{patients} patients cannot be")
    world = World.of(seed, now)
    with Writer(folder, list(world.blanks)) as writer:
        for first in range(0, max(patients, 1), PATIENTS):
            team = Team.of(world, first // PATIENTS)
            for row in team.rows:
                writer.write(row)
            for number in range(first, min(first + PATIENTS, patients)):
                for row in life(Person.of(world, number, team)):
                    writer.write(row)
                progress(number + 1)


def life(person: Person) -> Iterator[Row]:
    """All the records of a patient."""
    yield patient(person)
    contacts, events = Contacts.of(person), visits(person)
    yield from contacts.rows
    yield from (event.row for event in events)
    yield from chain(
        external_ids(person, events),
        talk(person, events, contacts),
        patient_tasks(person),
        assessment_responses(person, events),
        careplans(person),
        custom_data_type_records(person),
        integration_tasks(person, events),
    )
