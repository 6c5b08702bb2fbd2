"""Every operation of the control plane gives each answer that its contract declares, and no other."""

import json
from collections.abc import AsyncIterator, Iterator
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest

from common_apis.contract.document import CONTROL, load
from common_apis.serving.app import Settings, create_app
from common_apis.serving.guard import Guard
from common_apis.world.sandboxes import Sandboxes

from ..mock import Mock
from .calls import CALLS, IN_SANDBOX, WITH_BODY, own, prepare
from .form import Form
from .test_refusals import REFUSED
from .world import Checked, World, detail, faults

JSON = {"Content-Type": "application/json"}
LARGEST_BODY = 1 << 20
LARGEST = {"snapshots_put": 8 << 20}
"""Of one operation, otherwise: a snapshot may be larger."""
OPERATIONS = {each["operationId"]: each for each in own(load(CONTROL))}
DECLARED = {(id, int(status)) for id, operation in OPERATIONS.items() for status in operation["responses"]}
ELSEWHERE = {408}
"""What only a server on a socket answers: `tests/serving` has it."""


@pytest.fixture(scope="module")
def ready(shared_mock: Checked) -> World:
    """A world that has what every call is for; all that is asked of it here is refused."""
    return prepare(shared_mock.world())


@pytest.fixture(scope="module")
def demanding(contract: dict[str, Any], form: Form) -> Mock:
    """A mock that demands a token."""
    return Checked(create_app(Settings(guard=Guard(demands_token=True)), contract), form)


class Failing:
    """The clocks of a machine that may fail."""

    broken = False

    def __call__(self) -> datetime:
        """The time, or a defect."""
        if self.broken:
            raise ZeroDivisionError
        return datetime.now(UTC)


@pytest.fixture(scope="module")
def defective(contract: dict[str, Any], form: Form) -> Iterator[Mock]:
    """A mock with a defect in all that it does: its clocks fail, and so does what deletes, which needs none."""
    machine = Failing()
    mock = Checked(create_app(Settings(machine=machine, monotonic=lambda: machine().timestamp()), contract), form)
    prepare(mock.world("booking-test"))
    machine.broken = True
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Sandboxes, "delete_some", lambda *arguments: machine())
        yield mock


def test_every_operation_has_a_call() -> None:
    """So what is asked of all calls is asked of all operations."""
    assert set(CALLS) == {id for id, _ in DECLARED}


def test_every_declared_answer_is_given_by_a_test() -> None:
    """Those below are of all operations, or of all that have a body or a sandbox; 403 is in `test_admin_token`.

    The others are in `test_refusals`.
    """
    given = {(id, call.status) for id, call in CALLS.items()}
    given |= {(id, status) for id in CALLS for status in (400, 401, 403, 431, 500)}
    given |= {(id, status) for id in WITH_BODY for status in (413, 415)}
    given |= {(id, 404) for id in IN_SANDBOX}
    given |= {(id, call.status) for id, call, *_ in REFUSED} | {(id, 503) for id in CALLS}

    assert {each for each in DECLARED if each[1] not in ELSEWHERE} == given


@pytest.mark.parametrize("id", CALLS)
def test_a_valid_request_is_granted(world: World, id: str) -> None:
    """With the status that the contract declares."""
    world.told("POST", "/clock/advance", {"seconds": 1})  # so that there is a commit
    answer = CALLS[id].ask(world.mock, prepare(world).name)

    assert answer.status_code == CALLS[id].status, answer.text


@pytest.mark.parametrize("id", CALLS)
def test_an_unknown_parameter_is_refused(ready: World, id: str) -> None:
    """400, naming it: a misspelt one would be passed over in silence."""
    path = f"{CALLS[id].path}{'&' if '?' in CALLS[id].path else '?'}nonsense=1"
    answer = CALLS[id]._replace(path=path).ask(ready.mock, ready.name)

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", "nonsense")])


@pytest.mark.parametrize("id", CALLS)
def test_a_server_that_demands_a_token_demands_it_here(demanding: Mock, id: str) -> None:
    """401, whatever else is wrong."""
    answer = CALLS[id].ask(demanding, "nowhere")

    assert (answer.status_code, faults(answer)) == (401, [("unauthorized", "Authorization")])


