"""Who may use the control plane: everybody, nobody, or whoever has the admin token; of every operation alike."""

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from common_apis.contract.document import CONTROL, load, operations
from common_apis.serving.admin_guard import AdminGuard
from common_apis.serving.app import Settings, create_app
from common_apis.serving.guard import Guard

from ..mock import A, Mock
from .calls import shown
from .form import Form
from .world import Checked, faults

TOKEN = "correct-horse"
HEADER = {"X-Mock-Admin-Token": TOKEN}
STREAM = "requests_stream"
VALUES = {
    "sandbox": "default",
    "snapshot": "booked",
    "collection": "workers",
    "id": A,
    "request": "1",
    "fault": "1",
    "commit": "0",
}
OPERATIONS = {
    said["operationId"]: (method.upper(), re.sub(r"\{(\w+)\}", lambda found: VALUES[found[1]], path))
    for method, path, said in operations(load(CONTROL))
}
"""Each operation of the contract, and where it is asked for."""
FORBIDDEN = (403, [("forbidden", "X-Mock-Admin-Token")])


@pytest.fixture(scope="module")
def closed(contract: dict[str, Any], form: Form) -> Checked:
    """A mock that other machines reach, and that was told no more."""
    return Checked(create_app(Settings(admin_guard=AdminGuard()), contract), form)


@pytest.fixture(scope="module")
def guarded(contract: dict[str, Any], form: Form) -> Checked:
    """A mock with an admin token."""
    return Checked(create_app(Settings(admin_guard=AdminGuard(TOKEN)), contract), form)


def parse_refusal(answer: httpx.Response) -> tuple[int, Any]:
    """The status of a refusal, and its faults."""
    return answer.status_code, faults(answer)


def send_operation(mock: Checked, id: str, query: str = "", **sent: Any) -> int:
    """The status of an operation's answer; a stream is asked for its headers alone, since it does not end."""
    method, path = OPERATIONS[id]
    return Mock(mock.app).ask("HEAD" if id == STREAM else method, path + query, **sent).status_code


def status(mock: Mock, path: str, method: str = "GET", **headers: str) -> int:
    """The status of an answer."""
    return Mock(mock.app).ask(method, path, headers=headers).status_code


@pytest.mark.parametrize("id", OPERATIONS)
def test_a_closed_control_plane_refuses_everything(closed: Checked, id: str) -> None:
    """And names the two options that open it; no token helps."""
    answer = closed.ask(*OPERATIONS[id])
    assert parse_refusal(answer) == FORBIDDEN
    assert {"`--admin-token TOKEN`", "`--open-control-plane`"} <= set(re.findall("`--[^`]*`", answer.json()["detail"]))
    assert send_operation(closed, id, headers=HEADER) == 403


@pytest.mark.parametrize("id", OPERATIONS)
def test_an_admin_token_is_demanded_by_everything(guarded: Checked, id: str) -> None:
    """Without it, or with another, no operation looks at what it is asked; with it, each does."""
    assert parse_refusal(guarded.ask(*OPERATIONS[id])) == FORBIDDEN
    assert send_operation(guarded, id, headers={"X-Mock-Admin-Token": "x"}) == 403
    assert send_operation(guarded, id, headers=HEADER) in (200, 201, 204, 400, 404, 415)


@pytest.mark.parametrize("token", ["correct-hors", "correct-horse2", "Correct-Horse", f"{TOKEN}, {TOKEN}", "é"])
def test_another_token_is_none(guarded: Checked, token: str) -> None:
    """It is compared as it is, and no answer repeats it."""
    answer = guarded.ask("GET", "/_mock/sandboxes", headers={"X-Mock-Admin-Token": token.encode()})
    assert parse_refusal(answer) == FORBIDDEN
    assert "does not take the admin token" in answer.json()["detail"]
    assert token not in answer.text


def test_the_api_and_the_pages_need_none_of_it(closed: Checked, guarded: Checked) -> None:
    """What explains the mock can be read, the contract of the control plane as well; and the API serves."""
    for mock in (closed, guarded):
        for path in ("/", "/docs", "/cases", "/_mock/openapi.json", "/_mock/openapi.yaml", f"/s/ci-1/v1/workers/{A}"):
            assert status(mock, path) == 200
        assert status(mock, "/_mock/nothing") == 404
        assert status(mock, "/_mock/sandboxes", "OPTIONS") == 204


@pytest.mark.parametrize("id", OPERATIONS)
def test_only_the_stream_takes_the_token_in_its_query(guarded: Checked, id: str) -> None:
    """A browser's `EventSource` sends no header; all others can, and the address of a request is seen by many."""
    assert send_operation(guarded, id, f"?admin_token={TOKEN}") == (200 if id == STREAM else 403)
    assert send_operation(guarded, id, f"?admin_token={TOKEN}x") == 403


def test_an_admin_needs_no_bearer_token_and_nobody_else_gets_in_by_one(make_mock: Callable[..., Checked]) -> None:
    """The one is for the control plane, the other for the API."""
    mock = make_mock(admin_guard=AdminGuard(TOKEN), guard=Guard(demands_token=True, tokens=frozenset({"alpha"})))
    assert status(mock, "/_mock/sandboxes", **HEADER) == 200
    assert status(mock, "/_mock/sandboxes", Authorization="Bearer alpha") == 403
    assert status(mock, f"/v1/workers/{A}", **HEADER) == 401
    assert status(mock, f"/v1/workers/{A}", Authorization="Bearer alpha") == 200


def test_a_path_written_otherwise_is_guarded_too(guarded: Checked) -> None:
    """Whatever is routed to an operation is refused."""
    for path in ("/%5Fmock/sandboxes", "/_mock/%73andboxes", "/_mock/sandboxes?admin_token=x", "/_mock/sandboxes?"):
        assert status(guarded, path) == 403
    assert status(guarded, "/_mock/sandboxes", "HEAD") == 403


def test_what_the_contract_shows_is_answered(control: dict[str, Any], closed: Checked, guarded: Checked) -> None:
    """To the letter."""
    answers = {
        "closed": closed.get("/_mock/sandboxes"),
        "no_token": guarded.get("/_mock/sandboxes"),
        "another_token": guarded.get("/_mock/sandboxes", headers={"X-Mock-Admin-Token": "x"}),
    }
    assert shown(control, "ControlForbidden") == {name: answer.json() for name, answer in answers.items()}


def test_what_is_refused_changes_nothing(guarded: Checked) -> None:
    """A sandbox is not made, and not thrown away."""
    assert status(guarded, f"/s/kept/v1/workers/{A}") == 200
    guarded.ask("DELETE", "/_mock/sandboxes/kept")
    guarded.post("/_mock/sandboxes", {"name": "made"})
    names = {each["name"] for each in guarded.get("/_mock/sandboxes", headers=HEADER).json()["sandboxes"]}
    assert names & {"kept", "made"} == {"kept"}
