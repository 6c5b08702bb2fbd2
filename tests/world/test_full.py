"""A disk that takes no more: it is said why, nothing is half kept, reading goes on, and so does writing once it can."""

import asyncio
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import httpx
import pytest

from common_apis.world.log import DataError

from ..mock import A
from ..serving.served import Served
from .forgetful import Forgetful
from .worlds import Worlds, commit, new, world

pytestmark = pytest.mark.slow

PATIENT = {
    "phase": "intake",
    "timezone": "US/Pacific",
    "first_name": "Rowan",
    "last_name": "Tidewell",
    "birthday": "1961-09-30",
    "email": "rowan.tidewell@example.com",
    "phone": "+14155550142",
    "external_ids": {"lab": "LAB-1"},
}


@contextmanager
def full(server: Served) -> Iterator[None]:
    """A server of which no file can be longer than a few bytes: a limit that also holds for root."""
    if sys.platform != "linux":
        pytest.skip("only Linux limits the files of a process that runs")
    import resource

    pid, limits = server.process.pid, resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (9, limits[1]))
    yield
    resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


def test_a_write_that_the_disk_does_not_take_is_refused_whole(tmp_path: Path) -> None:
    """503, with why and when to try again; nothing of it is kept, what was there is read, and later writes work."""
    folder = tmp_path / "default"
    why = rf"{folder}/log-\d+\.jsonl cannot be written: File too large\."
    with Served("--port", "0", "--data", str(tmp_path)) as server, httpx.Client(base_url=server.url) as client:
        first = client.post("/v1/patient_tasks", json={"user_id": A, "task_type": "first"})
        with full(server):
            for _ in range(2):
                answer = client.post("/v1/patients", json=PATIENT)
                assert answer.status_code == 503
                assert answer.headers["content-type"] == "application/problem+json"
                assert answer.headers["retry-after"] == "2"
                assert answer.json()["errors"][0]["code"] == "service_unavailable"
                assert re.fullmatch(why, answer.json()["detail"])
            assert not any(b"Tidewell" in file.read_bytes() for file in folder.iterdir())
            assert client.get(first.headers["location"]).content == first.content
        answer = client.post("/v1/patients", json=PATIENT)
        assert answer.status_code == 201
        assert client.put(answer.headers["location"], json={}).content == answer.content
        server.process.kill()
    with Served("--port", "0", "--quiet", "--data", str(tmp_path)) as server:
        assert httpx.put(f"{server.url}{answer.headers['location']}", json={}).content == answer.content
        assert httpx.get(f"{server.url}{first.headers['location']}").content == first.content
        emails = json.loads((folder / "email_addresses.json").read_bytes())
        assert [email["user_id"] for email in emails] == [answer.json()["id"]]
        assert server.said() == ""


def test_a_fold_that_the_disk_does_not_take_is_done_later(worlds: Worlds, tmp_path: Path) -> None:
    """The log stays, which is said, and has all; the next time the server rests, it is tried again."""
    system, said = Forgetful(tmp_path / "disk", Random(0)), list[str]()
    with system.running(), worlds.keeper(tmp_path / "disk/data", said.append) as keeper:
        store = keeper.open("default", worlds.origin())
        folder = tmp_path / "disk/data/default"
        asyncio.run(commit(store, worlds.task(new(1))))
        system.room = 100
        asyncio.run(keeper.chores())
        for _ in range(2):
            asyncio.run(keeper.chores())
            file = folder / "patient_tasks.json"
            assert said == [f"{file} cannot be written: No space left on device. What was committed stays in the log."]
            said.clear()
        assert sorted(each.name for each in folder.iterdir()) == ["log-000000000001.jsonl", "sandbox.json"]
        system.room = None
        asyncio.run(commit(store, worlds.task(new(2))))
        asyncio.run(keeper.chores())
        asyncio.run(keeper.chores())
        assert sorted(each.name for each in folder.iterdir()) == ["patient_tasks.json", "sandbox.json"]
        assert said == []


def test_a_stop_that_the_disk_does_not_take_loses_nothing(worlds: Worlds, tmp_path: Path) -> None:
    """It is said, the folder is free, and the next start folds what this one could not."""
    system, said = Forgetful(tmp_path / "disk", Random(0)), list[str]()
    with system.running(), worlds.keeper(tmp_path / "disk/data", said.append) as keeper:
        stores = [keeper.open(name, worlds.origin()) for name in ("default", "other")]
        for store in stores:
            asyncio.run(commit(store, worlds.task(new(1))))
        system.room = 100
        keeper.close()
        assert len(said) == 2
        system.room = 100  # of which the start takes one, to see whether there is any
        with worlds.keeper(keeper.path) as again:
            with pytest.raises(DataError, match=r"No space left on device\. Nothing is lost"):
                again.open("default", worlds.origin())
            system.room = None
            for name, store in zip(("default", "other"), stores, strict=True):
                assert world(again.open(name, worlds.origin()).head) == world(store.head)
