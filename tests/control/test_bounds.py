"""Bounds: how long a sandbox is held that nobody uses, how many there may be, and how large."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from common_apis.world.bounds import Bounds

from ..mock import A, Mock
from .calls import CALLS, EMPTY_SNAPSHOT, SANDBOX, TASK, Call
from .world import Checked, Machine, World, detail, done, faults

DAY = timedelta(days=1)
A_MOMENT = timedelta(microseconds=1)
EVICTABLE = timedelta(minutes=10)


@pytest.fixture
def machine() -> Machine:
    """The machine's time."""
    return Machine()


def names(mock: Mock) -> list[str]:
    """The sandboxes that there are."""
    return [each["name"] for each in done(mock.get("/_mock/sandboxes?limit=1000"))["sandboxes"]]


def test_what_nobody_uses_for_a_day_is_thrown_away(make_mock: Callable[..., Checked], machine: Machine) -> None:
    """To the microsecond that `expires_at` says; `default` is not."""
    mock = make_mock(machine=machine, monotonic=machine.monotonic)
    world = mock.world("x")
    expires = world.said()["expires_at"]
    machine.now = datetime.fromisoformat(expires)
    assert names(mock) == ["default", "x"]
    machine.now += A_MOMENT

    assert names(mock) == ["default"]
    assert done(mock.get("/_mock/sandboxes/default"))["expires_at"] is None


def test_what_comes_of_its_name_then_is_a_fresh_world(make_mock: Callable[..., Checked], machine: Machine) -> None:
    """Made by whichever request."""
    mock = make_mock(machine=machine, monotonic=machine.monotonic)
    ways: list[Callable[[], httpx.Response]] = [
        lambda: mock.get(f"/s/x/v1/workers/{A}"),
        lambda: mock.post("/_mock/sandboxes", {"name": "x"}),
    ]
    for fresh in ways:
        mock.post("/s/x/v1/conversations", {"user_id": A})
        machine.now += DAY + A_MOMENT
        names(mock)
        assert fresh().status_code < 300
        assert World(mock, "x").said()["changes"] == 0
        mock.delete("/_mock/sandboxes/x")


USES: list[Callable[[Mock], Any]] = [
    lambda mock: mock.get(f"/s/x/v1/workers/{A}"),
    lambda mock: mock.get(f"/v1/workers/{A}", headers={"X-Mock-Sandbox": "x"}),
    lambda mock: mock.get("/s/x/v1/workers/nobody"),
    lambda mock: mock.get("/_mock/sandboxes/x"),
    lambda mock: mock.get("/_mock/sandboxes/x/clock"),
    lambda mock: mock.post("/_mock/sandboxes/x/fork", {}),
    lambda mock: mock.post("/_mock/sandboxes", {"from": "x"}),
]


@pytest.mark.parametrize("use", USES)
def test_every_use_counts(make_mock: Callable[..., Checked], machine: Machine, use: Callable[[Mock], Any]) -> None:
    """Also one that is refused."""
    mock = make_mock(machine=machine, monotonic=machine.monotonic)
    mock.world("x")
    for _ in range(3):
        machine.now += DAY
        use(mock)
    machine.now += DAY

    assert "x" in names(mock)


def test_a_server_may_hold_them_for_ever(make_mock: Callable[..., Checked], machine: Machine) -> None:
    """With a bound of 0."""
    mock = make_mock(machine=machine, monotonic=machine.monotonic, bounds=Bounds(idle=timedelta()))
    mock.world("x")
    machine.now += timedelta(days=10_000)

    assert "x" in names(mock)
    assert World(mock, "x").said()["expires_at"] is None


def test_one_too_many_is_refused(make_mock: Callable[..., Checked]) -> None:
    """503 with advice, however it is asked for, if none can be evicted; those that there are answer as before."""
    mock = make_mock(bounds=Bounds(most=3))
    mock.world("x")
    mock.world("y")
    for answer in (
        mock.post("/_mock/sandboxes", {"name": "z"}),
        mock.post("/_mock/sandboxes", {"from": "x"}),
        mock.post("/_mock/sandboxes/x/fork", {}),
        mock.get(f"/s/z/v1/workers/{A}"),
        mock.get(f"/v1/workers/{A}", headers={"Authorization": "Bearer sandbox_z"}),
    ):
        assert (answer.status_code, faults(answer)) == (503, [("service_unavailable", None)])
        assert answer.headers["retry-after"]
        assert "DELETE /_mock/sandboxes?prefix=" in detail(answer)
        assert "--max-sandboxes" in detail(answer)

    assert names(mock) == ["default", "x", "y"]
    assert mock.get(f"/s/x/v1/workers/{A}").status_code == mock.get(f"/v1/workers/{A}").status_code == 200


