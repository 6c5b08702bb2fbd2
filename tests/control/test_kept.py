"""In a data folder, all that the control plane does survives the server."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from common_apis.world.bounds import Bounds

from ..mock import A
from ..resources.bodies import FULL
from .calls import EMPTY_SNAPSHOT
from .test_snapshots import lived
from .world import AT, Checked, Machine, World, done, faults

Start = Callable[..., Checked]
DAY = timedelta(days=1)


def whole(world: World) -> dict[str, Any]:
    """All that is known of a world."""
    said = world.said()
    snapshots = [each["name"] for each in world.said("/snapshots")["snapshots"]]
    return {
        "said": {field: value for field, value in said.items() if field not in ("used_at", "expires_at")},
        "records": world.records(),
        "diff": world.said("/diff"),
        "snapshots": {name: world.said(f"/snapshots/{name}") for name in snapshots},
    }


def names(mock: Checked) -> list[str]:
    """The sandboxes that there are."""
    return [each["name"] for each in done(mock.get("/_mock/sandboxes?limit=1000"))["sandboxes"]]


def test_a_sandbox_survives(start: Start) -> None:
    """Its records, its clock, its counter, its commits, and when it was made; ids go on."""
    world = lived(start().world("x"))
    world.told("POST", "/snapshots", {"name": "booked"})
    before = whole(world)
    again = World(start(), "x")

    assert whole(again) == before
    assert again.create("conversations", {"user_id": A})["id"] not in str(before["records"])


@pytest.mark.parametrize("seed", ["clinic", "empty"])
def test_an_untouched_sandbox_survives(start: Start, seed: str) -> None:
    """If it was made, and not only asked for."""
    before = whole(start().world("x", seed=seed))
    mock = start()

    assert names(mock) == ["default", "x"]
    assert whole(World(mock, "x")) == before


def test_a_reset_survives(start: Start) -> None:
    """And one that is reset later is what it was at first."""
    world = lived(start().world("x"))
    world.told("POST", "/reset")
    before = whole(world)
    again = World(start(), "x")
    assert whole(again) == before
    lived(again)
    again = World(start(), "x")

    assert again.told("POST", "/reset").items() >= {"changes": 0, "counter": 0}.items()
    assert again.said("/clock") == {"now": AT, "frozen": True}


def test_a_fork_survives(start: Start) -> None:
    """Each with what happened to it since."""
    world = lived(start().world("x"))
    World(world.mock, world.told("POST", "/fork", {"name": "y"})["name"]).create("conversations", {"user_id": A})
    world.told("DELETE", f"/records/workers/{A}")
    before = [whole(World(world.mock, each)) for each in "xy"]
    mock = start()

    assert [whole(World(mock, each)) for each in "xy"] == before


def test_a_deleted_sandbox_is_gone_for_good(start: Start, tmp_path: Path) -> None:
    """Its files as well; what is made of its name then is another one."""
    mock = start()
    lived(mock.world("x")).told("POST", "/snapshots", {"name": "booked"})
    mock.delete("/_mock/sandboxes/x")
    assert [each.name for each in tmp_path.rglob("*") if "x" in each.name] == []
    mock = start()
    assert names(mock) == ["default"]

    assert whole(mock.world("x"))["said"].items() >= {"changes": 0, "commits": 0, "counter": 0}.items()
    assert World(mock, "x").said("/snapshots") == {"snapshots": []}


def test_the_default_survives(start: Start) -> None:
    """As any other; deleted, it begins afresh."""
    default = lived(World(start(), "default"))
    before = whole(default)
    default = World(start(), "default")
    assert whole(default)["records"] == before["records"]
    default.told("DELETE", "")

    assert World(start(), "default").said()["changes"] == 0


def test_snapshots_survive(start: Start) -> None:
    """Those that were saved and those that were uploaded; they can be restored, and deleted ones are gone."""
    world = lived(start().world("x"))
    for name in ("booked", "other", "gone"):
        world.told("POST", "/snapshots", {"name": name})
    world.told("PUT", "/snapshots/edited", EMPTY_SNAPSHOT | {"seed": "empty", "counter": 7})
    world.told("DELETE", "/snapshots/gone")
    before, records = whole(world), world.records()
    world.told("POST", "/reset")
    world = World(start(), "x")

    assert whole(world)["snapshots"] == before["snapshots"]
    assert {*before["snapshots"]} == {"booked", "other", "edited"}
    world.told("POST", "/snapshots/booked/restore")
    assert world.records() == records
    assert world.told("POST", "/snapshots/edited/restore")["seed"] == "empty"
    world = World(start(), "x")
    assert (world.said()["seed"], world.said()["counter"]) == ("empty", 7)
    assert world.told("POST", "/reset")["seed"] == "clinic"


def test_a_snapshot_of_an_untouched_sandbox_survives(start: Start) -> None:
    """Though nothing else of the sandbox does."""
    mock = start()
    mock.get(f"/s/x/v1/workers/{A}")
    World(mock, "x").told("POST", "/snapshots", {"name": "booked"})

    assert World(start(), "x").said("/snapshots/booked") == EMPTY_SNAPSHOT


def test_a_snapshot_was_saved_when_it_was_saved(start: Start) -> None:
    """Not when the server was started."""
    world = start().world("x")
    world.told("POST", "/snapshots", {"name": "booked"})
    before = world.said("/snapshots")

    assert World(start(), "x").said("/snapshots") == before


def test_a_clock_survives(start: Start) -> None:
    """One that stands still where it stands; one that runs is as far ahead of the machine's time as before."""
    machine = Machine()
    mock = start(machine=machine)
    mock.world("still")
    mock.world("runs", now=None).told("PUT", "/clock", {"now": AT})
    machine.now += timedelta(seconds=7)
    mock = start(machine=machine)

    assert World(mock, "still").said("/clock") == {"now": AT, "frozen": True}
    assert World(mock, "runs").said("/clock") == {"now": "2031-03-04T17:30:07.000000+00:00", "frozen": False}


