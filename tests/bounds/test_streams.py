"""Those who follow a sandbox keep nobody waiting and take no room, whether they read or not."""

import asyncio
import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import orjson
import pytest

from common_apis.control import events

from ..mock import Mock
from ..serving.served import Served
from ..serving.wire import Wire, request
from .loop import CUSTOM, GET, MIB, Loop, custom

STREAM = "/_mock/sandboxes/default/requests/stream"
LEFT_OUT = {"request", "response", "faults", "answer_faults"}


def parse_event(event: bytes) -> Any:
    """Return the exchange of an event."""
    return orjson.loads(event.split(b"data: ")[1])


def test_an_exchange_is_encoded_once_for_all_who_follow(loop: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not once for each, and not before somebody reads."""
    encoded: list[Any] = []
    encode = events.encode

    def counted(exchange: Any) -> bytes:
        encoded.append(exchange)
        return encode(exchange)

    monkeypatch.setattr(events, "encode", counted)

    async def test() -> None:
        journal = loop.sandboxes.live["default"].journal
        streams = [events.events(journal, 0) for _ in range(50)]
        for stream in streams:
            await anext(stream)
        await loop.ask("GET", GET)
        assert len({await anext(stream) for stream in streams}) == 1
        for stream in streams:
            await stream.aclose()  # type: ignore[attr-defined]  # it is a generator

    asyncio.run(test())
    assert len(encoded) == 1


@pytest.mark.parametrize(
    "body",
    [
        custom(b'{"x":"%s"}' % (b"x" * 70_000)),
        b'{"%s":1}' % (b"n" * 70_000),
        b'{"x":[%s]}' % (b",".join([b"1"] * 40_000)),
        b"\xff" * 60_000,
    ],
    ids=["text", "a name that is named in a fault", "numbers", "no text"],
)
def test_the_event_of_a_large_exchange_is_small(loop: Loop, body: bytes) -> None:
    """It leaves out what may be large; all else is as in the exchange."""

    async def test() -> None:
        journal = loop.sandboxes.live["default"].journal
        stream = events.events(journal, 0)
        await anext(stream)
        await loop.ask("GET", GET)
        await loop.ask("POST", CUSTOM, body)
        small, large = await anext(stream), await anext(stream)
        whole = [each.told() for each in journal.after(0)]
        assert parse_event(small) == whole[0]
        assert parse_event(large) == {name: each for name, each in whole[1].items() if name not in LEFT_OUT}
        assert len(large) < 1000
        await stream.aclose()  # type: ignore[attr-defined]  # it is a generator

    asyncio.run(test())


def test_as_many_follow_a_sandbox_as_may(loop: Loop) -> None:
    """One more is told so, who begins at the same time is sent nothing, and one who goes makes room."""

    async def test() -> None:
        journal = loop.sandboxes.live["default"].journal
        streams = [events.events(journal, 0) for _ in range(events.MOST_LISTENERS + 1)]
        begun = [await anext(stream, b"") for stream in streams]
        assert [*map(bool, begun)] == [True] * events.MOST_LISTENERS + [False]
        refused = await Mock(loop.app).send("GET", STREAM)
        assert refused.status_code == 503
        assert (
            refused.json()["detail"] == "100 streams follow this sandbox, as many as may. End one that is not needed."
        )
        await streams[0].aclose()  # type: ignore[attr-defined]  # it is a generator
        assert await anext(events.events(journal, 0))

    asyncio.run(test())


def test_who_reads_late_is_sent_what_is_still_kept(loop: Loop) -> None:
    """What the journal has forgotten meanwhile is not held for anybody."""

    async def test() -> None:
        stream = events.events(loop.sandboxes.live["default"].journal, 0)
        await anext(stream)
        for _ in range(3):
            await loop.ask("GET", GET)
        assert parse_event(await anext(stream))["id"] == 1
        await loop.ask("DELETE", "/_mock/sandboxes/default/requests")
        await loop.ask("GET", GET)
        assert parse_event(await anext(stream))["id"] == 4
        await stream.aclose()  # type: ignore[attr-defined]  # it is a generator

    asyncio.run(test())


def resident(server: Served) -> int:
    """Return the bytes of memory that a server has."""
    return int(Path(f"/proc/{server.process.pid}/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of another process is read from /proc")
def test_who_does_not_read_takes_no_memory() -> None:
    """Neither when large exchanges happen: as many as may follow, and what they did not read does not heap up."""
    post = request("POST", CUSTOM, "Content-Type: application/json", body=custom(b'{"x":"%s"}' % (b"x" * (MIB - 1000))))
    with Served("--port", "0", "--quiet") as server, ExitStack() as stack, Wire(server.url) as wire:
        for _ in range(events.MOST_LISTENERS):
            listener = stack.enter_context(Wire(server.url))
            listener.send(request("GET", STREAM))
            assert listener.incoming.readline() == b"HTTP/1.1 200 OK\r\n"
        before = resident(server)
        for _ in range(10):
            assert wire.ask(post).status_code == 201
        assert resident(server) - before < 64 * MIB
