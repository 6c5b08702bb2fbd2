"""`common-apis seed check` and `seed save`: a seed by hand, and a sandbox as a seed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from common_apis.proof.journals import PAGE
from common_apis.serving.admin_guard import AdminGuard
from common_apis.serving.app import Settings, create_app

from ..mock import A
from ..proof.commands import run
from ..relay.servers import listening
from ..serving.served import Served

ROOT = Path(__file__).parents[2]
NOW, LATER = "2031-03-04T17:30:00.000000+00:00", "2032-03-04T17:30:00.000000+00:00"
FLAKY = {"user_id": A, "task_type": "case_flaky"}
MINE = [{"phase": "intake", "timezone": "UTC", "first_name": "Ana", "last_name": "Solberg", "birthday": "1971-09-30"}]


def write(folder: Path, **files: Any) -> Path:
    """Write the files of a seed."""
    folder.mkdir()
    for name, records in files.items():
        (folder / f"{name}.json").write_text(json.dumps(records), "utf-8")
    return folder


def contents(url: str, sandbox: str = "default") -> dict[str, Any]:
    """All records of a sandbox, with the fields that no response returns."""
    names = [file.stem for file in (ROOT / "mock_data").glob("*.json")]
    place = f"{url}/_mock/sandboxes/{sandbox}/records"
    return {name: httpx.get(f"{place}/{name}?limit=1000").raise_for_status().json()["records"] for name in names}


def live(url: str) -> None:
    """Change a sandbox: what is made, changed and deleted, and what no response returns."""
    response = {"user_id": A, "model": {"Zoë": [1, 0.1, None, 1e300]}, "title": "Intake"}
    httpx.post(f"{url}/v1/assessment_responses", json=response).raise_for_status()
    httpx.put(f"{url}/v1/patients/{A}", json={"first_name": "Zoë"}).raise_for_status()
    httpx.delete(f"{url}/v1/patient_tasks/{A}").raise_for_status()


@pytest.fixture
def sandbox(server_url: str) -> Iterator[str]:
    """The name of a sandbox that has lived."""
    name = f"saved-{uuid4()}"
    live(f"{server_url}/s/{name}")
    yield name
    httpx.delete(f"{server_url}/_mock/sandboxes/{name}")


def test_a_seed_that_is_right_is_counted(tmp_path: Path) -> None:
    """With 0, and in which collections it has records."""
    folder = write(tmp_path / "mine", patients=MINE, workers=[])
    assert run("seed", "check", folder) == (0, f"{folder} is a seed of 1 record (1 patients).\n", "")


def test_a_seed_that_is_wrong_is_told_in_full(tmp_path: Path) -> None:
    """With 1, and what `serve` says of it, with 2."""
    folder = write(tmp_path / "mine", patients=[MINE[0] | {"phase": 5}], people=[])
    code, output, error = run("seed", "check", folder)
    assert (code, error) == (1, "")
    assert [line.partition(": ")[0] for line in output.splitlines()] == [
        f"{folder}/people.json",
        f"{folder}/patients.json:1",
    ]
    assert run("serve", "--port", "0", "--seed-dir", folder) == (2, "", f"common-apis: {output}")


def test_no_folder_is_no_seed(tmp_path: Path) -> None:
    """What is not there cannot be told of: 2."""
    assert run("seed", "check", tmp_path / "mine")[0] == 2


def test_what_is_saved_is_served_as_it_was(server_url: str, sandbox: str, tmp_path: Path) -> None:
    """All its records, those of its seed as well, to the byte, and the fields that no response returns."""
    folder = tmp_path / "saved seed"
    code, output, error = run("seed", "save", "--url", server_url, "--sandbox", sandbox, "-o", folder)
    assert (code, error) == (0, "")
    assert output.endswith(f":\ncommon-apis serve --seed-dir '{folder}'\n")
    before = contents(server_url, sandbox)
    with Served("--port", "0", "--quiet", "--seed-dir", str(folder)) as server:
        assert json.dumps(contents(server.url)) == json.dumps(before)
        made = httpx.post(f"{server.url}/v1/assessment_responses", json={"user_id": A, "model": 1}).json()["id"]
    assert made not in {each["id"] for each in before["assessment_responses"]}


def test_a_data_folder_is_saved_as_its_server_does(tmp_path: Path) -> None:
    """Before and after it was folded; while it is served it is refused, and it is never written to."""
    data, seed = tmp_path / "data", write(tmp_path / "mine", patients=[MINE[0] | {"id": A}])
    with Served("--port", "0", "--quiet", "--data", str(data), "--seed-dir", str(seed)) as server:
        httpx.post(f"{server.url}/v1/patient_tasks", json={"user_id": A, "task_type": "x"}).raise_for_status()
        assert run("seed", "save", "--url", server.url, "-o", tmp_path / "asked")[0] == 0
        code, _, error = run("seed", "save", "--data", data, "--seed-dir", seed, "-o", tmp_path / "early")
        assert (code, "another server is using this folder" in error) == (2, True)
        server.process.kill()
        server.process.wait()
    before = read_files(data)
    assert any("log-" in name for name in before)
    for name in ("killed", "again"):
        assert run("seed", "save", "--data", data, "--seed-dir", seed, "-o", tmp_path / name)[0] == 0
        assert read_files(tmp_path / name) == read_files(tmp_path / "asked")
    assert read_files(data) == before
    assert not (tmp_path / "early").exists()


def read_files(folder: Path) -> dict[str, bytes]:
    """All files of a folder, but for the lock."""
    files = (file for file in folder.rglob("*") if file.is_file() and file.name != ".lock")
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


def test_a_data_folder_without_its_seed_is_told_of(tmp_path: Path) -> None:
    """As is a sandbox that it does not have."""
    data, seed = tmp_path / "data", write(tmp_path / "mine", patients=[MINE[0] | {"id": A}])
    with Served("--port", "0", "--quiet", "--data", str(data), "--seed-dir", str(seed)) as server:
        httpx.post(f"{server.url}/v1/patient_tasks", json={"user_id": A, "task_type": "x"}).raise_for_status()
    code, _, error = run("seed", "save", "--data", data, "-o", tmp_path / "out")
    assert (code, "There is no seed `mine`." in error) == (2, True)
    code, _, error = run("seed", "save", "--data", data, "--sandbox", "other", "-o", tmp_path / "out")
    assert (code, error) == (2, f"common-apis: {data}: has no sandbox other. There are default.\n")
    assert not (tmp_path / "out").exists()


def test_nothing_is_written_over(server_url: str, tmp_path: Path) -> None:
    """A folder that has anything in it stays as it is."""
    folder = write(tmp_path / "mine", patients=MINE)
    before = read_files(folder)
    code, _, error = run("seed", "save", "--url", server_url, "-o", folder)
    assert (code, error.startswith(f"common-apis: {folder} is not empty. ")) == (2, True)
    assert read_files(folder) == before


def test_a_record_may_refer_to_one_that_was_deleted(server_url: str, sandbox: str, tmp_path: Path) -> None:
    """Since the seed says so: without that it is refused, as a reference that was mistyped is."""
    place, folder = f"{server_url}/_mock/sandboxes/{sandbox}/records", tmp_path / "out"
    httpx.delete(f"{place}/conversations/{A}").raise_for_status()
    assert run("seed", "save", "--url", server_url, "--sandbox", sandbox, "-o", folder)[0] == 0
    assert json.loads((folder / "sandbox.json").read_text("utf-8"))["deleted"] == {"conversations": [A]}
    assert run("seed", "check", folder)[0] == 0
    (folder / "sandbox.json").unlink()
    code, output, _ = run("seed", "check", folder)
    assert (code, f"/conversation_id: There is no `{A}` in conversations." in output) == (1, True)


def use_overrides(url: str) -> None:
    """Stop the clock, use a fault rule twice of three times, and a magic value once."""
    control = url.replace("/s/", "/_mock/sandboxes/")
    httpx.put(f"{control}/clock", json={"now": NOW, "frozen": True}).raise_for_status()
    rule = {"operation": "calendars_get", "status": 503, "times": 3}
    httpx.post(f"{control}/faults", json={"status": 503, "operation": "workers_get"}).raise_for_status()
    httpx.post(f"{control}/faults", json=rule).raise_for_status()
    httpx.delete(f"{control}/faults/1").raise_for_status()
    assert [httpx.get(f"{url}/v1/calendars/{A}").status_code for _ in range(2)] == [503, 503]
    assert httpx.post(f"{url}/v1/patient_tasks", json=FLAKY).status_code == 503


def continue_with(url: str) -> list[Any]:
    """What a sandbox says next: what its rules and values do, new ids, and the time."""
    answers = [httpx.get(f"{url}/v1/calendars/{A}") for _ in range(2)]
    answers += [httpx.post(f"{url}/v1/patient_tasks", json=FLAKY) for _ in range(3)]
    return [(answer.status_code, answer.text) for answer in answers]


def test_what_is_saved_goes_on_as_it_was(server_url: str, sandbox: str, tmp_path: Path) -> None:
    """Its ids, its clock, its fault rules and magic values, and how often they still apply; a reset goes back to it."""
    url, folder = f"{server_url}/s/{sandbox}", tmp_path / "out"
    use_overrides(url)
    assert run("seed", "save", "--url", server_url, "--sandbox", sandbox, "-o", folder)[0] == 0
    expected = continue_with(url)
    assert [status for status, _ in expected] == [503, 200, 503, 201, 201]
    with Served("--port", "0", "--quiet", "--seed-dir", str(folder), "--data", str(tmp_path / "data")) as server:
        for _ in range(2):
            assert continue_with(f"{server.url}/s/{sandbox}") == expected
            httpx.post(f"{server.url}/_mock/sandboxes/{sandbox}/reset").raise_for_status()
        httpx.put(f"{server.url}/s/{sandbox}/v1/patients/{A}", json={"first_name": "Cleo"}).raise_for_status()
        before = read_state(server.url, sandbox)
    with Served("--port", "0", "--quiet", "--seed-dir", str(folder), "--data", str(tmp_path / "data")) as server:
        assert read_state(server.url, sandbox) == before
        assert httpx.post(f"{server.url}/_mock/sandboxes", json={"name": "own", "now": LATER}).json()["clock"] == {
            "now": LATER,
            "frozen": True,
        }


def read_state(url: str, sandbox: str) -> Any:
    """The state of a sandbox."""
    return httpx.get(f"{url}/_mock/sandboxes/{sandbox}/state").raise_for_status().json()


@pytest.mark.parametrize(
    ("document", "expected"),
    {
        "no object": ([], "It is a list. Expected an object."),
        "an unknown field": ({"clocks": {}}, "/clocks: "),
        "no number": ({"counter": -1}, "/counter: "),
        "no moment": ({"clock": {"now": "soon", "frozen": False}}, "/clock/now: "),
        "no time to stand still at": ({"clock": {"now": None, "frozen": True}}, "/clock/now: is null."),
        "too far": ({"clock": {"now": "2500-01-01T00:00:00Z", "frozen": False}}, "/clock/now: is 2500-01-01T"),
        "no rule": ({"faults": [{"id": 1, "odd": 1}]}, "/faults/0/odd: "),
    }.values(),
)
def test_what_a_seed_says_beside_its_records_is_checked(tmp_path: Path, document: Any, expected: str) -> None:
    """In the file and at its place."""
    folder = write(tmp_path / "mine", patients=MINE, sandbox=document)
    code, output, _ = run("seed", "check", folder)
    assert (code, output.count("\n")) == (1, 1), output
    assert output.startswith(f"{folder}/sandbox.json: {expected}")


def test_a_running_clock_goes_on_from_what_a_seed_says(tmp_path: Path) -> None:
    """In each sandbox, from when it begins."""
    folder = write(tmp_path / "mine", patients=MINE, sandbox={"clock": {"now": LATER, "frozen": False}})
    with Served("--port", "0", "--quiet", "--seed-dir", str(folder)) as server:
        clock = httpx.get(f"{server.url}/_mock/sandboxes/default/clock").json()
    assert clock["now"][:16] == LATER[:16]
    assert (clock["now"] > LATER, clock["frozen"]) == (True, False)


@pytest.mark.parametrize("sandbox", ["nobody", "../default", ""])
def test_a_sandbox_that_is_not_there_is_told_of(server_url: str, sandbox: str, tmp_path: Path) -> None:
    """With 2, and it is not made."""
    assert run("seed", "save", "--url", server_url, "--sandbox", sandbox, "-o", tmp_path / "out")[0] == 2
    names = {each["name"] for each in httpx.get(f"{server_url}/_mock/sandboxes?limit=1000").json()["sandboxes"]}
    assert sandbox not in names


def test_a_mock_that_demands_a_token_is_asked_with_it(contract: dict[str, Any], tmp_path: Path) -> None:
    """By the options that other commands have."""
    app = create_app(Settings(admin_guard=AdminGuard("correct-horse")), contract)
    with listening(app) as url:
        code, _, error = run("seed", "save", "--url", url, "-o", tmp_path / "out")
        assert (code, "--admin-token" in error) == (2, True)
        assert run("seed", "save", "--url", url, "--admin-token", "correct-horse", "-o", tmp_path / "out")[0] == 0


def test_more_records_than_a_page_are_saved(contract: dict[str, Any], tmp_path: Path) -> None:
    """All of them."""
    seed = write(tmp_path / "many", patients=MINE * (2 * PAGE + 1))
    with listening(create_app(Settings(seed_dirs=(seed,)), contract)) as url:
        assert run("seed", "save", "--url", url, "-o", tmp_path / "out")[0] == 0
    assert len(json.loads((tmp_path / "out/patients.json").read_text("utf-8"))) == 2 * PAGE + 1


class Restless:
    """A mock whose default sandbox changes whenever its records are read."""

    def __init__(self, contract: dict[str, Any], times: int) -> None:
        self.app = create_app(Settings(), contract)
        self.times = times

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request, after a change if it is one of a list."""
        if self.times and scope.get("path", "").endswith("/records/workers"):
            self.times -= 1
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:4010") as client:
                await client.post("/v1/conversations", json={"user_id": A})
        await self.app(scope, receive, send)


@pytest.mark.parametrize(("times", "code"), [(3, 0), (99, 2)])
def test_a_sandbox_that_changes_is_read_again(contract: dict[str, Any], tmp_path: Path, times: int, code: int) -> None:
    """What is saved is a state that there was; if it never rests, that is told, with what to do."""
    with listening(Restless(contract, times)) as url:
        ended = run("seed", "save", "--url", url, "-o", tmp_path / "out")
    assert ended[0] == code, ended
    if code:
        assert "fork it (POST /_mock/sandboxes/default/fork)" in ended[2]
    else:
        conversations = json.loads((tmp_path / "out/conversations.json").read_text("utf-8"))
        assert len(conversations) == 6 + times
