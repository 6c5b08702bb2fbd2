"""Servers that other machines reach: the API is served, and the control plane closed until somebody opens it."""

import re
from pathlib import Path

import httpx
import pytest

from common_apis.contract.document import CONTROL, load, operations
from common_apis.serving.loopback import beyond_loopback, is_loopback

from ..mock import A
from ..proof.commands import run
from .served import COMMAND, Served

WORKER = f"/v1/workers/{A}"
SANDBOXES = "/_mock/sandboxes"
STREAM = f"{SANDBOXES}/default/requests/stream"
SECRET = "correct-horse"
ADMIN = {"X-Mock-Admin-Token": SECRET}
VALUES = {"collection": "workers", "id": A, "request": "1", "fault": "1"}
OPERATIONS = [
    (method.upper(), re.sub(r"\{(\w+)\}", lambda found: VALUES.get(found[1], "any"), path), said["operationId"])
    for method, path, said in operations(load(CONTROL))
]
COMMANDS = ("serve", "proxy")
HOSTS = ("0.0.0.0", "::")
ELSEWHERE = "203.0.113.1"
"""An address at which nobody here can listen: a command that ought to refuse what it was told ends all the same."""


def served(command: str, upstream: str, *arguments: str, **environment: str) -> Served:
    """A mock, or a proxy before one."""
    words = (COMMAND, command, upstream) if command == "proxy" else (COMMAND, command)
    return Served("--port", "0", *arguments, command=words, **{"COMMON_APIS_QUIET": "true", **environment})


def statuses(server: Served, **headers: str) -> dict[str, int]:
    """What each operation of the control plane answers; the stream is asked for its headers alone."""
    with httpx.Client(base_url=server.url, headers=headers) as client:
        return {
            id: client.request("HEAD" if id == "requests_stream" else method, path).status_code
            for method, path, id in OPERATIONS
        }


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("command", COMMANDS)
def test_the_control_plane_is_closed_beyond_this_machine(command: str, host: str, server_url: str) -> None:
    """Every operation of it is refused, asked from this machine as well; the API is served, and a line says so."""
    with served(command, server_url, "--host", host) as server:
        assert httpx.get(server.url + WORKER).status_code == 200
        assert set(statuses(server).values()) == {403}
        problem = httpx.get(server.url + SANDBOXES).json()
        line = server.said().splitlines()[0]
    assert problem["errors"][0]["code"] == "forbidden"
    assert "`--admin-token TOKEN`" in problem["detail"]
    assert "`--open-control-plane`" in problem["detail"]
    used = "/v1" if command == "serve" else "the server behind it"
    assert line == (
        f"common-apis: listening beyond this machine ({host}): anyone who reaches it can use {used};"
        " /_mock needs --admin-token or --open-control-plane."
    )


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("command", COMMANDS)
def test_the_admin_token_opens_it(command: str, host: str, server_url: str, tmp_path: Path) -> None:
    """To every operation, and to the commands; it stands in nothing that the server says, keeps or answers."""
    log, journal = tmp_path / "log.jsonl", tmp_path / "saved.jsonl"
    kept = ("--journal", str(log)) if command == "proxy" else ()
    with served(
        command, server_url, "--host", host, *kept, COMMON_APIS_ADMIN_TOKEN=SECRET, COMMON_APIS_QUIET=""
    ) as server:
        assert set(statuses(server).values()) == {403}
        answers = [
            httpx.get(server.url + WORKER, headers=ADMIN),
            httpx.get(f"{server.url}{WORKER}?admin_token={SECRET}", headers=ADMIN),
            httpx.get(f"{server.url}/v1/nothing?%61dmin_token={SECRET}", headers=ADMIN),
            httpx.get(f"{server.url}{STREAM}x?admin_token={SECRET}", headers=ADMIN),
            httpx.post(f"{server.url}/_mock/nothing?admin_token={SECRET}", headers=ADMIN),
        ]
        assert [each.status_code for each in answers] == [200, 400, 404, 400, 404]
        with httpx.stream("GET", f"{server.url}{STREAM}?admin_token={SECRET}") as stream:
            assert stream.status_code == 200
        told = httpx.get(f"{server.url}{SANDBOXES}/default/requests", headers=ADMIN).text
        asked = run("check", "--url", server.url, "--admin-token", SECRET, "--save", journal, "--format", "json")
        without = run("check", "--url", server.url)
        ready = run("ready", "--url", server.url)
        assert 403 not in statuses(server, **ADMIN).values()
        said = server.end()
    assert "/_mock/sandboxes/default/requests/stream?admin_token=redacted" in said
    assert "listening beyond this machine" in said
    assert "/_mock needs the admin token.\n" in said
    assert told.count('"redacted"') == 3
    assert (asked[0], ready[0]) == (1, 0)
    assert without[0] == 2
    assert "demands its admin token" in without[2]
    assert "Name the token with --admin-token." in without[2]
    files = [file.read_text("utf-8") for file in (log, journal) if file.exists()]
    everything = [said, told, *asked[1:], *files, *(each.text + str(each.headers) for each in answers)]
    assert not any(SECRET in each for each in everything)


