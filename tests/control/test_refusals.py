"""What the control plane refuses since it is not there, is taken, breaks a rule, or finds no room."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from common_apis.world.bounds import Bounds

from ..mock import NOBODY, A
from .calls import CALLS, EMPTY_SNAPSHOT, SANDBOX, TASK, TASKS, Call, prepare, shown
from .world import Checked, World, detail, faults

CREATE = Call("POST", "/_mock/sandboxes", 201)
UPLOAD = Call("PUT", f"{SANDBOX}/snapshots/edited")
EXTERNAL_IDS = f"{SANDBOX}/records/external_ids"
MRN = {"resource": "patients", "namespace": "ehr", "external_id": "MRN-004821", "welkin_id": A}
"""The external id that the clinic has."""
CLAIM = MRN | {"id": NOBODY}


def refused(call: Call, status: int, **body: object) -> Call:
    """A call with another body and another answer."""
    return call._replace(status=status, body=body)


def nothing(id: str) -> Call:
    """A call that names a snapshot which is not there."""
    return CALLS[id]._replace(path=CALLS[id].path.replace("booked", "nothing"), status=404)


REFUSED: list[tuple[str, Call, str, str]] = [
    ("sandboxes_create", refused(CREATE, 404, **{"from": "nowhere"}), "resource_not_found", "/from"),
    ("sandboxes_create", refused(CREATE, 404, seed="hospital"), "resource_not_found", "/seed"),
    ("sandboxes_create", refused(CREATE, 409, name="default"), "uniqueness_exception", "/name"),
    ("sandboxes_create", refused(CREATE, 400, seed="clinic", **{"from": "default"}), "bad_request", "/seed"),
    ("sandboxes_fork", refused(CALLS["sandboxes_fork"], 409, name="default"), "uniqueness_exception", "/name"),
    ("commits_fork", refused(CALLS["commits_fork"], 409, name="default"), "uniqueness_exception", "/name"),
    ("snapshots_get", nothing("snapshots_get"), "not_found", "snapshot"),
    ("snapshots_delete", nothing("snapshots_delete"), "not_found", "snapshot"),
    ("snapshots_restore", nothing("snapshots_restore"), "not_found", "snapshot"),
    ("diff_get", nothing("diff_get"), "not_found", "against"),
    (
        "snapshots_put",
        refused(UPLOAD, 404, **EMPTY_SNAPSHOT | {"seed": "hospital"}),
        "resource_not_found",
        "/seed",
    ),
    (
        "snapshots_put",
        refused(UPLOAD, 409, **EMPTY_SNAPSHOT | {"records": {"external_ids": [CLAIM]}}),
        "uniqueness_exception",
        "/records/external_ids/0/external_id",
    ),
    ("records_get", Call("GET", f"{TASKS}/{NOBODY}", 404), "not_found", "id"),
    ("records_delete", Call("DELETE", f"{TASKS}/{NOBODY}", 404), "not_found", "id"),
    ("records_put", Call("PUT", f"{TASKS}/{A}", 404, TASK | {"user_id": NOBODY}), "resource_not_found", "/user_id"),
    ("records_put", Call("PUT", f"{EXTERNAL_IDS}/{NOBODY}", 409, MRN), "uniqueness_exception", "/external_id"),
    (
        "clock_advance",
        Call("POST", f"{SANDBOX}/clock/advance", 400, {"seconds": 315576000}),
        "bad_request",
        "/seconds",
    ),
]
"""The operation, the request, and the code and the place of the fault that its answer names."""


@pytest.fixture(scope="module")
def late(shared_mock: Checked) -> World:
    """A world at whose end time cannot go on."""
    return prepare(shared_mock.world(now="2199-12-31T00:00:00Z"))


@pytest.mark.parametrize(("id", "call", "code", "place"), REFUSED)
def test_what_is_at_fault_is_named(late: World, id: str, call: Call, code: str, place: str) -> None:
    """By its code, and by the parameter or the field."""
    answer = call.ask(late.mock, late.name)

    assert (answer.status_code, faults(answer)[0]) == (call.status, (code, place))


def many(make_mock: Callable[..., Checked]) -> Checked:
    """A mock that takes no sandbox beside `default` and another one."""
    mock = make_mock(bounds=Bounds(most=2))
    mock.world("booking-test")
    return mock


def large(make_mock: Callable[..., Checked]) -> Checked:
    """A mock with a sandbox that is as large as it may be."""
    mock = make_mock(bounds=Bounds(largest=0))
    mock.world("booking-test").put("patient_tasks", A, TASK)
    return mock


NO_ROOM = {"sandboxes_create": many, "sandboxes_fork": many, "records_put": large}
NO_DISK = ["snapshots_save", "snapshots_put"]


@pytest.mark.parametrize("id", NO_ROOM)
def test_what_finds_no_room_is_told_what_to_do(make_mock: Callable[..., Checked], id: str) -> None:
    """503 with `Retry-After`, naming a request that makes room and an option of the server."""
    answer = CALLS[id].ask(NO_ROOM[id](make_mock), "booking-test")

    assert (answer.status_code, faults(answer)) == (503, [("service_unavailable", None)])
    assert int(answer.headers["retry-after"]) > 0
    assert "/_mock/sandboxes" in detail(answer)
    assert "--" in detail(answer)


@pytest.mark.parametrize("id", NO_DISK)
def test_what_the_disk_does_not_take_changes_nothing(start: Callable[..., Checked], tmp_path: Path, id: str) -> None:
    """503, naming the file; the snapshot that was there is there, and there is no other."""
    world = prepare(start().world("booking-test"))
    before = world.said("/snapshots"), world.said("/snapshots/booked")
    (folder,) = tmp_path.rglob("snapshots")
    folder.rename(folder.with_name("elsewhere"))
    folder.write_text("This is no folder.")
    answer = CALLS[id].ask(world.mock, world.name)

    assert (answer.status_code, faults(answer)) == (503, [("service_unavailable", None)])
    assert str(folder) in detail(answer)
    assert (world.said("/snapshots"), world.said("/snapshots/booked")) == before


GONE = "it was removed or moved while the server runs"
WRITES = [
    *("sandboxes_reset", "snapshots_delete", "snapshots_restore"),
    *("records_delete", "clock_set", "clock_advance"),
]


@pytest.mark.parametrize("id", WRITES)
def test_every_write_may_find_a_disk_that_takes_nothing(
    start: Callable[..., Checked], tmp_path: Path, control: dict[str, Any], id: str
) -> None:
    """503 that names the file, as the contract shows it."""
    world = prepare(start().world("booking-test"))
    folder = tmp_path / "data" / world.name
    folder.rename(tmp_path / "elsewhere")
    folder.write_text("This is no folder.")
    answer = CALLS[id].ask(world.mock, world.name)

    assert (answer.status_code, faults(answer)) == (503, [("service_unavailable", None)])
    if id == "sandboxes_reset":
        [example] = shown(control, "NoDisk").values()
        text = answer.text.replace(f"{tmp_path}/", "").replace(GONE, "No space left on device")
        assert json.loads(text) == example


@pytest.mark.parametrize("path", ["?prefix=booking", "/booking-test"])
def test_what_the_disk_does_not_remove_is_told_of(start: Callable[..., Checked], tmp_path: Path, path: str) -> None:
    """503 that names the folder; what could not be removed is still there."""
    world = start().world("booking-test")
    (tmp_path / "data" / ".booking-test.gone").write_text("This is no folder.")
    answer = world.mock.delete(f"/_mock/sandboxes{path}")

    assert (answer.status_code, faults(answer)) == (503, [("service_unavailable", None)])
    assert f"{tmp_path / 'data' / 'booking-test'} cannot be removed" in detail(answer)
    assert (tmp_path / "data" / "booking-test" / "sandbox.json").is_file()
    assert "booking-test" in [each["name"] for each in world.mock.get("/_mock/sandboxes").json()["sandboxes"]]


NOT_READ = {"sandboxes_create", "sandboxes_delete", "sandboxes_delete_many"}
"""The calls that read no sandbox: one that cannot be read can be deleted."""


@pytest.mark.parametrize("id", sorted(CALLS.keys() - NOT_READ))
def test_every_call_may_find_a_sandbox_that_cannot_be_read(
    start: Callable[..., Checked], tmp_path: Path, id: str
) -> None:
    """503 that names the file; the other sandboxes are not concerned."""
    prepare(start().world("booking-test"))
    mock = start()
    (tmp_path / "data" / "booking-test" / "sandbox.json").write_text("{")
    answer = CALLS[id].ask(mock, "booking-test")

    assert (answer.status_code, faults(answer)) == (503, [("service_unavailable", None)])
    assert "booking-test/sandbox.json" in detail(answer)
    assert mock.get(f"/v1/workers/{A}").status_code == 200
