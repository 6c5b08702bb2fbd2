"""The way of a request through the proxy: judged, passed on, judged again."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

from ..control.terms import in_thread
from ..handlers.errors import Fault, GatewayTimeout, Refused
from ..serving.exchange import Exchange
from ..serving.operation import Operation
from ..serving.responder import API, CONTROL, Responder
from ..serving.response import Response, Turned
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


class RelayResponder(Responder):
    """Passes every request on but those to the control plane, and judges those that are of the contract."""

    exchange_cls = PassedExchange

    def __init__(self, *, relay: Relay, **settings: Any) -> None:
        super().__init__(**settings)
        self.relay = relay
        self.answers = Answers()

    def route(self, exchange: Exchange) -> None:
        """Find what there is at the path of a request; the pages are those of the server behind."""
        super().route(exchange)
        if not exchange.scope["path"].startswith(CONTROL):
            exchange.is_page, exchange.largest = False, LARGEST_REQUEST

    def wants_body(self, exchange: Exchange) -> bool:
        """Return whether a body is to be sent: the server behind is to see it."""
        return not exchange.scope["path"].startswith(CONTROL) or super().wants_body(exchange)

    def answer(self, exchange: Exchange) -> Response | Awaitable[Response]:
        """The answer of the server; only the control plane is answered here. Raises `Refused`."""
        if exchange.scope["path"].startswith(CONTROL):
            return super().answer(exchange)
        assert isinstance(exchange, PassedExchange)
        return self.pass_on(exchange)

    async def pass_on(self, exchange: PassedExchange) -> Response:
        """The answer of the server, judged if the request is of the contract. Raises `Refused`."""
        headers = exchange.scope["headers"]
        if self.relay.upstream.leads_back(headers):
            raise Turned(self.relay.upstream.itself(), self.relay.upstream.via)
        is_of_api = exchange.target is not None or exchange.scope["path"].startswith(API)
        if not is_of_api or exchange.scope["method"] == "OPTIONS":
            if exchange.cut:
                raise exchange.cut
            return await self.relay.upstream.ask(*exchange.question())
        exchange.relay = self.relay
        exchange.enter(await self.journal(exchange))
        if exchange.cut:
            raise exchange.cut
        operation, found = self.judged(exchange)
        return await self.passed_on(exchange, operation, found)

    def judged(self, exchange: PassedExchange) -> tuple[Operation | None, list[Fault]]:
        """The operation that is asked for, if there is one at this place, and what is wrong with the request."""
        if exchange.target is None:
            return None, self.missing.nothing(exchange.scope).faults
        operations, values = exchange.target
        operation = exchange.matched
        if operation is None:
            return None, not_allowed(exchange.scope["method"], allowed(operations)).faults
        exchange.operation = operation.id
        return operation, faults(operation, exchange, values)

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
            name = self.worlds.find_name(exchange.prefix, exchange.headers)
            return await self.worlds.sandboxes.find(name)
        except Turned:
            raise
        except (Refused, StoreFailed):
            return await self.worlds.sandboxes.find(DEFAULT)


async def _aside(response: Response, make: Callable[[], T]) -> T:
    """Return what is made of an answer: in a thread if it is large, so that others are answered meanwhile."""
    return make() if len(response.body) < LARGE else await in_thread(make)
