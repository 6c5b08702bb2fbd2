"""Nothing is answered before it is durable, and what could not be made so was never there."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from common_apis.world import log_store, sandboxes
from common_apis.world.disk import RealTail
from common_apis.world.errors import StoreFailed
from common_apis.world.log import Sync
from common_apis.world.state import Commit

from ..mock import A, Mock
from .worlds import Worlds, append

WORKER = f"/v1/workers/{A}"
TASK = "/v1/patient_tasks/ef1384a3-4646-4d22-9153-460320b35453"
MakeMock = Callable[..., Mock]


class Disk:
    """The thread that writes and syncs, which can be held; and a sync that can fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.writer = ThreadPoolExecutor(1)
        self.broken = False
        self.sync = RealTail.sync
        for module in (log_store, sandboxes):
            monkeypatch.setattr(module, "WRITERS", self.writer)
        monkeypatch.setattr(RealTail, "sync", lambda tail: self.fail(tail) if self.broken else self.sync(tail))

    def fail(self, tail: RealTail) -> None:
        """Fail as a disk does."""
        raise StoreFailed(f"{tail.file} cannot be written: Input/output error.")

    @contextmanager
    def held(self) -> Iterator[None]:
        """Have nothing written or synced in the thread meanwhile."""
        free = threading.Event()
        self.writer.submit(free.wait)
        try:
            yield
        finally:
            free.set()


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    """The disk of a mock."""
    disk = Disk(monkeypatch)
    yield disk
    disk.writer.shutdown()


async def start(mock: Mock, method: str, path: str, **sent: Any) -> "asyncio.Task[httpx.Response]":
    """Send a request, and have it come as far as it can."""
    task = asyncio.create_task(mock.send(method, path, **sent))
    for _ in range(200):
        await asyncio.sleep(0)
    return task


@pytest.mark.parametrize("first", [True, False], ids=["the first commit", "a later one"])
def test_a_change_is_answered_and_seen_once_it_is_durable(
    make_mock: MakeMock, tmp_path: Path, disk: Disk, first: bool
) -> None:
    """Until then, nobody reads anything of it, and who refers to it waits for it."""
    mock = make_mock(data=tmp_path)
    if not first:
        mock.delete(f"/v1/patient_tasks/{A}")

    async def test() -> None:
        with disk.held():
            made = await start(mock, "POST", "/v1/email_addresses", json={"user_id": A, "email": "a@example.com"})
            gone = await start(mock, "DELETE", TASK)
            again = await start(mock, "DELETE", TASK)
            assert not any(task.done() for task in (made, gone, again)), "also the 404 of the second one"
            assert (await mock.send("GET", WORKER)).status_code == 200
            assert (await mock.send("GET", TASK)).status_code == 200
            assert (await mock.send("GET", "/_mock/sandboxes/default")).json()["commits"] == (0 if first else 1)
        assert [(await task).status_code for task in (made, gone, again)] == [201, 200, 404]
        assert (await mock.send("GET", TASK)).status_code == 404

    asyncio.run(test())


def test_what_a_failed_sync_has_lost_was_never_there(make_mock: MakeMock, tmp_path: Path, disk: Disk) -> None:
    """All who wait are answered 503; a GET sees nothing of it; and no further change is accepted."""
    mock = make_mock(data=tmp_path)
    address = mock.post("/v1/email_addresses", {"user_id": A, "email": "a@example.com"}).json()["id"]

    async def test() -> None:
        disk.broken = True
        with disk.held():
            changes = [
                await start(mock, "DELETE", TASK),
                await start(mock, "DELETE", TASK),
                await start(mock, "PUT", f"/v1/email_addresses/{address}", json={"email": "b@example.com"}),
            ]
        assert [(await each).status_code for each in changes] == [503] * 3
        disk.broken = False
        assert (await mock.send("GET", TASK)).status_code == 200
        assert (await mock.send("GET", f"/v1/email_addresses/{address}")).json()["email"] == "a@example.com"
        assert (await mock.send("GET", "/_mock/sandboxes/default/commits")).json()["commits"][-1]["number"] == 1
        refused = await mock.send("DELETE", TASK)
        assert refused.status_code == 503
        assert "start the server again" in refused.json()["detail"]

    asyncio.run(test())


def test_a_fault_that_counts_is_sent_once_its_use_is_durable(make_mock: MakeMock, tmp_path: Path, disk: Disk) -> None:
    """Else it could apply more often than it may."""
    mock = make_mock(data=tmp_path)
    rule = {"status": 503, "times": 1, "operation": "workers_get"}
    assert mock.post("/_mock/sandboxes/default/faults", rule).status_code == 201

    async def test() -> None:
        with disk.held():
            counted = await start(mock, "GET", WORKER)
            assert not counted.done()
        assert (await counted).status_code == 503
        assert (await mock.send("GET", WORKER)).status_code == 200

    asyncio.run(test())


@pytest.mark.parametrize("sync", ["none", "batch"])
def test_with_others_syncs_what_is_written_is_answered(
    make_mock: MakeMock, tmp_path: Path, disk: Disk, sync: str
) -> None:
    """It survives the process, and is not held for the machine."""
    mock = make_mock(data=tmp_path, sync=sync)
    mock.delete(f"/v1/patient_tasks/{A}")

    async def test() -> None:
        with disk.held():
            assert (await mock.send("DELETE", TASK)).status_code == 200
            assert (await mock.send("GET", TASK)).status_code == 404

    asyncio.run(test())


@pytest.mark.parametrize("sync", [Sync.NONE, Sync.BATCH])
def test_what_is_written_while_others_are_made_durable_is_read(worlds: Worlds, tmp_path: Path, sync: Sync) -> None:
    """A flush that ends later does not take back what was durable at once."""
    store = worlds.folder(tmp_path / "default", sync)
    in_thread = store.in_thread

    async def late(do: Callable[[], Any]) -> Any:
        result = await in_thread(do)
        if store.head.version == 1:
            assert store.append([Commit()], 1) is None
        return result

    store.in_thread = late  # type: ignore[method-assign]  # as the loop may be, between the thread and the flush
    asyncio.run(append(store, Commit()))
    assert (store.head.version, store.durable.version) == (2, 2)


@pytest.mark.parametrize(("doing", "status"), [("create", 409), ("first request", 409), ("delete", 201)])
def test_what_was_begun_is_done_though_nobody_waits(
    make_mock: MakeMock, tmp_path: Path, disk: Disk, doing: str, status: int
) -> None:
    """A sandbox is made, opened or gone, and its name can be used."""
    mock = make_mock(data=tmp_path)
    mock.post("/_mock/sandboxes", {"name": "delete"})
    calls = {
        "create": ("POST", "/_mock/sandboxes", {"name": "create"}),
        "first request": ("GET", f"/s/first{WORKER}", None),
        "delete": ("DELETE", "/_mock/sandboxes/delete", None),
    }
    method, path, body = calls[doing]

    async def test() -> None:
        with disk.held():
            task = await start(mock, method, path, json=body)
            assert doing == "delete" or not task.done()
            task.cancel()
            await asyncio.sleep(0)
        name = doing.partition(" ")[0]
        while (again := await mock.send("POST", "/_mock/sandboxes", json={"name": name})).status_code == 503:
            assert "is being deleted" in again.text
            await asyncio.sleep(0.01)
        assert again.status_code == status
        assert (await mock.send("GET", f"/s/{name}{WORKER}")).status_code == 200

    asyncio.run(test())
