"""All of a sandbox goes wherever its records go: rules, how often they still apply, magic values, clock, ids."""

from collections.abc import Callable
from typing import Any

import pytest

from ..mock import A
from .calls import OPTIONAL
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
