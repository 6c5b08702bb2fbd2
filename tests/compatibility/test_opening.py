"""What earlier versions have written opens, and says what it said."""

import json
import shutil
from pathlib import Path

import httpx
import pytest

from ..mock import A
from ..proof.commands import run
from ..serving.served import Served
from .make import HERE, change_sandbox

VERSIONS = [folder.name for folder in HERE.iterdir() if folder.name[0].isdigit()]
FROM_A_WRONG_BODY = [("patient_tasks_create", "/task_type"), ("patient_tasks_create", "/x")]


@pytest.fixture(params=VERSIONS)
def artefacts(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of what a version has written."""
    version: str = request.param
    return shutil.copytree(HERE / version, tmp_path / version)


def read_state(url: str, sandbox: str) -> dict[str, object]:
    """Return how a sandbox differs from its seed, its snapshot and its clock."""
    with httpx.Client(base_url=f"{url}/_mock/sandboxes/{sandbox}") as http:
        return {path: http.get(path).raise_for_status().json() for path in ("/diff", "/snapshots/before", "/clock")}


def test_a_version_is_there() -> None:
    """Else nothing here would be tested."""
    assert "0.1.0" in VERSIONS


@pytest.mark.parametrize("sandbox", ["rested", "killed"])
def test_a_data_folder_opens_as_it_was_left(artefacts: Path, sandbox: str) -> None:
    """Folded at rest, or a log after a kill; it is as one that the same requests have made now."""
    with Served("--port", "0", "--quiet", "--data", str(artefacts / "data")) as server:
        change_sandbox(server.url, "now")
        old, new = read_state(server.url, sandbox), read_state(server.url, "now")
        again = httpx.put(f"{server.url}/s/{sandbox}/v1/patients/{A}", json={"first_name": "Ciara"})
    assert {**old, "/snapshots/before": 0} == {**new, "/snapshots/before": 0}
    assert again.status_code == 200


def test_a_snapshot_is_taken_and_restored(artefacts: Path, server_url: str) -> None:
    """As a document that somebody has kept elsewhere."""
    sandbox = f"{server_url}/_mock/sandboxes/from-{artefacts.name}"
    httpx.post(f"{server_url}/_mock/sandboxes", json={"name": f"from-{artefacts.name}"}).raise_for_status()
    document = json.loads((artefacts / "snapshot.json").read_text("utf-8"))
    httpx.put(f"{sandbox}/snapshots/kept", json=document).raise_for_status()
    httpx.post(f"{sandbox}/snapshots/kept/restore").raise_for_status()
    [patient] = httpx.get(f"{sandbox}/diff").json()["created"]["patients"]
    assert (patient["first_name"], patient["created_at"]) == ("Ana", "2031-03-04T17:30:00.000000+00:00")


def test_saved_exchanges_are_judged(artefacts: Path) -> None:
    """By `check`, `coverage` and `replay`; and the baseline accepts what it accepted."""
    requests, contract = artefacts / "requests.jsonl", HERE.parents[1] / "openapi/openapi.yaml"
    code, report, _ = run("check", "--journal", requests, "--format", "json")
    assert code == 1
    assert [(each["operation"], each["place"]) for each in json.loads(report)["findings"]] == FROM_A_WRONG_BODY
    assert run("check", "--journal", requests, "--baseline", artefacts / "baseline.json")[0] == 0
    assert run("coverage", "--journal", artefacts / "traffic.jsonl")[0] == 0
    assert run("replay", artefacts / "traffic.jsonl", "--contract", contract)[0] == 0


@pytest.mark.parametrize("seed", ["generated", "recorded"])
def test_a_seed_is_served(artefacts: Path, seed: str) -> None:
    """One that was generated, and one that a proxy recorded."""
    ids = [each["id"] for each in json.loads((artefacts / seed / "workers.json").read_text("utf-8"))]
    with Served("--port", "0", "--quiet", "--seed-dir", str(artefacts / seed), "--seed", seed) as server:
        assert [httpx.get(f"{server.url}/v1/workers/{each}").status_code for each in ids] == [200] * len(ids)
    assert ids
