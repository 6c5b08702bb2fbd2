"""Slow senders: nobody may keep the server waiting for ever (D-54). The limits are lowered here, to wait for them."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from common_apis.serving import protocol

from ..mock import A
from .served import Served
from .wire import Wire, codes, request

IMPATIENT = """
from common_apis.cli import main
from common_apis.serving import protocol, server
protocol.HEADERS_WAIT, protocol.BODY_WAIT = 0.4, 0.4
server.TICKS_PER_SECOND = 1  # look at the connections at every tick: ten times a second
main(["serve", "--port", "0"])
"""
WORKER = f"/v1/workers/{A}"
CREATE = request("POST", "/v1/patient_tasks", "Content-Type: application/json", "Content-Length: 100")
CHUNKED = request("POST", "/v1/patient_tasks", "Content-Type: application/json", "Transfer-Encoding: chunked")


@pytest.fixture(scope="module")
def impatient() -> Iterator[Served]:
    """A server that waits 0.4 seconds, where others wait 10 and 30."""
    with Served(command=(sys.executable, "-c", IMPATIENT)) as server:
        yield server
        assert "Traceback" not in server.said()


@pytest.fixture
def slow(impatient: Served) -> Iterator[Wire]:
    """A connection to it."""
    with Wire(impatient.url) as wire:
        yield wire


def dribble(wire: Wire, parts: list[bytes]) -> bool:
    """Send one part after another, until the server has enough; whether it had before the last."""
    try:
        for part in parts:
            wire.send(part)
            time.sleep(0.05)
    except (BrokenPipeError, ConnectionResetError):
        return True
    return False


def test_the_limits_are_those_of_the_decision() -> None:
    """What is lowered here is ten and thirty seconds (D-54)."""
    assert (protocol.HEADERS_WAIT, protocol.BODY_WAIT) == (10, 30)


@pytest.mark.parametrize(
    "start",
    [b"G", b"GET /v1/wor", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: x", b"GET / HTTP/1.1\r\nHost: x\r\n\r"],
)
def test_headers_that_do_not_end_are_answered_408(slow: Wire, start: bytes) -> None:
    """Who stops within the headers is told so, and the connection is closed."""
    answer = slow.ask(start)
    assert answer.status_code == 408
    assert codes(answer) == ["request_timeout"]
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Connection"] == "close"
    assert slow.ended()


@pytest.mark.parametrize(
    "start",
    [CREATE, CREATE + b'{"user', CHUNKED, CHUNKED + b"5\r\n{", CHUNKED + b"2\r\n{}\r\n", CHUNKED + b"2\r\n{}\r\n0\r\n"],
    ids=["nothing", "begun", "no chunk", "within a chunk", "between chunks", "before the end"],
)
def test_a_body_that_does_not_end_is_answered_408(slow: Wire, start: bytes) -> None:
    """Who stops within the body is told so, of the path that was asked for, and the connection is closed."""
    answer = slow.ask(start)
    assert answer.status_code == 408
    assert codes(answer) == ["request_timeout"]
    assert answer.json()["instance"] == "/v1/patient_tasks"
    assert answer.headers["Connection"] == "close"
    assert slow.ended()


def test_a_byte_now_and_then_gains_no_time(slow: Wire) -> None:
    """The limit is for all headers, not for the pause between two bytes."""
    assert dribble(slow, [bytes([byte]) for byte in request("GET", WORKER, "X-Long: " + "x" * 100)])
    assert slow.answer().status_code == 408


def test_a_byte_of_a_body_now_and_then_gains_no_time(slow: Wire) -> None:
    """The limit is for the whole body."""
    assert dribble(slow, [CREATE, *[b" "] * 99])
    assert slow.answer().status_code == 408


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_slow_second_request_is_answered_408(slow: Wire, method: str) -> None:
    """A connection that was good once is watched as before."""
    assert slow.ask(request("GET", WORKER)).status_code == 200
    assert slow.ask(b"GET / HTT" if method == "GET" else CREATE).status_code == 408


def test_empty_lines_after_an_answer_do_not_keep_a_connection(slow: Wire) -> None:
    """A parser skips empty lines; they must not stop the clock of an idle connection."""
    assert slow.ask(request("GET", WORKER)).status_code == 200
    slow.send(b"\r\n\r\n")
    if (line := slow.incoming.readline()) != b"":
        assert line.startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize(
    "start",
    [
        request("POST", "/v1/nothing", "Content-Length: 100") + b"x",
        request("GET", WORKER, "Content-Length: 100") + b"x",
        request("POST", "/v1/patient_tasks", "Content-Length: 100") + b"x",
        request("PATCH", WORKER, "Transfer-Encoding: chunked") + b"5\r\nx",
    ],
    ids=["no path", "no body wanted", "no media type", "no method"],
)
def test_the_rest_of_a_body_is_not_awaited_for_ever_after_the_answer(slow: Wire, start: bytes) -> None:
    """Where the answer did not need the body, the connection is closed all the same if the body does not end."""
    assert slow.ask(start).status_code in (200, 404, 405, 415)
    dribble(slow, [b"x"] * 10)
    assert slow.ended()


def test_who_says_nothing_is_sent_away_in_silence(slow: Wire) -> None:
    """Browsers open connections that they may never use: those are closed, and get no answer to take for another's."""
    assert slow.ended()


def test_slow_senders_do_not_slow_others(impatient: Served, connect: Callable[[], Wire]) -> None:
    """While fifty connections are waited for, another one is answered; fifty that the server is tired of are closed."""
    with ExitStack() as stack:
        waiting = [stack.enter_context(connect()) for _ in range(50)]
        slow = [stack.enter_context(Wire(impatient.url)) for _ in range(50)]
        for wire in waiting + slow:
            wire.send(CREATE)
        assert stack.enter_context(connect()).ask(request("GET", WORKER)).status_code == 200
        assert {wire.answer().status_code for wire in slow} == {408}


def test_a_slow_reader_gets_its_answer(impatient: Served, connect: Callable[[], Wire]) -> None:
    """The limits are for sending: who is slow to read an answer is not cut off."""
    with Wire(impatient.url) as wire:
        wire.send(request("GET", "/openapi.json"))
        time.sleep(1)
        answer = wire.answer()
    with connect() as other:
        assert answer.content == other.ask(request("GET", "/openapi.json")).content
