"""The request log: one line for each request, whoever answers it, and no request that waits for a line."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from common_apis.testing.server import Server

from ..mock import A
from ..waiting import wait_until
from .served import COMMAND, Served, clean
from .test_cli import ROOT
from .wire import Wire, request

WORKER = f"/v1/workers/{A}"
TASK = {"user_id": A, "task_type": "survey"}
PATIENCE_S = 10
ESCAPE = "\x1b"
FIELDS = ["time", "status", "method", "path", "operation", "sandbox", "duration", "errors", "error", "override"]


class Logged(Served):
    """A server whose error stream is read line by line."""

    read = 0

    def lines(self, count: int) -> list[str]:
        """The next lines, once there are so many, and no more; a thread of the server writes them."""
        wait_until(lambda: len(self.said().splitlines()) >= self.read + count)
        said = self.said().splitlines()[self.read :]
        assert len(said) == count, said
        self.read += count
        return said

    def entries(self, count: int) -> list[dict[str, Any]]:
        """The same of a log in JSON."""
        return [json.loads(line) for line in self.lines(count)]


@pytest.fixture(scope="module")
def text() -> Iterator[Logged]:
    """A server with lines for people."""
    with Logged("--port", "0") as server:
        yield server


@pytest.fixture(scope="module")
def programs() -> Iterator[Logged]:
    """A server with lines for programs."""
    with Logged("--port", "0", "--log", "json") as server:
        yield server


def test_each_request_is_one_line(programs: Logged) -> None:
    """Operations, pages, the control plane, what leads nowhere, a stream, and what is refused as no request at all."""
    with httpx.Client(base_url=programs.url) as http:
        http.post("/s/booking/v1/patient_tasks", json=TASK)
        http.post("/v1/patient_tasks", json={"nick": 1})
        http.get("/docs/boot.js")
        http.get("/_mock/sandboxes")
        http.get("/v1/nothing")
        http.request("BREW", WORKER)
        http.options(WORKER, headers={"Origin": "https://app.example.com", "Access-Control-Request-Method": "GET"})
        with http.stream("GET", "/_mock/sandboxes/default/requests/stream"):
            told = programs.entries(9)
        for sent in (b"\x00\r\n\r\n", request("GET", WORKER, f"X-Long: {'x' * 70_000}")):
            with Wire(programs.url) as wire:
                wire.ask(sent)
        told += programs.entries(2)
    seen = [(each.get("status"), each.get("method"), each.get("path"), each.get("operation")) for each in told]
    assert seen == [
        (201, "POST", "/v1/patient_tasks", "patient_tasks_create"),
        (400, "POST", "/v1/patient_tasks", "patient_tasks_create"),
        (200, "GET", "/docs/boot.js", None),
        (200, "GET", "/_mock/sandboxes", "sandboxes_list"),
        (404, "GET", "/v1/nothing", None),
        (405, "BREW", WORKER, None),
        (None, None, None, None),  # the warning of the refused preflight
        (403, "OPTIONS", WORKER, None),
        (200, "GET", "/_mock/sandboxes/default/requests/stream", "requests_stream"),
        (400, None, None, None),
        (431, "GET", WORKER, None),
    ]
    assert all(list(each) == (FIELDS if "status" in each else ["time", "level", "message"]) for each in told)
    assert [told[0]["sandbox"], told[1]["sandbox"]] == ["booking", "default"]
    assert (told[1]["errors"], told[1]["error"]["pointer"]) == (3, "/user_id")
    assert "`--cors https://app.example.com`" in told[6]["message"]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", each["time"]) for each in told)
    assert 0 < told[0]["duration"] < 60_000


def test_the_fields_are_those_that_are_documented() -> None:
    """In the page for those who deploy, in their order."""
    page = (ROOT / "docs" / "deployment.md").read_text("utf-8").partition("| field |")[2]
    rows = re.findall(r"^\| (`.*?) \|", page, re.MULTILINE)
    assert [name for row in rows for name in re.findall(r"`(\w+)`", row)] == FIELDS


def test_a_line_for_people(text: Logged) -> None:
    """Time, status, method, path, operation, sandbox, duration; and what was wrong first, of how much."""
    with httpx.Client(base_url=text.url) as http:
        http.get(WORKER)
        http.post("/s/booking/v1/patient_tasks", json={})
        http.get(f"{WORKER}?a=1", headers={"Prefer": "code=503"})
        http.get(WORKER, headers={"Prefer": "code=503"})
        said = text.lines(4)
    start = r"\d\d:\d\d:\d\d "
    took = r" \d+\.\d ms"
    shapes = (
        rf"{start}200 GET {WORKER} workers_get default{took}",
        rf"{start}400 POST /v1/patient_tasks patient_tasks_create booking{took} /user_id: `user_id` is missing\. .*"
        r" \(1 of 2\)",
        rf"{start}400 GET {WORKER}\?a=1 workers_get default{took} a: `a` is not a query parameter here\. .*",
        rf"{start}503 GET {WORKER} workers_get default{took} \[prefer code=503\]",
    )
    for shape, line in zip(shapes, said, strict=True):
        assert re.fullmatch(shape, line)


def test_a_connection_that_is_broken_is_told(text: Logged) -> None:
    """There is no status, and who broke it is told: a fault rule, or the client itself."""
    with httpx.Client(base_url=text.url) as http:
        http.post("/_mock/sandboxes/default/faults", json={"network": "reset", "times": 1}).raise_for_status()
        with pytest.raises(httpx.HTTPError):
            http.get(WORKER)
        with Wire(text.url) as wire:
            wire.send(request("POST", "/v1/patient_tasks", "Content-Type: application/json", "Content-Length: 9"))
            assert http.get(WORKER).status_code == 200  # it has read the head of the other
            wire.break_off()
        said = text.lines(4)
    assert re.search(r" - GET \S+ workers_get default .* \[fault \d+: reset\]$", said[1])
    assert re.search(r" - POST /v1/patient_tasks .* the client left before the response$", said[3])


INJECTED = "\r\n\x1b[2J\x9b31m\u2028\u202eaccess granted"


@pytest.mark.parametrize("form", ["text", "programs"])
def test_nothing_that_is_sent_begins_a_line_or_commands_a_terminal(form: str, request: pytest.FixtureRequest) -> None:
    """Line breaks, escapes and what turns the direction of text, in path, query, sandbox and body."""
    quoted = "".join(f"%{byte:02x}" for byte in INJECTED.encode())
    server: Logged = request.getfixturevalue(form)
    with httpx.Client(base_url=server.url) as http:
        http.get(f"/v1/workers/{quoted}")
        http.get(f"{WORKER}?{quoted}={quoted}")
        http.get(f"/s/{quoted}/v1/workers/{A}")
        http.post("/v1/patient_tasks", json=TASK | {INJECTED: INJECTED})
        with Wire(server.url) as wire:
            wire.ask(b"GET /v1/workers/x?\x9b31m\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n")
        said = server.lines(5)
    assert all(line.isprintable() and "granted" in line for line in said[:4]), said
    if form == "programs":
        assert all(line.isascii() and json.loads(line)["status"] == 400 for line in said)


def test_a_warning_is_one_line_too(text: Logged) -> None:
    """Of an origin that no browser sends."""
    asked = request("OPTIONS", WORKER, "Access-Control-Request-Method: GET").replace(
        b"\r\n\r\n", b"\r\nOrigin: https://\x9b2J.example\r\n\r\n"
    )
    with Wire(text.url) as wire:
        assert wire.ask(asked).status_code == 403
    assert all(line.isprintable() for line in text.lines(2))


def test_secrets_are_not_told(text: Logged) -> None:
    """A parameter whose name says so, however it is escaped, has no value here; nor has it in the journal."""
    with httpx.Client(base_url=text.url) as http:
        for name in ("api_key", "access_token", "a%70i%5Fkey", "ACCESS%5FTOKEN"):
            http.get(f"{WORKER}?page=1&{name}=geheim")
        http.get(WORKER, headers={"Authorization": "Bearer geheim"})
        kept = http.get("/_mock/sandboxes/default/requests").text
        said = text.lines(6)
    assert "geheim" not in "".join(said) + kept
    assert "page=1&a%70i%5Fkey=redacted" in said[2]


def test_a_health_check_that_finds_the_server_well_is_no_news(text: Logged) -> None:
    """Containers ask every two seconds. What others ask there is told."""
    subprocess.run([COMMAND, "ready", "--url", text.url], check=True, env=clean({}), timeout=30)
    httpx.get(f"{text.url}/_mock/sandboxes")
    [line] = text.lines(1)
    assert "sandboxes_list" in line


HEALTHY = ((), ("--require-token",), ("--admin-token", "correct-horse"))
"""Servers that demand no token, a bearer token, or an admin token."""


@pytest.mark.parametrize("options", HEALTHY, ids=["open", "token", "admin token"])
@pytest.mark.parametrize("variables", [{}, {"COMMON_APIS_ADMIN_TOKEN": "correct-horse"}], ids=["without", "with"])
def test_a_health_check_is_no_news_whatever_token_is_demanded(
    options: tuple[str, ...], variables: dict[str, str]
) -> None:
    """It need not know one, and sends the admin token that the environment has."""
    with Logged("--port", "0", *options) as server:
        subprocess.run([COMMAND, "ready", "--url", server.url], check=True, env=clean(variables), timeout=30)
        httpx.get(f"{server.url}/v1/nothing")
        [line] = [line for line in server.end().splitlines() if " GET " in line]
    assert " GET /v1/nothing " in line


def test_a_health_check_with_another_token_is_told() -> None:
    """It is ready all the same, but somebody is mistaken in the token, or guesses."""
    with Logged("--port", "0", "--log", "json", "--admin-token", "correct-horse") as server:
        variables = clean({"COMMON_APIS_ADMIN_TOKEN": "battery-staple"})
        subprocess.run([COMMAND, "ready", "--url", server.url], check=True, env=variables, timeout=30)
        [line] = [line for line in server.end().splitlines() if "sandboxes_list" in line]
    assert json.loads(line)["status"] == 403
    assert "battery-staple" not in line


def test_quiet_has_no_line_for_requests_and_tells_of_the_rest() -> None:
    """Why a page may not call is told all the same."""
    with Logged("--port", "0", "--quiet") as server:
        httpx.get(server.url + WORKER)
        asked = {"Origin": "https://app.example.com", "Access-Control-Request-Method": "GET"}
        httpx.options(server.url + WORKER, headers=asked)
        [line] = server.lines(1)
    assert line.startswith("Pages of https://app.example.com may not call this server.")


def test_the_mock_of_the_plugin_is_silent(capfd: pytest.CaptureFixture[str]) -> None:
    """What pytest shows of a test is the test's."""
    with Server() as server:
        assert httpx.get(f"{server.url}/v1/nothing").status_code == 404
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        ({}, True),
        ({"NO_COLOR": "1"}, False),
        ({"TERM": "dumb"}, False),
    ],
)
def test_colours_at_a_terminal(environment: dict[str, str], coloured: bool) -> None:
    """A status has the colour of its kind, unless somebody says otherwise."""
    said = first_line(*os.openpty(), {"TERM": "xterm", **environment})
    assert ("\x1b[33m404\x1b[0m GET /v1/nothing" in said) == coloured
    assert (ESCAPE in said) == coloured


