"""The journal of a world: its latest exchanges, up to a number and a size; and the journals of a server together."""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from typing import Any, Generic, Protocol, TypeVar

MOST = 1000
"""How many exchanges are kept."""
LARGEST = 8 << 20
"""How many bytes they may take."""
TOGETHER = 256 << 20
"""How many bytes those of all worlds may take."""


class Kept(Protocol):
    """What a journal keeps: the number under which it is found, and its weight in bytes, are set by the journal."""

    number: int
    weight: int


class Readable(Kept, Protocol):
    """What is kept, and can be read; what it is chosen by is known without reading it."""

    operation: str | None

    @property
    def status(self) -> int | None:
        """The status of the response, if one was sent."""

    @property
    def consumer(self) -> str | None:
        """Who asked."""

    @property
    def is_violation(self) -> bool:
        """Whether the request broke the contract."""

    def told(self) -> dict[str, Any]:
        """What there is to say of it, as JSON."""


K = TypeVar("K", bound=Kept)


class Journals:
    """The journals of a server that keep anything, the longest unused first; their `size` in bytes is bounded."""

    def __init__(self, largest: int = TOGETHER) -> None:
        self.largest = largest
        self.size = 0
        self.used: OrderedDict[Journal[Any], None] = OrderedDict()

    def make_room(self) -> None:
        """Have the journal that was not used for longest forget its oldest exchanges, and then the next one."""
        while self.size > self.largest:
            journal = next(iter(self.used))
            weight = journal.kept.popleft().weight
            journal.size -= weight
            journal.forgotten += 1
            self.size -= weight
            if not journal.kept:
                del self.used[journal]


class Journal(Generic[K]):
    """Exchanges, oldest first. `forgotten` counts those that had to make room, also for those of others, `together`."""

    def __init__(self, together: Journals) -> None:
        self.together = together
        self.kept: deque[K] = deque()
        self.last = self.size = self.forgotten = 0
        self.listeners: set[Callable[[], None]] = set()
        self.ended = False

    def add(self, exchange: K, weight: int) -> None:
        """Keep an exchange of so many bytes; the oldest are forgotten for it."""
        together = self.together
        self.last += 1
        self.size += weight
        together.size += weight
        exchange.number, exchange.weight = self.last, weight
        self.kept.append(exchange)
        together.used[self] = None
        together.used.move_to_end(self)
        while len(self.kept) > MOST or self.size > LARGEST:
            oldest = self.kept.popleft().weight
            self.size -= oldest
            together.size -= oldest
            self.forgotten += 1
        if together.size > together.largest:
            together.make_room()
        if self.listeners:
            self.tell()

    def tell(self) -> None:
        """Tell the listeners that there is something new."""
        for listener in self.listeners:
            listener()

    def end(self) -> None:
        """Have no more: the world is gone."""
        self.clear()
        self.ended = True
        self.tell()

    def after(self, number: int) -> Iterator[K]:
        """The exchanges that came after one."""
        return (each for each in self.kept if each.number > number)

    def find_after(self, number: int) -> K | None:
        """The exchange that came next after one, or the oldest that is kept since."""
        return self.kept[max(0, number + 1 - self.kept[0].number)] if self.kept and number < self.last else None

    def find(self, number: int) -> K | None:
        """The exchange of this number, if it is kept."""
        first = self.kept[0].number if self.kept else 0
        return self.kept[number - first] if first and first <= number <= self.last else None

    def clear(self) -> None:
        """Forget them all. Numbers go on."""
        self.together.size -= self.size
        self.together.used.pop(self, None)
        self.kept.clear()
        self.size = self.forgotten = 0
