"""Talk: the conversations of a patient, and the messages in them."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from ..world.clock import written
from .contacts import Contacts, Reach
from .days import DAY, EVENING, MORNING, at, spoken
from .people import CALLED, Person
from .phrases import CANCELLED, CHATS, CONFIRMED, LETTER, MISSED, OPENING, RECADOS, REMINDER, STOP, Exchange
from .visits import Visit
from .world import Row


class Turn(NamedTuple):
    """Something said, and when."""

    moment: datetime
    text: str
    automatic: bool = False


def talk(person: Person, visits: list[Visit], contacts: Contacts) -> Iterator[Row]:
    """The conversations of a patient, one for each channel that is in use, and their messages in order of time.

    Nobody is written to who has not agreed to it, or any more. Visits are spoken of in the first one alone.
    """
    chance, stay = person.chance, person.stay
    app = Reach(stay.since, stay.until, chance.happens(0.4), stopped=False)
    channels = (
        ("phone", contacts.texts, 0.75),
        ("app", app, 0.4),
        ("email", contacts.mails, 0.2),
        ("third_party_app", app, 0.15),
    )
    used = [(channel, reach) for channel, reach, share in channels if reach and chance.happens(share)]
    for place, (channel, reach) in enumerate(used):
        yield from conversation(person, [] if place else visits, channel, reach)


def conversation(person: Person, visits: list[Visit], channel: str, reach: Reach) -> Iterator[Row]:
    """A conversation, if there was time for one, and what was said in it."""
    begun = person.chance.after(reach.since, 0.5, 60)
    if begun >= reach.until:
        return
    row = person.row("conversations", {"conversation_type": channel}, begun)
    yield row
    turns = [turn for turn in said(person, visits, begun, reach) if begun <= turn.moment < reach.until]
    if reach.stopped:
        turns.append(Turn(reach.until, STOP[channel]))
    for turn in sorted(turns):
        yield message(person, channel, row[1]["id"], turn)


def said(person: Person, visits: list[Visit], begun: datetime, reach: Reach) -> Iterator[Turn]:
    """All that was said, in no order: a greeting, words about the visits, and small talk."""
    chance = person.chance
    yield from turns(person, chance.after(begun, 0.1, 90), OPENING)
    for visit in visits:
        yield from about(person, visit, reach.automatic)
    if person.stay.phase not in CALLED:
        chats = RECADOS if person.tongue == "es_MX" and chance.happens(0.6) else CHATS
        for _ in range(chance.whole(0, 3)):
            day = chance.between(begun, reach.until).astimezone(person.zone).date()
            yield from turns(person, chance.after(at(day, MORNING, person.zone), 0, EVENING - MORNING), chats)


def about(person: Person, visit: Visit, automatic: bool) -> Iterator[Turn]:
    """What is said about a visit: a reminder on the day before, words when it was cancelled or missed."""
    chance = person.chance
    if visit.outcome == "cancelled" and chance.happens(0.5):
        yield from turns(person, max(visit.created, chance.after(visit.updated, -20, -5)), CANCELLED)
    elif visit.outcome == "no-show" and chance.happens(0.5):
        yield from turns(person, chance.after(visit.updated, 5, 30), MISSED)
    reminder = chance.after(visit.start - DAY, 0.01, 0.5)
    known = visit.created < reminder and (visit.outcome != "cancelled" or visit.updated > reminder)
    if automatic and visit.kind.lengths and known:
        when = spoken(visit.start, person.zone)
        yield Turn(reminder, REMINDER.format(kind=visit.kind.name.replace("_", " "), when=when), automatic=True)
        if chance.happens(0.5):
            yield Turn(chance.after(reminder, 1, 240), chance.pick(CONFIRMED))


def turns(person: Person, moment: datetime, exchanges: tuple[Exchange, ...]) -> Iterator[Turn]:
    """One exchange, from a moment on."""
    for text in person.chance.pick(exchanges):
        yield Turn(moment, text.format(patient=person.name, worker=person.carer.name))
        moment = person.chance.after(moment, 1, 120)


def message(person: Person, channel: str, conversation_id: str, turn: Turn) -> Row:
    """A message. Some emails of patients are put on record hours later."""
    chance, inbound, text = person.chance, turn.text.startswith("< "), turn.text.removeprefix("< ")
    if channel == "email":
        pair = (person.carer.name, person.name) if inbound else (person.name, person.carer.name)
        text = LETTER.format(reader=pair[0], writer=pair[1], text=text)
    late = channel == "email" and inbound and chance.happens(0.3)
    fields = {
        "worker_id": None if inbound and chance.happens(0.6) else person.carer.id,
        "conversation_id": conversation_id,
        "direction": "inbound" if inbound else "outbound",
        "contents": text,
        "automatically_sent": turn.automatic,
        "send_time": written(turn.moment),
    }
    recorded = min(chance.after(turn.moment, 30, 900), person.world.now) if late else turn.moment
    return person.row("messages", fields, recorded)
