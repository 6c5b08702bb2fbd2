"""Sandboxes: made, listed, looked at, reset, forked and thrown away."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from shutil import copytree
from threading import Event
from typing import Any
from unittest.mock import patch

import httpx
import pytest

from common_apis.world.disk import RealDisk
from common_apis.world.seed import CLINIC

from ..mock import A
from ..waiting import PATIENCE_S
from .world import AT, Checked, Machine, World, detail, done, faults

CREATED = {"counter": 0, "commits": 0, "changes": 0, "seed": "clinic"}
OTHER = "2026-01-01T00:00:00.000000+00:00"


def made(mock: Checked, **body: Any) -> Any:
    """The sandbox that a create answers."""
    return done(mock.post("/_mock/sandboxes", body))


def test_everything_may_be_left_out(shared_mock: Checked) -> None:
    """The sandbox has a name that no other has, the seed of `default`, and a clock that runs."""
    one, other = made(shared_mock), made(shared_mock)

    assert one["name"] != other["name"]
    assert one["clock"]["frozen"] is False
    assert one.items() >= CREATED.items()


def test_a_made_up_name_is_not_made_up_again(shared_mock: Checked) -> None:
    """Who still asks for a sandbox that was deleted is not to meet another's."""
    first = made(shared_mock)["name"]
    shared_mock.delete(f"/_mock/sandboxes/{first}")

    assert made(shared_mock)["name"] != first


def test_a_made_up_name_is_none_that_is_taken(make_mock: Callable[..., Checked]) -> None:
    """By whomever it was chosen."""
    mock = make_mock()
    first = made(mock)["name"]
    number = int(first.rpartition("-")[2])
    made(mock, name=first.replace(str(number), str(number + 1)))

    assert made(mock)["name"].endswith(str(number + 2))


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2031-03-04T09:30:00-08:00", AT),
        ("2031-03-04T17:30:00Z", AT),
        ("2031-03-04T17:30:00.000001Z", AT.replace("000000+", "000001+")),
        ("1900-01-01T00:00:00+00:00", "1900-01-01T00:00:00.000000+00:00"),
        ("2199-12-31T23:59:59.999999Z", "2199-12-31T23:59:59.999999+00:00"),
    ],
)
def test_it_begins_at_a_moment(shared_mock: Checked, now: str, then: str) -> None:
    """Given with any offset; there its clock stands still."""
    assert made(shared_mock, now=now)["clock"] == {"now": then, "frozen": True}


def test_its_times_are_the_machines(make_mock: Callable[..., Checked]) -> None:
    """When it was made, when it was used, and when it will be thrown away: a day after its last use."""
    machine = Machine()
    mock = make_mock(machine=machine, monotonic=machine.monotonic)
    made(mock, name="x", now=AT)
    machine.now += timedelta(hours=1)
    mock.get(f"/s/x/v1/workers/{A}")
    (listed,) = (each for each in done(mock.get("/_mock/sandboxes"))["sandboxes"] if each["name"] == "x")

    assert listed["created_at"] == "2026-11-22T09:00:00.000000+00:00"
    assert listed["used_at"] == "2026-11-22T10:00:00.000000+00:00"
    assert listed["expires_at"] == "2026-11-23T10:00:00.000000+00:00"


def test_to_list_sandboxes_is_not_to_use_them(make_mock: Callable[..., Checked]) -> None:
    """Else a page that shows them would keep them for ever."""
    machine = Machine()
    mock = make_mock(machine=machine)
    before = made(mock, name="x")["used_at"]
    machine.now += timedelta(hours=1)
    mock.get("/_mock/sandboxes")

    assert [each["used_at"] for each in done(mock.get("/_mock/sandboxes"))["sandboxes"] if each["name"] == "x"] == [
        before
    ]


def test_it_may_begin_with_nothing(shared_mock: Checked) -> None:
    """The seed `empty` has no records."""
    world = shared_mock.world(seed="empty")

    assert world.said()["seed"] == "empty"
    assert set(map(len, world.records().values())) == {0}


