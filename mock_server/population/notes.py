"""Notes: what the care program keeps of patients beside, in types of its own."""

from collections.abc import Iterator
from datetime import datetime

from ..contract.model import Record
from .days import workday
from .people import Person
from .words import plain
from .world import Row

FRIENDS = ("sister", "brother", "daughter", "daughter", "son", "partner", "partner", "neighbor")
CARRIERS = ("Bayou", "Harbor", "Prairie", "Summit")


def custom_data_type_records(person: Person) -> Iterator[Row]:
    """Whom to tell, who pays, what is needed to come, and whether the home is safe."""
    chance, stay = person.chance, person.stay
    for type_name, (share, body) in TYPES.items():
        if chance.happens(share):
            made = min(person.at_work(workday(chance.between(stay.since, stay.until).date())), stay.until)
            changed = chance.between(made, stay.until) if chance.happens(0.2) else made
            fields = {"body": body(person, made), "type_name": type_name}
            yield person.row("custom_data_type_records", fields, made, changed)


def contact(person: Person, made: datetime) -> Record:
    """Somebody who is close to the patient."""
    chance = person.chance
    first, last = person.world.words.name(chance, person.tongue)
    address = f"{plain(first) or 'friend'}.of.{person.number + 1}@example.net"
    return {
        "name": f"{first} {person.last_name if chance.happens(0.6) else last}",
        "relationship": chance.pick(FRIENDS),
        "phone": person.place.phone(chance),
        "email": address if chance.happens(0.6) else None,
        "may_be_told": ["appointments", "care_plan", "results"][: chance.whole(0, 3)],
    }


def insurance(person: Person, made: datetime) -> Record:
    """Who pays."""
    chance = person.chance
    return {
        "carrier": f"{chance.pick(CARRIERS)} Mutual Example",
        "policy_number": f"EX-{person.number + 1:06}-{chance.whole(1, 9)}",
        "plan": chance.pick(("bronze", "silver", "gold")),
        "active": chance.happens(0.9),
        "valid_from": f"{made.year}-01-01",
        "valid_until": f"{made.year + 1}-12-31" if chance.happens(0.3) else None,
        "copay": chance.whole(0, 80) / 2,
    }


def transport(person: Person, made: datetime) -> Record:
    """What is needed to come to the clinic."""
    chance = person.chance
    return {"needs_ride": True, "wheelchair": chance.happens(0.3), "notes": chance.pick(("Prefers mornings.", None))}


def safety(person: Person, made: datetime) -> Record:
    """What a look around the home brought."""
    chance = person.chance
    rooms = [{"room": room, "loose_rugs": chance.whole(0, 3)} for room in ("hall", "bathroom", "kitchen")]
    return {"visited_on": made.date().isoformat(), "rooms": rooms, "follow_up": chance.happens(0.5)}


TYPES = {
    "care_team_contact": (0.4, contact),
    "insurance_policy": (0.3, insurance),
    "transport_need": (0.1, transport),
    "home_safety_check": (0.06, safety),
}
"""In which share patients have such a note, and what is in it."""
