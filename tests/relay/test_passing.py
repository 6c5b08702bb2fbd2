"""`common-apis proxy`: what passes through it is what was sent, however odd, and what cannot pass is said."""

import asyncio
import gzip
import json
import os
import signal
import socket
import subprocess
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest

from common_apis.cli.proxies import find_proxy
from common_apis.relay.upstream import Upstream

from ..mock import A
from ..serving.served import COMMAND
from ..serving.wire import Wire, codes, request
from .servers import Proxied, saying

WORKER = b'{"id": "x"}'
AS_THEY_ARE = ("*", "//x", "/..", "/v1/../../x", "/v1/workers/%00", "/v1/workers//", "/:80", "/a?b=//&c")
TARGETS = {target: target for target in AS_THEY_ARE} | {
    "/%": "/%25",
    "/s/b/v1/x": "/v1/x",
    "/v1/a|b`{}": "/v1/a%7Cb%60%7B%7D",
    "http://other.test/v1/x?y": "/v1/x?y",
}
"""What is asked for, and what then is asked of the server."""
METHODS = ("get", "TRACE", "CONNECT", "PROPFIND", "M-SEARCH", "x")
HEAD = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\n"


def raw_deflate(body: bytes) -> bytes:
    """Packed without a frame, as some servers do."""
    packing = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packing.compress(body) + packing.flush()


CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "GZIP": gzip.compress,
    "x-gzip": lambda body: gzip.compress(body[:3]) + gzip.compress(body[3:]),
    "deflate": zlib.compress,
    "Deflate": raw_deflate,
    "deflate, gzip": lambda body: gzip.compress(zlib.compress(body)),
    "identity": bytes,
}
DAMAGED = {
    "gzip": WORKER,
    "deflate": zlib.compress(WORKER)[:-4],
    " gzip": gzip.compress(b"0" * (17 << 20)),
    "  gzip": gzip.compress(b"") * 200_000,
}


class Odd:
    """A server that answers with the bytes it is told to, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        self.answer = b""

    def __call__(self, asked: bytes) -> bytes:
        """The answer to a request."""
        self.asked.append(asked)
        return self.answer

    @property
    def lines(self) -> list[str]:
        """The lines of the latest request."""
        return self.asked[-1].decode("latin-1").split("\r\n")


@pytest.fixture(scope="module")
def odd() -> Odd:
    """An odd server's answers."""
    return Odd()


@pytest.fixture(scope="module")
def proxied(odd: Odd) -> Iterator[Proxied]:
    """A proxy before an odd server."""
    with saying(odd) as upstream, Proxied(upstream) as proxy:
        yield proxy


def latest(proxy: Proxied) -> dict[str, Any]:
    """The exchange that the journal has last."""
    return dict(proxy.http.get("/_mock/sandboxes/default/requests?limit=1000").json()["requests"][-1])


def test_targets_and_methods_pass_as_they_were_sent(odd: Odd, proxied: Proxied) -> None:
    """Nothing in them is mended but what no request can have, and nothing is too odd."""
    odd.answer = HEAD + b"content-length: 11\r\n\r\n" + WORKER
    for method, sent, passed in (
        *(("OPTIONS", *each) for each in TARGETS.items()),
        *((each, "/v1/workers", "/v1/workers") for each in METHODS),
    ):
        with Wire(proxied.url) as wire:
            assert wire.ask(request(method, sent, "Connection: close")).status_code == 200
        assert odd.lines[0] == f"{method} {passed} HTTP/1.1"


def test_the_admin_token_goes_no_further(odd: Odd, proxied: Proxied) -> None:
    """It is the proxy's own, whatever is asked for, and whoever sends it."""
    odd.answer = HEAD + b"content-length: 11\r\n\r\n" + WORKER
    token = ("X-Mock-Admin-Token: correct-horse", "x-mock-admin-token: correct-horse", "X-Other: yes")
    for method, path in (
        ("GET", f"/v1/workers/{A}"),
        ("GET", "/s/b/v1/x"),
        ("OPTIONS", "/v1/x"),
        ("PUT", "/favicon.ico"),
    ):
        with Wire(proxied.url) as wire:
            assert wire.ask(request(method, path, *token, "Connection: close")).status_code == 200
        sent = odd.asked[-1].lower()
        assert (b"correct-horse" in sent, b"x-mock-admin-token" in sent, b"x-other: yes" in sent) == (
            False,
            False,
            True,
        )


