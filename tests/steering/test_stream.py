"""The stream of a journal: server-sent events, as exchanges happen."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator
from itertools import islice
from typing import Any

import httpx
import pytest

from common_apis.serving.app import Settings, create_app, create_sandboxes
from common_apis.world.sandboxes import Sandboxes

from ..mock import NOBODY, Mock
from ..serving.wire import Wire
from .asking import Asking, Header
from .live import WORKER, Live, get

STREAM = "/_mock/sandboxes/default/requests/stream"


class Event(dict[str, str]):
    """One event, by the names of its fields."""

    @property
    def exchange(self) -> Any:
        """What it tells."""
        return json.loads(self["data"])


def events(stream: httpx.Response) -> Iterator[Event]:
    """The events of a stream; comments are passed over."""
    event = Event()
    for line in (line for line in stream.iter_lines() if not line.startswith(":")):
        name, _, value = line.partition(": ")
        if name:
            event[name] = value
        elif event:
            yield event
            event = Event()


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    """A server, which has nothing to complain of in the end."""
    with Live("--port", "0", "--quiet") as live:
        yield live
        live.stop()
        assert live.said() == ""


@pytest.fixture
def client(live: Live) -> Iterator[httpx.Client]:
    """A client that does not wait for ever; the journal is empty."""
    live.steer("DELETE", "/requests")
    with httpx.Client(base_url=live.url, timeout=10) as client:
        yield client


def test_exchanges_come_as_they_happen(live: Live, client: httpx.Client) -> None:
    """Each with its number, under its name, and as the journal has it; what happened before does not come."""
    live.get()
    with client.stream("GET", STREAM) as stream:
        assert (stream.status_code, stream.headers["Cache-Control"]) == (200, "no-store")
        assert stream.headers["Content-Type"].split(";")[0] == "text/event-stream"
        coming = events(stream)
        for path, status in ((WORKER, 200), (f"/v1/workers/{NOBODY}", 404), ("/v1/nonsense", 404)):
            live.get(path)
            event = next(coming)

            assert event["event"] == "exchange"
            assert (event.exchange["path"], event.exchange["status"]) == (path, status)
            assert event["id"] == str(event.exchange["id"])
            assert event.exchange == live.last() == live.steer("GET", f"/requests/{event['id']}")


@pytest.mark.parametrize(
    ("sent", "first"), [("0", 0), ("{0}", 1), ("{1}", 2), ("{2}", 3), ("{2}0000", 0), ("x", 3), ("", 3), ("-1", 3)]
)
def test_a_stream_resumes_after_the_last_one_seen(live: Live, client: httpx.Client, sent: str, first: int) -> None:
    """0 has it begin with the oldest; a number of a former life as well; what is no number is passed over."""
    for _ in range(3):
        live.get()
    numbers = [each["id"] for each in live.steer("GET", "/requests")["requests"]]
    with client.stream("GET", STREAM, headers={"Last-Event-ID": sent.format(*numbers)}) as stream:
        coming = events(stream)
        live.get()
        found = [int(event["id"]) for event in islice(coming, 4 - first)]

    assert found == [*numbers, numbers[-1] + 1][first:]


@pytest.mark.parametrize("sent", [b"9" * 5000, b"\xb2", b"1.5", b"0x1", b"1, 2"])
def test_a_last_event_that_is_no_number_breaks_nothing(live: Live, client: httpx.Client, sent: bytes) -> None:
    """The stream begins with the next exchange, or with the oldest."""
    with client.stream("GET", STREAM, headers=[(b"Last-Event-ID", sent)]) as stream:
        assert stream.status_code == 200
        live.get()
        assert next(events(stream))["event"] == "exchange"


def test_two_listen_at_once(live: Live, client: httpx.Client) -> None:
    """Both are told, and one goes on when the other goes."""
    with client.stream("GET", STREAM) as one:
        ones = events(one)
        with client.stream("GET", STREAM) as two:
            twos = events(two)
            live.get()
            assert next(ones) == next(twos)
        live.get()
        assert next(ones).exchange == live.last()


def test_a_stream_is_of_one_sandbox(live: Live, client: httpx.Client) -> None:
    """And of none that does not exist."""
    client.put("/_mock/sandboxes/default/clock", json={})
    with client.stream("GET", STREAM) as stream:
        live.get("/s/other" + WORKER)
        live.get(WORKER)
        event = next(events(stream))

    assert event.exchange == live.last()
    assert client.get("/_mock/sandboxes/nobody/requests/stream").status_code == 404
    assert client.delete("/_mock/sandboxes/other").status_code == 204


def test_head_is_answered_without_a_stream(live: Live) -> None:
    """At once, and the connection is good for the next request."""
    with Wire(live.url) as wire:
        head = wire.ask(get(method="HEAD", path=STREAM))
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["Content-Type"].startswith("text/event-stream")
        assert wire.ask(get()).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_another_method_is_refused(live: Live, method: str) -> None:
    """A stream is only read."""
    with Wire(live.url) as wire:
        answer = wire.ask(get(method=method, path=STREAM))
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
        assert wire.ask(get()).status_code == 200


def test_a_page_may_listen(live: Live, client: httpx.Client) -> None:
    """As `EventSource` does, from another origin of this machine; it need not know of parameters."""
    page = {"Origin": "http://localhost:3000", "Accept": "text/event-stream"}
    with client.stream("GET", STREAM, headers=page) as stream:
        assert stream.headers["Access-Control-Allow-Origin"] == page["Origin"]
        live.get()
        assert next(events(stream))["event"] == "exchange"


def test_a_server_stops_at_once_though_somebody_listens() -> None:
    """Silently; the stream ends. So it is with a listener who asked for more meanwhile."""
    with Live("--port", "0", "--quiet") as live, Wire(live.url) as wire, Wire(live.url) as other:
        wire.send(get(path=STREAM))
        other.send(get(path=STREAM) + get())
        for each in (wire, other):
            assert each.incoming.readline() == b"HTTP/1.1 200 OK\r\n"
        assert live.stop() < 5
        assert live.said() == ""
        for each in (wire, other):
            assert each.incoming.read().endswith(b"\r\n")


def test_listeners_who_go_away_leave_the_server_as_it_was(live: Live) -> None:
    """Politely or not, in great number, also with a request behind."""
    for number in range(40):
        with Wire(live.url) as wire:
            wire.send(get(path=STREAM) + get() * (number % 2))
            assert wire.incoming.readline() == b"HTTP/1.1 200 OK\r\n"
            if number % 3:
                wire.break_off()
        live.get()
    assert live.get().status_code == 200


class Listening:
    """A sandbox of a mock in this process, and who listens to it."""

    def __init__(self, app: Any, sandboxes: Sandboxes) -> None:
        self.app, self.sandboxes = app, sandboxes
        self.mock = Mock(app)

    def listeners(self) -> int:
        """How many listen to `default`."""
        return len(self.sandboxes.live["default"].journal.listeners)

    async def listen(self, *headers: Header, path: str = STREAM) -> tuple[Asking, asyncio.Task[None]]:
        """Somebody who listens from now on."""
        asking = Asking(self.app, path, *headers)
        task = asyncio.create_task(asking.answered())
        await until(lambda: bool(asking.body))
        return asking, task


@pytest.fixture
def listening(contract: dict[str, Any]) -> Listening:
    """A mock of its own, whose worlds are at hand."""
    settings = Settings()
    sandboxes = create_sandboxes(settings, contract)
    return Listening(create_app(settings, contract, sandboxes), sandboxes)


async def until(done: Callable[[], bool]) -> None:
    """Wait for something to be so, for ten seconds at most."""
    async with asyncio.timeout(10):
        while not done():
            await asyncio.sleep(0.005)


def run(test: Coroutine[Any, Any, None]) -> None:
    """Run a test that waits."""
    asyncio.run(test)


def test_a_client_that_goes_away_leaves_no_listener(listening: Listening) -> None:
    """As soon as it is gone."""

    async def test() -> None:
        one, first = await listening.listen()
        two, second = await listening.listen()
        assert listening.listeners() == 2
        one.gone.set()
        await asyncio.wait_for(first, 10)
        assert listening.listeners() == 1
        await listening.mock.send("GET", WORKER)
        await until(lambda: b"event: exchange" in two.body)
        two.gone.set()
        await asyncio.wait_for(second, 10)
        assert listening.listeners() == 0
        assert b"event" not in one.body

    run(test())


def test_head_leaves_no_listener(listening: Listening) -> None:
    """It never was one."""

    async def test() -> None:
        head = Asking(listening.app, STREAM, method="HEAD")
        await asyncio.wait_for(head.answered(), 10)
        assert (head.status, head.body, head.ended) == (200, b"", True)
        assert listening.listeners() == 0

    run(test())


def test_a_stream_ends_with_its_sandbox(listening: Listening) -> None:
    """One of the same name is another, to which a client may connect again."""

    async def test() -> None:
        await listening.mock.send("GET", WORKER)
        asking, task = await listening.listen()
        await listening.mock.send("DELETE", "/_mock/sandboxes/default")
        await asyncio.wait_for(task, 10)
        assert asking.ended
        again, task = await listening.listen((b"last-event-id", b"1"))
        await listening.mock.send("GET", WORKER)
        await until(lambda: b"\nid: 1\n" in again.body)
        again.gone.set()
        await asyncio.wait_for(task, 10)

    run(test())


def test_a_stream_goes_on_when_the_journal_is_emptied_or_the_sandbox_reset(listening: Listening) -> None:
    """Numbers go on, and so does it."""

    async def test() -> None:
        asking, task = await listening.listen()
        for method, path in (("DELETE", "/requests"), ("POST", "/reset"), ("GET", "")):
            heard = asking.body.count(b"event: exchange")
            await listening.mock.send("GET", WORKER)
            await until(lambda heard=heard: asking.body.count(b"event: exchange") == heard + 1)  # type: ignore[misc]
            await listening.mock.send(method, f"/_mock/sandboxes/default{path}")
        assert [line for line in asking.body.split(b"\n") if line.startswith(b"id")] == [b"id: 1", b"id: 2", b"id: 3"]
        asking.gone.set()
        await asyncio.wait_for(task, 10)

    run(test())


def test_who_reads_slowly_gets_all_that_is_kept(listening: Listening) -> None:
    """What came while an event was being sent comes after it, once."""

    async def test() -> None:
        asking, task = await listening.listen()
        await asyncio.gather(*(listening.mock.send("GET", WORKER) for _ in range(50)))
        await until(lambda: asking.body.count(b"event: exchange") == 50)
        ids = [int(line[4:]) for line in asking.body.split(b"\n") if line.startswith(b"id: ")]
        assert ids == [*range(1, 51)]
        asking.gone.set()
        await asyncio.wait_for(task, 10)

    run(test())
