"""Headers: how large they may be in all (D-37), and which odd ones do no harm."""

from collections.abc import Callable

import httpx
import pytest

from ..mock import A, Mock
from .wire import Wire, codes, request

LARGEST = 64 << 10
WORKER = f"/v1/workers/{A}"


def refused_as_too_large(answer: httpx.Response) -> bool:
    """Whether an answer says so, in the one form."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    return answer.status_code == 431 and codes(answer) == ["header_fields_too_large"]


def test_headers_of_almost_64_kib_are_taken(wire: Wire) -> None:
    """The limit is for all headers together; what is below is answered as ever."""
    assert wire.ask(request("GET", WORKER, f"X-Long: {'x' * (LARGEST - 200)}")).status_code == 200


def test_headers_of_64_kib_are_taken_and_one_byte_more_is_not(shared_mock: Mock) -> None:
    """What counts are the bytes of names and values."""
    sent = shared_mock.get(WORKER, headers={"X-Long": ""}).request.headers.raw
    room = LARGEST - sum(len(name) + len(value) for name, value in sent)
    assert shared_mock.get(WORKER, headers={"X-Long": "x" * room}).status_code == 200
    assert refused_as_too_large(shared_mock.get(WORKER, headers={"X-Long": "x" * (room + 1)}))


@pytest.mark.parametrize(
    "headers",
    [
        [f"X-Long: {'x' * LARGEST}"],
        [f"X-{'x' * LARGEST}: 1"],
        [f"Cookie: {'c' * 9000}"] * 8,
        [f"X-{number}: {'x' * 50}" for number in range(2000)],
        ["X-Many: x"] * 20_000,
    ],
    ids=["long value", "long name", "large cookies", "many", "many equal"],
)
def test_headers_over_64_kib_are_refused(wire: Wire, headers: list[str]) -> None:
    """One large header, or many small ones: 431."""
    assert refused_as_too_large(wire.ask(request("GET", WORKER, *headers)))


def test_headers_over_64_kib_are_refused_in_process(shared_mock: Mock) -> None:
    """The limit holds whatever server stands before the application."""
    assert refused_as_too_large(shared_mock.get(WORKER, headers={"Cookie": "c" * LARGEST}))


@pytest.mark.parametrize("path", [WORKER, "/v1/nothing", "/docs", "/openapi.json"])
def test_the_limit_is_the_same_everywhere(wire: Wire, path: str) -> None:
    """For operations, for pages, and where nothing is."""
    assert refused_as_too_large(wire.ask(request("GET", path, f"Cookie: {'c' * LARGEST}")))


@pytest.mark.parametrize(
    "start",
    [
        b"GET / HTTP/1.1\r\nX-Long: ",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-",
        b"GET /v1/workers/",
        b"GET /v1/workers/x?",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /",
    ],
    ids=["value", "name", "path", "query", "second request"],
)
def test_a_line_that_never_ends_is_refused(wire: Wire, start: bytes) -> None:
    """The server does not wait for its end, nor keeps what came: 431, or 414 of a target, and the connection ends."""
    wire.send(start)
    if b"\r\n\r\n" in start:
        assert wire.answer().status_code == 200
    for _ in range(9):
        wire.send(b"x" * 8000)
    answer = wire.answer()
    assert codes(answer) == ["header_fields_too_large" if b"X-" in start else "uri_too_long"]
    assert answer.status_code == (431 if b"X-" in start else 414)
    assert wire.ended()


def test_headers_that_never_end_are_refused(wire: Wire) -> None:
    """Line after line, each of them short: names and values count."""
    wire.send(b"GET / HTTP/1.1\r\n")
    for _ in range(12):
        wire.send(b"X-Many: x\r\n" * 800)
    assert refused_as_too_large(wire.answer())


def test_trailers_that_never_end_are_refused(wire: Wire) -> None:
    """What follows a chunked body is bounded as headers are: it must not fill the memory."""
    wire.send(request("POST", "/v1/patient_tasks", "Content-Type: application/json", "Transfer-Encoding: chunked"))
    wire.send(b"2\r\n{}\r\n0\r\n")
    more = b"X-Many: x\r\n" * 400_000
    with pytest.raises((BrokenPipeError, ConnectionResetError)):
        wire.send(more)


@pytest.mark.parametrize("size", [LARGEST - 3000, LARGEST, LARGEST + len(WORKER) - 2, 2 * LARGEST, 200_000])
@pytest.mark.parametrize("after", ["", "?"])
def test_an_overlong_target_is_never_cut_to_a_shorter_one(wire: Wire, after: str, size: int) -> None:
    """A path of a worker with so many more letters is not that worker."""
    answer = wire.ask(request("GET", f"{WORKER}{after}{'x' * size}"))
    assert answer.status_code in (400, 404, 414, 431)


ODD = {
    "empty value": "X-Odd:",
    "no space": "X-Odd:x",
    "tabs": "X-Odd:\t\tx\t",
    "name of signs": "!#$%&'*+-.^_`|~: x",
    "digits": "0: 1",
    "colons": "X-Odd: :::",
    "quotes": "X-Odd: \"'`",
    "html": "X-Odd: <script>alert(1)</script>",
    "braces": "X-Odd: {{7*7}}${7*7}",
    "percent": "X-Odd: %s%n%zz%00",
    "UTF-8": "X-Odd: é日本😀",
    "accept nothing": "Accept: ",
    "accept text": "Accept: text/html",
    "accept nonsense": "Accept: ;;;q=,,/",
    "encoding": "Accept-Encoding: br;q=nonsense",
    "range": "Range: bytes=0-0",
    "if match": 'If-Match: "no"',
    "if none match": "If-None-Match: *",
    "if modified since": "If-Modified-Since: nonsense",
    "expect": "Expect: 200-ok",
    "cookie": "Cookie: =;;=;a",
    "basic": "Authorization: Basic !!!",
    "bare bearer": "Authorization: Bearer",
    "forwarded": "X-Forwarded-For: 1.2.3.4, evil",
    "forwarded proto": "X-Forwarded-Proto: javascript",
    "prefix": "X-Forwarded-Prefix: /nowhere",
    "override": "X-HTTP-Method-Override: DELETE",
    "original URL": "X-Original-URL: /v1/nothing",
    "upgrade insecure": "Upgrade-Insecure-Requests: 1",
    "te": "TE: trailers",
    "via": "Via: 1.0 fred",
    "max forwards": "Max-Forwards: 0",
    "traceparent": "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
}


@pytest.mark.parametrize("header", ODD.values(), ids=ODD)
def test_an_odd_header_changes_nothing(wire: Wire, header: str) -> None:
    """Headers that mean nothing here are let be, whatever stands in them: the answer is that of every other GET."""
    plain, odd = wire.ask(request("GET", WORKER)), wire.ask(request("GET", WORKER, header))
    assert (odd.status_code, odd.content) == (200, plain.content)


BROKEN = {
    "no colon": "X-Odd",
    "no name": ": x",
    "space in name": "X Odd: x",
    "space before colon": "X-Odd : x",
    "folded": "X-Odd: a\r\n b",
    "null in value": "X-Odd: a\x00b",
    "control character in name": "X\x01Odd: x",
    "bare carriage return": "X-Odd: a\rb",
    "UTF-8 in name": "X-é: x",
    "parenthesis in name": "X(1): x",
    "negative length": "Content-Length: -1",
    "length with sign": "Content-Length: +1",
    "length in hexadecimal": "Content-Length: 0x10",
    "length with comma": "Content-Length: 1, 1",
    "length beyond all": f"Content-Length: {'9' * 5000}",
    "two lengths": "Content-Length: 1\r\nContent-Length: 2",
    "length and chunks": "Content-Length: 5\r\nTransfer-Encoding: chunked",
    "chunks and length": "Transfer-Encoding: chunked\r\nContent-Length: 5",
    "chunks not last": "Transfer-Encoding: chunked, identity",
    "chunks twice": "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
}


@pytest.mark.parametrize("header", BROKEN.values(), ids=BROKEN)
def test_a_broken_header_is_refused(wire: Wire, header: str) -> None:
    """What HTTP forbids, and what two servers could read in two ways, is 400, and the connection ends."""
    answer = wire.ask(request("POST", "/v1/patient_tasks", "Content-Type: application/json", header))
    assert answer.status_code == 400
    assert codes(answer) == ["parse_exception"]
    assert wire.ended()


def test_an_odd_host_is_repeated_as_it_is_and_no_more(wire: Wire) -> None:
    """The host of a request comes back in a curl line; whatever it is, the answer stays one JSON document."""
    for host in ("x", "h" * 200, "a'b$(c)", "[::1]:4010"):
        answer = wire.ask(f"POST /v1/patient_tasks HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        assert answer.status_code == 415
        assert answer.json()["errors"][0]["code"] == "unsupported_media_type"


def test_the_answer_says_nothing_of_the_server(wire: Wire) -> None:
    """Its headers are few, and name no product."""
    answer = wire.ask(request("GET", WORKER))
    assert answer.headers.keys() == {"date", "content-type", "content-length"}
    assert answer.headers["Content-Type"] == "application/json"


def test_every_answer_has_a_date(connect: Callable[[], Wire]) -> None:
    """Also those that are given before the application is asked (RFC 9110, 6.6.1)."""
    for broken in (b"nonsense\r\n\r\n", request("FOO", WORKER), request("GET", WORKER, "X Odd: 1")):
        with connect() as wire:
            assert "Date" in wire.ask(broken).headers