THEIR_CORS = (
    b"Access-Control-Allow-Origin: *\r\naccess-CONTROL-allow-origin: https://evil.example\r\n"
    b"Access-Control-Allow-Credentials: true\r\nAccess-Control-Allow-Methods: PUT\r\n"
    b"Access-Control-Allow-Headers: x-theirs\r\nAccess-Control-Allow-Private-Network: true\r\n"
    b"Access-Control-Expose-Headers: X-Theirs\r\nAccess-Control-Max-Age: 600\r\n"
)


def test_the_proxy_says_which_pages_may_read(odd: Odd, proxied: Proxied) -> None:
    """What the server says of it goes no further than the journal."""
    odd.answer = HEAD + THEIR_CORS + b"content-length: 11\r\n\r\n" + WORKER
    asked = {"Access-Control-Request-Method": "PUT"}
    for method, path in (("GET", f"/v1/workers/{A}"), ("GET", "/page"), ("OPTIONS", "/v1/x"), ("OPTIONS", "/page")):
        for headers in ({}, asked):
            answer = proxied.http.request(method, path, headers=headers)
            assert (answer.content, "access-control" in str(answer.headers).lower()) == (WORKER, False)
        answer = proxied.http.request(method, path, headers={"Origin": "https://evil.example"})
        assert "Access-Control-Allow-Origin" not in answer.headers
    page = {"Origin": "http://localhost:5173"}
    for answer in (proxied.http.get(f"/v1/workers/{A}", headers=page), proxied.http.options("/", headers=page | asked)):
        assert answer.headers.get_list("Access-Control-Allow-Origin") == [page["Origin"]]
        assert "X-Theirs" not in str(answer.headers)
    assert latest(proxied)["response"]["headers"]["access-control-expose-headers"] == "X-Theirs"


