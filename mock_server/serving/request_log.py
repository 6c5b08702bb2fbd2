"""The request log: what is told of each request as soon as its response begins, whoever makes it."""

from collections.abc import Callable, Sequence
from time import perf_counter, time
from typing import Any, NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ...handlers.errors import Fault
from .exchange import Exchange

REQUEST = "common_apis.request"
"""Where a scope has the logged request, until the exchange of the request is known."""
REFUSED = "common_apis.refused"
"""Where a scope says that the protocol has refused the request, and told the log."""
LONGEST = 2000
"""Bytes of a path and of a query that a line may take: lines may have to wait until somebody reads them."""
CHECK, CHECKER = "sandboxes_list", b"common-apis-ready"
"""The operation and the user agent of a health check."""


class Entry(NamedTuple):
    """What is told of one request. It holds nothing that is large, and makes no text before it has to.

    `status` is None if there was no response; `answer_fault` is what a proxy found wrong with one.
    """

    at: float
    duration: float | None
    status: int | None
    method: str | None
    path: bytes
    query: bytes
    faults: int
    fault: Fault | None
    operation: str | None = None
    sandbox: str | None = None
    answer_fault: dict[str, str] | None = None
    override: tuple[str, str] | None = None
    network: str | None = None


Log = Callable[[Entry], None]


class LoggedApp:
    """An application that has every request told to a log."""

    def __init__(self, app: ASGIApp, log: Log) -> None:
        self.app = app
        self.log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = scope[REQUEST] = LoggedRequest(scope, send, self.log)
        try:
            await self.app(scope, receive, request.send)
        finally:
            request.end()


class LoggedRequest:
    """A request that is told when its response begins: a stream of events may never end."""

    __slots__ = ("began", "exchange", "is_told", "log", "scope", "send_on")

    def __init__(self, scope: Scope, send: Send, log: Log) -> None:
        self.scope = scope
        self.send_on = send
        self.log = log
        self.exchange: Exchange | None = None
        self.is_told = False
        self.began = perf_counter()

    async def send(self, message: Message) -> None:
        """Send on what is sent."""
        if message["type"] == "http.response.start":
            self.tell(message["status"])
        await self.send_on(message)

    def tell(self, status: int | None) -> None:
        """Tell the log, unless the protocol did."""
        self.is_told = True
        exchange = self.exchange
        if REFUSED in self.scope or (exchange and is_health_check(exchange, status)):
            return
        self.log(describe(self.scope, self.began, status, exchange, exchange.faults if exchange else ()))

    def end(self) -> None:
        """Tell of a request that got no response, and leave nothing in its scope."""
        if not self.is_told:
            self.tell(None)
        self.scope.pop(REQUEST, None)


def describe(
    scope: Scope, began: float | None, status: int | None, exchange: Exchange | None, faults: Sequence[Fault]
) -> Entry:
    """Return the entry of a request, and of its exchange as far as it came."""
    known: tuple[Any, ...] = ()
    if exchange:
        scope, sandbox = exchange.scope, exchange.sandbox and exchange.sandbox.name
        answer_fault = next(iter(exchange.answer_faults), None)
        known = (exchange.operation, sandbox, answer_fault, exchange.steered, exchange.network)
    path: bytes = scope.get("raw_path") or scope.get("path", "").encode()
    return Entry(
        time(),
        None if began is None else perf_counter() - began,
        status,
        scope.get("method"),
        path[:LONGEST],
        scope.get("query_string", b"")[:LONGEST],
        len(faults),
        faults[0] if faults else None,
        *known,
    )


def is_health_check(exchange: Exchange, status: int | None) -> bool:
    """Return whether `common-apis ready` asks, and finds the server well: that is no news."""
    return exchange.operation == CHECK and status == 200 and exchange.headers.get(b"user-agent") == CHECKER
