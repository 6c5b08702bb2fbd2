"""The events of a journal: each exchange as it happens, for all who listen."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

import orjson

from ..contract.numbers import encode_exactly
from ..world.journal import Journal, Readable
from .terms import in_thread

PULSE = 15
"""Seconds after which a stream without news says that it is there."""
LARGEST = 1 << 16
"""Bytes of an exchange as JSON; the event of a larger one leaves out what may be large."""
LEFT_OUT = ("request", "response", "faults", "answer_faults")
EVENTS: WeakKeyDictionary[Readable, asyncio.Future[bytes]] = WeakKeyDictionary()
MOST = 16
"""How many exchanges are kept as events, for those who listen at the same time: the latest that were encoded."""
MOST_LISTENERS = 100
"""How many may listen to a journal: each is told of an exchange in the same turn of the event loop."""


def is_full(journal: Journal[Any]) -> bool:
    """Return whether as many listen as may."""
    return len(journal.listeners) >= MOST_LISTENERS


async def events(journal: Journal[Any], seen: int) -> AsyncIterator[bytes]:
    """Server-sent events: what came after the last one seen, then what comes; a comment now and then keeps it open.

    Who does not read is sent no further event, and later those that the journal still has.
    """
    if is_full(journal):
        return  # others have begun to listen since it was looked at
    news = asyncio.Event()
    journal.listeners.add(news.set)
    try:
        yield b": here come the exchanges\n\n"
        while not journal.ended:
            news.clear()
            while exchange := journal.find_after(seen):
                seen = exchange.number
                yield await _encode_once(exchange)
            try:
                await asyncio.wait_for(news.wait(), PULSE)
            except TimeoutError:
                yield b": still here\n\n"
    finally:
        journal.listeners.discard(news.set)


async def _encode_once(exchange: Readable) -> bytes:
    """Return an exchange as an event, encoded in a thread, once for all who listen at the same time."""
    event = EVENTS.get(exchange)
    if event is None:
        event = EVENTS[exchange] = asyncio.ensure_future(in_thread(partial(encode, exchange)))
        if len(EVENTS) > MOST:
            del EVENTS[next(iter(EVENTS))]
    return await asyncio.shield(event)


def encode(exchange: Readable) -> bytes:
    """Return an exchange as an event."""
    told = exchange.told()
    data = encode_exactly(told)
    if len(data) > LARGEST:
        data = orjson.dumps({name: each for name, each in told.items() if name not in LEFT_OUT})
    return b"id: %d\nevent: exchange\ndata: %b\n\n" % (exchange.number, data)