def test_a_snapshot_of_a_running_clock_survives(start: Start) -> None:
    """Restored, it goes on from where it was."""
    machine = Machine()
    world = start(machine=machine).world("x", now=None)
    world.told("PUT", "/clock", {"now": AT})
    world.told("POST", "/snapshots", {"name": "booked"})
    machine.now += DAY / 2
    world = World(start(machine=machine), "x")
    machine.now += DAY / 4

    assert world.said("/snapshots/booked")["clock"] == {"now": AT, "frozen": False}
    assert world.told("POST", "/snapshots/booked/restore")["clock"] == {"now": AT, "frozen": False}


def test_what_nobody_uses_is_kept_all_the_same(start: Start) -> None:
    """It is let go from memory, and found again as it was, also by its snapshots."""
    machine = Machine()
    mock = start(machine=machine, monotonic=machine.monotonic)
    world = lived(mock.world("x"))
    world.told("POST", "/snapshots", {"name": "booked"})
    before = whole(world)
    for _ in range(2):
        machine.now += DAY + timedelta(seconds=1)
        assert names(mock) == ["default", "x"]
        assert whole(world) == before
    machine.now += DAY + timedelta(seconds=1)
    names(mock)

    assert whole(World(start(machine=machine, monotonic=machine.monotonic), "x")) == before


def test_of_what_was_only_asked_for_nothing_is_kept(start: Start) -> None:
    """Else a folder would be full of names, and a server of sandboxes, that nobody uses."""
    machine = Machine()
    mock = start(machine=machine, monotonic=machine.monotonic, bounds=Bounds(most=2))
    mock.get(f"/s/x/v1/workers/{A}")
    machine.now += DAY + timedelta(seconds=1)

    assert names(mock) == ["default"]
    assert mock.get(f"/s/y/v1/workers/{A}").status_code == 200


def test_what_is_kept_for_ever_does_not_expire(start: Start) -> None:
    """`expires_at` says when it is thrown away."""
    assert start().world("x").said()["expires_at"] is None


def test_what_is_kept_counts(start: Start) -> None:
    """Towards how many sandboxes there may be, in memory or not."""
    mock = start(bounds=Bounds(most=3))
    mock.world("x")
    mock.world("y")
    mock = start(bounds=Bounds(most=3))

    assert mock.get(f"/s/z/v1/workers/{A}").status_code == 503
    assert mock.get(f"/s/y/v1/workers/{A}").status_code == 200
    mock.delete("/_mock/sandboxes/x")
    assert mock.get(f"/s/z/v1/workers/{A}").status_code == 200


def test_a_strict_server_knows_what_it_kept(start: Start) -> None:
    """What was made before the server is made before the request."""
    start(strict=True).world("x")
    mock = start(strict=True)

    assert mock.get(f"/s/x/v1/workers/{A}").status_code == 200
    assert mock.get(f"/s/y/v1/workers/{A}").status_code == 400


def test_unique_values_and_what_no_response_returns_survive(start: Start) -> None:
    """They are no part of what a GET answers, and count all the same."""
    world = start().world("x")
    world.create("external_ids", FULL["external_ids"])
    made = world.create("assessment_responses", FULL["assessment_responses"])
    world = World(start(), "x")
    taken = world.api("POST", "external_ids", json=FULL["external_ids"])

    assert (taken.status_code, faults(taken)[0]) == (409, ("uniqueness_exception", "/external_id"))
    assert world.record("assessment_responses", made["id"])["title"] == "At the first visit"


def test_made_up_names_are_none_that_were_kept(start: Start) -> None:
    """Also after the server was started again."""
    first = done(start().post("/_mock/sandboxes", {}))["name"]

    assert done(start().post("/_mock/sandboxes", {}))["name"] != first
