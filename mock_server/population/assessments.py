"""Assessments: what patients answered, after their visits."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ..contract.model import Record
from .chance import Chance
from .people import Person
from .visits import OUTREACH, Visit
from .world import Row

LANGUAGES = {"es_MX": "Spanish", "vi_VN": "Vietnamese", "fr_FR": "French", "pl_PL": "Polish", "yo_NG": "Yoruba"}
WISHES = (
    "Walk to the market again.",
    "Sleep through the night.",
    "Have the energy for my grandchildren.",
    "More salsa!",
)


def assessment_responses(person: Person, visits: list[Visit]) -> Iterator[Row]:
    """An intake assessment after the first visit that took place, and others after some of the later ones."""
    chance = person.chance
    took_place = (each for each in visits if each.outcome == "completed" and each.kind is not OUTREACH)
    for place, visit in enumerate(took_place):
        made = chance.after(visit.end, 1, 90)
        if made > person.world.now:
            return
        if not place and chance.happens(0.8):
            yield answered(person, made, {"spec_id": "intake_assessment", "model": intake(person)})
        elif chance.happens(0.2):
            yield answered(person, made, {"spec_id": "mood_check_9", "model": mood(chance)})
        elif chance.happens(0.12):
            kept = {"spec_name": "weekly_check_in", "spec_version": str(chance.whole(1, 4)), "title": "Weekly check-in"}
            yield answered(person, made, {"model": check_in(chance)} | kept)


def answered(person: Person, made: datetime, fields: Record) -> Row:
    """The answers to an assessment, which nobody changes."""
    return person.row("assessment_responses", fields, made)


def intake(person: Person) -> Record:
    """What is asked at the beginning."""
    chance, since = person.chance, person.stay.since
    return {
        "lives_alone": chance.happens(0.3),
        "languages": ["English", LANGUAGES[person.tongue]] if person.tongue in LANGUAGES else ["English"],
        "preferred_contact": chance.pick(("sms", "phone", "email", "app")),
        "steps_at_home": chance.whole(0, 20),
        "sleep_hours": chance.whole(8, 18) / 2,
        "last_checkup": (since - timedelta(days=chance.whole(5, 900))).date().isoformat()
        if chance.happens(0.8)
        else None,
        "goals_in_own_words": chance.pick(WISHES),
    }


def mood(chance: Chance) -> Record:
    """Nine items of 0 to 3, and their sum."""
    items = {f"item_{number}": int(chance.part() * 4) for number in range(1, 10)}
    return {**items, "score": sum(items.values())}


def check_in(chance: Chance) -> Record:
    """How the week went."""
    items = [{"question": question, "answer": chance.whole(1, 5)} for question in ("energy", "focus", "pain")]
    return {"items": items, "comment": "Better than last week." if chance.happens(0.5) else None}
