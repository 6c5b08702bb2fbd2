"""Answers that break on their way: what a client sees of each, and that nobody else sees anything."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from ..mock import NOBODY, A
from ..serving.wire import Wire, request
from ..waiting import wait_until
from .live import Live, everything, get

TASK = b'{"user_id": "%s", "task_type": "survey"}' % A.encode()
KINDS = ("reset", "empty", "half_body")
LENGTH = re.compile(rb"\r\ncontent-length: ([0-9]+)\r\n", re.IGNORECASE)


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    """A server, which has nothing to complain of in the end."""
    with Live("--port", "0", "--quiet") as live:
        yield live
        live.stop()
        assert live.said() == ""


@pytest.fixture
def breaking(live: Live) -> Iterator[Callable[..., Live]]:
    """Has the next answer of the server break."""

    def breaking(network: str, **said: object) -> Live:
        live.steer("POST", "/faults", {"network": network, "times": 1} | said)
        return live

    yield breaking
    live.steer("DELETE", "/faults")


def broken(wire: Wire) -> tuple[bytes, bytes]:
    """The head and the body of an answer that breaks off."""
    head, _, body = everything(wire).partition(b"\r\n\r\n")
    return head + b"\r\n", body


def test_a_connection_is_reset(breaking: Callable[..., Live]) -> None:
    """As the system says of a machine that has lost it."""
    live = breaking("reset")
    with Wire(live.url) as wire:
        wire.send(get())
        with pytest.raises(ConnectionResetError):
            everything(wire)


def test_a_connection_is_closed_without_an_answer(breaking: Callable[..., Live]) -> None:
    """Not one byte comes."""
    live = breaking("empty")
    with Wire(live.url) as wire:
        wire.send(get())
        assert everything(wire) == b""


def test_an_answer_is_cut_in_half(breaking: Callable[..., Live]) -> None:
    """More is announced than comes."""
    live = breaking("half_body", operation="workers_get")
    with Wire(live.url) as wire:
        wire.send(get())
        head, body = broken(wire)

    whole = live.get().content
    length = LENGTH.search(head)
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert length
    assert int(length[1]) == len(whole)
    assert body == whole[: len(whole) // 2]


@pytest.mark.parametrize(
    ("network", "error"),
    [
        ("reset", httpx.ReadError),
        ("empty", httpx.RemoteProtocolError),
        ("half_body", httpx.RemoteProtocolError),
    ],
)
def test_a_client_sees_an_error_of_the_network(
    breaking: Callable[..., Live], network: str, error: type[Exception]
) -> None:
    """And succeeds when it tries again."""
    live = breaking(network)
    with httpx.Client(base_url=live.url) as client:
        with pytest.raises(error):
            client.get(f"/v1/workers/{A}")
        assert client.get(f"/v1/workers/{A}").status_code == 200


@pytest.mark.parametrize("network", KINDS)
def test_other_connections_go_on(breaking: Callable[..., Live], network: str) -> None:
    """Those that were open before, and those that are opened while an answer is delayed and then breaks."""
    live = breaking(network, delay={"seconds": 0.2}, operation="calendars_get")
    with Wire(live.url) as before, Wire(live.url) as wire:
        assert before.ask(get()).status_code == 200
        wire.send(get(path=f"/v1/calendars/{A}"))
        assert before.ask(get()).status_code == 200
        assert live.get().status_code == 200
        try:
            everything(wire)
        except ConnectionResetError:
            assert network == "reset"
        assert before.ask(get()).status_code == 200
        assert before.ask(get(path=f"/v1/calendars/{A}")).status_code == 200


@pytest.mark.parametrize("network", KINDS)
@pytest.mark.parametrize("answered", [0, 3])
def test_a_connection_breaks_after_answers_that_were_whole(
    breaking: Callable[..., Live], network: str, answered: int
) -> None:
    """On one that is kept alive; what is pipelined after the broken answer is lost."""
    live = breaking(network, operation="calendars_get")
    with Wire(live.url) as wire:
        for _ in range(answered):
            assert wire.ask(get()).status_code == 200
        wire.send(get(path=f"/v1/calendars/{A}") + get() + get())
        try:
            said = everything(wire)
        except ConnectionResetError:
            said = b""
    assert said.count(b"HTTP/1.1") == (network == "half_body")


@pytest.mark.parametrize(("network", "made"), [("reset", 0), ("empty", 0), ("half_body", 1)])
def test_what_was_asked_is_done_if_half_of_the_answer_comes(
    breaking: Callable[..., Live], network: str, made: int
) -> None:
    """Before a connection that is reset or closed, nothing is but that the rule was used."""
    live = breaking(network)
    before = live.steer("GET", "")["commits"]
    with Wire(live.url) as wire:
        wire.send(request("POST", "/v1/patient_tasks", "Content-Type: application/json", body=TASK))
        try:
            everything(wire)
        except ConnectionResetError:
            assert network == "reset"

    assert live.steer("GET", "")["commits"] - before == 1 + made
    last = live.last()
    assert (last["commit"] is not None, len(last["changes"])) == (bool(made), made)


@pytest.mark.parametrize(("network", "status"), [("reset", None), ("empty", None), ("half_body", 404)])
def test_the_journal_has_what_was_sent(breaking: Callable[..., Live], network: str, status: int | None) -> None:
    """No status, no headers and no body, if nothing was; a refusal can be cut in half as any answer."""
    live = breaking(network, path={"id": NOBODY})
    with pytest.raises(httpx.TransportError):
        live.client.get(f"/v1/workers/{NOBODY}")

    last = live.last()
    assert (last["status"], last["steered"]["by"]) == (status, "fault")
    assert (last["response"] == {"headers": {}, "body": None, "base64": None, "cut": False}) == (status is None)


@pytest.mark.parametrize("network", KINDS)
@pytest.mark.parametrize("headers", [("Origin: http://localhost:3000",), ("Connection: close",), ()])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_answer_breaks_whoever_asks(
    breaking: Callable[..., Live], network: str, headers: tuple[str, ...], method: str
) -> None:
    """A page of another origin, one that would have closed anyway, and HEAD, which has no body to cut."""
    live = breaking(network)
    with Wire(live.url) as wire:
        wire.send(get(*headers, method=method))
        try:
            head, body = broken(wire)
        except ConnectionResetError:
            assert network == "reset"
        else:
            assert (network == "half_body") == head.startswith(b"HTTP/1.1 200 OK\r\n")
            assert bool(body) == (network == "half_body" and method == "GET")


def test_many_connections_break_at_once(breaking: Callable[..., Live]) -> None:
    """And the server serves on."""
    live = breaking("reset", times=60)

    def one(_: int) -> bool:
        try:
            return live.get().status_code == 200
        except ConnectionResetError:
            return False

    with ThreadPoolExecutor(8) as pool:
        answered = [*pool.map(one, range(80))]
    assert sum(answered) == 20
    assert live.get().status_code == 200


def test_a_server_stops_at_once_though_answers_are_delayed() -> None:
    """Silently, too: who waits for a minute is not waited for."""
    with Live("--port", "0", "--quiet") as live, Wire(live.url) as wire:
        wire.send(get("Prefer: wait=60"))
        live.steer("POST", "/faults", {"delay": {"seconds": 60}})
        with Wire(live.url) as other:
            other.send(get())
            wait_until(lambda: live.steer("GET", "/faults")["faults"][0]["used"])
            assert live.stop() < 5
        assert live.said() == ""
