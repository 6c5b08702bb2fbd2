"""The fixture `common_apis`, in an environment that has nothing but the wheel and pytest; alone and with workers."""

import json
import re
import subprocess
from collections import Counter
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest

from ..conftest import COMMAND, ROOT
from .conftest import Play, Run

JOURNAL = "requests.jsonl"
SAMPLE = Path(__file__).with_name("sample.py").read_text("utf-8")

GREEN = ("test_green", "test_nothing_found", "test_allowed", "TestNarrow.test_allowed")
MESSAGE = ("messages_create /direction", "parse_exception", "components/schemas/MessageCreate.yaml")
RED = {
    "test_swallowed": MESSAGE,
    "test_no_sandbox": MESSAGE,
    "test_another_sandbox": MESSAGE,
    "test_an_unknown_sandbox": ("workers_get X-Mock-Sandbox", "bad_request", "paths/workers.yaml"),
    "test_at_the_end": MESSAGE,
    "test_no_operation": ("GET /v1/patient", "not_found", "openapi.yaml"),
    "TestNarrow.test_another_operation": (
        *("conversations_create /user_id", "parse_exception"),
        "components/schemas/ConversationCreate.yaml",
    ),
    "TestNarrow.test_of_its_own": (
        *("calendar_events_create /day", "bad_request"),
        "components/schemas/CalendarEventCreate.yaml",
    ),
}
"""What is told of a test that broke the contract: operation and place, the code, and the file of the contract."""
ASKED = {
    "calendar_events_create": 8,
    "conversations_create": 2,
    "external_ids_create": 6,
    "messages_create": 6,
    "workers_get": 4,
    None: 2,
}
"""How often the sample asks for each operation."""
WRONG = [
    "`mesages_create` is no operation and no code of an error. Did you mean `messages_create`?",
    '`violations` is `[1]`. Expected "allowed", or a list of names such as "messages_create:parse_exception".',
    '`violations` is `None`. Expected "allowed", or a list of names such as',
    "`violations` is `'messages_create'`. Expected \"allowed\", or a list of names such as",
    "`now` is `datetime.date(2031, 3, 4)`. Expected a datetime with its offset, or a text such as",
    "`now` is `2031-03-04T00:00:00`, which has no offset from UTC. Expected a moment with its offset",
    "`seed` is `1`. Expected the name of a seed.",
    "`seed` names no seed: `nowhere`. Seeds here are clinic, empty.",
    "`sead` is no option. Options are now=..., seed=..., violations=....",
]
"""What is told of a marker that makes no sense."""
GUARDED = """
import os

import httpx

A = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"


def test_first(common_apis):
    common_apis.faults.add(operation="workers_get", times=1, status=503)
    assert [httpx.get(f"{common_apis.url}/v1/workers/{A}").status_code for _ in range(2)] == [503, 200]
    common_apis.expect("workers_get==2")
    httpx.get(f"{common_apis.origin}/v1/calendars/{A}").raise_for_status()


def test_another_sandbox_is_empty(common_apis):
    assert common_apis.count() == 0
    token = {"X-Mock-Admin-Token": os.environ["COMMON_APIS_ADMIN_TOKEN"]}
    asked = [httpx.get(f"{common_apis.origin}/_mock/sandboxes", headers=each) for each in ({}, token)]
    assert [each.status_code for each in asked] == [403, 200]
    assert {each["name"] for each in asked[1].json()["sandboxes"]} == {"default", common_apis.sandbox}
"""
LINES = [
    *["ValueError: no operation is called `worker_get`. Did you mean `?workers_get`?"] * 3,
    "Unmet: workers_get == 1: It was called 0 times",
    "ControlError: .*/records/workers/Zo%C3%AB%2Fx%20y was answered 400: `id` in the path is `Zo\xeb/x y`",
    "ControlError: .*Did you mean `workers`",
    "TypeError: PUT .*: Object of type date is not JSON serializable",
    "ControlError: .*`now` is `2031-03-04`, which has no time of day. Expected a moment with its offset",
    "ContractBroken: The contract was broken, one finding:",
]
"""What is told of a line that is wrong."""


@pytest.fixture(scope="module", params=[(), ("-n", "2")], ids=["alone", "two workers"])
def ran(request: pytest.FixtureRequest, play: Play) -> Run:
    """A run of the sample's tests."""
    return play(SAMPLE, "--common-apis-journal", JOURNAL, *request.param)


def told(case: Element) -> str:
    """What a test failed for, or nothing."""
    return "".join(f"{each.get('message')}\n{each.text}" for each in case if each.tag in ("failure", "error"))


@pytest.mark.parametrize("name", GREEN)
def test_a_program_that_keeps_the_contract_passes(name: str, ran: Run) -> None:
    """So does one whose test allows what it does."""
    assert told(ran.cases[name]) == ""


@pytest.mark.parametrize("name", RED)
def test_a_program_that_breaks_the_contract_fails(name: str, ran: Run) -> None:
    """Though it looks at no answer: with operation, place, code, and the line of the contract, and no traceback."""
    text = told(ran.cases[name])
    place, code, file = RED[name]
    assert re.search(rf"^{place}.*\[{code}\] \(openapi/{file}:\d+\)$", text, re.MULTILINE)
    assert text.startswith("failed on teardown")
    assert "Traceback" not in text
    assert "During handling" not in text