def test_deleting_one_makes_room(make_mock: Callable[..., Checked]) -> None:
    """For one."""
    mock = make_mock(bounds=Bounds(most=2))
    mock.world("x").told("DELETE", "")
    mock.world("y")

    assert mock.get(f"/s/x/v1/workers/{A}").status_code == 503


def test_one_that_expires_makes_room(make_mock: Callable[..., Checked], machine: Machine) -> None:
    """At once."""
    mock = make_mock(machine=machine, monotonic=machine.monotonic, bounds=Bounds(most=2))
    mock.world("x")
    machine.now += DAY + A_MOMENT

    assert mock.get(f"/s/y/v1/workers/{A}").status_code == 200
    assert names(mock) == ["default", "y"]


def visit(mock: Mock, *names: str) -> list[int]:
    """The statuses of a GET in each of these sandboxes, which makes those that are not there."""
    return [mock.get(f"/s/{name}/v1/workers/{A}").status_code for name in names]


def test_the_longest_unused_that_a_request_made_is_evicted(make_mock: Callable[..., Checked], machine: Machine) -> None:
    """Once nobody has used it for ten minutes; the terminal says so, and what comes of its name is a fresh world."""
    reported: list[str] = []
    mock = make_mock(machine=machine, monotonic=machine.monotonic, bounds=Bounds(most=4), report=reported.append)
    visit(mock, "x", "y", "z")
    mock.post("/s/y/v1/conversations", {"user_id": A})
    visit(mock, "x")
    machine.now += EVICTABLE - A_MOMENT
    visit(mock, "z")
    assert visit(mock, "fresh") == [503]
    assert reported == []
    machine.now += A_MOMENT

    assert visit(mock, "fresh") == [200]
    assert names(mock) == ["default", "fresh", "x", "z"]
    assert [line.partition(". ")[0] for line in reported] == ["The sandbox `y` was evicted to make room for others"]
    assert done(mock.post("/_mock/sandboxes", {"name": "y"}))["changes"] == 0
    assert names(mock) == ["default", "fresh", "y", "z"]


def test_none_that_was_made_deliberately_is_evicted(make_mock: Callable[..., Checked], machine: Machine) -> None:
    """Neither `default`, nor one that was created, from a seed or as a fork."""
    mock = make_mock(machine=machine, monotonic=machine.monotonic, bounds=Bounds(most=4))
    mock.world("x").told("POST", "/fork", {"name": "y"})
    mock.post("/_mock/sandboxes", {"name": "z", "from": "x"})
    machine.now += DAY

    assert visit(mock, "fresh") == [503]
    assert names(mock) == ["default", "x", "y", "z"]


STEERED = CALLS | {
    "requests_list": Call("GET", f"{SANDBOX}/requests"),
    "requests_count": Call("GET", f"{SANDBOX}/requests/count"),
    "requests_find": Call("POST", f"{SANDBOX}/requests/find", 200, {}),
    "requests_near_misses": Call("GET", f"{SANDBOX}/requests/near_misses"),
    "requests_get": Call("GET", f"{SANDBOX}/requests/1"),
    "requests_delete": Call("DELETE", f"{SANDBOX}/requests", 204),
    "faults_list": Call("GET", f"{SANDBOX}/faults"),
    "faults_create": Call("POST", f"{SANDBOX}/faults", 201, {"status": 503}),
    "faults_clear": Call("DELETE", f"{SANDBOX}/faults", 204),
}
READING = {"requests_find", "sandboxes_fork", "sandboxes_reload", "commits_fork"}
"""What changes nothing in a sandbox, and is no GET."""
TRIED = {
    id: call
    for id, call in STEERED.items()
    if "{name}" in call.path
    and id not in ("sandboxes_delete", "commits_get")
    and ("booked" not in call.path or id == "snapshots_put")
}
"""The operations on a sandbox, but those on a snapshot or a commit, whose sandbox was changed when that was made."""


