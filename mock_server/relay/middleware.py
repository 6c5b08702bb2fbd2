"""The way of a request through the proxy: judged, passed on, judged again."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from starlette.types import Receive

from ..control.terms import in_thread
from ..handlers.errors import Fault, GatewayTimeout, Refused
from ..serving.exchange import Exchange
from ..serving.guard import check_size
from ..serving.middleware import API, CONTROL, OperationsMiddleware, by_name
from ..serving.operation import Operation
from ..serving.request import read_body
from ..serving.response import Response, Turned
from ..serving.router import segments
from ..serving.routes import allowed, not_allowed
from ..world.errors import StoreFailed
from ..world.sandbox import Sandbox
from ..world.sandboxes import DEFAULT
from .answers import Answers, decisions, fault
from .asked import FORM, faults, told
from .coding import Damaged, Unknown, readable
from .relay import LARGE, Passed, PassedExchange, Relay
from .upstream import Unanswered, Unreadable

LARGEST_REQUEST = 16 << 20
"""Bytes that are passed on of a body: more than the contract allows, so that the server's own answer is seen."""
T = TypeVar("T")
Place = tuple[dict[str, Operation], list[str]]
"""The operations at a path by method, and the values of its parameters."""


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
        assert isinstance(exchange, PassedExchange)
        if self.relay.upstream.leads_back(scope["headers"]):
            raise Turned(self.relay.upstream.itself(), self.relay.upstream.via)
        exchange.heads = check_size(scope["headers"])
        exchange.headers = by_name(scope["headers"])
        place = self.router.find(segments(path, scope.get("raw_path", b"")))
        if (place is None and not path.startswith(API)) or scope["method"] == "OPTIONS":
            exchange.content = await read_body(exchange.headers, receive, LARGEST_REQUEST)
            return await self.relay.upstream.ask(*exchange.question())
        exchange.relay = self.relay
        exchange.enter(await self.journal(exchange))
        exchange.content = await read_body(exchange.headers, receive, LARGEST_REQUEST)
        operation, found = self.judged(exchange, place)
        response = await self.passed_on(exchange, operation, found)
        return response if exchange.prefix is None else response.below(f"/s/{exchange.prefix}")

    def judged(self, exchange: PassedExchange, place: Place | None) -> tuple[Operation | None, list[Fault]]:
        """The operation that is asked for, if there is one at this place, and what is wrong with the request."""
        method = exchange.scope["method"]
        if place is None:
            return None, self.missing.nothing(exchange.scope).faults
        operations, values = place
        operation = operations.get("GET" if method == "HEAD" else method)
        if operation is None:
            return None, not_allowed(method, allowed(operations)).faults
        exchange.operation = operation.id
        return operation, faults(operation, exchange, values if exchange.prefix is None else values[1:])

    async def passed_on(self, exchange: PassedExchange, operation: Operation | None, found: list[Fault]) -> Response:
        """The answer of the server, judged. Raises `Refused` if there is none."""
        exchange.faults = tuple(found)
        try:
            response = await self.relay.upstream.ask(*exchange.question())
        except Unreadable as unreadable:
            exchange.answer_faults = (fault("readable_answer", unreadable.first.detail),)
            raise
        except asyncio.CancelledError as ended:  # uvicorn waits no longer for those who still wait
            raise Unanswered([GatewayTimeout("The proxy was ended before the server had answered.")]) from ended
        try:
            exchange.passed = Passed(exchange, operation, await _aside(response, lambda: readable(response)))
        except Damaged as damaged:
            exchange.answer_faults = (fault("readable_answer", str(damaged)),)
        except Unknown as coding:
            self.relay.ledger.unread(str(coding))
        if operation and exchange.passed:
            plain = exchange.passed.response
            await _aside(plain, partial(self.judge_answer, operation, exchange, plain))
        return response

    def judge_answer(self, operation: Operation, exchange: PassedExchange, response: Response) -> None:
        """Find what is wrong with an answer, and what it says of the request."""
        found, said = exchange.faults, told(response)
        wrong = self.answers.faults(operation, exchange.scope["method"], response)
        exchange.answer_faults = (*wrong, *decisions([*found], said, response.status))
        exchange.faults = found or tuple(each for each in said if each.code not in FORM)

    async def journal(self, exchange: PassedExchange) -> Sandbox:
        """The sandbox that has the exchange; `default`, if the request names none that can be.

        Raises `Turned` for a page of another site that would make one.
        """
        try:
            return await self.worlds.sandbox(exchange.prefix, exchange.headers)
        except Turned:
            raise
        except (Refused, StoreFailed):
            return await self.worlds.sandboxes.find(DEFAULT)


async def _aside(response: Response, make: Callable[[], T]) -> T:
    """Return what is made of an answer: in a thread if it is large, so that others are answered meanwhile."""
    return make() if len(response.body) < LARGE else await in_thread(make)
