"""The journal of a sandbox: list, count, find, near misses, get, delete, stream."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from itertools import islice
from typing import Any

import orjson

from ...handlers.errors import BadRequest, NotFound, Refused
from ..contract.nearness import nearest
from ..contract.words import with_ids_lowered
from ..world.comparison import Comparison, TooCostly
from ..world.journal import Journal, Kept
from ..world.sandboxes import Sandboxes
from .terms import Answer, Steered, aside, in_thread, kept_sandbox, sandbox

Told = dict[str, Any]
"""An exchange, as its schema has it."""
MOST = 1000
"""How many a search finds."""
STEPS = 5_000_000
"""How long exchanges may be compared with what is asked for: some seconds, in which others are answered."""
PULSE = 15
"""Seconds after which a stream without news says that it is there."""
EVENTS: dict[Kept, asyncio.Future[bytes]] = {}
MOST_EVENTS = 16
"""How many exchanges are kept as events, for those who listen at the same time: the latest that were encoded."""
SEEN = re.compile(r"[0-9]{1,18}")


async def list(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """The exchanges after one that fit, oldest first, up to a limit."""
    limit, found = asked.parameters["limit"], fitting(sandboxes, asked, asked.parameters.get("after", 0))

    def page() -> Told:
        told = [*islice(found, limit + 1)]
        return {"requests": told[:limit], "next": told[limit - 1]["id"] if len(told) > limit else None}

    return await aside(page)


async def count(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """How many exchanges fit, how many of them break the contract, and how many were forgotten."""
    found, forgotten = fitting(sandboxes, asked), sandbox(sandboxes, asked).journal.forgotten

    def counted() -> Told:
        violations = [each["violation"] for each in found]
        return {"count": len(violations), "violations": sum(violations), "forgotten": forgotten}

    return await aside(counted)


async def find(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """The exchanges that have all that is asked for; the newest ones, if there are too many."""
    found, comparison = told(sandboxes, asked), Comparison(STEPS)
    try:
        return await aside(lambda: {"requests": [each for each in found if has(each, asked.body, comparison)][-MOST:]})
    except TooCostly as error:
        detail = "To compare the journal with `body` takes too long. Ask for less of a body, or empty the journal."
        raise Refused([BadRequest(detail, pointer="/body")]) from error


async def near_misses(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """The exchanges that matched no operation, and the operations that they may have meant."""
    found = told(sandboxes, asked)
    return await aside(lambda: {"near_misses": [missed(sandboxes, each) for each in found if not each["operation"]]})


def missed(sandboxes: Sandboxes, exchange: Told) -> Told:
    """An exchange that matched no operation, and the nearest ones."""
    return {"request": exchange, "nearest": nearest(sandboxes.contract, exchange["method"], exchange["path"])}


async def get(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """One exchange."""
    found, number = sandbox(sandboxes, asked), int(asked.parameters["request"])
    exchange = found.journal.find(number)
    if exchange is None:
        raise Refused([NotFound(f"The journal of `{found.name}` has no request {number}.", parameter="request")])
    return await aside(exchange.told)


async def delete(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """Forget them all."""
    kept_sandbox(sandboxes, asked).journal.clear()
    return Answer()


async def stream(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """Every exchange from now on as an event, or from the one that a client has seen last."""
    said = asked.headers.get(b"last-event-id", b"").decode("latin-1")
    journal = sandbox(sandboxes, asked).journal
    seen = int(said) if SEEN.fullmatch(said) else journal.last
    if seen > journal.last:
        seen = 0  # it was seen before the server, or the sandbox, began anew
    return Answer(stream=events(journal, seen))


async def events(journal: Journal[Any], seen: int) -> AsyncIterator[bytes]:
    """Server-sent events: what came after the last one seen, then what comes; a comment now and then keeps it open."""
    news = asyncio.Event()
    journal.listeners.add(news.set)
    try:
        yield b": here come the exchanges\n\n"
        while not journal.ended:
            news.clear()
            for exchange in [*journal.after(seen)]:
                seen = exchange.number
                yield await _encode_event(exchange)
            try:
                await asyncio.wait_for(news.wait(), PULSE)
            except TimeoutError:
                yield b": still here\n\n"
    finally:
        journal.listeners.discard(news.set)


async def _encode_event(exchange: Kept) -> bytes:
    """Return an exchange as an event, encoded in a thread, once for all who listen at the same time."""
    event = EVENTS.get(exchange)
    if event is None:
        event = EVENTS[exchange] = asyncio.ensure_future(in_thread(lambda: _event(exchange)))
        if len(EVENTS) > MOST_EVENTS:
            del EVENTS[next(iter(EVENTS))]
    return await asyncio.shield(event)


def _event(exchange: Kept) -> bytes:
    """Return an exchange as an event."""
    return b"id: %d\nevent: exchange\ndata: %b\n\n" % (exchange.number, orjson.dumps(exchange.told()))


def told(sandboxes: Sandboxes, asked: Steered, after: int = 0) -> Iterator[Told]:
    """The exchanges of a sandbox after one, oldest first: those that there are now, told when they are taken."""
    kept = [*sandbox(sandboxes, asked).journal.after(after)]
    return (each.told() for each in kept)


def fitting(sandboxes: Sandboxes, asked: Steered, after: int = 0) -> Iterator[Told]:
    """Those that have what the query says."""
    wanted = {name: asked.parameters[name] for name in ("operation", "status", "consumer") if name in asked.parameters}
    if "violations" in asked.parameters:
        wanted["violation"] = asked.parameters["violations"] == "true"
    return (each for each in told(sandboxes, asked, after) if wanted.items() <= each.items())


def has(exchange: Told, wanted: dict[str, Any], comparison: Comparison) -> bool:
    """Whether an exchange has all that a search asks for; a path may have `*` for anything."""
    request = exchange["request"]
    for name, each in wanted.items():
        if name == "path":
            if not _fits_path(with_ids_lowered(exchange["path"]), each):
                return False
        elif name == "headers":
            if not comparison.contains(request["headers"], {header.lower(): value for header, value in each.items()}):
                return False
        elif not comparison.contains(request["body"] if name == "body" else exchange[name], each):
            return False
    return True


def _fits_path(path: str, wanted: str) -> bool:
    """Return whether a path has each part of what is wanted in turn, where `*` stands between two."""
    first, *others = with_ids_lowered(wanted).split("*")
    if not others or not path.startswith(first):
        return path == first and not others
    at = len(first)
    for part in others[:-1]:
        at = path.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return len(path) - at >= len(others[-1]) and path.endswith(others[-1])