@pytest.mark.parametrize("id", TRIED)
def test_one_that_the_control_plane_has_changed_is_not_evicted(
    make_mock: Callable[..., Checked], machine: Machine, id: str
) -> None:
    """Whoever sets it up wants to find it so. To read of it keeps nothing: a tool reads of all that there are."""
    mock = make_mock(machine=machine, monotonic=machine.monotonic, bounds=Bounds(most=3))
    visit(mock, "x")
    assert TRIED[id].ask(mock, "x").status_code == TRIED[id].status
    mock.post("/_mock/sandboxes", {"name": "z"})
    assert len(names(mock)) == 3
    machine.now += EVICTABLE
    kept = TRIED[id].method != "GET" and id not in READING

    assert visit(mock, "fresh") == [503 if kept else 200]


def test_none_that_is_kept_in_a_folder_is_evicted(
    make_mock: Callable[..., Checked], machine: Machine, tmp_path: Path
) -> None:
    """With `--data` nothing is thrown away that nobody has deleted."""
    mock = make_mock(data=tmp_path, machine=machine, monotonic=machine.monotonic, bounds=Bounds(most=2))
    mock.post("/s/x/v1/conversations", {"user_id": A})
    machine.now += DAY - A_MOMENT

    assert visit(mock, "fresh", "x") == [503, 200]


def test_a_flood_of_evictions_is_none_of_lines(make_mock: Callable[..., Checked], machine: Machine) -> None:
    """The first is reported at once, then one line a minute has all that were evicted since."""
    reported: list[str] = []
    mock = make_mock(machine=machine, monotonic=machine.monotonic, bounds=Bounds(most=11), report=reported.append)
    visit(mock, *(f"old-{number}" for number in range(10)))
    machine.now += EVICTABLE
    assert visit(mock, *(f"new-{number}" for number in range(9))) == [200] * 9
    machine.now += timedelta(minutes=1)
    assert visit(mock, "new-9", "new-10") == [200, 503]

    assert [line.partition(" to make room")[0] for line in reported] == [
        "The sandbox `old-0` was evicted",
        "9 sandboxes, `old-1` first, were evicted",
    ]


def test_a_clock_that_is_set_throws_nothing_away(make_mock: Callable[..., Checked], machine: Machine) -> None:
    """What counts is the time that goes by: a clock that jumps, back or ahead, moves `expires_at` along."""
    mock = make_mock(machine=machine, monotonic=machine.monotonic, bounds=Bounds(most=2))
    visit(mock, "x")
    for jump in (timedelta(days=900), timedelta(days=-900)):
        machine.set_by = jump
        listed = done(mock.get("/_mock/sandboxes"))["sandboxes"]
        assert datetime.fromisoformat(listed[1]["expires_at"]) == machine() + DAY
        assert visit(mock, "fresh") == [503]
    machine.now += DAY + A_MOMENT

    assert names(mock) == ["default"]


def test_the_bound_is_of_those_that_there_are(make_mock: Callable[..., Checked]) -> None:
    """One for `default` alone is kept, too."""
    mock = make_mock(bounds=Bounds(most=1))

    assert mock.get(f"/v1/workers/{A}").status_code == 200
    assert mock.get(f"/s/x/v1/workers/{A}").status_code == 503


@pytest.fixture
def full(make_mock: Callable[..., Checked]) -> World:
    """A world that holds more than it may."""
    world = make_mock(bounds=Bounds(largest=1000)).world("x")
    while world.said()["changes"] < 100:
        if world.api("POST", "conversations", json={"user_id": A}).status_code == 503:
            return world
    raise AssertionError("it is never full")


def test_what_makes_a_full_world_larger_is_refused(full: World) -> None:
    """503 with advice; what there is stays."""
    before = full.records()
    for answer in (
        full.api("POST", "conversations", json={"user_id": A}),
        full.api("PUT", f"patients/{A}", json={"phase": "maintenance"}),
        full.ask("PUT", f"/records/patient_tasks/{A}", json=TASK),
    ):
        assert (answer.status_code, faults(answer)) == (503, [("service_unavailable", None)])
        assert answer.headers["retry-after"]
        assert "/_mock/sandboxes/x/reset" in detail(answer)
        assert "--sandbox-size" in detail(answer)

    assert full.records() == before