@pytest.mark.parametrize("id", IN_SANDBOX)
def test_a_sandbox_that_is_not_there_is_not_found(shared_mock: Mock, id: str) -> None:
    """404 in every operation on a sandbox, which is not made, as it is under `/v1`."""
    answer = CALLS[id].ask(shared_mock, "nowhere")

    assert (answer.status_code, faults(answer)) == (404, [("not_found", "sandbox")])
    assert shared_mock.get("/_mock/sandboxes/nowhere").status_code == 404


@pytest.mark.parametrize("id", CALLS)
def test_headers_over_64_kib_are_refused(ready: World, id: str) -> None:
    """431, as under `/v1`."""
    answer = CALLS[id].ask(ready.mock, ready.name, headers={"X-Large": "x" * (64 << 10)})

    assert (answer.status_code, faults(answer)) == (431, [("header_fields_too_large", None)])


@pytest.mark.parametrize("id", CALLS)
def test_a_defect_answers_as_one(defective: Mock, id: str) -> None:
    """500, as a problem document that says nothing of the code."""
    answer = CALLS[id].ask(defective, "booking-test")

    assert (answer.status_code, faults(answer)) == (500, [("internal_server_error", None)])
    assert "ZeroDivisionError" not in answer.text


@pytest.mark.parametrize("id", WITH_BODY)
def test_a_body_of_another_type_is_refused(ready: World, id: str) -> None:
    """415, as under `/v1`."""
    answer = CALLS[id].ask(ready.mock, ready.name, json=None, content=b"{}", headers={"Content-Type": "text/plain"})

    assert (answer.status_code, faults(answer)) == (415, [("unsupported_media_type", "Content-Type")])


def test_the_command_in_a_refusal_can_be_sent(ready: World) -> None:
    """What it shows is sent to the path that was asked for."""
    answer = ready.ask("POST", "/fork", content=b"{}")

    assert f"/_mock/sandboxes/{ready.name}/fork" in detail(answer)


@pytest.mark.parametrize("id", WITH_BODY)
def test_a_body_over_a_mebibyte_is_refused(ready: World, id: str) -> None:
    """413, as under `/v1`; one of a mebibyte is read, and a snapshot of eight."""
    body = json.dumps(WITH_BODY[id].body | {"nonsense": 1}).encode().ljust(LARGEST.get(id, LARGEST_BODY))
    small, large = (
        WITH_BODY[id].ask(ready.mock, ready.name, json=None, content=each, headers=JSON) for each in (body, body + b" ")
    )

    assert (small.status_code, faults(small)) == (400, [("parse_exception", "/nonsense")])
    assert (large.status_code, faults(large)) == (413, [("content_too_large", None)])


@pytest.mark.parametrize("id", WITH_BODY)
@pytest.mark.parametrize("body", [b" ", b"{", b"[]", b"null", b"7", b'"text"', b"\xff", b"{}{}", b"[" * 200_000])
def test_a_body_that_is_no_object_is_refused(ready: World, id: str, body: bytes) -> None:
    """400, as under `/v1`: the fault is that of the whole body."""
    answer = WITH_BODY[id].ask(ready.mock, ready.name, json=None, content=body, headers=JSON)

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", "")])


@pytest.mark.parametrize("headers", [{}, JSON, {"Content-Type": "text/plain"}], ids=["nothing", "JSON", "text"])
@pytest.mark.parametrize("id", WITH_BODY)
def test_a_body_that_is_not_required_may_be_left_out(ready: World, id: str, headers: dict[str, str]) -> None:
    """Whatever no body is declared to be. One that the contract requires is refused if it is empty."""
    answer = WITH_BODY[id].ask(ready.mock, ready.name, json=None, content=b"", headers=headers)

    if not OPERATIONS[id]["requestBody"]["required"]:
        assert answer.status_code == WITH_BODY[id].status
    elif headers == JSON:
        assert (answer.status_code, faults(answer)) == (400, [("parse_exception", "")])
    else:
        assert (answer.status_code, faults(answer)) == (415, [("unsupported_media_type", "Content-Type")])


