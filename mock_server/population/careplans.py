"""Careplans: what is planned for a patient, and what was done of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ..contract.model import Record
from ..world.clock import written
from .chance import lots
from .days import DAY, workday
from .people import Person
from .plans import INSTRUCTIONS, PLANS
from .world import Row

SHARES = {"intake": 0.25, "engaged": 0.7, "maintenance": 0.75, "discharged": 0.55}
"""In which share patients have a careplan, by phase."""
EMPTY = {"intake": 0.4}
"""In which share nothing is in it yet, by phase; later on, seldom."""
GOALS = lots({1: 30, 2: 50, 3: 20})


def careplans(person: Person) -> Iterator[Row]:
    """The careplan of a patient, if there is one."""
    chance, stay = person.chance, person.stay
    if not chance.happens(SHARES.get(stay.phase, 0)):
        return
    day = stay.since.date() + chance.whole(2, 21) * DAY
    if day >= stay.until.date():
        return
    begun = person.at_work(workday(day))
    if chance.happens(EMPTY.get(stay.phase, 0.03)):
        yield person.row("careplans", {"careplan": None}, begun)
        return
    plan = chance.pick(PLANS)
    goals = [goal(person, title, begun) for title in plan.goals.items()][: chance.pick(GOALS)]
    done = [step["completed_at"] for goal in goals for step in goal["interventions"] if step["completed_at"]]
    content = {"description": plan.description, "diagnosis": plan.diagnosis, "goals": goals}
    yield person.row("careplans", {"careplan": content}, begun, max(map(datetime.fromisoformat, done), default=begun))


def goal(person: Person, goal: tuple[str, tuple[str, ...]], begun: datetime) -> Record:
    """What is to be reached, and what is done for it."""
    title, steps = goal
    return {"title": title, "interventions": [intervention(person, step, begun) for step in steps]}


def intervention(person: Person, title: str, begun: datetime) -> Record:
    """One thing to be done, and whether it was."""
    chance, until = person.chance, person.stay.until
    reminder = chance.between(begun, until + timedelta(days=90))
    done = reminder < until and chance.happens(0.7)
    return {
        "title": title,
        "reminder_date": reminder.date().isoformat(),
        "completed_at": written(chance.between(reminder, min(until, reminder + 5 * DAY))) if done else None,
        "completed_by_worker_id": person.carer.id if done else None,
        "worker_id": person.carer.id if chance.happens(0.7) else None,
        "instructions": chance.pick(INSTRUCTIONS),
    }
