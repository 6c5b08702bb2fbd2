"""The relay: the server behind it, and all that looks on."""

import asyncio
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from ..serving.exchange import Exchange
from ..serving.operation import Operation
from ..serving.response import Response
from .ledger import Ledger
from .upstream import Upstream


class Passed(NamedTuple):
    """A request that was answered: its exchange, its operation if it has one, and the answer of the server."""

    exchange: Exchange
    operation: Operation | None
    response: Response


class Watcher(Protocol):
    """Looks at what was answered."""

    async def answered(self, passed: Passed) -> None:
        """Take note of it."""

    async def close(self) -> None:
        """Take note of the rest."""


@dataclass
class Relay:
    """What stands between programs and a server."""

    upstream: Upstream
    ledger: Ledger
    watchers: tuple[Watcher, ...] = ()

    def note(self, exchange: Exchange) -> None:
        """Keep an exchange that has ended."""
        self.ledger.note(exchange)

    async def answered(self, passed: Passed) -> None:
        """Have an answer looked at."""
        for watcher in self.watchers:
            await watcher.answered(passed)

    async def close(self) -> None:
        """End what still goes on."""
        await asyncio.gather(self.upstream.close(), *(watcher.close() for watcher in self.watchers))
