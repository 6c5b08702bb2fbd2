"""Nobody's search of a journal keeps others waiting, be it for the event loop or for a thread that reads."""

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Any

import orjson
import pytest

from common_apis.control import reading as journals
from common_apis.control import search

from ..serving.wire import Wire, request
from ..steering.live import Live
from .loop import CUSTOM, GENEROUS, GET, MIB, Loop, Watched, custom, reading

REQUESTS = "/_mock/sandboxes/default/requests"
OTHERS = "/_mock/sandboxes/other/requests"
OBJECTS = [{"a": number} for number in range(2000)]
HARD = orjson.dumps({"body": {"body": {"x": OBJECTS[::-1]}}})
"""A search that takes as long as any may, for one exchange that has the same objects."""
SEARCHES = {
    "find": ("POST", f"{REQUESTS}/find", HARD),
    "near misses": ("GET", f"{REQUESTS}/near_misses", b""),
    "list": ("GET", REQUESTS, b""),
}


FEW_STEPS = 200_000
"""Enough to hold up others by far, if they were held up."""


@pytest.fixture(scope="module")
def full(contract: dict[str, Any]) -> Loop:
    """A mock whose journal is full of what is long to read, half of it where no operation is."""
    loop, body = Loop(contract), custom(orjson.dumps({"x": OBJECTS}))

    async def fill() -> None:
        for number in range(300):
            await loop.ask("POST", CUSTOM if number % 2 else "/v1/nothing", body)

    asyncio.run(fill())
    return loop


async def watch(loop: Loop, name: str) -> Watched:
    """Return what happens while a search is made."""
    return await loop.watch(*SEARCHES[name], query=b"limit=1000" if name == "list" else b"")


async def inline(make: Callable[[], Any], threads: object = None) -> Any:
    """Make what ought to be made in a thread."""
    return make()


@pytest.mark.parametrize("name", SEARCHES)
def test_a_search_of_a_full_journal_keeps_nobody_waiting(
    full: Loop, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is made in a thread, and has an end: one that would take too long is refused. Without a thread, it shows."""
    monkeypatch.setattr(search, "STEPS", FEW_STEPS)

    async def test() -> None:
        bound = GENEROUS * reading()
        watched = [await watch(full, name) for _ in range(3)]
        assert {each.status for each in watched} == {400 if name == "find" else 200}
        assert min(each.turn for each in watched) < bound  # Python looks for garbage now and then
        assert all(each.others > 1 for each in watched)
        monkeypatch.setattr(journals, "in_thread", inline)
        monkeypatch.setattr(search, "STEPS", 4 * FEW_STEPS)
        assert (await watch(full, name)).turn > bound

    asyncio.run(test())


def test_a_journal_is_read_a_piece_at_a_time(full: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that whoever reads another one has to wait for a piece alone, and the event loop has its turn between two."""
    sizes: list[int] = []
    look_at = journals._look_at

    def counted(piece: Any, look: Any) -> Any:
        sizes.append(sum(each.weight for each in piece))
        return look_at(piece, look)

    monkeypatch.setattr(journals, "_look_at", counted)
    assert asyncio.run(full.ask("GET", f"{REQUESTS}/count")) == 200
    assert sizes == [], "what is counted is not read"
    assert asyncio.run(full.ask("GET", REQUESTS, query=b"limit=1000")) == 200
    assert sum(sizes) == full.sandboxes.live["default"].journal.size
    assert max(sizes) < MIB


def test_searches_that_do_not_end_keep_nobody_from_reading(loop: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    """They have a thread of their own."""
    free = threading.Event()
    monkeypatch.setattr(search.Search, "fits", lambda *_: free.wait())

    async def test() -> None:
        await loop.ask("GET", f"/s/other{GET}")
        await loop.ask("GET", GET)
        finds = [asyncio.ensure_future(loop.ask(*SEARCHES["find"])) for _ in range(8)]
        try:
            async with asyncio.timeout(10):
                for path in ("", "/count", "/near_misses", "/1"):
                    assert await loop.ask("GET", f"{OTHERS}{path}") == 200
        finally:
            free.set()
        assert await asyncio.gather(*finds) == [200] * 8

    asyncio.run(test())


LONG: dict[str, Any] = {
    "headers": {"headers": {f"X-{number}": "" for number in range(40_000)}},
    "a consumer": {"consumer": "X" * 1_000_000},
}


@pytest.mark.parametrize("name", LONG)
def test_what_is_searched_is_looked_at_once(loop: Loop, name: str) -> None:
    """And not for each exchange: what is long takes as long as what is short, but for reading it."""

    async def seconds(wanted: Any) -> float:
        body, began = orjson.dumps(wanted), time.process_time()
        assert await loop.ask("POST", f"{REQUESTS}/find", body) == 200
        return time.process_time() - began

    async def test() -> None:
        for _ in range(1000):
            await loop.ask("GET", GET, b"", (b"x-mock-consumer", b"web-app"))
        short = min([await seconds({"method": "PUT"}) for _ in range(3)])
        long = min([await seconds(LONG[name]) for _ in range(3)])
        assert long < 2 * short + GENEROUS * reading()

    asyncio.run(test())


def test_a_path_that_is_too_long_is_refused(loop: Loop) -> None:
    """A part of it and `*` find the same."""

    async def test() -> None:
        assert await loop.ask("POST", f"{REQUESTS}/find", orjson.dumps({"path": "*" * 2000})) == 200
        assert await loop.ask("POST", f"{REQUESTS}/find", orjson.dumps({"path": "*" * 2001})) == 400

    asyncio.run(test())


def test_a_server_stops_at_once_though_much_is_searched() -> None:
    """What has begun ends soon, and what waits never begins."""
    longest = orjson.dumps({"path": "*" * 1_000_000})
    with Live("--port", "0", "--quiet") as live, ExitStack() as stack, Wire(live.url) as wire:
        post = partial(request, "POST", CUSTOM, "Content-Type: application/json")
        for _ in range(100):
            assert wire.ask(post(body=custom(orjson.dumps({"x": OBJECTS})))).status_code == 201
        for body in [longest] * 4 + [HARD] * 28:
            other = stack.enter_context(Wire(live.url))
            other.send(request("POST", f"{REQUESTS}/find", "Content-Type: application/json", body=body))
        assert live.get().status_code == 200
        assert live.stop() < 10
