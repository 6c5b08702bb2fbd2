"""The way of a request: guarded, routed, answered. One middleware in Connexion's stack, in place of its own ten."""

import logging
from collections.abc import AsyncIterator
from typing import Any

from connexion.middleware.abstract import RoutedMiddleware
from starlette.responses import StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ..handlers.errors import InternalServerError, NotFound, Refused, ServiceUnavailable
from ..world.errors import StoreFailed
from ..world.log import DataError
from ..world.sandbox import Sandbox
from ..world.sandboxes import DEFAULT
from .admin_guard import PARAMETER, AdminGuard
from .breaking import cut
from .browser_guard import SAFE_METHODS, BrowserGuard
from .cors import CrossOrigin
from .exchange import Exchange
from .forwarding import Forwarding
from .guard import Guard, check_size
from .not_found import NotFoundApp
from .operation import Operation
from .operations import OperationsAPI
from .request import Disconnected
from .request_log import REQUEST
from .response import LATER, Response, Turned
from .router import Router, segments
from .routes import allowed, not_allowed
from .worlds import Worlds

logger = logging.getLogger("common_apis")

BELOW, CONTROL = "/s/", "/_mock/"
"""Where the paths begin that name a sandbox, and those that steer them."""
API = ("/v1/", BELOW)
"""Where paths begin that are the contract's, or are meant to be."""
UNKEPT = {"cache-control": "no-store"}


class OperationsMiddleware(RoutedMiddleware[OperationsAPI]):
    """Answers every request to a path of the contract, and passes all others on."""

    api_cls = OperationsAPI
    exchange_cls = Exchange

    def __init__(
        self,
        app: ASGIApp,
        *,
        router: Router[Operation],
        worlds: Worlds,
        missing: NotFoundApp,
        guard: Guard,
        browser_guard: BrowserGuard,
        admin_guard: AdminGuard | None,
        forwarding: Forwarding,
    ) -> None:
        super().__init__(app)
        self.router = router
        self.worlds = worlds
        self.missing = missing
        self.guard = guard
        self.browser_guard = browser_guard
        self.cross_origin = CrossOrigin(self.serve, browser_guard.origins)
        self.admin_guard = admin_guard
        self.forwarding = forwarding

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, once it is known not to be made by a foreign page; one with an `Origin` goes by CORS."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        received = scope["headers"]
        if self.forwarding.is_used or scope.get("root_path"):
            scope = self.forwarding.apply(scope)
        headers = by_name(scope["headers"])
        try:
            if scope["headers"] is not received:  # a page in a browser beside the proxy can send what a proxy sends
                self.browser_guard.check_host(scope, by_name(received))
            self.browser_guard.check_host(scope, headers)
            if scope["method"] not in SAFE_METHODS:
                self.browser_guard.check_site(headers)
        except Refused as refused:
            exchange = self.begin(scope)
            await exchange.end(exchange.refused(refused)).send(send)
            return
        if b"origin" in headers:
            self.browser_guard.report_origin(headers)
            await self.cross_origin(scope, receive, send)
        else:
            await self.serve(scope, receive, send)

    def begin(self, scope: Scope) -> Exchange:
        """Return a new exchange, which the log of requests looks at once it has ended."""
        exchange = self.exchange_cls(scope)
        if request := scope.pop(REQUEST, None):
            request.exchange = exchange
        return exchange

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, whatever happens: a refusal with its faults, a defect of the mock with 500 and a traceback."""
        exchange = self.begin(scope)
        try:
            response = await self.respond(exchange, receive)
            if response is None:
                await self.show(exchange, receive, send)
                return
        except Refused as refused:
            response = exchange.refused(refused)
        except Disconnected:
            return
        except (StoreFailed, DataError) as error:
            logger.error("%s %s: %s", scope["method"], scope["path"], error)
            response = exchange.refused(Turned(ServiceUnavailable(str(error)), LATER))
        except Exception:
            logger.exception("%s %s failed", scope["method"], scope["path"])
            detail = "The mock has a defect: its log says more. The request is not at fault."
            response = exchange.refused(Refused([InternalServerError(detail)]))
        response = exchange.end(response)
        if exchange.stream:
            events = exchange.stream if scope["method"] == "GET" else nothing()
            await StreamingResponse(events, headers=UNKEPT, media_type="text/event-stream")(scope, receive, send)
        elif exchange.network:
            await cut(exchange.network, response, scope, send)
        else:
            await response.send(send)

    async def show(self, exchange: Exchange, receive: Receive, send: Send) -> None:
        """Leave a request to the pages. If there is none, and one of the API may have been meant, a sandbox keeps it.

        Raises `Refused`.
        """
        try:
            await self.app(exchange.scope, receive, send)
        except Refused as refused:
            if refused.first.status == NotFound.status and self.missing.is_of_api(exchange.scope):
                await self.note(exchange, None)
            raise

    async def respond(self, exchange: Exchange, receive: Receive) -> Response | None:
        """The answer of the operation at the path, or what its methods are; None if the path is none of the contract's.

        Raises `Refused`.
        """
        scope = exchange.scope
        exchange.heads = check_size(scope["headers"])
        path = scope["path"]
        target = self.router.find(segments(path, scope.get("raw_path", b"")))
        exchange.headers = headers = by_name(scope["headers"])
        if target is None and not path.startswith(API):
            return None
        prefix = None if not path.startswith(BELOW) else path.split("/")[2] if target is None else target[1].pop(0)
        if target is None:
            await self.note(exchange, prefix)
            raise self.missing.nothing(scope)
        operations, values = target
        method = scope["method"]
        operation = operations.get("GET" if method == "HEAD" else method)
        if operation is None and method == "OPTIONS":
            return Response(204, [(b"allow", allowed(operations).encode())])
        if operation is None:
            if not path.startswith(CONTROL):
                await self.note(exchange, prefix)
            raise not_allowed(method, allowed(operations))
        exchange.operation = operation.id
        if operation.in_sandbox or self.admin_guard is None:
            self.guard.check(headers)
        else:
            self.admin_guard.check(headers, scope["query_string"] if operation.address.takes(PARAMETER) else b"")
        world: Any = self.worlds.sandboxes
        if operation.in_sandbox:
            world = await self.enter(exchange, prefix)
            exchange.lenient = self.worlds.lenient
        response = await operation.answer(world, exchange, values, receive)
        return response if prefix is None else response.below(f"/s/{prefix}")

    async def note(self, exchange: Exchange, prefix: str | None) -> None:
        """Have a sandbox keep a request that matches no operation; who is not let in makes none."""
        if self.guard.lets_in(exchange.headers):
            await self.enter(exchange, prefix)

    async def enter(self, exchange: Exchange, prefix: str | None) -> Sandbox:
        """The sandbox that a request is for, which keeps it; if it is refused, `default` does. Raises `Refused`."""
        try:
            return exchange.enter(await self.worlds.sandbox(prefix, exchange.headers))
        except Refused:
            exchange.enter(await self.worlds.sandboxes.find(DEFAULT))
            raise


def by_name(headers: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Headers by their name; the values of one that is sent more than once are joined, as RFC 9110 has it."""
    named = dict(headers)
    if len(named) < len(headers):
        values: dict[bytes, list[bytes]] = {}
        for name, value in headers:
            values.setdefault(name, []).append(value)
        named = {name: b", ".join(each) for name, each in values.items()}
    return named


async def nothing() -> AsyncIterator[bytes]:
    """The stream that answers HEAD, which has no events."""
    return
    yield
