"""What is kept in a folder keeps nobody waiting who asks for something else."""

import asyncio
import gc
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from common_apis.handlers.terms import Key
from common_apis.world.disk import RealDisk
from common_apis.world.state import Commit
from common_apis.world.stored import Stored, Write

from ..mock import A
from .loop import GENEROUS, GET, Loop, reading

SANDBOXES = "/_mock/sandboxes"
MANY = 40


@pytest.fixture
def asleep(contract: dict[str, Any], tmp_path: Path) -> Iterator[Loop]:
    """A mock that was started again: none of its sandboxes was used since."""
    first = Loop(contract, tmp_path)

    async def make() -> None:
        for number in range(MANY):
            assert await first.ask("POST", SANDBOXES, orjson.dumps({"name": f"ci-{number}"})) == 201

    asyncio.run(make())
    first.sandboxes.close()
    loop = Loop(contract, tmp_path)
    yield loop
    loop.sandboxes.close()


def test_a_list_of_sandboxes_that_sleep_lets_others_in_between(asleep: Loop) -> None:
    """Each is opened in a turn of its own."""
    watched = asyncio.run(asleep.watch("GET", SANDBOXES, query=b"limit=1000"))
    assert watched.status == 200
    assert watched.others > MANY


def test_a_sandbox_that_is_deleted_while_they_are_listed_stays_deleted(asleep: Loop) -> None:
    """It is not opened again."""

    async def test() -> None:
        listed = asyncio.ensure_future(asleep.ask("GET", SANDBOXES, query=b"limit=1000"))
        await asyncio.sleep(0)
        assert await asleep.ask("DELETE", f"{SANDBOXES}/ci-9") == 204  # the last by name
        assert await listed == 200
        assert await asleep.ask("GET", f"{SANDBOXES}/ci-9") == 404

    asyncio.run(test())


def test_a_sandbox_is_deleted_while_others_are_served(asleep: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the disk takes; the sandbox itself cannot be asked meanwhile."""
    begun, free = threading.Event(), threading.Event()
    discard = RealDisk.discard

    def slowly(disk: RealDisk, folder: Path) -> None:
        begun.set()
        assert free.wait(10)
        discard(disk, folder)

    monkeypatch.setattr(RealDisk, "discard", slowly)

    async def test() -> None:
        deleted = asyncio.ensure_future(asleep.ask("DELETE", f"{SANDBOXES}/ci-1"))
        await asyncio.to_thread(begun.wait, 10)
        assert not deleted.done()
        assert await asleep.ask("GET", GET) == 200
        assert await asleep.ask("GET", f"{SANDBOXES}/ci-1") == 404
        assert await asleep.ask("GET", f"/s/ci-1{GET}") == 503
        free.set()
        assert await deleted == 204
        assert await asleep.ask("GET", f"/s/ci-1{GET}") == 200

    asyncio.run(test())


TASKS = 8_000
"""Records of a large sandbox: some megabytes."""


@pytest.fixture
def large(contract: dict[str, Any], tmp_path: Path) -> Iterator[Loop]:
    """A mock with a large sandbox that was started again, and has its snapshot."""
    first = Loop(contract, tmp_path)
    asyncio.run(first.ask("POST", SANDBOXES, b'{"name":"large"}'))
    store = first.sandboxes.live["large"].store
    body = store.head.base.records[Key("patient_tasks", A)].body
    ids = [f"{number:08x}-0000-4000-8000-000000000000" for number in range(TASKS)]
    writes = [Write(Key("patient_tasks", id), Stored(body.replace(A.encode(), id.encode(), 1))) for id in ids]

    async def grow() -> None:
        waiting = store.append([Commit(writes)], store.head.version)
        assert waiting
        await waiting
        assert await first.ask("POST", f"{SANDBOXES}/large/snapshots", b'{"name":"s"}') == 201

    asyncio.run(grow())
    first.sandboxes.close()
    loop = Loop(contract, tmp_path)
    gc.collect()
    gc.freeze()  # as a server does once it has started
    yield loop
    gc.unfreeze()
    loop.sandboxes.close()


CALLS = {
    "its first request": ("GET", f"/s/large{GET}", b"", 200),
    "a fork": ("POST", f"{SANDBOXES}/large/fork", b"{}", 201),
    "a fork at a commit": ("POST", f"{SANDBOXES}/large/commits/1/fork", b"{}", 201),
    "a restore": ("POST", f"{SANDBOXES}/large/snapshots/s/restore", b"", 200),
    "a reset": ("POST", f"{SANDBOXES}/large/reset", b"", 200),
    "a reload": ("POST", f"{SANDBOXES}/large/reload", b"", 200),
    "a snapshot that is saved": ("POST", f"{SANDBOXES}/large/snapshots", b'{"name":"t"}', 201),
    "a snapshot that is deleted": ("DELETE", f"{SANDBOXES}/large/snapshots/s", b"", 204),
}


@pytest.mark.parametrize("call", CALLS)
def test_a_large_sandbox_is_read_and_written_beside_other_requests(large: Loop, call: str) -> None:
    """Each turn of the event loop is short meanwhile, and others are answered again and again."""
    *asked, status = CALLS[call]

    async def test() -> None:
        assert await large.ask("GET", f"/s/other{GET}") == 200
        watched = await large.watch(*asked)
        assert watched.status == status
        assert watched.others > 3
        assert watched.turn < GENEROUS * reading()

    asyncio.run(test())


def test_a_log_is_folded_beside_other_requests(large: Loop) -> None:
    """However much there is to write."""

    async def test() -> None:
        await large.ask("POST", f"{SANDBOXES}/large/clock/advance", b'{"seconds":1}')
        await large.sandboxes.chores()
        began = time.thread_time()
        await large.sandboxes.chores()
        assert time.thread_time() - began < GENEROUS * reading()

    asyncio.run(test())
