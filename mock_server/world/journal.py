"""The journal of a world: its latest exchanges, up to a number and a size."""

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Generic, Protocol, TypeVar

MOST = 1000
"""How many exchanges are kept."""
LARGEST = 8 << 20
"""How many bytes they may take."""


class Kept(Protocol):
    """What a journal keeps: it is told the number under which it is found, and its weight in bytes."""

    number: int
    weight: int

    def told(self) -> dict[str, Any]:
        """What there is to say of it, as JSON."""


K = TypeVar("K", bound=Kept)


class Journal(Generic[K]):
    """Exchanges, oldest first. `forgotten` counts those that had to make room."""

    def __init__(self) -> None:
        self.kept: deque[K] = deque()
        self.last = self.size = self.forgotten = 0
        self.listeners: set[Callable[[], None]] = set()
        self.ended = False

    def add(self, exchange: K, weight: int) -> None:
        """Keep an exchange of so many bytes; the oldest are forgotten for it."""
        self.last += 1
        self.size += weight
        exchange.number, exchange.weight = self.last, weight
        self.kept.append(exchange)
        while len(self.kept) > MOST or self.size > LARGEST:
            self.size -= self.kept.popleft().weight
            self.forgotten += 1
        if self.listeners:
            self.tell()

    def tell(self) -> None:
        """Tell the listeners that there is something new."""
        for listener in self.listeners:
            listener()

    def end(self) -> None:
        """Have no more: the world is gone."""
        self.ended = True
        self.tell()

    def after(self, number: int) -> Iterator[K]:
        """The exchanges that came after one."""
        return (each for each in self.kept if each.number > number)

    def find(self, number: int) -> K | None:
        """The exchange of this number, if it is kept."""
        first = self.kept[0].number if self.kept else 0
        return self.kept[number - first] if first and first <= number <= self.last else None

    def clear(self) -> None:
        """Forget them all. Numbers go on."""
        self.kept.clear()
        self.size = self.forgotten = 0
