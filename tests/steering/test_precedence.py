"""Who decides about an answer: `Prefer`, a fault rule, a magic value, the state, in this order."""

import time
from typing import Any

from ..control.world import World
from ..mock import A
from .calls import CALLS

BROKEN = CALLS["workers_get"].having("00000000-0000-4000-8000-000000500000")
FLAKY = CALLS["patient_tasks_create"].having("case_flaky", "task_type")


def rule(world: World, **said: Any) -> int:
    """A new fault rule, by its number."""
    id: int = world.told("POST", "/faults", said)["id"]
    return id


def used(world: World, id: int) -> int:
    """How often a rule has applied."""
    times: int = world.said(f"/faults/{id}")["used"]
    return times


def test_each_gives_way_to_those_before_it(world: World) -> None:
    """401 is preferred, 408 a rule's, 500 the magic value's; 404 is what the state has."""
    ruled = rule(world, operation="workers_get", status=408)

    assert BROKEN.preferring(world, "code=401").status_code == 401
    assert used(world, ruled) == 0
    assert BROKEN.ask(world).status_code == 408
    assert used(world, ruled) == 1
    world.told("DELETE", "/faults")
    assert BROKEN.ask(world).status_code == 500
    assert BROKEN.having("00000000-0000-4000-8000-000000500009").ask(world).status_code == 404


def test_the_journal_says_who_decided(world: World) -> None:
    """By its kind and its name; nobody, if it was the state."""
    id = rule(world, operation="calendars_get", status=503)
    BROKEN.preferring(world, "code=401, wait=0")
    CALLS["calendars_get"].ask(world)
    BROKEN.ask(world)
    CALLS["workers_get"].ask(world)

    assert [each["steered"] for each in world.said("/requests")["requests"]] == [
        {"by": "prefer", "name": "code=401, wait=0"},
        {"by": "fault", "name": str(id)},
        {"by": "case", "name": "internal_server_error"},
        None,
    ]


def test_what_only_takes_time_leaves_the_answer_to_the_others(world: World) -> None:
    """All delays add up."""
    rule(world, delay={"seconds": 0.15})
    began = time.monotonic()
    answer = BROKEN.preferring(world, "wait=0.15")

    assert answer.status_code == 500
    assert answer.headers["Preference-Applied"] == "wait=0.15"
    assert time.monotonic() - began >= 0.3
    assert CALLS["workers_get"].ask(world).status_code == 200


def test_what_is_not_reached_is_not_used_up(world: World) -> None:
    """A flaky value fails twice of its own, however often somebody else answered before."""
    for _ in range(3):
        assert FLAKY.preferring(world, "code=201").status_code == 201
    rule(world, status=500, times=3)
    assert [FLAKY.ask(world).status_code for _ in range(6)] == [500, 500, 500, 503, 503, 201]


def test_a_flaky_value_that_works_is_not_steered(world: World) -> None:
    """The state answers, and the journal says so."""
    for _ in range(3):
        FLAKY.ask(world)

    steered = [each["steered"] for each in world.said("/requests")["requests"]]
    assert steered == [{"by": "case", "name": "flaky"}] * 2 + [None]


def test_a_rule_that_applied_as_often_as_it_may_leaves_it_to_the_next(world: World) -> None:
    """The rules are tried in the order in which they were made, and one of them applies."""
    first, second = rule(world, status=408, times=2), rule(world, status=503, times=1)

    assert [CALLS["workers_get"].having(A).ask(world).status_code for _ in range(4)] == [408, 408, 503, 200]
    assert (used(world, first), used(world, second)) == (2, 1)
