"""Contacts: the phone numbers and email addresses of a patient, and what the patient agreed to."""

from datetime import datetime
from typing import NamedTuple

from .chance import lots
from .people import Person
from .words import plain
from .world import Row

PHONES = lots({0: 4, 1: 70, 2: 24, 3: 2})
EMAILS = lots({0: 18, 1: 70, 2: 12})
"""How many a patient has, in shares."""
KINDS = lots({"cell": 74, "landline": 20, "other": 6})
DOMAINS = ("example.com", "example.com", "example.net", "example.org")
"""The domains that are set aside for examples."""


class Reach(NamedTuple):
    """From when until when a patient may be written to in one way; `stopped` if the patient made an end of it."""

    since: datetime
    until: datetime
    automatic: bool
    stopped: bool


class Contacts(NamedTuple):
    """The contact data of a patient, and what messages may be sent to them."""

    rows: list[Row]
    texts: Reach | None = None
    mails: Reach | None = None

    @classmethod
    def of(cls, person: Person) -> "Contacts":
        """The contact data of a patient; the first phone and the first address are those that are written to."""
        phones = [phone(person, first=not each) for each in range(person.chance.pick(PHONES))]
        emails = [email(person, each) for each in range(person.chance.pick(EMAILS))]
        rows = [row for row, _ in phones + emails]
        return cls(rows, phones[0][1] if phones else None, emails[0][1] if emails else None)


def consent(person: Person, share: float, out: float) -> Reach | None:
    """What came of asking for leave to write: given in a share of cases, and taken back in another share of those."""
    chance, stay = person.chance, person.stay
    since = min(chance.after(stay.since, 0.5, 20), stay.until)
    if not chance.happens(share):
        return None
    stopped = chance.happens(out)
    until = chance.between(since, stay.until) if stopped else stay.until
    return Reach(since, until, not stopped and chance.happens(0.6), stopped)


def phone(person: Person, first: bool) -> tuple[Row, Reach | None]:
    """A phone number. The first one is mostly a cell phone's."""
    chance = person.chance
    kind = "cell" if first and chance.happens(0.6) else chance.pick(KINDS)
    reach = consent(person, 0.82 if kind == "cell" else 0.1, out=0.08)
    calls = chance.happens(0.88)
    fields = {
        "phone_number": person.place.phone(chance),
        "phone_number_type": kind,
        "friendly_name": chance.pick((f"{person.name}'s {kind}", "home", "work")) if chance.happens(0.4) else None,
        "verified": chance.happens(0.7),
        "opted_in_to_sms": agreed(reach),
        "opted_in_to_call_recording": chance.happens(0.25),
        "opted_in_to_voicemail": chance.happens(0.6),
        "opted_in_to_phone": calls,
        "opted_on_to_phone": calls,
        "automatic_recipient": automatic(reach),
    }
    return person.row("phone_numbers", fields, *times(person, reach)), reach


def email(person: Person, place: int) -> tuple[Row, Reach | None]:
    """An email address, which nobody else has."""
    chance = person.chance
    reach = consent(person, 0.85, out=0.07)
    fields = {
        "email": f"{mailbox(person, place)}@{chance.pick(DOMAINS)}",
        "friendly_name": chance.pick(("personal", "work", "shared with family")) if chance.happens(0.4) else None,
        "verified": chance.happens(0.65),
        "opted_in_to_email": agreed(reach),
        "automatic_recipient": automatic(reach),
    }
    return person.row("email_addresses", fields, *times(person, reach)), reach


def mailbox(person: Person, place: int) -> str:
    """The part of an address before the `@`; the number in it is the patient's own."""
    first, last = plain(person.name) or "patient", plain(person.last_name) or "mail"
    forms = (f"{first}.{last}", f"{first[0]}{last}", f"{last}.{first}") if not place else (f"{last}.family",)
    return f"{person.chance.pick(forms)}{person.number + 1}"


def times(person: Person, reach: Reach | None) -> tuple[datetime, datetime]:
    """When contact data were made, and changed: when the patient took leave back, or at some time or never."""
    chance, stay = person.chance, person.stay
    made = reach.since if reach else min(chance.after(stay.since, 0.5, 20), stay.until)
    if reach and reach.stopped:
        return made, min(chance.after(reach.until, 0.1, 2), person.world.now)
    return made, chance.between(made, stay.until) if chance.happens(0.4) else made


def agreed(reach: Reach | None) -> bool:
    """Whether the patient may be written to now."""
    return reach is not None and not reach.stopped


def automatic(reach: Reach | None) -> bool:
    """Whether the patient may be written to automatically now."""
    return reach is not None and reach.automatic
