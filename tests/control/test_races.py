"""Requests of one moment: each is done whole, one after the other."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from copy import copy
from typing import Any

import httpx
import pytest

from common_apis.handlers.terms import Key
from common_apis.serving.app import Settings, create_app, create_sandboxes
from common_apis.world.bounds import Bounds
from common_apis.world.journal import MOST, Journal
from common_apis.world.log import Sync
from common_apis.world.sandbox import Sandbox
from common_apis.world.state import Commit
from common_apis.world.stored import Stored, Write

from ..mock import A, Mock
from ..resources.records import GUID
from ..waiting import PATIENCE_S
from .calls import EMPTY_SNAPSHOT, TASK
from .form import Form
from .world import AT, Checked, World


@pytest.fixture(params=["in memory", "in a folder"])
def world(request: pytest.FixtureRequest, shared_mock: Checked, start: Callable[..., Checked]) -> World:
    """A world whose commits are safe before they are answered, so that others come in between."""
    mock = shared_mock if request.param == "in memory" else start(sync=Sync.EACH)
    return mock.world()


def together(*requests: Awaitable[httpx.Response]) -> list[httpx.Response]:
    """The answers to requests that are sent at once."""

    async def gathered() -> list[httpx.Response]:
        return await asyncio.gather(*requests)

    return asyncio.run(gathered())


def statuses(answers: list[httpx.Response]) -> list[int]:
    """The statuses of answers, sorted."""
    return sorted(answer.status_code for answer in answers)


def test_one_of_many_creates_of_a_name_is_granted(world: World) -> None:
    """The others are told that it is taken."""
    send, name = world.mock.send, f"{world.name}-twin"
    by_create = [send("POST", "/_mock/sandboxes", json={"name": name}) for _ in range(8)]
    by_fork = [send("POST", f"/_mock/sandboxes/{world.name}/fork", json={"name": name}) for _ in range(8)]

    assert statuses(together(*by_fork[:4], *by_create, *by_fork[4:])) == [201] + [409] * 15


LONG = {
    "what has come of it": ("GET", "/diff"),
    "its records": ("GET", "/records/patient_tasks?where=task_type:none"),
    "a snapshot": ("GET", "/snapshots/large"),
    "a snapshot that is sent": ("PUT", "/snapshots/sent"),
    "its requests": ("GET", "/requests?limit=1000"),
    "those that are sought": ("POST", "/requests/find"),
    "those that matched nothing": ("GET", "/requests/near_misses"),
}


@pytest.mark.parametrize("what", LONG)
def test_others_are_answered_while_a_large_world_is_told(contract: dict[str, Any], form: Form, what: str) -> None:
    """What takes long to say of it, or to be said, holds nobody up."""
    sandboxes = create_sandboxes(Settings(), contract)
    mock = Checked(create_app(Settings(), contract, sandboxes), form)
    world = mock.world("large")
    grow(sandboxes.live[world.name])
    world.api("GET", f"patient_tasc/{A}")
    crowd(sandboxes.live[world.name].journal)
    world.told("POST", "/snapshots", {"name": "large"})
    method, path = LONG[what]
    sent = {"PUT": world.said("/snapshots/large"), "POST": {"path": "*a*b*c*"}}.get(method)
    answered = 0

    async def both() -> None:
        nonlocal answered
        long = asyncio.create_task(Mock.send(mock, method, f"/_mock/sandboxes/large{path}", json=sent))
        async with asyncio.timeout(PATIENCE_S):
            while not long.done():
                assert (await Mock.send(mock, "GET", f"/v1/workers/{A}")).status_code == 200
                await asyncio.sleep(0)
                answered += not long.done()
        assert (await long).status_code == 200

    asyncio.run(both())
    assert answered > 1


def grow(sandbox: Sandbox) -> None:
    """Have a sandbox have many tasks."""
    store = sandbox.store
    first = store.head.base.records[Key("patient_tasks", A)]
    ids = [f"{number:08x}-0000-4000-8000-000000000000" for number in range(20_000)]
    bodies = ((id, first.body.replace(A.encode(), id.encode(), 1)) for id in ids)
    writes = [Write(Key("patient_tasks", id), Stored(body)) for id, body in bodies]
    store.append([Commit(writes)], store.head.version)


def crowd(journal: Journal[Any]) -> None:
    """Have a journal have its one exchange as often as it may."""
    [exchange] = journal.kept
    for _ in range(MOST):
        journal.add(copy(exchange), exchange.weight)


def test_made_up_names_are_all_different(world: World) -> None:
    """As many as are asked for at once."""
    answers = together(*(world.mock.send("POST", "/_mock/sandboxes", json={}) for _ in range(20)))

    assert len({answer.json()["name"] for answer in answers}) == 20


def test_snapshots_that_are_saved_at_once_keep_to_their_bound(start: Callable[..., Checked]) -> None:
    """Though each takes its time: as many as may be are granted."""
    world = start(bounds=Bounds(snapshots=3)).world()
    path = f"/_mock/sandboxes/{world.name}/snapshots"
    by_save = [world.mock.send("POST", path, json={"name": f"saved-{number}"}) for number in range(6)]
    by_upload = [world.mock.send("PUT", f"{path}/sent-{number}", json=EMPTY_SNAPSHOT) for number in range(6)]
    answers = together(*by_save, *by_upload)

    assert len(world.said("/snapshots")["snapshots"]) == 3
    assert sum(answer.status_code < 300 for answer in answers) == 3
    assert sum(answer.status_code == 503 for answer in answers) == 9


def test_a_sandbox_is_deleted_once(world: World) -> None:
    """The others do not find it."""
    path = f"/_mock/sandboxes/{world.name}"

    assert statuses(together(*(world.mock.send("DELETE", path) for _ in range(8)))) == [204] + [404] * 7


def test_deleting_goes_with_forking(world: World) -> None:
    """Whichever comes first; a fork that was granted is whole."""
    world.create("conversations", {"user_id": A})
    path, names = f"/_mock/sandboxes/{world.name}", [f"{world.name}-{number}" for number in range(6)]
    forks = [world.mock.send("POST", f"{path}/fork", json={"name": name}) for name in names]
    answers = together(*forks[:3], world.mock.send("DELETE", path), *forks[3:])

    granted = [answer for answer in (*answers[:3], *answers[4:]) if answer.status_code == 201]
    assert statuses(answers) == [201] * len(granted) + [204] + [404] * (6 - len(granted))
    assert granted[:3] == answers[:3]
    for answer in granted:
        assert World(world.mock, answer.json()["name"]).said()["changes"] == 1


def test_a_fork_that_is_deleted_at_once_is_gone(world: World) -> None:
    """Whatever the one who made it is told."""
    path, name = f"/_mock/sandboxes/{world.name}", f"{world.name}-brief"
    made, gone = together(
        world.mock.send("POST", f"{path}/fork", json={"name": name}),
        world.mock.send("DELETE", f"/_mock/sandboxes/{name}"),
    )

    assert (made.status_code, gone.status_code) == (201, 204)
    assert world.mock.get(f"/_mock/sandboxes/{name}").status_code == 404


def test_a_record_is_answered_as_it_was_put(world: World) -> None:
    """Though it is another's by then, or gone."""
    path = f"/_mock/sandboxes/{world.name}/records/patient_tasks/{A}"
    texts = [f"task_{number}" for number in range(6)]
    puts = [world.mock.send("PUT", path, json=TASK | {"task_type": text}) for text in texts]
    *answers, gone = together(*puts, world.mock.send("DELETE", path))

    assert [answer.json()["task_type"] for answer in answers] == texts
    assert gone.status_code == 204
    assert world.mock.get(path).status_code == 404


