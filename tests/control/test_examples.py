"""The examples of the control plane's contract: they work as they stand, and show what the mock answers."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from common_apis.contract.document import CONTROL, load
from common_apis.contract.pointer import follow
from common_apis.serving.app import Settings, create_app
from common_apis.world.bounds import Bounds

from ..mock import NOBODY, A
from .calls import CALLS, EMPTY_SNAPSHOT, TASK, Call, own, prepare, shown
from .form import Form
from .world import Checked, Machine, World, done

Document = dict[str, Any]
NAME = "booking-test"
SANDBOX = f"/_mock/sandboxes/{NAME}"
TASK_PATH = f"{SANDBOX}/records/patient_tasks/5b5fd534-847c-52d4-8b99-22fe7dc84e7b"
IMOGEN = "6a86ed54-80a9-4d11-b2a8-d2eda9d3bffd"
"""A patient without an external id."""
CORMAC = "b5532260-a0be-4119-8658-0514c38b9353"
"""A patient with one task."""
TAKEN = {"resource": "patients", "namespace": "ehr", "external_id": "MRN-004821", "welkin_id": IMOGEN}


def sent(control: Document) -> Iterator[tuple[str, str, Any]]:
    """The operation, name and value of every example of a request."""
    for operation in own(control):
        content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        for name, example in content.get("examples", {}).items():
            yield operation["operationId"], name, follow(control, example["$ref"].removeprefix("#"))["value"]


REQUESTS = {f"{id}.{name}": (id, body) for id, name, body in sent(load(CONTROL))}


@pytest.mark.parametrize(("id", "example"), REQUESTS.values(), ids=REQUESTS)
def test_every_example_of_a_request_is_granted(world: World, id: str, example: Any) -> None:
    """As it stands."""
    answer = CALLS[id].ask(world.mock, prepare(world).name, json=example)
    world.mock.delete(f"/_mock/sandboxes/{example.get('name')}")

    assert answer.status_code == CALLS[id].status, answer.text


def at(time: str) -> datetime:
    """A moment of the morning that the examples tell of."""
    return datetime.fromisoformat(f"2026-11-23T{time}+00:00")


@pytest.fixture
def story(make_mock: Callable[..., Checked], control: Document) -> dict[str, Any]:
    """What the mock answers, told in the order of the examples' times, by the name of the example that shows it."""
    machine = Machine()
    machine.now = at("08:59:41.660702")
    mock = make_mock(machine=machine, monotonic=machine.monotonic)
    default, told = World(mock, "default"), {}
    machine.now = at("08:59:58.097254")
    mock.get(f"/v1/workers/{A}")
    machine.now = at("09:00:00.204815")
    told["Sandbox"] = done(
        mock.post("/_mock/sandboxes", control["components"]["examples"]["SandboxCreateFull"]["value"])
    )
    world = World(mock, NAME)
    fitting = {"where": [f"user_id:{CORMAC}", "dismissed:false"]}
    told["RecordList"] = world.said("/records/patient_tasks", params=fitting)
    told["RecordListMore"] = world.said("/records/patient_tasks", params={"where": "dismissed:false", "limit": 1})
    told["ClockFrozen"] = world.said("/clock")
    told["SnapshotListNone"], told["DiffNone"] = world.said("/snapshots"), world.said("/diff")
    told["CommitListNone"] = world.said("/commits")
    machine.now = at("09:00:02.771390")
    made = world.create("patient_tasks", {"user_id": A, "task_type": "sleep_diary"})
    told["CommitList"], told["Commit"] = world.said("/commits"), world.said("/commits/1")
    world.api("DELETE", "patient_tasks/ef1384a3-4646-4d22-9153-460320b35453")
    told["SandboxUsed"], told["StoredRecord"] = world.said(), world.record("patient_tasks", made["id"])
    machine.now = at("09:00:06.442918")
    told["SandboxList"] = done(mock.get("/_mock/sandboxes"))
    told["SandboxListMore"] = done(mock.get("/_mock/sandboxes?limit=1"))
    told["SandboxDefault"] = told["SandboxList"]["sandboxes"][1]
    told["ClockRunning"] = default.said("/clock")
    default.told("POST", "/snapshots", {"name": "seed"})
    told["SnapshotOfSeed"] = default.said("/snapshots/seed")
    machine.now = at("09:00:03.118046")
    told["SnapshotInfo"] = world.told("POST", "/snapshots", {"name": "booked"})
    told["SnapshotList"], told["Snapshot"] = world.said("/snapshots"), world.said("/snapshots/booked")
    machine.now = at("09:00:05.009311")
    told["SandboxForked"] = world.told("POST", "/fork", {"name": "booking-test-2"})
    machine.now = at("09:00:04.530127")
    told["SandboxReset"] = world.told("POST", "/reset")
    world.told("POST", "/snapshots/booked/restore")
    world.api("PUT", f"patients/{A}", json={"phase": "maintenance"})
    told["Diff"] = world.said("/diff")
    told["ClockAdvanced"] = world.told("POST", "/clock/advance", {"seconds": 86400})
    told["SandboxesDeleted"], told["SandboxesDeletedNone"] = (
        done(mock.delete(f"/_mock/sandboxes?prefix={NAME}")) for _ in range(2)
    )
    return told