@pytest.mark.parametrize(("number", "wrong"), [*enumerate(WRONG)])
def test_a_marker_that_makes_no_sense_is_refused(number: int, wrong: str, ran: Run) -> None:
    """With what it may say, in one sentence."""
    text = told(ran.cases[f"test_marked[options{number}]"])
    assert re.match(rf"Failed: @pytest.mark.common_apis: .*{re.escape(wrong)}", text)
    assert "Traceback" not in text


@pytest.mark.parametrize(("number", "wrong"), [*enumerate(LINES)])
def test_a_line_that_is_wrong_is_shown(number: int, wrong: str, ran: Run) -> None:
    """With what is wrong with it, and without what it calls."""
    text = told(ran.cases[f"test_line[<lambda>{number}]"])
    assert re.search(rf"^E   .*{wrong}", text, re.MULTILINE)
    assert {*re.findall(r"^(\S+\.py):\d+: ", text, re.MULTILINE)} == {"test_sample.py"}


def test_a_sandbox_that_is_deleted_cannot_be_judged(ran: Run) -> None:
    """The test fails, and is told what to do."""
    text = told(ran.cases["test_a_sandbox_that_is_deleted"])
    assert "cannot be told: the test deleted its sandbox `test_sample-test_a_sandbox_that_is_deleted-" in text
    assert "Traceback" not in text


def test_what_a_test_means_to_break_has_to_break(ran: Run) -> None:
    """Else a test that says so of itself fails, unless it did not come to its end."""
    ended, skipped, failed = (
        told(ran.cases[f"test_that_means_to_break_it[{end}]"]) for end in ("ended", "skipped", "failed")
    )
    assert "@pytest.mark.common_apis: `messages_create` is allowed, and no request broke the contract so." in ended
    assert skipped == ""
    assert "is allowed" not in failed


def test_no_test_meets_another(ran: Run, request: pytest.FixtureRequest) -> None:
    """All get the same id at the same moment, in sandboxes of their own; each worker has a server of its own."""
    cases = [case for name, case in ran.cases.items() if "test_frozen[" in name]
    assert [told(case) for case in cases] == [""] * 6
    said = [{each.get("name"): each.get("value") for each in case.iter("property")} for case in cases]
    assert len({each["sandbox"] for each in said}) == 6
    servers = {(each["worker"], each["origin"]) for each in said}
    assert len(servers) == len({origin for _, origin in servers}) == len({worker for worker, _ in servers})
    assert len(servers) == (2 if "two workers" in request.node.name else 1)


def test_all_requests_are_kept_in_a_file(ran: Run) -> None:
    """Those of all workers, from the sandboxes of all tests, for `check` and `coverage` to read."""
    requests = [*map(json.loads, (ran.folder / JOURNAL).read_text("utf-8").splitlines())]
    assert Counter(each["operation"] for each in requests) == ASKED
    assert len({each["sandbox"] for each in requests}) == 18
    done = subprocess.run([COMMAND, "check", "--journal", JOURNAL], cwd=ran.folder, capture_output=True, timeout=60)
    assert done.returncode == 1


def test_the_example_passes(play: Play) -> None:
    """What the page offers to paste works where only the wheel is installed."""
    ran = play((ROOT / "examples/pytest/test_booking.py").read_text("utf-8"))
    assert (ran.code, len(ran.cases)) == (0, 3)


def test_a_run_that_does_not_use_it_pays_nothing(play: Play) -> None:
    """Of all that is installed with the wheel, nothing but the plugin is imported."""
    ran = play("""
import sys

def test_alone():
    mine = {name for name in sys.modules if name.startswith("common_apis.")}
    assert mine == {"common_apis.testing", "common_apis.testing.plugin"}
    assert not {"connexion", "uvicorn", "yaml", "jsonschema_rs", "http.client"} & sys.modules.keys()
""")
    assert ran.code == 0


def test_a_server_that_cannot_start_says_why(play: Play) -> None:
    """With the file to mend, once, and no traceback."""
    ran = play("def test_it(common_apis): pass", settings="common_apis_seed_dirs = worlds")
    text = told(ran.cases["test_it"])
    assert ran.code == 1
    assert re.match(r'failed on setup with "Failed: The mock cannot start\. /\S+/worlds: is not a folder\."', text)
    assert "Traceback" not in text


@pytest.mark.parametrize(("setting", "workers"), [("", 0), ("common_apis_seed = clinic", 4)])
def test_tests_begin_with_a_seed_of_ones_own(play: Play, tmp_path: Path, setting: str, workers: int) -> None:
    """The first of the folders, as `serve --seed-dir` does, or the one that is named."""
    seed = tmp_path / "mine"
    seed.mkdir()
    (seed / "workers.json").write_text("[]", "utf-8")
    counting = f'def test_it(common_apis): assert len(common_apis.records.list("workers")) == {workers}'
    ran = play(counting, settings=f"common_apis_seed_dirs = {seed}\n{setting}\n")
    assert (ran.code, told(ran.cases["test_it"])) == (0, "")


def test_the_admin_token_is_that_of_the_environment(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mock demands it of all who steer it, and the fixture sends it, from the first request to the last."""
    monkeypatch.setenv("COMMON_APIS_ADMIN_TOKEN", "correct-horse")
    ran = play(GUARDED, "--common-apis-journal", JOURNAL)
    assert {name: told(case) for name, case in ran.cases.items()} == {
        "test_first": "",
        "test_another_sandbox_is_empty": "",
    }
    kept = (ran.folder / JOURNAL).read_text("utf-8")
    assert kept.count("workers_get") == 2
    assert "correct-horse" not in kept
