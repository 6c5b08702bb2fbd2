"""The way of a request through the proxy: judged, passed on, judged again."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from starlette.types import Receive

from ...handlers.errors import Fault, Refused
from ..serving.exchange import WORLD, Exchange
from ..serving.guard import check_size
from ..serving.middleware import API, BELOW, CONTROL, OperationsMiddleware, by_name
from ..serving.operation import Operation
from ..serving.request import read_body
from ..serving.response import Headers, Response
from ..serving.router import segments
from ..serving.routes import allowed, not_allowed
from ..world.sandbox import Sandbox
from ..world.sandboxes import DEFAULT
from ..world.store import StoreFailed
from .answers import Answers, decisions
from .asked import FORM, faults, told
from .relay import Passed, Relay
from .upstream import Unreadable

LARGEST_REQUEST = 16 << 20
"""Bytes that are passed on of a body: more than the contract allows, so that the server's own answer is seen."""
SANDBOX = b"x-mock-sandbox"
IN_QUERY = "/?%:@!$&'()*+,;="
"""What stands in a query as it is (RFC 3986), beside letters, digits and -._~."""


class PassedExchange(Exchange):
    """An exchange that is noted once it has ended."""

    note: Callable[["PassedExchange"], None] | None = None

    def end(self, response: Response) -> Response:
        """The answer as it is sent."""
        response = super().end(response)
        if self.sandbox and self.note:
            self.note(self)
        return response


class RelayMiddleware(OperationsMiddleware):
    """Passes every request on but those to the control plane, and judges those that are of the contract."""

    exchange_cls = PassedExchange

    def __init__(self, *args: Any, relay: Relay, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.relay = relay
        self.answers = Answers()

    async def respond(self, exchange: Exchange, receive: Receive) -> Response | None:
        """The answer of the server; only the control plane is answered here. Raises `Refused`."""
        scope, path = exchange.scope, exchange.scope["path"]
        if path.startswith(CONTROL):
            return await super().respond(exchange, receive)
        exchange.heads = check_size(scope["headers"])
        exchange.headers = by_name(scope["headers"])
        target = self.router.find(segments(path, scope.get("raw_path", b"")))
        judged = (target is not None or path.startswith(API)) and scope["method"] != "OPTIONS"
        prefix = path.split("/")[2] if path.startswith(BELOW) else None
        operation: Operation | None = None
        if judged:
            exchange.enter(self.journal(prefix, exchange))
        exchange.content = await read_body(exchange.headers, receive, LARGEST_REQUEST)
        if not judged:
            return await self.relay.upstream.ask(*passed(exchange, prefix))
        found: list[Fault]
        if target is None:
            found = self.missing.nothing(path).faults
        else:
            operations, values = target
            operation, found = self.operation(operations, exchange, values[1:] if prefix is not None else values)
        exchange.faults = tuple(found)
        response = await self.passed_on(exchange, operation, found, prefix)
        return response if prefix is None else response.below(f"/s/{prefix}")

    def operation(
        self, operations: dict[str, Operation], exchange: Exchange, values: list[str]
    ) -> tuple[Operation | None, list[Fault]]:
        """The operation that is asked for at a path, and what is wrong with the request."""
        method = exchange.scope["method"]
        operation = operations.get("GET" if method == "HEAD" else method)
        if operation is None:
            return None, not_allowed(method, allowed(operations)).faults
        exchange.operation = operation.id
        return operation, faults(operation, exchange, values)

    async def passed_on(
        self, exchange: Exchange, operation: Operation | None, found: list[Fault], prefix: str | None
    ) -> Response:
        """The answer of the server, judged. Raises `Refused` if there is none."""
        assert isinstance(exchange, PassedExchange)
        exchange.note = self.relay.note
        try:
            response = await self.relay.upstream.ask(*passed(exchange, prefix))
        except Unreadable as unreadable:
            exchange.answer_faults = ({"rule": "readable_answer", "detail": unreadable.first.detail},)
            raise
        if operation:
            said = told(response)
            wrong = self.answers.faults(operation, exchange.scope["method"], response)
            exchange.answer_faults = (*wrong, *decisions(found, said, response.status))
            exchange.faults = exchange.faults or tuple(each for each in said if each.code not in FORM)
        await self.relay.answered(Passed(exchange, operation, response))
        return response

    def journal(self, prefix: str | None, exchange: Exchange) -> Sandbox:
        """The sandbox that has the exchange; `default`, if the request names none that can be."""
        try:
            return self.worlds.sandbox(prefix, exchange.headers)
        except (Refused, StoreFailed):
            return self.worlds.sandboxes.find(DEFAULT)


def passed(exchange: Exchange, prefix: str | None) -> tuple[str, str, Headers, bytes]:
    """What is asked of the server: method, path with query, headers and body; a sandbox is named by a header."""
    scope = exchange.scope
    headers: Headers = [*scope["headers"]]
    if prefix is not None:
        headers = [*(each for each in headers if each[0] != SANDBOX), (SANDBOX, quote(prefix).encode())]
    query = quote(scope["query_string"], safe=IN_QUERY)
    return scope["method"], WORLD.sub("", exchange.instance) + (f"?{query}" if query else ""), headers, exchange.content
