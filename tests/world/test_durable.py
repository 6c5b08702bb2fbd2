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
    def hold(self) -> Iterator[None]:
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
        with disk.hold():
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
        with disk.hold():
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
        with disk.hold():
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
        with disk.hold():
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
        with disk.hold():
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


@pytest.mark.parametrize("sync", ["none", "batch", "each"])
def test_a_number_that_is_used_again_answers_nobody_else(
    make_mock: MakeMock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sync: str
) -> None:
    """A restore that the disk is too full for is 503, and so is what came after it: nobody takes another's commit."""
    mock = make_mock(data=tmp_path, sync=sync)
    mock.delete(TASK)
    mock.post("/_mock/sandboxes/default/snapshots", {"name": "s"})
    write = RealTail.write

    def full(tail: RealTail, content: bytes) -> None:
        if b'"anew"' in content:
            raise StoreFailed("The disk is full.")
        write(tail, content)

    monkeypatch.setattr(RealTail, "write", full)

    async def test() -> None:
        restore = asyncio.create_task(mock.send("POST", "/_mock/sandboxes/default/snapshots/s/restore"))
        made: list[asyncio.Task[httpx.Response]] = []
        while not restore.done():
            body = {"user_id": A, "task_type": f"number_{len(made)}"}
            made.append(asyncio.create_task(mock.send("POST", "/v1/patient_tasks", json=body)))
            await asyncio.sleep(0)
        assert (await restore).status_code == 503
        for number, each in enumerate(await asyncio.gather(*made)):
            assert each.status_code in (201, 503)
            if each.status_code == 201:
                found = await mock.send("GET", each.headers["location"])
                assert found.json()["task_type"] == f"number_{number}"

    for _ in range(10):
        asyncio.run(test())


def test_what_a_flush_gives_up_is_not_written_by_a_fold(worlds: Worlds, tmp_path: Path) -> None:
    """A log that is folded between a write that fails and its answer has nothing of it."""
    store = worlds.folder(tmp_path / "default")
    asyncio.run(append(store, Commit()))
    write, in_thread = store.log.write, store.in_thread

    def fail(*given: Any) -> None:
        store.log.write = write  # type: ignore[method-assign]  # the disk has room again
        raise StoreFailed("The disk is full.")

    async def folded_at_once(do: Callable[[], Any]) -> Any:
        result = await in_thread(do)
        if do == store.write_out:
            store.fold()
        return result

    async def test() -> None:
        store.log.write = fail  # type: ignore[method-assign,assignment]
        store.in_thread = folded_at_once  # type: ignore[method-assign]
        waiting = store.append([Commit(replacement=worlds.origin("empty").state())], 1)
        assert waiting
        with pytest.raises(StoreFailed):
            await waiting
        store.in_thread = in_thread  # type: ignore[method-assign]
        await append(store, Commit())

    asyncio.run(test())
    store.end()
    again = worlds.folder(tmp_path / "default")
    assert (again.head.version, again.head.base.name) == (2, "clinic")


def test_a_store_that_was_ended_writes_no_more(worlds: Worlds, tmp_path: Path) -> None:
    """Nor does a fold that was waiting for its log: it is another's."""
    store = worlds.folder(tmp_path / "default")
    asyncio.run(append(store, Commit()))

    async def test() -> None:
        store.pause()
        waiting = store.append([Commit()], 1)
        store.end()
        with pytest.raises(StoreFailed, match="put away"):
            store.fold()
        assert waiting
        with pytest.raises(StoreFailed, match="put away"):
            await waiting

    asyncio.run(test())
    assert worlds.folder(tmp_path / "default").head.version == 1


def test_what_cannot_be_written_for_a_defect_is_answered(
    worlds: Worlds, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever waits hears of it, and the next commit is written."""
    store = worlds.folder(tmp_path / "default")
    write = store.log.write

    def fail(*given: Any) -> None:
        store.log.write = write  # type: ignore[method-assign]
        raise TypeError("broken by a test")

    store.log.write = fail  # type: ignore[method-assign,assignment]
    with pytest.raises(TypeError, match="broken by a test"):
        asyncio.run(append(store, Commit()))
    assert "broken by a test" in caplog.text
    asyncio.run(append(store, Commit()))
    assert store.durable.version == 1


def test_refusals_and_overrides_wait_for_what_they_were_made_from(
    make_mock: MakeMock, tmp_path: Path, disk: Disk
) -> None:
    """A rule that is being deleted is neither missing nor passed over before that is durable."""
    mock = make_mock(data=tmp_path)
    rule = "/_mock/sandboxes/default/faults/1"
    mock.post("/_mock/sandboxes/default/faults", {"status": 503, "operation": "workers_get"})

    async def test() -> None:
        disk.broken = True
        with disk.hold():
            asked = [await start(mock, *call) for call in (("DELETE", rule), ("DELETE", rule), ("GET", WORKER))]
            assert not any(task.done() for task in asked)
        assert [(await task).status_code for task in asked] == [503] * 3
        disk.broken = False
        assert (await mock.send("GET", rule)).status_code == 200

    asyncio.run(test())


def test_nobody_waits_for_ever_when_a_thread_ends_in_no_ordinary_way(worlds: Worlds, tmp_path: Path) -> None:
    """Whoever waits for a commit gets what has ended it."""

    class Ended(BaseException):
        """Not an `Exception`, as what ends a process."""

    store = worlds.folder(tmp_path / "default")

    async def end(do: Callable[[], Any]) -> Any:
        raise Ended

    store.in_thread = end  # type: ignore[method-assign]

    async def test() -> None:
        async with asyncio.timeout(10):
            await append(store, Commit())

    with pytest.raises(Ended):
        asyncio.run(test())
