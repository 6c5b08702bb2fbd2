"""What the journal keeps of a body: all of it, up to the limits, whatever is said of the request."""

import json
import shlex
import subprocess
from base64 import b64decode
from pathlib import Path
from typing import Any

import httpx
import pytest

from ..mock import A
from ..proof.commands import run
from ..serving.served import Served
from ..serving.wire import Wire, request

JSON = {"Content-Type": "application/json"}
LARGEST = 1 << 20
TASK = b'{"user_id": "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa", "task_type": "survey"}'
THIRTY = "123456789012345678901234567890"
RECORDS = "/v1/custom_data_type_records"


@pytest.fixture
def http(server_url: str) -> httpx.Client:
    """A client of the running server, in a sandbox of its own."""
    name = f"kept-{id(object())}"
    return httpx.Client(base_url=server_url, headers={"X-Mock-Sandbox": name})


def latest(http: httpx.Client) -> Any:
    """The latest exchange of the client's sandbox, and its text."""
    name = http.headers["X-Mock-Sandbox"]
    answer = http.get(f"/_mock/sandboxes/{name}/requests?limit=1000")
    return answer.json()["requests"][-1], answer.text


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("POST", "/v1/patient_tasks", {"Content-Type": "text/plain"}, 415),
        ("POST", "/v1/patient_tasks", JSON | {"Content-Encoding": "gzip"}, 415),
        ("POST", "/v1/nothing", JSON, 404),
        ("PATCH", "/v1/patients", JSON, 405),
        ("BREW", "/v1/patients", JSON, 405),
        ("GET", f"/v1/workers/{A}", JSON, 200),
    ],
)
def test_the_body_of_a_request_that_was_refused_for_its_head_is_kept(
    http: httpx.Client, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    """So `find` finds it, and `check` has it in its line."""
    assert http.request(method, path, content=TASK, headers=headers).status_code == status
    exchange, _ = latest(http)
    assert exchange["request"]["body"] == json.loads(TASK)
    assert (exchange["request"]["base64"], exchange["request"]["cut"]) == (None, False)
    found = http.post(
        f"/_mock/sandboxes/{http.headers['X-Mock-Sandbox']}/requests/find", json={"body": {"task_type": "survey"}}
    )
    assert [each["id"] for each in found.json()["requests"]] == [exchange["id"]]


def test_of_a_body_that_is_too_large_the_first_part_is_kept(http: httpx.Client) -> None:
    """And said to be no more than that."""
    assert http.post("/v1/patient_tasks", content=b"x" * (LARGEST + 1), headers=JSON).status_code == 413
    exchange, _ = latest(http)
    assert (exchange["request"]["body"], exchange["request"]["cut"]) == ("x" * LARGEST, True)


def test_of_a_body_that_was_not_asked_for_nothing_is_kept(http: httpx.Client, server_url: str) -> None:
    """It was never sent, which is said."""
    name = http.headers["X-Mock-Sandbox"]
    with Wire(server_url) as wire:
        head = ("Expect: 100-continue", "Content-Length: 10", f"X-Mock-Sandbox: {name}")
        assert wire.ask(request("POST", "/v1/nothing", *head)).status_code == 404
    exchange, _ = latest(http)
    assert (exchange["request"]["body"], exchange["request"]["cut"]) == (None, True)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", TASK[:-1] + b"\xe9}", b'"text"', b"null"])
def test_bytes_that_are_no_text_and_texts_that_are_json_are_kept_in_base64(http: httpx.Client, content: bytes) -> None:
    """Else nobody could tell them from others."""
    assert http.post("/v1/patient_tasks", content=content, headers=JSON).status_code == 400
    exchange, _ = latest(http)
    assert b64decode(exchange["request"]["base64"]) == content


@pytest.mark.parametrize("number", [THIRTY, f"-{THIRTY}", "0.1234567890123456789", "1e-300", "9007199254740993"])
def test_a_number_is_kept_as_it_was_sent(http: httpx.Client, number: str) -> None:
    """To the last digit, for whoever reads so many; for others the bytes are in base64."""
    content = f'{{"user_id": "{A}", "type": "x", "body": {number}}}'
    http.post(RECORDS, content=content, headers=JSON)
    exchange, text = latest(http)
    assert f'"body":{number}' in text
    assert exchange["request"]["base64"] is None or b64decode(exchange["request"]["base64"]).decode() == content
    assert (exchange["request"]["base64"] is None) == (repr(float(number)) == number)


def test_check_shows_and_saves_what_was_sent(tmp_path: Path) -> None:
    """Its line sends the very bytes again, and so does the line of what it has saved."""
    contents = [b"\xff\xfe'\x00", f'{{"nick": {THIRTY}}}'.encode(), b"plain 'text'", b'"a"']
    with Served("--port", "0", "--quiet") as server:
        for content in contents:
            httpx.post(f"{server.url}{RECORDS}", content=content, headers={"Content-Type": "text/plain"})
        saved = tmp_path / "saved.jsonl"
        _, first, _ = run("check", "--url", server.url, "--save", saved, "--format", "json")
        _, second, _ = run("check", saved, "--format", "json")
        lines = {each["curl"] for text in (first, second) for each in json.loads(text)["findings"]}
        httpx.delete(f"{server.url}/_mock/sandboxes/default/requests")
        for line in lines:
            subprocess.run(["sh", "-c", line], capture_output=True, check=True)
        requests = httpx.get(f"{server.url}/_mock/sandboxes/default/requests").json()["requests"]
    sent = {each["request"]["base64"] or each["request"]["body"] for each in requests}
    assert {b64decode(each) for each in sent if each != "plain 'text'"} == {*contents} - {b"plain 'text'"}
    assert "plain 'text'" in sent
    assert shlex.split(next(iter(lines)))
