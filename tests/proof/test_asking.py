"""What is almost a mock ends a command with a sentence, in bounded time and space."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any

import httpx
import pytest

from common_apis.proof import asking, readiness

from ..relay.servers import saying
from .commands import run

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
AT = "2031-03-04T17:30:00.000000+00:00"
CLOCK = {"now": AT, "frozen": True}
COUNTS = dict.fromkeys(("counter", "commits", "changes"), 0)
TIMES = {"created_at": AT, "used_at": AT, "expires_at": None}
SANDBOX = {"name": "ci-1", "seed": "clinic", "clock": CLOCK, **TIMES, **COUNTS}

Answering = Callable[[str], Iterator[bytes]]
"""The pieces of an answer to the first line of a request."""


@contextmanager
def served(answering: Answering) -> Iterator[str]:
    """The address of a server that answers so, each request on a connection of its own."""

    def answer(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            for piece in answering(connection.recv(65536).decode().partition("\r\n")[0]):
                connection.sendall(piece)

    def serve() -> None:
        with suppress(OSError):
            while True:
                Thread(target=answer, args=[listening.accept()[0]], daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)


def answers(value: Any) -> Iterator[bytes]:
    """An answer of JSON."""
    yield HEAD + b"Connection: close\r\n\r\n" + json.dumps(value).encode()


def in_circles(line: str) -> Iterator[bytes]:
    """A journal whose page is followed by itself."""
    return answers({"requests": [], "next": 1} if "/requests" in line else {"sandboxes": [SANDBOX], "next": None})


def astray(line: str) -> Iterator[bytes]:
    """An answer that leads to what is no address."""
    yield b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:99999/\r\nContent-Length: 0\r\n\r\n"


def incomplete(line: str) -> Iterator[bytes]:
    """A list of what no mock has."""
    return answers({"sandboxes": [{"name": "ci-1"}], "next": None})


def huge(line: str) -> Iterator[bytes]:
    """Spaces without end."""
    yield HEAD + b"\r\n"
    while True:
        yield b" " * 65536


def dripping(line: str) -> Iterator[bytes]:
    """A body, a byte now and then."""
    yield HEAD + b"\r\n"
    yield from drops(b" ")


def dripping_head(line: str) -> Iterator[bytes]:
    """A head, a byte now and then."""
    yield HEAD + b"X-Long: "
    yield from drops(b"x")


def drops(drop: bytes) -> Iterator[bytes]:
    """The same byte, now and then, without end."""
    while True:
        yield drop
        time.sleep(0.05)


ENDLESS = (dripping, dripping_head)
SAID: dict[Answering, str] = {
    in_circles: "the pages of GET /_mock/sandboxes/ci-1/requests go round in circles, at `1`.",
    incomplete: "application/json. `sandboxes.0.seed` is missing. Expected some text. Name one with --url.",
    astray: "it leads to an address that is none",
    huge: "the answer is larger than 1 MiB",
    dripping: "no whole answer came within 0.3 seconds",
    dripping_head: "no whole answer came within 0.3 seconds",
}


@pytest.fixture(autouse=True)
def narrow(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Less room than users have, and less time where an answer never ends, so that no test takes long."""
    monkeypatch.setattr(asking, "LARGEST_ANSWER", 1 << 20)
    if getattr(request.node, "callspec", None) and request.node.callspec.params.get("answering") in ENDLESS:
        monkeypatch.setattr(asking, "PATIENCE_S", 0.3)
        monkeypatch.setattr(readiness, "PATIENCE_S", 0.3)


@pytest.mark.parametrize("answering", SAID)
def test_almost_a_mock_is_no_mock(answering: Answering) -> None:
    """One sentence says what is wrong with it, and the time for all of an answer is bounded, not that for each byte."""
    with served(answering) as url:
        code, said, error = run("check", "--url", url)
    assert (code, said, len(error.splitlines())) == (2, "", 1)
    assert SAID[answering] in error
    assert url in error


@pytest.mark.parametrize("answering", [astray, huge, dripping, dripping_head])
def test_no_command_waits_without_end(answering: Answering) -> None:
    """Neither for a mock that is to be ready, nor for an edition of the contract."""
    with served(answering) as url:
        code, _, error = run("ready", "--url", url)
        assert (code, f"nothing answers at {url}: {SAID[answering]}" in error) == (1, True)
        code, _, error = run("diff", f"{url}/openapi.json", f"{url}/openapi.json")
        assert (code, f"/openapi.json cannot be read: {SAID[answering]}" in error) == (2, True)


def test_a_server_that_answers_everything_is_not_ready() -> None:
    """Its answer is JSON, and 200, and not that of a mock."""
    with served(lambda line: answers({"openapi": "3.0.3"})) as url:
        code, _, error = run("ready", "--url", url)
    assert (code, "is no mock" in error) == (1, True)


SECRETS = ("--token", "alpha", "--admin-token", "correct-horse")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_tokens_are_for_the_server_that_was_named(host: str) -> None:
    """Another one, to which it leads, is asked, and does not get them; at another port it is another one."""
    asked: list[bytes] = []

    def elsewhere(request: bytes) -> bytes:
        asked.append(request.lower())
        return HEAD + b"Content-Length: 2\r\nConnection: close\r\n\r\n{}"

    def lead(request: bytes) -> bytes:
        asked.append(request.lower())
        return f"HTTP/1.1 302 Found\r\nLocation: {other}\r\nConnection: close\r\n\r\n".encode()

    with saying(elsewhere) as url, saying(lead) as first:
        other = url.replace("127.0.0.1", host)
        assert run("check", "--url", first, *SECRETS)[0] == 2
    assert [b"alpha" in each and b"correct-horse" in each for each in asked] == [True, False]
    assert not any(token in asked[1] for token in (b"alpha", b"correct-horse"))


@pytest.mark.parametrize(
    ("other", "sends"),
    [
        ("https://mock.example:443/", True),
        ("https://MOCK.example/", True),
        ("http://mock.example/", False),
        ("https://mock.example:8443/", False),
        ("https://api.mock.example/", False),
    ],
)
def test_a_server_is_the_same_at_the_same_scheme_host_and_port(
    other: str, sends: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So tokens that came by https do not go on in the clear."""
    asked: list[httpx.Headers] = []

    def lead(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers)
        return httpx.Response(302 if len(asked) == 1 else 404, headers={"Location": other})

    monkeypatch.setattr(asking, "Transport", lambda find_proxy: httpx.MockTransport(lead))
    run("check", "--url", "https://mock.example", *SECRETS)
    tokens = [("Authorization" in each, "X-Mock-Admin-Token" in each) for each in asked]
    assert tokens == [(True, True), (sends, sends)]


@pytest.mark.parametrize("auth", ["correct-horse", "X-Key: correct-horse"])
def test_what_lets_verify_in_is_for_the_server_that_was_named(auth: str) -> None:
    """Schemathesis follows no redirect to another one, so it need not take a header away."""
    asked: list[bytes] = []

    def elsewhere(request: bytes) -> bytes:
        asked.append(request)
        return b""

    with saying(elsewhere) as other:
        led = f"HTTP/1.1 307 Temporary Redirect\r\nLocation: {other}/\r\nConnection: close\r\n\r\n".encode()
        with saying(led) as first:
            assert run("verify", first, "--auth", auth, "--operation", "workers_get", "--phases", "examples")[0] == 2
    assert asked == []
