"""All of a sandbox goes wherever its records go: rules, how often they still apply, magic values, clock, ids."""

from collections.abc import Callable
from typing import Any

import pytest

from ..mock import A
from .calls import EMPTY_SNAPSHOT, OPTIONAL
from .world import Checked, World

FAILING = {"user_id": A, "task_type": "case_flaky"}
"""A magic value that fails twice in each sandbox, and then works."""
Start = Callable[..., Checked]


def prepared(world: World) -> World:
    """A sandbox in which a rule has applied once, another was removed, and a magic value has failed once."""
    world.told("POST", "/faults", {"status": 503, "times": 3, "operation": "workers_get"})
    world.told("POST", "/faults", {"network": "reset"})
    world.told("DELETE", "/faults/2")
    assert world.api("GET", f"workers/{A}").status_code == 503
    assert world.api("POST", "patient_tasks", json=FAILING).status_code == 503
    world.create("conversations", {"user_id": A})
    return world


def rest(world: World) -> list[Any]:
    """What is left to come of all that, and what a sandbox says of itself."""
    sandbox = world.said()
    faults = world.said("/faults")["faults"]
    return [
        {name: sandbox[name] for name in ("seed", "clock", "counter", "changes")},
        [world.api("GET", f"workers/{A}").status_code for _ in range(3)],
        [world.api("POST", "patient_tasks", json=FAILING).status_code for _ in range(2)],
        faults,
        world.told("POST", "/faults", {"status": 503})["id"],
    ]


EXPECTED = ([503, 503, 200], [503, 201])


def fork(world: World, start: Start) -> World:
    """A fork."""
    return World(world.mock, world.told("POST", "/fork", {})["name"])


def fork_at_a_commit(world: World, start: Start) -> World:
    """A fork at the latest commit."""
    number = world.said()["commits"]
    world.told("POST", "/reset")
    return World(world.mock, world.told("POST", f"/commits/{number}/fork", {})["name"])


def restore(world: World, start: Start) -> World:
    """A snapshot that is restored."""
    world.told("POST", "/snapshots", {"name": "saved"})
    world.told("POST", "/reset")
    world.told("POST", "/snapshots/saved/restore")
    return world


def upload(world: World, start: Start) -> World:
    """A snapshot that is downloaded, and uploaded to another sandbox."""
    world.told("POST", "/snapshots", {"name": "saved"})
    other = world.mock.world(seed="empty")
    other.told("PUT", "/snapshots/mine", world.said("/snapshots/saved"))
    other.told("POST", "/snapshots/mine/restore")
    return other


def restart(world: World, start: Start) -> World:
    """A server that is started again, from its checkpoint."""
    return World(start(), world.name)


def restart_with_a_snapshot(world: World, start: Start) -> World:
    """A server that is started again, and a snapshot that is restored then."""
    world.told("POST", "/snapshots", {"name": "saved"})
    world.told("POST", "/reset")
    again = World(start(), world.name)
    again.told("POST", "/snapshots/saved/restore")
    return again


WAYS = [fork, fork_at_a_commit, restore, upload, restart, restart_with_a_snapshot]


@pytest.mark.parametrize("way", WAYS)
def test_all_of_a_sandbox_is_carried(start: Start, way: Callable[[World, Start], World]) -> None:
    """As if nothing had come in between."""
    expected = rest(prepared(start().world("expected")))
    found = rest(way(prepared(start().world("found")), start))
    assert expected[1:3] == [*EXPECTED]
    assert found == expected


def test_a_reset_takes_all_of_it_back(start: Start) -> None:
    """To the seed: no rules, and magic values as they were never met."""
    world = prepared(start().world())
    world.told("POST", "/reset")
    assert world.said("/faults") == {"faults": []}
    assert world.api("GET", f"workers/{A}").status_code == 200
    assert [world.api("POST", "patient_tasks", json=FAILING).status_code for _ in range(3)] == [503, 503, 201]


def test_a_snapshot_of_an_earlier_version_has_no_rules(start: Start) -> None:
    """It can be uploaded as it is, and restored."""
    world = prepared(start().world())
    world.told("POST", "/snapshots", {"name": "now"})
    old = {name: value for name, value in world.said("/snapshots/now").items() if name not in OPTIONAL}
    world.told("PUT", "/snapshots/old", old)
    world.told("POST", "/snapshots/old/restore")
    assert world.said("/faults") == {"faults": []}
    assert [world.api("POST", "patient_tasks", json=FAILING).status_code for _ in range(3)] == [503, 503, 201]


STEPS = "00000000-0000-4000-8000-000000000201"
"""A magic value that moves on as time passes since it was first used."""


def test_a_magic_value_that_was_never_used_begins_when_it_is(start: Start) -> None:
    """Though a snapshot says how often it was, and not since when."""
    world = start().world()
    value = {"operation": "integration_tasks_get", "value": STEPS, "times": 1, "since": None}
    world.told("PUT", "/snapshots/s", EMPTY_SNAPSHOT | {"magic_values": [value]})
    world.told("POST", "/snapshots/s/restore")
    world.told("PUT", "/clock", {"now": "2031-01-01T00:00:00Z", "frozen": True})
    seen = []
    for seconds in (0, 10, 30):
        world.told("PUT", "/clock", {"now": f"2031-01-01T00:00:{seconds:02d}Z", "frozen": True})
        seen.append(world.api("GET", f"integration_tasks/{STEPS}").json()["status"])
    assert seen == ["unattempted", "running", "succeeded"]


def test_a_magic_value_is_no_use_of_a_rule(start: Start) -> None:
    """Whatever it is called."""
    world = start().world()
    rule = {"id": 1, "operation": "workers_get", "status": 503, "times": 1, "used": 0}
    rule |= dict.fromkeys(("path", "body", "code", "retry_after", "delay", "network"))
    value = {"operation": "rule", "value": "1", "times": 9, "since": None}
    world.told("PUT", "/snapshots/s", EMPTY_SNAPSHOT | {"faults": [rule], "magic_values": [value]})
    world.told("POST", "/snapshots/s/restore")
    assert [world.api("GET", f"workers/{A}").status_code for _ in range(2)] == [503, 200]