def test_time_passes_for_all_who_let_it(world: World) -> None:
    """No second is lost."""
    path = f"/_mock/sandboxes/{world.name}/clock/advance"
    together(*(world.mock.send("POST", path, json={"seconds": 1}) for _ in range(10)))

    assert world.said("/clock")["now"] == AT.replace(":00.", ":10.")


def test_ids_are_different_in_one_world(world: World) -> None:
    """However many are made at once."""
    path = f"/s/{world.name}/v1/conversations"
    ids = {
        each.json()["id"] for each in together(*(world.mock.send("POST", path, json={"user_id": A}) for _ in range(20)))
    }

    assert len(ids) == 20
    assert all(GUID.fullmatch(id) for id in ids)
    assert len(world.said("/diff")["created"]["conversations"]) == 20


def test_snapshots_of_one_name_are_each_whole(world: World) -> None:
    """The last one counts; and one is deleted once."""
    path = f"/_mock/sandboxes/{world.name}/snapshots"
    saves = [world.mock.send("POST", path, json={"name": "booked"}) for _ in range(4)]
    uploads = [world.mock.send("PUT", f"{path}/booked", json=EMPTY_SNAPSHOT | {"counter": n}) for n in range(4)]
    assert statuses(together(*saves, *uploads)) == [200] * 4 + [201] * 4
    assert len(world.said("/snapshots")["snapshots"]) == 1

    assert statuses(together(*(world.mock.send("DELETE", f"{path}/booked") for _ in range(4)))) == [204] + [404] * 3


