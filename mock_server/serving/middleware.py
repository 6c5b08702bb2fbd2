"""The way of a request: guarded, routed, answered. One middleware in Connexion's stack, in place of its own ten."""

import logging
from collections.abc import AsyncIterator
from typing import Any

from connexion.middleware.abstract import RoutedMiddleware
from starlette.responses import StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ...handlers.errors import InternalServerError, NotFound, Refused, ServiceUnavailable
from ..world.log import DataError
from ..world.sandbox import Sandbox
from ..world.sandboxes import DEFAULT
from ..world.store import StoreFailed
from .breaking import cut
from .cors import CrossOrigin
from .exchange import Exchange
from .guard import Guard, check_size
from .not_found import NotFoundApp
from .operation import Operation
from .operations import OperationsAPI
from .request import Disconnected
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
        origins: tuple[str, ...],
    ) -> None:
        super().__init__(app)
        self.router = router
        self.worlds = worlds
        self.missing = missing
        self.guard = guard
        self.cross_origin = CrossOrigin(self.serve, origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; only one with an `Origin` takes the way round by CORS."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif b"origin" in dict(scope["headers"]):
            await self.cross_origin(scope, receive, send)
        else:
            await self.serve(scope, receive, send)

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, whatever happens: a refusal with its faults, a defect of the mock with 500 and a traceback."""
        exchange = self.exchange_cls(scope)
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
            if refused.first.status == NotFound.status and self.missing.is_of_api(exchange.scope["path"]):
                self.note(exchange, None)
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
            self.note(exchange, prefix)
            raise self.missing.nothing(path)
        operations, values = target
        method = scope["method"]
        operation = operations.get("GET" if method == "HEAD" else method)
        if operation is None and method == "OPTIONS":
            return Response(204, [(b"allow", allowed(operations).encode())])
        if operation is None:
            if not path.startswith(CONTROL):
                self.note(exchange, prefix)
            raise not_allowed(method, allowed(operations))
        exchange.operation = operation.id
        self.guard.check(headers)
        world: Any = self.worlds.sandboxes
        if operation.in_sandbox:
            world = self.enter(exchange, prefix)
            exchange.lenient = self.worlds.lenient
        response = await operation.answer(world, exchange, values, receive)
        return response if prefix is None else response.below(f"/s/{prefix}")

    def note(self, exchange: Exchange, prefix: str | None) -> None:
        """Have a sandbox keep a request that matches no operation; who is not let in makes none."""
        if self.guard.lets_in(exchange.headers):
            self.enter(exchange, prefix)

    def enter(self, exchange: Exchange, prefix: str | None) -> Sandbox:
        """The sandbox that a request is for, which keeps it; if it is refused, `default` does. Raises `Refused`."""
        try:
            return exchange.enter(self.worlds.sandbox(prefix, exchange.headers))
        except Refused:
            exchange.enter(self.worlds.sandboxes.find(DEFAULT))
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
