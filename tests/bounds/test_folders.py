"""What is kept in a folder keeps nobody waiting who asks for something else."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from common_apis.world.disk import RealDisk

from .loop import GET, Loop

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