def test_restores_and_resets_leave_one_whole_world(world: World) -> None:
    """That of the last of them, and of what came after it."""
    world.create("conversations", {"user_id": A})
    world.told("POST", "/snapshots", {"name": "booked"})
    path = f"/_mock/sandboxes/{world.name}"
    restores = [world.mock.send("POST", f"{path}/snapshots/booked/restore") for _ in range(3)]
    resets = [world.mock.send("POST", f"{path}/reset") for _ in range(3)]
    assert statuses(together(*restores, *resets)) == [200] * 6

    said = world.said()
    assert (said["changes"], said["counter"], said["commits"]) in ((0, 0, 7), (1, 1, 7))


def test_a_slow_request_is_for_the_sandbox_that_there_is_once_it_has_come(world: World) -> None:
    """It began before the sandbox was deleted and made anew: what has not come whole has not happened."""
    path = f"/_mock/sandboxes/{world.name}"

    async def story() -> httpx.Response:
        begun, deleted = asyncio.Event(), asyncio.Event()

        async def body() -> AsyncIterator[bytes]:
            yield b'{"user_id": '
            begun.set()
            await deleted.wait()
            yield f'"{A}"}}'.encode()

        headers = {"Content-Type": "application/json"}
        slow = asyncio.create_task(
            world.mock.send("POST", f"/s/{world.name}/v1/conversations", content=body(), headers=headers)
        )
        await begun.wait()
        await world.mock.send("DELETE", path)
        await world.mock.send("POST", "/_mock/sandboxes", json={"name": world.name})
        deleted.set()
        return await slow

    assert asyncio.run(story()).status_code == 201
    said = world.said()
    assert (said["changes"], said["counter"], said["commits"]) == (1, 1, 1)


def test_a_story_of_many_is_a_story_of_one(shared_mock: Checked) -> None:
    """A hundred requests of all kinds at once: none fails, and what is left is as the commits count it."""
    mock: Mock = shared_mock
    world = shared_mock.world()
    path = f"/_mock/sandboxes/{world.name}"
    kinds = [
        ("POST", f"/s/{world.name}/v1/conversations", {"user_id": A}),
        ("PUT", f"{path}/records/patient_tasks/{A}", TASK),
        ("POST", f"{path}/clock/advance", {"seconds": 1}),
        ("GET", f"{path}/diff", None),
        ("GET", f"{path}/records/conversations", None),
        ("POST", f"{path}/snapshots", {"name": "booked"}),
        ("PUT", f"/s/{world.name}/v1/patients/{A}", {"phase": "maintenance"}),
        ("POST", f"{path}/fork", {}),
    ]
    answers = together(*(mock.send(method, at, json=body) for method, at, body in kinds * 12))

    assert {answer.status_code for answer in answers} == {200, 201}
    assert world.said()["commits"] == 12 * 4
    assert world.said()["counter"] == 12


@pytest.mark.parametrize("name", ["default", "x"])
def test_to_open_reload_and_delete_go_together(start: Callable[..., Checked], name: str) -> None:
    """Whoever comes too late hears so; nobody meets a defect."""
    start().world("x")
    path = f"/_mock/sandboxes/{name}"
    read, reload, delete = ("GET", f"/s/{name}/v1/workers/{A}"), ("POST", f"{path}/reload"), ("DELETE", path)
    for calls in ([read, delete, ("GET", path)], [reload, delete, reload, read]):
        mock = start()
        answers = together(*(mock.send(*call) for call in calls))
        assert {answer.status_code for answer in answers} <= {200, 204, 404, 503}
        assert mock.get(f"/s/{name}/v1/workers/{A}").status_code == 200
