"""What RFC 9110 and 9112 say of a request, byte by byte, and that no refused request lets another one through."""

import time
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from uuid import uuid4

import httpx
import pytest

from ..mock import A
from .served import Served
from .wire import Wire, codes, request

Connect = Callable[[], Wire]
WORKER = f"/v1/workers/{A}"
CANARY = request("GET", f"{WORKER}?canary=1")
"""A request that is answered 400, as nothing else here is: whoever answers it has read it as a request of its own."""
TASK = b'{"user_id": "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa", "task_type": "survey"}'
JSON, LENGTH = "Content-Type: application/json", f"Content-Length: {len(TASK)}"


def is_canary(answer: httpx.Response) -> bool:
    """Return whether an answer is that to the canary."""
    return answer.status_code == 400 and "`canary` is not a query parameter" in answer.text


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("Content-Encoding: identity", 201),
        ("Content-Encoding: Identity", 201),
        ("Content-Encoding: identity \t", 201),
        ("Content-Encoding:identity", 201),
        ("X-Mock-Sandbox: default  ", 201),
        ("X-Mock-Sandbox:\tdefault", 201),
        (f"{LENGTH} ", 201),
        ("Transfer-Encoding: chunked ", 201),
        ("Transfer-Encoding: Chunked", 201),
        ("Expect: 100-Continue ", 201),
        ("Prefer: code=404 ", 404),
        ("Cookie: mock_sandbox=default ", 201),
        ("Authorization: Bearer sandbox_default ", 201),
        ("Sec-Fetch-Site: same-origin ", 201),
        ("Content-Encoding: gzip", 415),
    ],
)
def test_white_space_around_a_value_and_the_case_of_a_coding_say_nothing(wire: Wire, header: str, status: int) -> None:
    """White space is no part of a value (RFC 9110, 5.5); codings are named in any case (8.4.1)."""
    head = ["POST /v1/patient_tasks HTTP/1.1", "Host: 127.0.0.1 ", JSON + " ", header]
    body = TASK
    if header.startswith("Transfer-Encoding"):
        body = b"%x\r\n" % len(TASK) + TASK + b"\r\n0\r\n\r\n"
    elif not header.startswith("Content-Length"):
        head.append(LENGTH)
    answer = wire.ask("\r\n".join([*head, "", ""]).encode() + body)
    if answer.status_code == 100:
        answer = wire.answer()
    assert answer.status_code == status
    assert wire.ask(request("GET", WORKER)).status_code == 200


