"""The relay: the server behind it, and all that looks on."""

import asyncio
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, Protocol
from urllib.parse import quote

from ..control.terms import in_thread
from ..handlers.errors import Refused
from ..serving import admin_guard
from ..serving.exchange import Exchange
from ..serving.operation import Operation
from ..serving.response import Headers, Response, sent_path
from ..serving.telling import WORLD
from .ledger import Ledger
from .upstream import Unanswered, Upstream

SANDBOX = b"x-mock-sandbox"
CORS = b"access-control-"
"""How headers begin that say which pages may read an answer."""
LARGE = 1 << 16
"""Bytes of what is looked at in a thread: less is done before a thread has begun."""
IN_QUERY = "/?%:@!$&'()*+,;="
"""What stands in a query as it is (RFC 3986), beside letters, digits and -._~."""


class PassedExchange(Exchange):
    """An exchange with a server, and what came of it. The `relay` notes it once it has ended.

    `unanswered` says why the server gave no answer, if it gave none.
    """

    passed: "Passed | None" = None
    unanswered: str | None = None
    relay: "Relay | None" = None

    @property
    def sent_target(self) -> str:
        """The path with its query as they were sent, without the name of a sandbox."""
        query = quote(self.scope["query_string"], safe=IN_QUERY)
        return WORLD.sub("", sent_path(self.scope)) + (f"?{query}" if query else "")

    def question(self) -> tuple[str, str, Headers, bytes]:
        """What is asked of the server: method, path with query, headers and body. A header names the sandbox.

        The admin token is the proxy's own, and goes no further.
        """
        headers: Headers = [each for each in self.scope["headers"] if each[0] != admin_guard.HEADER]
        if self.prefix is not None:
            headers = [*(each for each in headers if each[0] != SANDBOX), (SANDBOX, quote(self.prefix).encode())]
        return self.scope["method"], self.sent_target, headers, self.content

    def refused(self, refused: Refused) -> Response:
        """The answer to a request that is refused; that the server gave none is no fault of the request."""
        faults, response = self.faults, super().refused(refused)
        if isinstance(refused, Unanswered):
            self.faults, self.unanswered = faults, refused.first.detail
        return response

    def end(self, response: Response) -> Response:
        """The answer as it is sent; the journal has its body as it can be read.

        Which pages may read it is for the proxy to say, not for the server.
        """
        body = response.body
        if self.passed:
            response = response._replace(body=self.passed.response.body)
        response = super().end(response)
        if self.sandbox and self.relay:
            self.relay.note(self)
        headers = [each for each in response.headers if not each[0].startswith(CORS)]
        return response._replace(headers=headers, body=body)


class Passed(NamedTuple):
    """A request that was answered: its exchange, its operation if it has one, and the answer without a coding."""

    exchange: PassedExchange
    operation: Operation | None
    response: Response


class Watcher(Protocol):
    """Looks at what was answered."""

    def answered(self, passed: Passed) -> None:
        """Take note of it."""

    async def close(self) -> None:
        """Take note of the rest."""


@dataclass
class Relay:
    """What stands between programs and a server."""

    upstream: Upstream
    ledger: Ledger
    watchers: tuple[Watcher, ...] = ()
    noting: set[asyncio.Task[None]] = field(default_factory=set)

    def note(self, exchange: PassedExchange) -> None:
        """Keep an exchange that has ended, and have it looked at if it was answered."""
        with self.ledger.passing_over(exchange):
            if exchange.weight < LARGE:
                self.ledger.note(self.ledger.look_at(exchange), exchange.unanswered)
            else:
                task = asyncio.create_task(self.note_aside(exchange))
                self.noting.add(task)
                task.add_done_callback(self.noting.discard)
        with self.ledger.passing_over(exchange):
            for watcher in self.watchers if exchange.passed else ():
                assert exchange.passed
                watcher.answered(exchange.passed)

    async def note_aside(self, exchange: PassedExchange) -> None:
        """Keep a large exchange, looked at in a thread, so that others are answered meanwhile."""
        with self.ledger.passing_over(exchange):
            seen = await in_thread(partial(self.ledger.look_at, exchange))
            self.ledger.note(seen, exchange.unanswered)

    async def close(self) -> None:
        """End what still goes on."""
        await asyncio.gather(*self.noting)
        await asyncio.gather(self.upstream.close(), *(watcher.close() for watcher in self.watchers))