def test_the_bodies_that_may_be_left_out() -> None:
    """Those of which every field may be."""
    assert {id for id in WITH_BODY if not OPERATIONS[id]["requestBody"]["required"]} == {
        "sandboxes_create",
        "sandboxes_fork",
        "commits_fork",
    }


def test_a_body_that_is_not_required_is_read_if_it_is_sent(ready: World) -> None:
    """In pieces whose length nobody has told, as well; and it has to be declared."""

    async def pieces() -> AsyncIterator[bytes]:
        for piece in (b'{"name": ', b'"in-pieces"}'):
            yield piece

    path = f"/_mock/sandboxes/{ready.name}/fork"
    undeclared = ready.mock.ask("POST", path, content=pieces())
    named = ready.mock.ask("POST", path, content=pieces(), headers=JSON)

    assert (undeclared.status_code, faults(undeclared)) == (415, [("unsupported_media_type", "Content-Type")])
    assert (named.status_code, named.json()["name"]) == (201, "in-pieces")


def test_what_has_to_be_sent_is_missing_without_a_body(contract: dict[str, Any]) -> None:
    """A contract that requires a field and no body has the field told, and not a defect."""
    lax = deepcopy(contract)
    lax["paths"]["/v1/conversations"]["post"]["requestBody"]["required"] = False
    mock = Mock(create_app(Settings(), lax))
    answer = mock.ask("POST", "/v1/conversations")

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", "/user_id")])


@pytest.mark.parametrize("id", WITH_BODY)
def test_an_unknown_field_is_refused(ready: World, id: str) -> None:
    """400 at the field, also of a record, whose fields the contract cannot name."""
    answer = WITH_BODY[id].ask(ready.mock, ready.name, json=WITH_BODY[id].body | {"nonsense": 1})

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", "/nonsense")])


@pytest.mark.parametrize("id", CALLS)
def test_a_method_that_a_path_does_not_have_is_refused(ready: World, id: str) -> None:
    """405, and `Allow` says which it has; OPTIONS says it, too."""
    call = CALLS[id]
    asked = call._replace(method="PATCH").ask(ready.mock, ready.name)
    options = call._replace(method="OPTIONS").ask(ready.mock, ready.name)

    assert (asked.status_code, faults(asked)) == (405, [("method_not_allowed", None)])
    assert options.status_code == 204
    assert call.method in options.headers["allow"].split(", ")
    assert options.headers["allow"] == asked.headers["allow"]


@pytest.mark.parametrize("id", [id for id, call in CALLS.items() if call.method == "GET"])
def test_head_answers_as_get_does(ready: World, id: str) -> None:
    """With the same status and headers."""
    get = CALLS[id].ask(ready.mock, ready.name)
    head = CALLS[id]._replace(method="HEAD").ask(ready.mock, ready.name)

    assert (head.status_code, head.headers["content-type"]) == (get.status_code, get.headers["content-type"])


@pytest.mark.parametrize(
    "path", ["", "/", "/sandboxes/", "/sandboxes/default/", "/sandboxes/default/clocks", "/worlds"]
)
def test_other_paths_lead_nowhere(shared_mock: Mock, path: str) -> None:
    """404, as a problem document."""
    answer = shared_mock.get(f"/_mock{path}")

    assert (answer.status_code, [code for code, _ in faults(answer)]) == (404, ["not_found"])


def test_a_misspelt_path_is_told_the_right_one(shared_mock: Mock) -> None:
    """The nearest of both contracts."""
    answer = shared_mock.get("/_mock/sandbox")

    assert "Did you mean /_mock/sandboxes?" in answer.json()["detail"]


def test_an_answer_that_is_not_declared_fails_the_test(contract: dict[str, Any], control: dict[str, Any]) -> None:
    """Else all tests here would prove little."""
    form = Form(contract, control)
    mock = Checked(create_app(contract=contract), form)
    form.operations["GET"][0].responses[200].bodies.clear()
    with pytest.raises(AssertionError):
        mock.get("/_mock/sandboxes")