@pytest.fixture
def hospital(tmp_path: Path) -> Path:
    """A seed of one's own, which is the clinic's under another name."""
    return Path(copytree(CLINIC, tmp_path / "hospital"))


def test_it_may_begin_with_a_seed_of_ones_own(make_mock: Callable[..., Checked], hospital: Path) -> None:
    """Called as its folder, beside those that are always there; it is read when it is first asked for."""
    (hospital / "patient_tasks.json").write_text("[]")
    mock = make_mock(seed_dirs=(hospital,), seed="clinic")
    world = mock.world(seed="hospital")

    assert (world.said()["seed"], world.records()["patient_tasks"]) == ("hospital", [])
    assert World(mock, "default").said()["seed"] == "clinic"


def test_all_begin_with_the_first_seed_of_ones_own(make_mock: Callable[..., Checked], hospital: Path) -> None:
    """If none is named; of those that are not the first, and the clinic, a sandbox may be made all the same."""
    other = Path(copytree(hospital, hospital.with_name("other")))
    mock = make_mock(seed_dirs=(hospital, other))
    mock.get(f"/s/asked-for/v1/workers/{A}")

    assert {each["seed"] for each in done(mock.get("/_mock/sandboxes"))["sandboxes"]} == {"hospital"}
    assert [made(mock, **body)["seed"] for body in ({}, {"seed": "other"}, {"seed": "clinic"})] == [
        "hospital",
        "other",
        "clinic",
    ]


