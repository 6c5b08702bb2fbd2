"""Aliases: what other systems call records. Each external id stands once in its namespace (D-20)."""

from collections.abc import Iterator

from .people import Person
from .visits import OUTREACH, Visit
from .world import Row


def external_ids(person: Person, visits: list[Visit]) -> Iterator[Row]:
    """What the clinic's records and the billing call a patient and some of the visits."""
    chance = person.chance
    if person.mrn:
        yield named(person, "patients", person.id, "ehr", person.mrn)
    if chance.happens(0.35):
        yield named(person, "patients", person.id, "billing", f"ACCT-{person.number + 1:07}")
    for place, visit in enumerate(visits):
        if chance.happens(0.1):
            yield named(person, "calendar_events", visit.id, "ehr", person.world.id("ehr", visit.id))
        if encounter := billed(person, place, visit):
            yield named(person, "calendar_events", visit.id, "billing", encounter)


def billed(person: Person, place: int, visit: Visit) -> str | None:
    """What the billing calls a visit: every third that took place, but for calls to those who are not in care."""
    if visit.outcome != "completed" or visit.kind is OUTREACH or (person.number + place) % 3:
        return None
    return f"ENC-{visit.start.year}-{person.number + 1:06}-{place + 1:02}"


def named(person: Person, resource: str, id: str, namespace: str, external_id: str) -> Row:
    """One record, and what another system calls it."""
    fields = {"resource": resource, "namespace": namespace, "external_id": external_id, "welkin_id": id}
    return person.row("external_ids", fields, person.stay.since)