@pytest.mark.parametrize(("environment", "coloured"), [({}, False), ({"FORCE_COLOR": "1"}, True)])
def test_no_colours_in_a_pipe(environment: dict[str, str], coloured: bool) -> None:
    """A file or a program gets plain text, unless somebody says otherwise."""
    assert (ESCAPE in first_line(*os.pipe(), environment)) == coloured


def first_line(reading: int, writing: int, environment: dict[str, str]) -> str:
    """What a server writes to an error stream of its own of a request to a path that is none."""
    unset = dict.fromkeys(("NO_COLOR", "FORCE_COLOR"), "")
    command = (COMMAND, "serve", "--port", "0")
    pipe, settings = subprocess.PIPE, clean(unset | environment)
    with subprocess.Popen(command, stdout=pipe, stderr=writing, text=True, env=settings) as process:
        os.close(writing)
        assert process.stdout
        httpx.get(f"{process.stdout.readline().split()[2]}/v1/nothing")
        said = os.read(reading, 4000).decode()
        process.terminate()
    os.close(reading)
    return said


@pytest.fixture
def unread() -> Callable[..., Any]:
    """Starts a server whose error stream is a pipe that nobody reads; the pipe and the process."""

    def start(*arguments: str) -> tuple[subprocess.Popen[str], str, int]:
        reading, writing = os.pipe()
        process = subprocess.Popen(
            [COMMAND, "serve", "--port", "0", *arguments],
            stdout=subprocess.PIPE,
            stderr=writing,
            text=True,
            env=clean({}),
        )
        os.close(writing)
        assert process.stdout
        return process, process.stdout.readline().split()[2], reading

    return start


