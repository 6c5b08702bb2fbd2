"""Tasks: what patients are asked to do, and what connections to other systems do at night."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from ..contract.model import Record
from .aliases import billed
from .chance import lots
from .days import DAY
from .people import Person
from .visits import Visit
from .world import Row

KINDS = ("intake_survey", "consent_form", "weekly_check_in", "weekly_check_in", "sleep_diary", "blood_pressure_log")
HOW_MANY = lots({0: 15, 1: 30, 2: 30, 3: 15, 5: 10})

NIGHT = time(9, tzinfo=UTC)
"""When the connections do their work: all work of one kind and night is one job."""
ERRORS = (
    ("timeout", "The other system did not answer in time."),
    ("invalid_payload", "The other system refused the data."),
    ("rate_limited", "Too many requests; tried again without success."),
)
NOT_FOUND = ("patient_not_found", "No patient has this external id.")
FIELDS = ("address", "phone", "birthday", "insurance")


class Work(NamedTuple):
    """What a connection is to do, and with what."""

    name: str
    args: Record | None = None
    ref_ids: tuple[str, ...] = ()


def patient_tasks(person: Person) -> Iterator[Row]:
    """What a patient is asked to do; most of it is put away in time."""
    chance, stay = person.chance, person.stay
    for place in range(chance.pick(HOW_MANY)):
        made = chance.between(stay.since, stay.until)
        dismissed = chance.happens(0.6)
        changed = chance.between(made, min(stay.until, made + 9 * DAY)) if dismissed else made
        fields = {"task_type": KINDS[place] if place < 2 else chance.pick(KINDS), "dismissed": dismissed}
        yield person.row("patient_tasks", fields, made, changed)


def integration_tasks(person: Person, visits: list[Visit]) -> Iterator[Row]:
    """What was done about a patient at night, what is being done now, and what nobody has begun with."""
    chance, stay, now = person.chance, person.stay, person.world.now
    for place, visit in enumerate(visits):
        if encounter := billed(person, place, visit):
            work = Work("billing_push.encounter", {"encounter": encounter, "dry_run": False}, (encounter,))
            yield from nightly(person, visit.end.date() + DAY, work, "accepted")
    if person.mrn and chance.happens(0.5):
        changed = chance.whole(0, 2)
        work = Work("ehr_pull.patient_demographics", {"mrn": person.mrn, "fields": FIELDS}, (person.mrn,))
        result = {"changed": FIELDS[:changed], "unchanged": len(FIELDS) - changed}
        yield from nightly(person, chance.between(stay.since, stay.until).date() + DAY, work, result)
    if person.mrn and chance.happens(0.03):
        work = Work("ehr_push.visit_note", {"mrn": person.mrn, "since": now.date().isoformat()}, (person.mrn,))
        yield task(person, work, "running", max(stay.since, chance.after(now, -15, -1)))
    if chance.happens(0.05):
        work = Work("billing_push.eligibility-check")
        yield task(person, work, "unattempted", max(stay.since, chance.after(now, -600, -1)))


def nightly(person: Person, night: date, work: Work, result: object) -> Iterator[Row]:
    """Work of a night that is over: it brought its result, or failed at the third attempt."""
    chance = person.chance
    made = chance.after(datetime.combine(night, NIGHT), 0.02, 20)
    if made > person.world.now - timedelta(minutes=10):
        return
    if chance.happens(0.9):
        yield task(person, work, "succeeded", made, chance.after(made, 0.02, 0.5), {"result": result})
        return
    code, message = NOT_FOUND if "ehr" in work.name and chance.happens(0.5) else chance.pick(ERRORS)
    fields: Record = {"errors": [{"code": code, "message": message, "extra": {"attempt_number": 3}}]}
    if code == NOT_FOUND[0]:
        fields["user_id"] = None
    yield task(person, work, "failed", made, chance.after(made, 3, 9), fields)


def task(
    person: Person,
    work: Work,
    status: str,
    made: datetime,
    updated: datetime | None = None,
    more: Record | None = None,
) -> Row:
    """One task of a connection."""
    fields: Record = {
        "status": status,
        "provider_id": person.world.id("providers", person.number % 3) if work.args else None,
        "args": work.args,
        "ref_ids": work.ref_ids,
        "job_id": person.world.id("jobs", work.name, made.date()),
        "task_name": work.name,
    }
    return person.row("integration_tasks", fields | (more or {}), made, updated)
