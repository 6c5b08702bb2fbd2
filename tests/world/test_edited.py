"""Files that somebody edits while a server has them: nothing is overwritten, and nothing lost without a word."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from ..mock import A
from ..serving.served import Served
from ..waiting import wait_until

pytestmark = pytest.mark.slow

ADDRESS = {"user_id": A, "email": "a@example.com"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    """A server with a data folder."""
    with Served("--port", "0", "--data", str(tmp_path)) as server:
        yield server


@pytest.fixture
def client(server: Served) -> Iterator[httpx.Client]:
    """A client of it."""
    with httpx.Client(base_url=server.url) as client:
        yield client


@pytest.fixture
def file(client: httpx.Client, tmp_path: Path) -> Path:
    """The file of a record that was made, once the log rests."""
    file = tmp_path / "default/email_addresses.json"
    assert client.post("/v1/email_addresses", json=ADDRESS).status_code == 201
    wait_until(lambda: file.exists() and not [*file.parent.glob("log-*")])
    return file


def edit(file: Path, change: Callable[[list[dict[str, Any]]], object]) -> None:
    """Edit the records of a file."""
    records = json.loads(file.read_bytes())
    change(records)
    file.write_text(json.dumps(records))


def test_an_edit_is_not_overwritten(server: Served, client: httpx.Client, file: Path) -> None:
    """The terminal says so, changes are answered 503, and all that was answered is there once it is reloaded."""
    edit(file, lambda records: records[0].update(email="edited@example.com"))
    content = file.read_bytes()
    made = client.post("/v1/patient_tasks", json={"user_id": A, "task_type": "survey"})
    assert made.status_code == 201
    wait_until(lambda: "email_addresses.json was edited while the server runs" in server.said())

    refused = client.post("/v1/email_addresses", json=ADDRESS)
    assert refused.status_code == 503
    assert "POST /_mock/sandboxes/default/reload" in refused.json()["detail"]
    assert client.get(f"/v1/workers/{A}").status_code == 200
    assert file.read_bytes() == content

    assert client.post("/_mock/sandboxes/default/reload").status_code == 200
    wait_until(lambda: "What was changed by requests since is as they left it" in server.said())
    records = client.get("/_mock/sandboxes/default/records/email_addresses?where=email:edited@example.com").json()
    assert len(records["records"]) == 1
    assert client.get(made.headers["location"]).status_code == 200
    assert client.post("/v1/email_addresses", json=ADDRESS).status_code == 201


@pytest.mark.parametrize("way", ["make", "remove", "settings"])
def test_each_way_to_edit_is_noticed(server: Served, client: httpx.Client, file: Path, way: str) -> None:
    """A file that is new, one that is gone, and the one about the sandbox."""
    if way == "make":
        (file.parent / "workers.json").write_text("[]")
    elif way == "remove":
        file.unlink()
    else:
        about = file.parent / "sandbox.json"
        about.write_text(about.read_text().replace('"counter": 1', '"counter": 7'))
    client.delete(f"/v1/patient_tasks/{A}")
    wait_until(lambda: "was edited while the server runs" in server.said())
    assert client.delete("/v1/patient_tasks/ef1384a3-4646-4d22-9153-460320b35453").status_code == 503
    assert client.post("/_mock/sandboxes/default/reload").status_code == 200
    assert client.get("/_mock/sandboxes/default").json()["counter"] == (7 if way == "settings" else 1)


def test_a_broken_edit_is_refused_when_it_is_reloaded(client: httpx.Client, file: Path) -> None:
    """With file, record and field; the sandbox stays as it was, and is loaded once that is mended."""
    edit(file, lambda records: records[0].update(email=7))
    refused = client.post("/_mock/sandboxes/default/reload")

    assert refused.status_code == 503
    assert f"{file}: record" in refused.json()["detail"]
    assert "email" in refused.json()["detail"]
    assert client.get(f"/v1/workers/{A}").status_code == 200
    edit(file, lambda records: records[0].update(email="mended@example.com"))
    assert client.post("/_mock/sandboxes/default/reload").status_code == 200
    assert client.delete(f"/v1/patient_tasks/{A}").status_code == 200


def test_a_server_that_stops_does_not_overwrite_an_edit(server: Served, client: httpx.Client, file: Path) -> None:
    """What was answered stays in the log, and the next server has both."""
    edit(file, lambda records: records[0].update(email="edited@example.com"))
    content = file.read_bytes()
    assert client.delete(f"/v1/patient_tasks/{A}").status_code == 200
    server.process.terminate()
    assert server.process.wait(10) == 0
    assert file.read_bytes() == content
    with Served("--port", "0", "--data", str(file.parent.parent)) as again:
        assert httpx.get(f"{again.url}/v1/patient_tasks/{A}").status_code == 404
        query = "where=email:edited@example.com"
        found = httpx.get(f"{again.url}/_mock/sandboxes/default/records/email_addresses?{query}").json()["records"]
        assert len(found) == 1


def test_a_reload_of_what_nobody_edited_changes_nothing(client: httpx.Client, file: Path) -> None:
    """Also while requests come."""
    before = client.get("/_mock/sandboxes/default/diff").json()
    assert client.post("/_mock/sandboxes/default/reload").status_code == 200
    assert client.get("/_mock/sandboxes/default/diff").json() == before
    assert client.post("/v1/email_addresses", json=ADDRESS).status_code == 201
    assert client.post("/_mock/sandboxes/default/reload").status_code == 200
    assert client.get("/_mock/sandboxes/default").json()["changes"] == 2


def test_a_reload_changes_nothing_in_memory() -> None:
    """There are no files."""
    with Served("--port", "0") as server, httpx.Client(base_url=server.url) as client:
        assert client.delete(f"/v1/patient_tasks/{A}").status_code == 200
        assert client.post("/_mock/sandboxes/default/reload").json()["changes"] == 1