def test_a_coding_that_is_not_taken_is_told_with_those_that_are(wire: Wire) -> None:
    """By `Accept-Encoding` (RFC 9110, 15.5.16)."""
    answer = wire.ask(request("POST", "/v1/patient_tasks", JSON, "Content-Encoding: gzip", body=TASK))
    assert (answer.status_code, answer.headers["Accept-Encoding"]) == (415, "identity")


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (f"GET http://127.0.0.1{WORKER}", 200),
        (f"GET HTTP://127.0.0.1:4010{WORKER}", 200),
        (f"GET http://127.0.0.1{WORKER}?x=1", 400),
        ("GET http://127.0.0.1:4010", 200),
        ("GET http://127.0.0.1:4010?x=1", 200),
        ("OPTIONS http://127.0.0.1:4010", 204),
        ("OPTIONS *", 204),
        ("GET *", 405),
        ("OPTIONS /", 405),
        ("GET http://evil.example/", 403),
        (f"CONNECT {WORKER}", 405),
        ("CONNECT 127.0.0.1:80", 404),
        ("GET v1/workers", 400),
        ("GET //v1/workers", 404),
    ],
)
def test_a_target_has_one_of_four_forms(connect: Connect, line: str, status: int) -> None:
    """A path, a whole URL, an authority, or an asterisk (RFC 9112, 3.2)."""
    with connect() as wire:
        assert wire.ask(f"{line} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()).status_code == status


def test_what_is_asked_about_the_server_as_a_whole_is_answered(wire: Wire) -> None:
    """With the methods that it knows."""
    answer = wire.ask(b"OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert (answer.status_code, answer.headers["Allow"]) == (204, "DELETE, GET, HEAD, OPTIONS, POST, PUT")


@pytest.mark.parametrize(
    ("target", "instance"),
    [
        ("/v1/pati\u00e9nts".encode(), "/v1/pati%C3%A9nts"),
        (b"/v1/a b", "/v1/a%20b"),
        (b"/v1/a\x7f", "/v1/a%7F"),
    ],
    ids=["UTF-8", "a space", "a control character"],
)
def test_a_target_that_no_request_may_have_is_named(connect: Connect, target: bytes, instance: str) -> None:
    """In the refusal, with what no path may have escaped, and in the journal of `default`."""
    with connect() as wire:
        answer = wire.ask(b"GET " + target + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert (answer.status_code, answer.json()["instance"]) == (400, instance)
        assert wire.ended()
    with connect() as wire:
        requests = wire.ask(request("GET", "/_mock/sandboxes/default/requests?limit=1000")).json()["requests"]
    assert instance in [each["path"] for each in requests if each["status"] == 400]


@pytest.mark.parametrize(
    ("value", "status"),
    [("gzip, chunked", 501), ("gzip", 501), ("identity", 501), ("nonsense", 501), ("chunked, gzip", 400)],
)
def test_a_transfer_coding_that_is_not_known_is_501(connect: Connect, value: str, status: int) -> None:
    """Nobody knows where such a body ends: the connection does (RFC 9112, 6.1)."""
    with connect() as wire:
        wire.send(request("POST", "/v1/patient_tasks", JSON, f"Transfer-Encoding: {value}") + CANARY)
        answer = wire.answer()
        assert answer.status_code == status
        assert not is_canary(answer)
        assert wire.ended()


def test_a_target_over_the_bound_is_414(connect: Connect) -> None:
    """Also one that comes in many packets; the refusal names the beginning of it."""
    with connect() as wire:
        wire.send(b"GET /v1/" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        answer = wire.answer()
    assert (answer.status_code, codes(answer)) == (414, ["uri_too_long"])
    assert answer.json()["instance"].startswith("/v1/xxx")


READ = {
    "a path that leads nowhere": (request("POST", "/v1/nothing", JSON, body=TASK), 404),
    "a method that a path does not have": (request("PATCH", "/v1/patients", JSON, body=TASK), 405),
    "a method that nobody knows": (request("BREW", "/v1/patients", JSON, body=TASK), 405),
    "a method of many letters": (request("A" * 60, "/v1/patients", JSON, body=TASK), 405),
    "no media type": (request("POST", "/v1/patient_tasks", body=TASK), 415),
    "a coding": (request("POST", "/v1/patient_tasks", JSON, "Content-Encoding: br", body=TASK), 415),
    "no JSON": (request("POST", "/v1/patient_tasks", JSON, body=b"GET / HTTP/1.1\r\n\r\n"), 400),
    "a body where there is none": (request("GET", WORKER, JSON, body=CANARY), 200),
    "a body of DELETE": (request("DELETE", "/v1/patient_tasks/x", body=CANARY), 400),
    "a body of a method that nobody knows": (request("BREW", WORKER, body=CANARY), 405),
    "an offer of another protocol": (
        request("POST", "/v1/nothing", "Connection: Upgrade", "uPgRaDe: h2c", body=CANARY),
        404,
    ),
    "an offer in chunks": (
        request("POST", "/v1/nothing", "Connection: Upgrade", "Upgrade: websocket", "Transfer-Encoding: chunked")
        + b"%x\r\n%s\r\n0\r\nX: %s\r\n\r\n" % (len(CANARY), CANARY, b"y" * 20),
        404,
    ),
    "a foreign host": (request("GET", WORKER).replace(b"127.0.0.1", b"evil.example"), 403),
    "a foreign page": (request("PUT", "/v1/patients", "Origin: http://evil.example", JSON, body=CANARY), 403),
    "no host": (b"GET / HTTP/1.1\r\n\r\n", 400),
    "a body that is too large": (request("POST", "/v1/patient_tasks", JSON, body=b" " * 1_048_577), 413),
    "an id that is none": (request("GET", "/v1/workers/x"), 400),
}
"""Requests that are refused, or odd, and read to their end: what follows is a request of its own."""
BROKEN = {
    "two lengths": request("POST", "/v1/patients", JSON, "Content-Length: 5", LENGTH) + TASK,
    "a length and chunks": request("POST", "/v1/patients", JSON, LENGTH, "Transfer-Encoding: chunked") + b"0\r\n\r\n",
    "a length with a sign": request("POST", "/v1/patients", JSON, "Content-Length: +5") + b"hello",
    "a negative length": request("POST", "/v1/patients", JSON, "Content-Length: -5"),
    "a length in two": request("POST", "/v1/patients", JSON, "Content-Length: 5, 5") + b"hello",
    "a length in hexadecimal": request("POST", "/v1/patients", JSON, "Content-Length: 0x5") + b"hello",
    "an unknown coding": request("POST", "/v1/patients", JSON, "Transfer-Encoding: gzip, chunked") + b"0\r\n\r\n",
    "a coding behind chunked": request("POST", "/v1/patients", JSON, "Transfer-Encoding: chunked, x") + b"0\r\n\r\n",
    "a chunk without an end": request("POST", "/v1/patients", JSON, "Transfer-Encoding: chunked") + b"2\r\n{}0\r\n\r\n",
    "a chunk of no size": request("POST", "/v1/patients", JSON, "Transfer-Encoding: chunked") + b"\r\n{}\r\n0\r\n\r\n",
    "a space before a colon": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length : 5\r\n\r\nhello",
    "a folded header": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\r\n b\r\n\r\n",
    "lines without a return": b"GET / HTTP/1.1\nHost: 127.0.0.1\n\n",
    "a bare return": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\rb\r\n\r\n",
    "a null": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\x00b\r\n\r\n",
    "a space in the target": request("GET", "/v1/a b"),
    "another version": b"GET / HTTP/2.0\r\nHost: 127.0.0.1\r\n\r\n",
    "no version": b"GET /\r\n\r\n",
    "no request": b"\x16\x03\x01\x00\xa5\x01\x00\r\n\r\n",
}
"""What HTTP does not allow: nobody knows where it ends."""


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("size", [1 << 20, 7], ids=["at once", "in pieces"])
def test_what_follows_a_refused_request_is_a_request_of_its_own(connect: Connect, name: str, size: int) -> None:
    """Behind one that is good, refused is what is refused, and the canary is answered, once."""
    sent, status = READ[name]
    with connect() as wire:
        stream = CANARY + sent + CANARY + request("GET", WORKER)
        if size == 7 and len(stream) > 10_000:
            size = 50_021
        for start in range(0, len(stream), size):
            wire.send(stream[start : start + size])
        answers = [wire.answer() for _ in range(4)]
    assert [is_canary(answer) for answer in answers] == [True, False, True, False]
    assert [answers[1].status_code, answers[3].status_code] == [status, 200]


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("size", [1 << 20, 7], ids=["at once", "in pieces"])
def test_nothing_follows_a_request_that_http_does_not_allow(connect: Connect, name: str, size: int) -> None:
    """The one before it is answered, it is refused, and the connection ends: no canary is answered behind it."""
    with connect() as wire:
        stream = CANARY + BROKEN[name] + CANARY * 2
        try:
            for start in range(0, len(stream), size):
                wire.send(stream[start : start + size])
        except OSError:
            pass  # it has ended already
        assert is_canary(wire.answer())
        answer = wire.answer()
        assert answer.status_code in (400, 501)
        assert not is_canary(answer)
        assert answer.headers["Connection"] == "close"
        assert wire.ended()


def test_a_client_that_waits_behind_others_is_asked_in_its_turn(wire: Wire) -> None:
    """`100 Continue` comes after the responses to the requests before it (RFC 9110, 10.1.1)."""
    waiting = request("POST", "/v1/patient_tasks", JSON, "Expect: 100-continue", LENGTH)
    wire.send(CANARY + waiting)
    assert is_canary(wire.answer())
    assert wire.answer().status_code == 100
    wire.send(TASK)
    assert wire.answer().status_code == 201


def test_who_sends_too_much_and_asks_to_close_reads_why(connect: Connect) -> None:
    """The connection ends once all of it has come, so no reset overtakes the refusal."""
    for _ in range(5):
        with connect() as wire:
            wire.send(request("POST", "/v1/patients", JSON, "Connection: close", body=b" " * (6 << 20)))
            assert wire.answer().status_code == 413
            assert wire.ended()


@pytest.mark.parametrize("behind", [b"", CANARY, CANARY * 3000], ids=["nothing", "a request", "many"])
def test_a_stream_that_nobody_follows_any_more_has_ended(server_url: str, connect: Connect, behind: bytes) -> None:
    """Or a page that is reloaded would be refused one in the end; requests behind it change nothing."""
    name = f"followed-{uuid4()}"
    assert httpx.post(f"{server_url}/_mock/sandboxes", json={"name": name}).status_code == 201
    for _ in range(110):
        with connect() as wire:
            stream = f"/_mock/sandboxes/{name}/requests/stream"
            assert wire.ask_stream(request("GET", stream)).startswith(b"HTTP/1.1 200 ")
            with suppress(OSError):
                wire.send(behind[:50_000])


@pytest.mark.parametrize("zeros", [1, 5000])
def test_a_length_may_have_zeros_before_it(connect: Connect, zeros: int) -> None:
    """As many as there may be; more than Python reads as a number."""
    with connect() as wire:
        head = request("POST", "/v1/patient_tasks", JSON, f"Content-Length: {'0' * zeros}{len(TASK)}")
        assert wire.ask(CANARY + head + TASK).status_code == 400
        assert wire.answer().status_code == 201


def test_what_is_malformed_is_told_with_the_method_that_was_sent(server_url: str) -> None:
    """And not with the one that stands in for it."""
    with Wire(server_url) as wire:
        assert wire.ask(b"BREW /v1/x\x01 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").status_code == 400
    requests = httpx.get(f"{server_url}/_mock/sandboxes/default/requests?limit=1000").json()["requests"]
    assert ("BREW", "/v1/x%01") in [(each["method"], each["path"]) for each in requests]


@pytest.mark.parametrize("cuts", [(), (1,), (100,), (8192,), (-1,), (-3, -1)], ids=str)
@pytest.mark.parametrize(("room", "status"), [(0, 200), (1, 431)])
def test_headers_are_measured_alike_however_they_are_cut(
    connect: Connect, cuts: tuple[int, ...], room: int, status: int
) -> None:
    """By their names and values alone."""
    size = (64 << 10) - len("Host127.0.0.1Cookie") + room
    sent = f"GET {WORKER} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {'c' * size}\r\n\r\n".encode()
    places = [0, *(cut % len(sent) for cut in cuts), len(sent)]
    with connect() as wire:
        for start, end in pairwise(places):
            wire.send(sent[start:end])
            time.sleep(0.01)  # so that it is a packet of its own
        assert wire.answer().status_code == status


@pytest.mark.parametrize("before", [b"\r\n", b"\n", b"\r\n\r\n"])
@pytest.mark.parametrize("method", ["GET", "BREW", "CONNECT"])
def test_empty_lines_before_a_request_say_nothing(connect: Connect, before: bytes, method: str) -> None:
    """However they are cut (RFC 9112, 2.2)."""
    sent = before + request(method, WORKER)
    for cut in range(len(before) + 1):
        with connect() as wire:
            wire.send(sent[:cut])
            time.sleep(0.01)  # so that it is a packet of its own
            wire.send(sent[cut:])
            assert wire.answer().status_code == (200 if method == "GET" else 405)


def test_http_1_0_knows_neither_100_nor_chunks(connect: Connect) -> None:
    """RFC 9110, 10.1.1, and RFC 9112, 6.1: the body ends with the connection."""
    with connect() as wire:
        head = request("POST", "/v1/patient_tasks", JSON, "Expect: 100-continue", LENGTH).replace(b"1.1", b"1.0", 1)
        wire.send(head)
        wire.send(TASK)
        assert wire.answer().status_code == 201
    with connect() as wire:
        stream = request("GET", "/_mock/sandboxes/default/requests/stream").replace(b"HTTP/1.1", b"HTTP/1.0")
        assert b"chunked" not in wire.ask_stream(stream)


def test_a_head_that_is_refused_has_no_body(wire: Wire) -> None:
    """Nor has any other response to HEAD."""
    for size in (70_000, 65_000):
        answer = wire.ask(request("HEAD", WORKER, f"Cookie: {'c' * size}", f"X-Long: {'x' * (70_000 - size)}"))
        assert (answer.status_code, answer.content) == (431, b"")
    wire.send(request("HEAD", WORKER, f"Cookie: {'c' * 150_000}"))
    assert wire.answer(bodiless=True).status_code == 431
    assert wire.ended()


def test_many_trailers_are_refused_in_one_packet_too(wire: Wire) -> None:
    """As they are one by one."""
    head = request("POST", "/v1/patient_tasks", JSON, "Transfer-Encoding: chunked")
    wire.send(head + b"%x\r\n%s\r\n0\r\n" % (len(TASK), TASK) + b"a: b\r\n" * 101 + b"\r\n")
    assert wire.answer().status_code == 413
    assert wire.ended()


def test_a_lenient_server_asks_for_the_body_that_it_takes() -> None:
    """Though its media type is not said."""
    with Served("--port", "0", "--quiet", "--lenient") as server, Wire(server.url) as wire:
        wire.send(request("POST", "/v1/patient_tasks", "Expect: 100-continue", LENGTH))
        assert wire.answer().status_code == 100
        wire.send(TASK)
        assert wire.answer().status_code == 201
