"""Reading a journal: in a thread, a piece at a time, so that nobody has the threads to himself."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from ..world.journal import Readable
from .terms import READERS, in_thread

T = TypeVar("T")
Told = dict[str, Any]
"""An exchange, as its schema has it."""
PIECE = 1 << 17
"""Bytes of exchanges that are read before others have their turn, about."""


async def read_journal(
    exchanges: Iterable[Readable], look: Callable[[Told], T | None], threads: ThreadPoolExecutor = READERS
) -> AsyncIterator[T]:
    """Yield what there is to say of exchanges of a journal, as they are now."""
    for piece in pieces([*exchanges]):
        for each in await in_thread(partial(_look_at, piece, look), threads):
            if each is not None:
                yield each


def _look_at(piece: list[Readable], look: Callable[[Told], T | None]) -> list[T | None]:
    """Return what there is to say of each exchange of a piece."""
    return [look(exchange.told()) for exchange in piece]


def pieces(exchanges: Iterable[Readable]) -> Iterator[list[Readable]]:
    """Yield exchanges in pieces of about so many bytes; a larger one ends its piece."""
    piece: list[Readable] = []
    size = 0
    for exchange in exchanges:
        piece.append(exchange)
        size += exchange.weight
        if size > PIECE:
            yield piece
            piece, size = [], 0
    yield piece
