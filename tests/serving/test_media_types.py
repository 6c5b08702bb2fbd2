"""Which bodies are taken for what they are declared to be (D-38), before anybody looks into them (D-33)."""

import json
import subprocess
import time
from collections.abc import Callable
from typing import Any

import pytest

from ..mock import A, Mock, faults
from .served import Served

TASK = b'{"user_id":"aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa","task_type":"survey"}'
REFUSED = [("unsupported_media_type", "Content-Type")]

TAKEN = (
    "application/json",
    "Application/JSON",
    "APPLICATION/JSON",
    "application/json;",
    "application/json; charset=utf-8",
    "application/json;charset=UTF-8",
    "application/json ; charset=utf-8",
    "application/json\t;\tcharset=utf-8",
    'application/json; charset="utf-8"',
    'application/json; charset="Utf-8"; version=2',
    "application/json; CHARSET=utf-8",
    "application/json; version=1",
    'application/json; profile="https://example.com/a;b=c"',
)

NOT_TAKEN = (
    "",
    " ",
    "json",
    "text/json",
    "text/plain",
    "text/html; charset=utf-8",
    "application/jsonp",
    "application/json5",
    "application/x-json",
    "application/problem+json",
    "application/merge-patch+json",
    "application/vnd.api+json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/octet-stream",
    "application/*",
    "*/*",
    "application/json, application/json",
    "application/json, text/plain",
    "application/json text/plain",
    "application/json; charset=iso-8859-1",
    "application/json; charset=utf-16",
    "application/json; charset=ascii",
    "application/json; charset=foo",
    "application/json; charset=",
    'application/json; charset=""',
    "application/json; charset",
    "application/json; charset=utf-8; charset=iso-8859-1",
    "application/json; charset=iso-8859-1; charset=utf-8",
    'application/json; charset="utf-8;iso-8859-1"',
    'application/json; charset="utf-8 iso-8859-1"',
    "application/json; charset=utf-8, utf-16",
)


def post(mock: Mock, *declared: str, body: bytes = TASK) -> Any:
    """The answer to a body that is declared so, once or more often."""
    headers = [("Content-Type", each) for each in declared]
    return mock.ask("POST", "/v1/patient_tasks", content=body, headers=headers)


@pytest.mark.parametrize("declared", TAKEN)
def test_json_in_utf_8_is_taken_however_it_is_written(shared_mock: Mock, declared: str) -> None:
    """Case, space and further parameters do not matter."""
    assert post(shared_mock, declared).status_code == 201


@pytest.mark.parametrize("declared", NOT_TAKEN)
def test_anything_else_is_refused(shared_mock: Mock, declared: str) -> None:
    """Another type, another charset, or a header that can be read in two ways: 415 at the header."""
    answer = post(shared_mock, declared)
    assert answer.status_code == 415
    assert faults(answer) == REFUSED


def test_a_body_that_is_not_declared_is_refused(shared_mock: Mock) -> None:
    """What has no media type is not guessed at."""
    answer = post(shared_mock)
    assert answer.status_code == 415
    assert faults(answer) == REFUSED
    assert "declared as nothing" in answer.json()["detail"]


def test_an_empty_body_is_refused_for_its_media_type_first(shared_mock: Mock) -> None:
    """A body that is both empty and not declared is a 415; declared, it is a 400."""
    assert post(shared_mock, body=b"").status_code == 415
    assert post(shared_mock, "application/json", body=b"").status_code == 400


@pytest.mark.parametrize(
    "declared", [("text/plain", "application/json"), ("application/json", "text/plain"), ("application/json",) * 2]
)
def test_more_than_one_declaration_is_refused(shared_mock: Mock, declared: tuple[str, ...]) -> None:
    """A request says once what its body is; of two headers nobody can tell which one a server reads."""
    assert post(shared_mock, *declared).status_code == 415


@pytest.mark.parametrize("path", ["/v1/workers/nobody", "/v1/patient_tasks/nobody"])
def test_a_request_without_a_body_needs_no_media_type(shared_mock: Mock, path: str) -> None:
    """A GET is refused for its id, whatever it is declared to be."""
    answer = shared_mock.get(path, headers={"Content-Type": "text/plain"})
    assert faults(answer) == [("parse_exception", "id")]


def test_the_media_type_comes_before_the_form_of_path_and_body(shared_mock: Mock) -> None:
    """What is wrong with the id, the query and the body is not said to someone who did not send JSON."""
    answer = shared_mock.ask("PUT", "/v1/patients/x?y=1", content=b"{", headers={"Content-Type": "text/plain"})
    assert faults(answer) == REFUSED


def test_the_message_says_what_was_declared(shared_mock: Mock) -> None:
    """One reads in the answer what one has sent, and what is expected."""
    detail = post(shared_mock, "text/plain; charset=latin1").json()["detail"]
    assert detail.startswith(
        "The body is declared as `text/plain; charset=latin1`. Expected `application/json`, in UTF-8."
    )


def test_every_curl_line_that_is_shown_works(contract: dict[str, Any], program: Callable[[str], str]) -> None:
    """The line of a 415, run in a shell as it stands, succeeds: for every operation with a body."""
    program("curl")
    shown: list[str] = []
    statuses: dict[str, str] = {}
    with Served("--port", "0") as server:
        for path, item in contract["paths"].items():
            for method in {"post", "put"} & item.keys():
                shown.append(f"{method} {path}")
                statuses[shown[-1]] = run(refusal(server.url, method, path.replace("{id}", A)))
    assert len(shown) == 16
    assert statuses == {each: "201" if each.startswith("post") else "200" for each in shown}


def refusal(url: str, method: str, path: str) -> str:
    """The detail of the 415 that a running server answers to a form."""
    sent = subprocess.run(["curl", "-sSX", method.upper(), url + path, "-d", "a=b"], capture_output=True, check=True)
    detail: str = json.loads(sent.stdout)["detail"]
    return detail


def run(detail: str) -> str:
    """The status that the curl line of a refusal gets."""
    line = detail.partition("For example: ")[2] + " -sS -o /dev/null -w '%{http_code}'"
    return subprocess.run(["sh", "-c", line], capture_output=True, check=True, text=True).stdout


@pytest.mark.parametrize(
    "filler",
    [" " * 20_000, "\t" * 20_000, "; a=b" * 5_000, ";" * 20_000, "; " + "a" * 20_000, '; a="' + ";" * 20_000],
    ids=["spaces", "tabs", "parameters", "semicolons", "name", "quote"],
)
def test_a_long_declaration_is_read_quickly(shared_mock: Mock, filler: str) -> None:
    """Reading the header takes no longer than its length allows: it must not stop the server for others."""
    began = time.process_time()
    answer = post(shared_mock, f"application/json{filler}, x")
    assert answer.status_code == 415
    assert time.process_time() - began < 1
