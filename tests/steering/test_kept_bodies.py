"""What the journal keeps of a body: all of it, up to the limits, whatever is said of the request."""

import json
import subprocess
from base64 import b64decode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

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
def http(server_url: str) -> Iterator[httpx.Client]:
    """A client of the running server, in a sandbox of its own."""
    with httpx.Client(base_url=server_url, headers={"X-Mock-Sandbox": f"kept-{uuid4()}"}) as http:
        yield http


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


@pytest.mark.parametrize(
    ("number", "is_held"),
    [
        (THIRTY, False),
        (f"-{THIRTY}", False),
        ("0.1234567890123456789", False),
        ("9007199254740993", False),
        ("1700000000000000", True),
        ("1.7976931348623157e308", True),
        ("0.00000012345678", True),
        ("1e5", True),
        ("1E+2", True),
        ("1.10", True),
        ("-0", True),
        ("1e-300", True),
    ],
)
def test_a_number_is_kept_as_it_was_sent(http: httpx.Client, number: str, is_held: bool) -> None:
    """To the last digit, for whoever reads so many; for others the bytes are in base64."""
    content = f'{{"user_id": "{A}", "type": "x", "body": {number}}}'
    http.post(RECORDS, content=content, headers=JSON)
    exchange, text = latest(http)
    assert f'"body":{number}' in text
    assert (exchange["request"]["base64"] is None) == is_held
    assert is_held or b64decode(exchange["request"]["base64"]).decode() == content


@pytest.mark.parametrize(
    "content", [b"\xff\xfe'\x00", f'{{"nick": {THIRTY}}}'.encode(), b"plain 'text'", b'"a"', b"null", b"{}"]
)
def test_check_shows_and_saves_what_was_sent(http: httpx.Client, tmp_path: Path, content: bytes) -> None:
    """Its line sends the very bytes again, and so does the line of what it has saved."""
    name, saved = http.headers["X-Mock-Sandbox"], tmp_path / "saved.jsonl"
    http.post(RECORDS, content=content, headers={"Content-Type": "text/plain"})
    _, first, _ = run("check", "--url", str(http.base_url), "--sandbox", name, "--save", saved, "--format", "json")
    _, second, _ = run("check", "--journal", saved, "--format", "json")
    for text in (first, second):
        [line] = {each["curl"] for each in json.loads(text)["findings"]}
        line = line.replace("http://127.0.0.1:4010", str(http.base_url))
        subprocess.run(["sh", "-c", line], capture_output=True, check=True)
        request = latest(http)[0]["request"]
        kept = b64decode(request["base64"]) if request["base64"] else request["body"]
        assert kept in (
            content,
            content.decode("utf-8", "replace"),
            json.loads(content) if content == b"{}" else content,
        )
        assert request["headers"]["user-agent"].startswith("curl/")


def test_the_journal_is_in_the_order_of_the_commits(tmp_path: Path) -> None:
    """Also where each waits for a disk, and many share a sync."""
    with (
        Served("--port", "0", "--quiet", "--data", str(tmp_path)) as server,
        ThreadPoolExecutor(16) as threads,
        httpx.Client(base_url=server.url) as http,
    ):
        posts = [threads.submit(http.post, "/v1/patient_tasks", json=json.loads(TASK)) for _ in range(300)]
        assert {each.result().status_code for each in posts} == {201}
        requests = http.get("/_mock/sandboxes/default/requests?limit=1000").json()["requests"]
    commits = [each["commit"] for each in requests if each["commit"]]
    assert commits == sorted(commits)
    assert len(commits) == 300


@pytest.mark.parametrize(
    "sent", [b"\x00\r\n\r\n", b"GET\r\n\r\n", b"GET /a HTTP/1.1\r\nHost: 127.0.0.1\r\nX y\r\n\r\n"]
)
def test_what_is_malformed_is_kept_by_default(sent: bytes) -> None:
    """With its method and path, if it has them; and `check` tells of it."""
    with Served("--port", "0", "--quiet") as server:
        with Wire(server.url) as wire:
            assert wire.ask(sent).status_code == 400
        [exchange] = httpx.get(f"{server.url}/_mock/sandboxes/default/requests").json()["requests"]
        code, output, error = run("check", "--url", server.url)
    assert (exchange["operation"], exchange["violation"], exchange["status"]) == (None, True, 400)
    assert (exchange["method"], exchange["path"]) == (("GET", "/a") if b"/a" in sent else ("", ""))
    assert (code, error) == (1, "")
    assert "The request is not one that HTTP/1.1 allows." in output