MANY, AT_ONCE = 7000, 100
"""Requests, more than lines may wait."""


def test_a_reader_that_stalls_holds_nothing_up(unread: Callable[..., Any]) -> None:
    """Every request is answered; whoever reads later finds how many lines are missing, and no line twice."""
    process, url, reading = unread()
    with process, open(reading, "rb", buffering=0) as read, Wire(url) as wire:
        for _ in range(MANY // AT_ONCE):
            wire.send(request("GET", WORKER) * AT_ONCE)
            assert {wire.answer().status_code for _ in range(AT_ONCE)} == {200}
        process.send_signal(signal.SIGTERM)
        said = b"".join(iter(lambda: read.read(1 << 16), b"")).decode()
        assert process.wait(PATIENCE_S) == 0
        assert process.stdout
        process.stdout.close()
    missing = [int(number) for number in re.findall(r"^common-apis: (\d+) lines are missing here", said, re.MULTILINE)]
    assert len(missing) == 1
    assert said.count(" workers_get ") + missing[0] == MANY


def test_a_server_whose_lines_nobody_reads_ends_in_time(unread: Callable[..., Any]) -> None:
    """The pipe is full when it is told to stop."""
    process, url, reading = unread()
    with process:
        with Wire(url) as wire:
            for _ in range(20):
                wire.send(request("GET", WORKER) * AT_ONCE)
                assert {wire.answer().status_code for _ in range(AT_ONCE)} == {200}
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
        process.stdout.close()
    os.close(reading)


def test_a_reader_that_is_gone_holds_nothing_up(unread: Callable[..., Any]) -> None:
    """Neither that of the lines nor that of the output."""
    process, url, reading = unread()
    os.close(reading)
    with process:
        process.stdout.close()
        for _ in range(20):  # lines are written meanwhile
            assert httpx.get(url + WORKER).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0


def test_a_stream_that_does_not_block_gets_every_line(tmp_path: Path) -> None:
    """Node and others hand on such a pipe: what does not fit now is written later."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    command = (COMMAND, "serve", "--port", "0")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=writing, text=True, env=clean({})) as process:
        os.close(writing)
        assert process.stdout
        with Wire(process.stdout.readline().split()[2]) as wire:
            for _ in range(20):
                wire.send(request("GET", WORKER) * AT_ONCE)
                assert {wire.answer().status_code for _ in range(AT_ONCE)} == {200}
        said = b""
        with open(reading, "rb", buffering=0) as read:
            while said.count(b"\n") < 20 * AT_ONCE:
                piece = read.read(1 << 16)
                assert piece, "the server has closed the stream"
                said += piece
        process.terminate()
    assert said.count(b" workers_get ") == 20 * AT_ONCE


def test_a_proxy_tells_what_it_passes_on(server_url: str) -> None:
    """With the operation, and with what was wrong."""
    with Logged("--log", "json", command=(COMMAND, "proxy", server_url, "--port", "0")) as proxy:
        httpx.get(proxy.url + WORKER)
        httpx.post(f"{proxy.url}/s/one/v1/patient_tasks", json={"user_id": A})
        httpx.get(f"{proxy.url}/_mock/sandboxes")
        told = [each for each in proxy.entries(4) if "status" in each]
    assert [(each["status"], each["operation"], each["sandbox"]) for each in told] == [
        (200, "workers_get", "default"),
        (400, "patient_tasks_create", "one"),
        (200, "sandboxes_list", None),
    ]
    assert told[1]["error"]["pointer"] == "/task_type"


def test_lines_are_written_to_a_stream_that_is_one(tmp_path: Path) -> None:
    """With the error stream closed, its number may be that of another file, into which nothing is written."""
    data = tmp_path / "data"
    shell = f"exec {COMMAND} serve --port 0 --data {data} 2>&-"
    with subprocess.Popen(["sh", "-c", shell], stdout=subprocess.PIPE, text=True, env=clean({})) as process:
        assert process.stdout
        url = process.stdout.readline().split()[2]
        assert httpx.post(f"{url}/v1/patient_tasks", json=TASK).status_code == 201
        process.terminate()
    assert not any(b"patient_tasks_create" in file.read_bytes() for file in data.rglob("*") if file.is_file())