def test_a_seed_is_called_as_the_user_calls_it(
    make_mock: Callable[..., Checked], hospital: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link by its own name, whatever it leads to; `.` and `..` as the folder that they are."""
    link = hospital.with_name("staging")
    link.symlink_to(hospital)
    assert made(make_mock(seed_dirs=(link,)))["seed"] == "staging"
    monkeypatch.chdir(hospital)
    assert made(make_mock(seed_dirs=(Path("."),)), seed="hospital")["seed"] == "hospital"
    (hospital / "within").mkdir()
    monkeypatch.chdir(hospital / "within")
    assert made(make_mock(seed_dirs=(Path(".."),)), seed="hospital")["seed"] == "hospital"


def test_the_default_may_have_another_seed(make_mock: Callable[..., Checked]) -> None:
    """And so has what is made without a word of it, or by being asked for."""
    mock = make_mock(seed="empty")
    mock.get(f"/s/asked-for/v1/workers/{A}")

    assert {each["seed"] for each in done(mock.get("/_mock/sandboxes"))["sandboxes"]} == {"empty"}
    assert made(mock)["seed"] == "empty"
    assert made(mock, seed="clinic")["seed"] == "clinic"


def test_a_seed_that_is_broken_is_told_of(make_mock: Callable[..., Checked], hospital: Path) -> None:
    """503 with the file that is to be mended; once it is, the seed is taken."""
    mock = make_mock(seed_dirs=(hospital,), seed="clinic")
    tasks = hospital / "patient_tasks.json"
    whole = tasks.read_text("utf-8")
    tasks.write_text("[{}]", "utf-8")
    answer = mock.post("/_mock/sandboxes", {"seed": "hospital"})

    assert (answer.status_code, faults(answer)) == (503, [("service_unavailable", None)])
    assert str(tasks) in detail(answer)
    tasks.write_text(whole, "utf-8")
    assert made(mock, seed="hospital")["seed"] == "hospital"


def test_a_sandbox_that_was_deleted_is_gone(world: World) -> None:
    """With its snapshots; what is made of its name then is another one."""
    done(world.ask("POST", "/snapshots", json={"name": "booked"}))
    world.create("conversations", {"user_id": A})
    assert world.ask("DELETE").status_code == 204

    assert faults(world.ask("DELETE")) == [("not_found", "sandbox")]
    assert made(world.mock, name=world.name).items() >= CREATED.items()
    assert world.said("/snapshots") == {"snapshots": []}


def test_the_default_may_be_deleted(make_mock: Callable[..., Checked]) -> None:
    """It begins afresh with the next request, whatever that is."""
    mock = make_mock()
    default = World(mock, "default")
    ways: list[Callable[[], httpx.Response]] = [
        lambda: mock.get(f"/v1/workers/{A}"),
        lambda: default.ask("GET"),
        lambda: mock.post("/_mock/sandboxes", {"from": "default"}),
        lambda: default.ask("POST", "/fork", json={}),
        lambda: default.ask("DELETE"),
    ]
    for again in ways:
        default.create("conversations", {"user_id": A})
        assert default.ask("DELETE").status_code == 204
        assert again().status_code < 300
        assert default.said()["changes"] == 0


def test_the_default_begins_afresh_on_a_strict_server_too(make_mock: Callable[..., Checked]) -> None:
    """It need not be made: it is the one sandbox that is always there."""
    mock = make_mock(strict=True)
    default = World(mock, "default")
    default.create("conversations", {"user_id": A})
    assert default.ask("DELETE").status_code == 204
    assert mock.get(f"/v1/workers/{A}").status_code == 200
    assert default.said()["changes"] == 0


def test_many_are_deleted_by_the_beginning_of_their_names(make_mock: Callable[..., Checked]) -> None:
    """However they were made; all others stay, and it is no error if there is none."""
    mock = make_mock()
    for name in ("ci-1", "ci-2", "ci", "my-ci-1"):
        made(mock, name=name)
    mock.get(f"/s/ci-3/v1/workers/{A}")

    assert done(mock.delete("/_mock/sandboxes?prefix=ci-")) == {"deleted": 3}
    assert [each["name"] for each in done(mock.get("/_mock/sandboxes"))["sandboxes"]] == ["ci", "default", "my-ci-1"]
    assert done(mock.delete("/_mock/sandboxes?prefix=ci-")) == {"deleted": 0}
    assert made(mock, name="ci-1").items() >= CREATED.items()


def test_the_default_begins_afresh_when_it_is_one_of_many(make_mock: Callable[..., Checked]) -> None:
    """As it does when it is deleted by its name."""
    mock = make_mock()
    default = World(mock, "default")
    default.create("conversations", {"user_id": A})

    assert done(mock.delete("/_mock/sandboxes?prefix=d")) == {"deleted": 1}
    assert default.said()["changes"] == 0


@pytest.mark.parametrize("query", ["", "?prefix=", "?prefix=Ci-", "?prefix=*", "?prefix=-", f"?prefix={'a' * 64}"])
def test_many_are_only_deleted_by_what_names_can_begin_with(make_mock: Callable[..., Checked], query: str) -> None:
    """400 without it, so that nobody deletes all of them by a slip; none is deleted."""
    mock = make_mock()
    made(mock, name="a")
    answer = mock.delete(f"/_mock/sandboxes{query}")

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", "prefix")])
    assert "such as ci-" in detail(answer)
    assert len(done(mock.get("/_mock/sandboxes"))["sandboxes"]) == 2


def test_others_are_served_while_many_are_deleted(make_mock: Callable[..., Checked]) -> None:
    """A few at a time, so that all that others do goes on."""
    mock = make_mock()

    async def both() -> tuple[Any, list[bool]]:
        for number in range(250):
            await mock.send("GET", f"/s/ci-{number}/v1/workers/{A}")
        deleting = asyncio.ensure_future(mock.send("DELETE", "/_mock/sandboxes?prefix=ci-"))
        unfinished = []
        async with asyncio.timeout(PATIENCE_S):
            while not deleting.done():
                unfinished.append((await mock.send("GET", "/_mock/sandboxes/ci-7")).status_code == 200)
                await asyncio.sleep(0)
        return done(await deleting), unfinished

    deleted, unfinished = asyncio.run(both())
    assert deleted == {"deleted": 250}
    assert len(unfinished) > 2


def test_a_disk_that_takes_its_time_keeps_nobody_waiting(make_mock: Callable[..., Checked], tmp_path: Path) -> None:
    """Others are served while it removes one, but nobody in that one."""
    mock = make_mock(data=tmp_path)
    made(mock, name="ci-1")
    served = Event()

    def wait(disk: RealDisk, folder: Path) -> None:
        assert served.wait(10)

    async def both() -> tuple[httpx.Response, ...]:
        deleting = asyncio.ensure_future(mock.send("DELETE", "/_mock/sandboxes?prefix=ci-"))
        async with asyncio.timeout(PATIENCE_S):
            while "ci-1" in (await mock.send("GET", "/_mock/sandboxes")).text:
                await asyncio.sleep(0)
        meanwhile = await mock.send("GET", f"/s/ci-1/v1/workers/{A}"), await mock.send("GET", f"/v1/workers/{A}")
        served.set()
        return await deleting, *meanwhile

    with patch.object(RealDisk, "discard", wait):
        deleted, within, beside = asyncio.run(both())
    assert done(deleted) == {"deleted": 1}
    assert beside.status_code == 200
    assert (within.status_code, detail(within)) == (503, "The sandbox `ci-1` is being deleted. Send the request again.")


def test_a_reset_takes_it_back_to_how_it_began(world: World) -> None:
    """To its records, its first id and its clock; its snapshots stay."""
    first = world.create("conversations", {"user_id": A})
    world.told("DELETE", f"/records/patients/{A}")
    world.told("PUT", "/clock", {"now": OTHER, "frozen": False})
    world.told("POST", "/snapshots", {"name": "booked"})
    reset = world.told("POST", "/reset")

    assert (reset["counter"], reset["changes"], reset["clock"]) == (0, 0, {"now": AT, "frozen": True})
    assert world.said("/diff") == {"created": {}, "changed": {}, "deleted": {}}
    assert [each["name"] for each in world.said("/snapshots")["snapshots"]] == ["booked"]
    assert world.create("conversations", {"user_id": A}) == first


def test_a_reset_takes_back_a_restored_seed(world: World) -> None:
    """That of another seed was never its own."""
    other = {"seed": "empty", "counter": 7, "clock": {"now": OTHER, "frozen": True}, "records": {}, "deleted": {}}
    world.told("PUT", "/snapshots/empty", other)
    assert world.told("POST", "/snapshots/empty/restore")["seed"] == "empty"

    assert world.told("POST", "/reset")["seed"] == "clinic"
    assert world.record("workers", A)


def test_commits_are_counted_on(world: World) -> None:
    """A reset is one, too: who waits for a change sees it by the number."""
    world.create("conversations", {"user_id": A})

    assert world.told("POST", "/reset")["commits"] == 2


def fork(world: World, by_create: bool) -> World:
    """A second world that is as this one is."""
    if by_create:
        return World(world.mock, made(world.mock, **{"from": world.name})["name"])
    return World(world.mock, world.told("POST", "/fork", {})["name"])


@pytest.mark.parametrize("by_create", [False, True], ids=["fork", "create from"])
def test_a_fork_is_as_the_other_is(world: World, by_create: bool) -> None:
    """Its records, its clock and its ids to come; its snapshots are its own."""
    world.create("conversations", {"user_id": A})
    world.told("POST", "/snapshots", {"name": "booked"})
    world.told("POST", "/clock/advance", {"seconds": 1})
    second = fork(world, by_create)

    assert second.records() == world.records()
    assert second.said("/clock") == world.said("/clock")
    assert second.said("/snapshots") == {"snapshots": []}
    assert second.create("messages", message()) == world.create("messages", message())


@pytest.mark.parametrize("by_create", [False, True], ids=["fork", "create from"])
def test_a_fork_counts_its_own_commits(world: World, by_create: bool) -> None:
    """From its beginning on: what the other has committed is the other's."""
    first = fork(world, by_create)
    for _ in range(3):
        world.create("conversations", {"user_id": A})
    assert fork(world, by_create).said()["commits"] == first.said()["commits"]


@pytest.mark.parametrize("by_create", [False, True], ids=["fork", "create from"])
def test_neither_sees_what_happens_in_the_other(world: World, by_create: bool) -> None:
    """From then on; to delete the one is not to delete the other."""
    kept = world.create("conversations", {"user_id": A})["id"]
    second = fork(world, by_create)
    world.told("DELETE", f"/records/conversations/{kept}")
    second.told("DELETE", f"/records/patients/{A}")

    assert second.record("conversations", kept)
    assert world.record("patients", A)
    world.told("POST", "/reset")
    assert second.record("conversations", kept)
    third = fork(second, by_create)
    second.told("DELETE", "")
    assert third.record("conversations", kept)


@pytest.mark.parametrize("by_create", [False, True], ids=["fork", "create from"])
def test_a_fork_that_is_reset_begins_as_the_other_began(world: World, by_create: bool) -> None:
    """With the seed and the clock of that."""
    world.create("conversations", {"user_id": A})
    world.told("POST", "/clock/advance", {"seconds": 1})
    second = fork(world, by_create)

    assert second.told("POST", "/reset").items() >= {"changes": 0, "clock": {"now": AT, "frozen": True}}.items()


def test_a_fork_may_begin_at_a_moment(world: World) -> None:
    """There its clock stands still, and after a reset again."""
    world.create("conversations", {"user_id": A})
    second = World(world.mock, made(world.mock, **{"from": world.name}, now=OTHER)["name"])

    assert second.said()["clock"] == {"now": OTHER, "frozen": True}
    assert second.said()["changes"] == 1
    second.told("PUT", "/clock", {"now": None})
    assert second.told("POST", "/reset")["clock"] == {"now": OTHER, "frozen": True}
    assert world.said()["clock"] == {"now": AT, "frozen": True}


def test_a_sandbox_is_not_forked_onto_itself(world: World) -> None:
    """Its name is taken; and what is not there is forked from nowhere, also by its own name."""
    assert faults(world.ask("POST", "/fork", json={"name": world.name})) == [("uniqueness_exception", "/name")]
    own = world.mock.post("/_mock/sandboxes", {"name": "ouroboros", "from": "ouroboros"})
    assert faults(own) == [("resource_not_found", "/from")]


def message() -> dict[str, Any]:
    """A message to send."""
    return {"user_id": A, "conversation_id": A, "direction": "inbound", "contents": "Hello."}


@pytest.mark.parametrize("name", ["", "Booking", "-a", "a b", "a/b", "a" * 64, "é", "a\n", None, 7, ["a"]])
def test_what_is_no_name_is_refused(world: World, name: Any) -> None:
    """400 at `name`, of a sandbox, a fork and a snapshot."""
    for answer in (
        world.mock.post("/_mock/sandboxes", {"name": name}),
        world.mock.post("/_mock/sandboxes", {"from": name}),
        world.ask("POST", "/fork", json={"name": name}),
        world.ask("POST", "/snapshots", json={"name": name}),
    ):
        assert (answer.status_code, faults(answer)[0][0]) == (400, "parse_exception")
        assert faults(answer)[0][1] in ("/name", "/from")


@pytest.mark.parametrize("name", ["Booking", "-a", "a%20b", "a%2Fb", "a" * 64, "%C3%A9", "%FF", "a%0A", "%00"])
def test_what_is_no_name_in_a_path_is_refused(world: World, name: str) -> None:
    """400 at the parameter."""
    for path, parameter in ((f"/_mock/sandboxes/{name}", "sandbox"), (f"/snapshots/{name}", "snapshot")):
        answer = world.mock.get(path) if parameter == "sandbox" else world.ask("GET", path)
        assert (answer.status_code, faults(answer)) == (400, [("parse_exception", parameter)])


@pytest.mark.parametrize("now", ["", "today", "2031-03-04", "2031-03-04T09:30:00", "1899-12-31T23:59:59Z", None, 0])
def test_what_is_no_moment_is_refused(shared_mock: Checked, now: Any) -> None:
    """400 at `now`; a time without an offset is none."""
    assert faults(shared_mock.post("/_mock/sandboxes", {"now": now})) == [("parse_exception", "/now")]
