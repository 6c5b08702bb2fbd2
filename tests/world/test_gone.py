"""A data folder that is removed or moved while it is served: nothing is acknowledged that is not there."""

import shutil
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from ..mock import A
from ..serving.served import Served

pytestmark = pytest.mark.slow

TASK = {"user_id": A, "task_type": "survey"}


def write(client: httpx.Client, sandbox: str = "default") -> httpx.Response:
    """The answer to a write."""
    return client.post(f"/s/{sandbox}/v1/patient_tasks", json=TASK)


def remove(folder: Path) -> None:
    """Remove the whole folder."""
    shutil.rmtree(folder)


def remove_sandbox(folder: Path) -> None:
    """Remove the folder of one sandbox."""
    shutil.rmtree(folder / "default")


def remove_log(folder: Path) -> None:
    """Remove a log alone."""
    for file in (folder / "default").glob("log-*"):
        file.unlink()


def move(folder: Path) -> None:
    """Give the folder another name."""
    folder.rename(folder.with_name("elsewhere"))


def replace(folder: Path) -> None:
    """Put an empty folder in its place, and in that of the sandbox."""
    shutil.rmtree(folder)
    (folder / "default").mkdir(parents=True)


WAYS = [remove, remove_sandbox, remove_log, move, replace]


@pytest.mark.parametrize("away", WAYS)
def test_a_write_to_a_log_that_is_gone_is_refused(tmp_path: Path, away: Callable[[Path], None]) -> None:
    """503 that names the file and says why, from the first write on; what is in memory is still read."""
    folder = tmp_path / "worlds"
    with Served("--port", "0", "--data", str(folder)) as server, httpx.Client(base_url=server.url) as client:
        first = write(client)
        assert first.status_code == 201
        away(folder)
        for _ in range(2):
            answer = write(client)
            assert (answer.status_code, answer.json()["errors"][0]["code"]) == (503, "service_unavailable")
            assert f"{folder}/default/log-" in answer.json()["detail"]
            assert "removed or moved while the server runs" in answer.json()["detail"]
        assert client.get(first.headers["location"]).status_code == 200
        server.process.terminate()
        assert server.process.wait(10) == 0
        log = server.end()
    assert "removed or moved" in log
    assert "stays in the log" not in log


@pytest.mark.parametrize("away", [remove, remove_sandbox, move, replace])
def test_a_write_to_a_folder_that_is_gone_is_refused(tmp_path: Path, away: Callable[[Path], None]) -> None:
    """Also where no log was begun since the server was started."""
    folder = tmp_path / "worlds"
    with Served("--port", "0", "--data", str(folder)) as server:
        assert httpx.post(f"{server.url}/v1/patient_tasks", json=TASK).status_code == 201
        server.process.terminate()
        server.process.wait(10)
    with Served("--port", "0", "--data", str(folder)) as server, httpx.Client(base_url=server.url) as client:
        assert client.get(f"/v1/patient_tasks/{A}").status_code == 200
        away(folder)
        answer = write(client)
        assert answer.status_code == 503
        assert f"{folder}/default/" in answer.json()["detail"]
        assert "removed or moved while the server runs" in answer.json()["detail"]


def test_no_sandbox_is_begun_in_a_folder_that_is_gone(tmp_path: Path) -> None:
    """However it is made: a folder in its place would be nobody's, and two servers could use it."""
    folder = tmp_path / "worlds"
    with Served("--port", "0", "--data", str(folder)) as server, httpx.Client(base_url=server.url) as client:
        assert client.post("/_mock/sandboxes", json={"name": "before"}).status_code == 201
        remove(folder)
        for answer in (
            write(client, "fresh"),
            client.post("/_mock/sandboxes", json={"name": "made"}),
            client.post("/_mock/sandboxes/fresh/snapshots", json={"name": "kept"}),
        ):
            assert answer.status_code == 503
            assert "removed or moved while the server runs" in answer.json()["detail"]
        assert not folder.exists()


@pytest.mark.parametrize("sync", ["none", "batch"])
def test_it_is_noticed_however_writes_are_synced(tmp_path: Path, sync: str) -> None:
    """At the next sync, or within about a second where there is none; the terminal is told, too."""
    folder = tmp_path / "worlds"
    with (
        Served("--port", "0", "--data", str(folder), "--sync", sync) as server,
        httpx.Client(base_url=server.url) as client,
    ):
        assert write(client).status_code == 201
        remove(folder)
        answers = [write(client)]
        while answers[-1].status_code == 201 and len(answers) < 20_000:
            answers.append(write(client))
        assert answers[-1].status_code == 503
        assert "removed or moved while the server runs" in server.end()