def test_every_example_of_a_success_is_what_the_mock_answers(story: dict[str, Any], control: Document) -> None:
    """Word for word, if the machine's time is that of the examples."""
    examples = {
        example["$ref"].rpartition("/")[2]
        for operation in own(control)
        for status, says in operation["responses"].items()
        if status.startswith("2")
        for example in says.get("content", {}).get("application/json", {}).get("examples", {}).values()
    }

    assert {*story} == examples
    for name, answer in story.items():
        assert answer == control["components"]["examples"][name]["value"], name


ERRORS: list[tuple[str, str, Call]] = [
    ("Malformed", "parse_exception", Call("POST", "/_mock/sandboxes", 400, {"name": "Booking test"})),
    ("Malformed", "bad_request", Call("POST", "/_mock/sandboxes", 400, {"seed": "clinic", "from": "default"})),
    ("NameTaken", "uniqueness_exception", Call("POST", "/_mock/sandboxes", 409, {"name": NAME})),
    ("OriginNotFound", "no_sandbox", Call("POST", "/_mock/sandboxes", 404, {"from": "booked-test"})),
    ("OriginNotFound", "no_seed", Call("POST", "/_mock/sandboxes", 404, {"seed": "hospital"})),
    ("SandboxNotFound", "not_found", Call("GET", SANDBOX, 404)),
    ("SnapshotNotFound", "no_sandbox", Call("GET", f"{SANDBOX}/snapshots/booked", 404)),
    ("SnapshotNotFound", "no_snapshot", Call("GET", f"{SANDBOX}/snapshots/booked", 404)),
    ("CommitNotFound", "no_sandbox", Call("GET", f"{SANDBOX}/commits/7", 404)),
    ("CommitNotFound", "no_commit", Call("GET", f"{SANDBOX}/commits/7", 404)),
    ("StoredRecordNotFound", "no_sandbox", Call("GET", f"{SANDBOX}/records/patient_tasks/{NOBODY}", 404)),
    ("StoredRecordNotFound", "no_record", Call("GET", f"{SANDBOX}/records/patient_tasks/{NOBODY}", 404)),
    ("SandboxOrSeedNotFound", "not_found", Call("PUT", f"{SANDBOX}/snapshots/booked", 404, EMPTY_SNAPSHOT)),
    (
        "SandboxOrSeedNotFound",
        "resource_not_found",
        Call("PUT", f"{SANDBOX}/snapshots/booked", 404, EMPTY_SNAPSHOT | {"seed": "hospital"}),
    ),
    ("SandboxOrReferenceNotFound", "not_found", Call("PUT", TASK_PATH, 404, TASK)),
    ("SandboxOrReferenceNotFound", "resource_not_found", Call("PUT", TASK_PATH, 404, TASK | {"user_id": NOBODY})),
    (
        "ValueTaken",
        "uniqueness_exception",
        Call("PUT", TASK_PATH.replace("patient_tasks", "external_ids"), 409, TAKEN),
    ),
    ("NoRoom", "service_unavailable", Call("POST", "/_mock/sandboxes", 503, {})),
]
"""The component, the name of its example, and the request that gets this very answer."""


def test_every_example_of_an_error_is_tried(control: Document) -> None:
    """Those of components that `/v1` has as well are tried there, and what only a disk answers in `test_refusals`.

    What a mock with another guard answers is tried in `test_admin_token`.
    """
    files = {file.stem for file in CONTROL.with_name("components").glob("control/responses/*.yaml")}
    errors = {
        each["$ref"].rpartition("/")[2]
        for says in own(control)
        for each in says["responses"].values()
        if "$ref" in each
    }
    names = {
        (component, name) for component in (errors & files) - {"ControlForbidden"} for name in shown(control, component)
    }

    assert {*((component, name) for component, name, _ in ERRORS), ("NoDisk", "service_unavailable")} == names


@pytest.fixture(scope="module")
def mock(contract: Document, form: Form) -> Checked:
    """A mock that takes few sandboxes."""
    return Checked(create_app(Settings(bounds=Bounds(most=2)), contract), form)


@pytest.mark.parametrize(("component", "name", "call"), ERRORS)
def test_every_example_of_an_error_is_what_the_mock_answers(
    mock: Checked, control: Document, component: str, name: str, call: Call
) -> None:
    """Word for word; but for how many sandboxes there are."""
    mock.delete(f"/_mock/sandboxes/{NAME}")
    example = shown(control, component)[name]
    if f"There is no sandbox `{NAME}`." != example["detail"] and component != "OriginNotFound":
        mock.world(NAME)
    answer = call.ask(mock, NAME)

    assert answer.status_code == call.status
    assert json.loads(answer.text.replace("There are 2 ", "There are 20000 ")) == example
