"""The request log: what is told of each request as soon as its response begins, whoever makes it."""

from collections.abc import Callable, Sequence
from time import perf_counter, time
from typing import NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..handlers.errors import Fault
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
            if not request.is_told:
                request.tell(None, request.exchange)
            scope.pop(REQUEST, None)


class LoggedRequest:
    """A request that is told when its response begins: a stream of events may never end.

    `exchange` is what is known of it, once somebody has made one.
    """

    __slots__ = ("began", "exchange", "is_told", "log", "plain_send", "scope")

    def __init__(self, scope: Scope, send: Send, log: Log) -> None:
        self.scope = scope
        self.plain_send = send
        self.log = log
        self.exchange: Exchange | None = None
        self.is_told = False
        self.began = perf_counter()

    async def send(self, message: Message) -> None:
        """Send on what is sent."""
        if message["type"] == "http.response.start":
            self.tell(message["status"], self.exchange)
        await self.plain_send(message)

    def tell(self, status: int | None, exchange: Exchange | None) -> None:
        """Tell the log, unless the protocol did; nor is it news that a health check finds the server well."""
        self.is_told = True
        if REFUSED in self.scope:
            return
        took = perf_counter() - self.began
        if exchange is None:
            self.log(describe(self.scope, status, took))
        elif exchange.operation != CHECK or not is_health_check(exchange, status):
            self.log(describe_exchange(exchange, status, took))


def is_health_check(exchange: Exchange, status: int | None) -> bool:
    """Return whether `common-apis ready` has found the server well: it answers, or demands a token that was not sent.

    A token that is not taken is told: somebody is mistaken in it, or tries to guess it.
    """
    if exchange.headers.get(b"user-agent") != CHECKER:
        return False
    parameter = exchange.faults[0].parameter if exchange.faults and status in (401, 403) else None
    return status == 200 or (parameter is not None and parameter.lower().encode() not in exchange.headers)


def describe(scope: Scope, status: int | None, took: float | None, faults: Sequence[Fault] = ()) -> Entry:
    """Return the entry of a request of which nothing is known but how it was sent, and what is wrong with it."""
    first = faults[0] if faults else None
    return Entry(time(), took, status, scope.get("method"), *_address(scope), len(faults), first)


def describe_exchange(exchange: Exchange, status: int | None, took: float) -> Entry:
    """Return the entry of an exchange, as far as it came."""
    scope, faults, sandbox = exchange.scope, exchange.faults, exchange.sandbox
    return Entry(
        time(),
        took,
        status,
        scope["method"],
        *_address(scope),
        len(faults),
        faults[0] if faults else None,
        exchange.operation,
        sandbox.name if sandbox else None,
        exchange.answer_faults[0] if exchange.answer_faults else None,
        exchange.steered,
        exchange.network,
    )


def _address(scope: Scope) -> tuple[bytes, bytes]:
    """Return the path and the query of a request, or the beginning of them."""
    path: bytes = scope.get("raw_path") or scope.get("path", "").encode()
    return path[:LONGEST], scope.get("query_string", b"")[:LONGEST]
