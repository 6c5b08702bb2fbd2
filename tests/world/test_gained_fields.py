"""Data folders of an earlier contract: what it lacked is filled in, wherever records are read from."""

import asyncio
from copy import deepcopy
from pathlib import Path
from typing import Any

import httpx
import pytest

from common_apis.serving.app import Settings, create_app, create_sandboxes
from common_apis.world.log import DataError
from common_apis.world.seed import SeedError

from ..mock import A, Mock
from ..serving.served import Served

TASK = {"user_id": A, "task_type": "sleep_diary"}
SNAPSHOTS = "/_mock/sandboxes/default/snapshots"


def leave(data: Path, killed: bool) -> str:
    """Leave a data folder as a server does that ends, or is killed; the id of a task in it, and in a snapshot."""
    with Served("--port", "0", "--quiet", "--data", str(data)) as server:
        answer = httpx.post(f"{server.url}/v1/patient_tasks", json=TASK).raise_for_status()
        httpx.post(f"{server.url}{SNAPSHOTS}", json={"name": "kept"}).raise_for_status()
        if killed:
            server.process.kill()
            server.process.wait()
    id: str = answer.json()["id"]
    return id


def gained(contract: dict[str, Any], **schema: Any) -> dict[str, Any]:
    """A contract whose tasks have a field more."""
    later = deepcopy(contract)
    task = later["components"]["schemas"]["PatientTask"]
    task["properties"]["effort"] = {"type": "string", "x-expected": "an effort", **schema}
    task["required"].append("effort")
    return later


@pytest.fixture(params=[False, True], ids=["files", "log"])
def data_folder(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    """A data folder, and the id of the task in it: in a file of records, or in a log."""
    id = leave(tmp_path / "data", request.param)
    assert any((tmp_path / "data/default").glob("log-*")) is request.param
    return tmp_path / "data", id


def ask_twice(data: Path, contract: dict[str, Any], id: str) -> list[httpx.Response]:
    """The task, and the task once the snapshot is restored."""
    sandboxes = create_sandboxes(Settings(data=data), contract)
    try:
        mock = Mock(create_app(Settings(data=data), contract, sandboxes))
        first = mock.get(f"/v1/patient_tasks/{id}")
        assert mock.delete(f"/v1/patient_tasks/{id}").status_code == 200
        asyncio.run(sandboxes.chores())
        assert mock.ask("POST", f"{SNAPSHOTS}/kept/restore").status_code == 200
        return [first, mock.get(f"/v1/patient_tasks/{id}")]
    finally:
        sandboxes.close()


@pytest.mark.parametrize(("schema", "value"), [({"nullable": True}, None), ({"default": "small"}, "small")])
def test_a_field_that_the_contract_gained_is_filled_in(
    contract: dict[str, Any], data_folder: tuple[Path, str], schema: Any, value: Any
) -> None:
    """Null, or its default: in files of records, in logs and in snapshots."""
    data, id = data_folder
    found = [each.json() for each in ask_twice(data, gained(contract, **schema), id)]

    assert [(each["id"], each["effort"]) for each in found] == [(id, value)] * 2
    assert list(found[0]) == list(gained(contract)["components"]["schemas"]["PatientTask"]["properties"])


def test_a_field_that_the_contract_gained_and_must_be_there_is_missing(
    contract: dict[str, Any], data_folder: tuple[Path, str]
) -> None:
    """It is refused, as before, and nothing is lost."""
    data, id = data_folder
    before = {file: file.read_bytes() for file in data.rglob("*.json*")}
    with pytest.raises((DataError, SeedError), match="effort"):
        create_sandboxes(Settings(data=data), gained(contract))

    assert {file: file.read_bytes() for file in data.rglob("*.json*")} == before
    assert [each.json()["id"] for each in ask_twice(data, contract, id)] == [id] * 2