def test_another_proxy_on_the_way(odd: Odd, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server is asked through the one that the environment names."""
    odd.answer = HEAD + b"\r\n"
    with saying(odd) as between:
        monkeypatch.setenv("HTTP_PROXY", between)
        answer = asyncio.run(Upstream("http://api.example.com/base", 5, find_proxy).ask("GET", "/v1/../x?y", [], b""))
    assert (answer.status, odd.lines[0]) == (200, "GET http://api.example.com/base/v1/../x?y HTTP/1.1")


@pytest.mark.parametrize("coding", CODINGS)
def test_an_answer_in_a_coding_is_judged_and_passes_as_it_came(odd: Odd, proxied: Proxied, coding: str) -> None:
    """The consumer gets the bytes of the server, which was asked for none; the journal has what they say."""
    sent = CODINGS[coding](WORKER)
    odd.answer = HEAD + f"content-encoding: {coding}\r\n\r\n".encode() + sent
    with proxied.http.stream("GET", f"/v1/workers/{A}") as answer:
        assert (b"".join(answer.iter_raw()), answer.headers["Content-Encoding"]) == (sent, coding)
    assert "accept-encoding: identity" in [each.lower() for each in odd.lines]
    told = latest(proxied)
    assert told["response"]["body"] == json.loads(WORKER)
    assert {each["rule"] for each in told["answer_faults"]} == {"response_schema_conformance"}


@pytest.mark.parametrize("coding", DAMAGED)
def test_an_answer_that_is_not_in_its_coding(odd: Odd, proxied: Proxied, coding: str) -> None:
    """It passes all the same, and is the provider's fault: not what it says, cut off, or without end."""
    odd.answer = HEAD + f"content-encoding:{coding}\r\n\r\n".encode() + DAMAGED[coding]
    with proxied.http.stream("GET", f"/v1/workers/{A}") as answer:
        assert b"".join(answer.iter_raw()) == DAMAGED[coding]
    [fault] = latest(proxied)["answer_faults"]
    assert fault["rule"] == "readable_answer"
    assert fault["detail"].startswith(f"The body is no {coding.strip()}, as its Content-Encoding says: ")


def test_an_answer_in_an_unknown_coding_is_not_judged() -> None:
    """It passes, nobody is blamed for what cannot be read, and the end says that it could not be told."""
    with saying(HEAD + b"content-encoding: br\r\n\r\n\x8b\x05") as upstream, Proxied(upstream) as proxy:
        with proxy.http.stream("GET", f"/v1/workers/{A}") as answer:
            assert b"".join(answer.iter_raw()) == b"\x8b\x05"
        assert latest(proxy)["answer_faults"] == []
        assert proxy.stop() == (2, "")
        assert "1 answer could not be judged, for what is encoded as `br` is not read." in proxy.said()


ODD = {
    "no header": (b"HTTP/1.1 200 OK\r\nx-odd: \x01\r\n\r\n", "gave a header `x-odd` with a character"),
    "no upgrade": (b"HTTP/1.1 101 Go\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n", "cannot be read"),
    "no length": (b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n", "bad Content-Length"),
    "half a chunk": (HEAD + b"transfer-encoding: chunked\r\n\r\n9\r\nhalf", "incomplete chunked read"),
}


@pytest.mark.parametrize("answer", ODD)
def test_an_answer_that_cannot_pass(odd: Odd, proxied: Proxied, answer: str) -> None:
    """It is the provider's fault, and not one of the proxy."""
    odd.answer, reason = ODD[answer]
    problem = proxied.http.get(f"/v1/workers/{A}")
    assert (problem.status_code, codes(problem)) == (502, ["bad_gateway"])
    assert reason in problem.json()["detail"]
    told = latest(proxied)
    assert (told["faults"], [each["rule"] for each in told["answer_faults"]]) == ([], ["readable_answer"])


def test_a_connection_that_ends_when_it_is_used_again() -> None:
    """What is only read is asked anew; what writes is not, since nobody knows whether it was done."""
    asked: list[bytes] = []

    def serve(listener: socket.socket) -> None:
        with suppress(OSError):  # until it is shut down
            while True:
                connection, _ = listener.accept()
                with connection:
                    asked.append(connection.recv(65536))
                    connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
                    asked.append(connection.recv(65536))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = threading.Thread(target=serve, args=(listener,), daemon=True)
        serving.start()
        with Proxied(f"http://127.0.0.1:{listener.getsockname()[1]}") as proxy:
            answers = [proxy.http.get("/v1/x"), proxy.http.get("/v1/x"), proxy.http.post("/v1/x")]
        listener.shutdown(socket.SHUT_RDWR)  # before it is closed, and its number is another file's
        serving.join(10)
    assert [each.status_code for each in answers] == [204, 204, 502]
    assert [each.split()[0] for each in asked] == [b"GET", b"GET", b"GET", b"POST"]


def test_what_waits_when_it_ends() -> None:
    """A program is told so, and the request is not forgotten."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        Proxied(f"http://127.0.0.1:{listener.getsockname()[1]}") as proxy,
        Wire(proxy.url) as wire,
    ):
        wire.send(request("GET", f"/v1/workers/{A}"))
        with listener.accept()[0]:
            assert proxy.stop() == (2, "")
        assert codes(wire.answer()) == ["gateway_timeout"]
        assert "1 of 1 request got no answer of the server" in proxy.said()


def test_nobody_reads_what_it_says(server_url: str) -> None:
    """Programs get their answers all the same, and the report has what was found."""
    reading, writing = os.pipe()
    os.close(reading)
    command = (COMMAND, "proxy", server_url, "--port", "0")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=writing, text=True) as process:
        os.close(writing)
        assert process.stdout
        url = process.stdout.readline().split()[2]
        assert httpx.get(f"{url}/v1/workers/me").status_code == 400
        process.send_signal(signal.SIGINT)
        assert "proxy: 1 finding in 1 exchange of 1 sandbox." in process.stdout.read()


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1/v1"])
def test_a_proxy_before_itself(name: str) -> None:
    """It says so, in place of asking itself for ever, and blames nobody."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    host, _, path = name.partition("/")
    upstream = f"http://{host}:{port}/{path}".rstrip("/")
    with Proxied(upstream, "--port", port) as proxy:
        problem = proxy.http.get(f"/v1/workers/{A}")
        assert (problem.status_code, codes(problem)) == (502, ["bad_gateway"])
        assert problem.json()["detail"].startswith(f"{upstream} leads back to this proxy. Name the server")
        assert latest(proxy)["id"] == 1
        assert proxy.stop() == (2, "")


@pytest.mark.parametrize(("location", "below"), [("//other.example/x", "//other.example/x"), ("/v1/x", "/api/v1/x")])
def test_a_location_is_below_the_prefix_if_it_is_here(location: str, below: str) -> None:
    """One that begins with two slashes is on another server."""
    answer = f"HTTP/1.1 302 Found\r\nconnection: close\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n"
    with saying(answer.encode()) as upstream, Proxied(upstream, "--root-path", "/api") as proxy:
        assert httpx.get(f"{proxy.url}/v1/workers/{A}").headers["location"] == below