def test_a_full_world_still_answers(full: World) -> None:
    """What reads, deletes, or changes nothing; and other worlds are not full."""
    assert full.api("GET", f"workers/{A}").status_code == 200
    assert full.api("PUT", f"patients/{A}", json={}).status_code == 200
    assert full.api("DELETE", f"patient_tasks/{A}").status_code == 200
    assert full.ask("PUT", "/clock", json={"frozen": True}).status_code == 200
    assert full.mock.post("/v1/conversations", {"user_id": A}).status_code == 201


def count_what_fits(world: World) -> int:
    """Return how many records can be made until the sandbox is full."""
    for made in range(1000):
        if world.api("POST", "conversations", json={"user_id": A}).status_code == 503:
            return made
    raise AssertionError("it is never full")


def test_an_edit_of_a_seed_record_takes_room_once(make_mock: Callable[..., Checked]) -> None:
    """Its bytes count from the first edit on: not less for what the seed had there, nor more for each edit."""
    mock = make_mock(bounds=Bounds(largest=10_000))
    untouched, edited, often = (mock.world(name) for name in ("untouched", "edited", "often"))
    for world, times in ((edited, 1), (often, 5)):
        for number in range(times):
            for collection in ("patients", "workers", "careplans"):
                record = world.record(collection, A)
                world.told(
                    "PUT",
                    f"/records/{collection}/{A}",
                    record | {"updated_at": f"2031-03-04T17:30:0{number}.000000+00:00"},
                )
    assert count_what_fits(untouched) - 3 > count_what_fits(edited) == count_what_fits(often)


def test_deleting_records_makes_room(full: World) -> None:
    """As does a reset."""
    for record in full.said("/diff")["created"]["conversations"][:4]:
        full.told("DELETE", f"/records/conversations/{record['id']}")
    assert full.api("POST", "conversations", json={"user_id": A}).status_code == 201
    full.told("POST", "/reset")
    assert full.api("POST", "conversations", json={"user_id": A}).status_code == 201


def test_snapshots_have_a_number(make_mock: Callable[..., Checked]) -> None:
    """503 with advice for one too many; one that takes the place of another is none, and a deleted one makes room."""
    world = make_mock(bounds=Bounds(snapshots=2)).world("x")
    for name in ("a", "b", "a"):
        world.told("POST", "/snapshots", {"name": name})
    for answer in (
        world.ask("POST", "/snapshots", json={"name": "c"}),
        world.ask("PUT", "/snapshots/c", json=EMPTY_SNAPSHOT),
    ):
        assert (answer.status_code, faults(answer)) == (503, [("service_unavailable", None)])
        assert "has 2 snapshots" in detail(answer)
        assert "DELETE /_mock/sandboxes/x/snapshots/NAME" in detail(answer)
    world.told("DELETE", "/snapshots/a")

    world.told("POST", "/snapshots", {"name": "c"})


def test_snapshots_have_a_size(make_mock: Callable[..., Checked]) -> None:
    """503 with advice, for what they hold in all; one that is its seed is always taken."""
    world = make_mock(bounds=Bounds(largest=1000)).world("x")
    for name in ("a", "b"):
        world.create("conversations", {"user_id": A})
        world.told("POST", "/snapshots", {"name": name})
    world.create("conversations", {"user_id": A})
    document = world.said("/snapshots/b")
    for answer in (
        world.ask("POST", "/snapshots", json={"name": "c"}),
        world.ask("PUT", "/snapshots/c", json=document),
    ):
        assert (answer.status_code, faults(answer)) == (503, [("service_unavailable", None)])
        assert "more than 1000 bytes" in detail(answer)
        assert "--sandbox-size" in detail(answer)
    world.told("PUT", "/snapshots/c", EMPTY_SNAPSHOT)
    world.told("DELETE", "/snapshots/b")

    world.told("PUT", "/snapshots/b", document)


def test_a_bound_is_kept_however_records_come_and_go(make_mock: Callable[..., Checked]) -> None:
    """A thousand changes of one record are as large as it is."""
    world = make_mock(bounds=Bounds(largest=1000)).world("x")
    for number in range(60):
        assert world.api("PUT", f"patients/{A}", json={"first_name": f"Rowan {number}"}).status_code == 200
        made = world.create("conversations", {"user_id": A})
        world.told("DELETE", f"/records/conversations/{made['id']}")