@pytest.mark.parametrize("command", COMMANDS)
def test_it_can_be_left_open(command: str, server_url: str) -> None:
    """Which is said."""
    with served(command, server_url, "--host", "0.0.0.0", COMMON_APIS_OPEN_CONTROL_PLANE="true") as server:
        assert 403 not in statuses(server).values()
        assert server.said().endswith("; /_mock is open to anyone who reaches it.\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_on_this_machine_it_is_open_until_there_is_a_token(command: str, server_url: str, tmp_path: Path) -> None:
    """Which may come from a file; what everybody may do on the machine alone is not worth a line."""
    with served(command, server_url, "--host", "localhost") as server:
        assert httpx.get(server.url + SANDBOXES).status_code == 200
        assert server.said() == ""
    file = tmp_path / "token"
    file.write_text(f"\n{SECRET}\r\n", "utf-8")
    with served(command, server_url, "--admin-token-file", str(file)) as server:
        assert httpx.get(server.url + SANDBOXES).status_code == 403
        assert httpx.get(server.url + SANDBOXES, headers=ADMIN).status_code == 200
        assert server.said().startswith("common-apis: listening to this machine alone: ")
        assert server.said().endswith("; /_mock needs the admin token.\n")


def test_bearer_tokens_do_not_open_it_beyond_this_machine() -> None:
    """Every program of the API has one of those."""
    with Served("--port", "0", "--quiet", "--host", "0.0.0.0", "--token", SECRET) as server:
        bearer = {"Authorization": f"Bearer {SECRET}"}
        assert httpx.get(server.url + WORKER).status_code == 401
        assert httpx.get(server.url + WORKER, headers=bearer).status_code == 200
        assert httpx.get(server.url + SANDBOXES, headers=bearer).status_code == 403
        assert server.said().endswith(
            ": /v1 needs a bearer token; /_mock needs --admin-token or --open-control-plane.\n"
        )


def test_the_bearer_token_of_a_proxy_opens_its_journals(server_url: str) -> None:
    """It is for them alone: what is passed on needs none."""
    with served("proxy", server_url, "--host", "0.0.0.0", "--token", SECRET) as proxy:
        assert httpx.get(proxy.url + WORKER).status_code == 200
        assert httpx.get(proxy.url + SANDBOXES).status_code == 401
        assert run("check", "--url", proxy.url, "--token", SECRET)[0] == 0
        assert proxy.said().endswith(
            ": anyone who reaches it can use the server behind it; /_mock needs a bearer token.\n"
        )


@pytest.mark.parametrize(
    ("command", "arguments", "reason"),
    [
        ("serve", ["--admin-token", SECRET, "--open-control-plane"], "--open-control-plane lets everybody in"),
        ("proxy", ["--admin-token", SECRET, "--open-control-plane"], "--open-control-plane lets everybody in"),
    ],
)
def test_what_contradicts_itself_is_refused(command: str, arguments: list[str], reason: str) -> None:
    """With what to do, and without the token."""
    upstream = ["http://127.0.0.1:1"] if command == "proxy" else []
    code, output, error = run(command, *upstream, "--host", ELSEWHERE, *arguments)
    assert (code, output) == (2, "")
    assert reason in error
    assert "Give one of them." in error
    assert SECRET not in error


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "::1", "localhost", "LOCALHOST", "::ffff:127.0.0.1"])
def test_what_is_loopback(host: str) -> None:
    """The addresses that this machine alone has, however they are written."""
    assert is_loopback(host)


@pytest.mark.parametrize("host", [*HOSTS, "192.0.2.1", "128.0.0.1", "fe80::1", "::ffff:192.0.2.1", "a.example"])
def test_what_is_not(host: str) -> None:
    """A name may lead anywhere. One such address among others counts."""
    assert not is_loopback(host)
    assert beyond_loopback(("127.0.0.1", host, "::1")) == (host,)
