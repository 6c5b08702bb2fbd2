"""The way of a request: guarded, routed, led to its sandbox, validated, performed; whatever server has received it."""

import logging
from collections.abc import Awaitable
from typing import NoReturn

from starlette.types import Scope

from ..handlers.errors import NotFound, Refused, ServiceUnavailable
from ..world.errors import StoreFailed
from ..world.log import DataError
from ..world.sandbox import Sandbox
from ..world.sandboxes import DEFAULT
from .admin_guard import PARAMETER, AdminGuard
from .browser_guard import SAFE_METHODS, BrowserGuard
from .exchange import Exchange, index_headers
from .forwarding import Forwarding
from .guard import Guard, check_size
from .not_found import NotFoundApp
from .operation import Operation
from .response import LATER, Response, Turned, defect
from .router import Router, segments
from .routes import METHODS, allowed, not_allowed
from .worlds import Worlds

logger = logging.getLogger("common_apis")

BELOW, CONTROL = "/s/", "/_mock/"
"""Where the paths begin that name a sandbox, and those of the control plane."""
API = ("/v1/", BELOW)
"""Where paths begin that are the contract's, or are meant to be."""


class Responder:
    """Responds to the requests of the contract, and to those that may have been meant so; pages are others' concern."""

    exchange_cls = Exchange

    def __init__(
        self,
        *,
        router: Router[Operation],
        worlds: Worlds,
        missing: NotFoundApp,
        guard: Guard,
        browser_guard: BrowserGuard,
        admin_guard: AdminGuard | None,
        forwarding: Forwarding,
    ) -> None:
        self.router = router
        self.worlds = worlds
        self.missing = missing
        self.guard = guard
        self.browser_guard = browser_guard
        self.admin_guard = admin_guard
        self.forwarding = forwarding

    def begin(self, scope: Scope) -> Exchange:
        """Return the exchange of a request whose headers have come, with where it leads and how much is read of it."""
        exchange = self.make_exchange(scope)
        self.route(exchange)
        return exchange

    def make_exchange(self, scope: Scope) -> Exchange:
        """Return the exchange of a request that leads nowhere yet."""
        received = scope["headers"]
        if self.forwarding.is_used or scope.get("root_path"):
            scope = self.forwarding.apply(scope)
        exchange = self.exchange_cls(scope)
        if scope["headers"] is not received:
            exchange.received = index_headers(received)
        return exchange

    def reject(self, exchange: Exchange, refused: Refused) -> Response:
        """Return the refusal of a request that is malformed or has not come whole; `default` keeps it if in use."""
        try:
            if b"host" in exchange.headers:
                self.check_browser(exchange)
        except Refused as refused_head:
            return exchange.end(exchange.refused(refused_head))
        if sandbox := self.worlds.sandboxes.find_live(DEFAULT):
            exchange.enter(sandbox)
        return exchange.end(exchange.refused(refused))

    def route(self, exchange: Exchange) -> None:
        """Find what there is at the path of a request, if it is one of the contract or may have been meant so."""
        path = exchange.scope["path"]
        exchange.target = target = self.router.find(segments(path, exchange.scope.get("raw_path", b"")))
        if target is None:
            exchange.is_page = not path.startswith(API) and path != "*"
            exchange.prefix = path.split("/")[2] if path.startswith(BELOW) else None
        elif path.startswith(BELOW):
            exchange.prefix = target[1].pop(0)
        if target:
            method = exchange.scope["method"]
            exchange.matched = operation = target[0].get("GET" if method == "HEAD" else method)
            if operation and operation.body:
                exchange.largest = operation.body.largest
            exchange.lenient = operation is not None and operation.in_sandbox and self.worlds.lenient

    def wants_body(self, exchange: Exchange) -> bool:
        """Return whether a body is to be sent by a client that asks first: else the response is known without it."""
        return exchange.matched is not None and exchange.matched.wants_body(exchange)

    def respond(self, exchange: Exchange) -> Response | Awaitable[Response]:
        """Return the response to a request whose body has come, or what to wait for until there is one."""
        try:
            self.check_browser(exchange)
            exchange.heads = check_size(exchange.scope["headers"])
            response = self.answer(exchange)
        except Exception as error:
            return exchange.end(self.refuse(exchange, error))
        return exchange.end(response) if isinstance(response, Response) else self.complete(exchange, response)

    async def complete(self, exchange: Exchange, waiting: Awaitable[Response]) -> Response:
        """Return the response that is waited for."""
        try:
            return exchange.end(await waiting)
        except Exception as error:
            return exchange.end(self.refuse(exchange, error))

    def refuse(self, exchange: Exchange, error: Exception) -> Response:
        """Return the response to what has failed: a refusal with its faults, a defect of the mock as 500."""
        scope = exchange.scope
        if isinstance(error, StoreFailed | DataError):
            logger.error("%s %s: %s", scope["method"], scope["path"], error)
            error = Turned(ServiceUnavailable(str(error)), LATER)
        elif not isinstance(error, Refused):
            logger.error("%s %s failed", scope["method"], scope["path"], exc_info=error)
            error = defect()
        return exchange.refused(error)

    def check_browser(self, exchange: Exchange) -> None:
        """Refuse what a foreign page could have a browser send. Raises `Turned`."""
        if exchange.received is not None:  # a page in a browser beside the proxy can send what a proxy sends
            self.browser_guard.check_host(exchange.scope, exchange.received)
        self.browser_guard.check_host(exchange.scope, exchange.headers)
        if exchange.scope["method"] not in SAFE_METHODS:
            self.browser_guard.check_site(exchange.headers)

    def answer(self, exchange: Exchange) -> Response | Awaitable[Response]:
        """Return what the operation at the path responds, or what the methods of the path are. Raises `Refused`."""
        scope, method = exchange.scope, exchange.scope["method"]
        if exchange.target is None:
            if scope["path"] == "*":
                return describe_server(method)
            return self.refuse_in_sandbox(exchange, self.missing.nothing(scope))
        operations, operation = exchange.target[0], exchange.matched
        if operation is None and method == "OPTIONS":
            return Response(204, [(b"allow", allowed(operations).encode())])
        if operation is None:
            refusal = not_allowed(method, allowed(operations))
            if scope["path"].startswith(CONTROL):
                raise refusal
            return self.refuse_in_sandbox(exchange, refusal)
        exchange.operation = operation.id
        if operation.in_sandbox:
            if self.guard.demands_token:
                self.guard.check(exchange.headers)
            return self.answer_in_sandbox(exchange, operation)
        self.check_admin(exchange, operation)
        return operation.answer(self.worlds.sandboxes, exchange)

    def check_admin(self, exchange: Exchange, operation: Operation) -> None:
        """Refuse a request to the control plane without what that demands. Raises `Refused`."""
        if self.admin_guard is None:
            self.guard.check(exchange.headers)
        else:
            takes_query = operation.address.takes(PARAMETER)
            self.admin_guard.check(exchange.headers, exchange.scope["query_string"] if takes_query else b"")

    def answer_in_sandbox(self, exchange: Exchange, operation: Operation) -> Response | Awaitable[Response]:
        """Return what an operation responds in the sandbox that a request is for, which keeps it. Raises `Refused`."""
        try:
            name = self.worlds.find_name(exchange.prefix, exchange.headers)
        except Refused as refused:
            return self.refuse_in_default(exchange, refused)
        sandbox = self.worlds.sandboxes.find_live(name)
        if sandbox is None:
            return self.open_and_answer(exchange, operation, name)
        return operation.answer(exchange.enter(sandbox), exchange)

    async def open_and_answer(self, exchange: Exchange, operation: Operation, name: str) -> Response:
        """The same in a sandbox that is not in use yet."""
        response = operation.answer(exchange.enter(await self.worlds.sandboxes.find(name)), exchange)
        return response if isinstance(response, Response) else await response

    async def refuse_in_sandbox(self, exchange: Exchange, refused: Refused) -> NoReturn:
        """Raise a refusal of what matches no operation; the sandbox keeps the request, if who sent it is let in."""
        if self.guard.lets_in(exchange.headers):
            await self.enter(exchange)
        raise refused

    async def refuse_in_default(self, exchange: Exchange, refused: Refused) -> NoReturn:
        """Raise the refusal of a request whose sandbox cannot be; `default` keeps the request."""
        exchange.enter(await self.worlds.sandboxes.find(DEFAULT))
        raise refused

    async def enter(self, exchange: Exchange) -> Sandbox:
        """Have the sandbox keep a request that it is for; if that is refused, `default` does. Raises `Refused`."""
        try:
            name = self.worlds.find_name(exchange.prefix, exchange.headers)
        except Refused as refused:
            await self.refuse_in_default(exchange, refused)
        return exchange.enter(await self.worlds.sandboxes.find(name))

    async def refuse_page(self, exchange: Exchange, refused: Refused) -> Response:
        """Return the refusal of a request that no page answers; a sandbox keeps it, if the API may have been meant."""
        error: Exception = refused
        if refused.first.status == NotFound.status and self.missing.is_of_api(exchange.scope):
            try:
                await self.refuse_in_sandbox(exchange, refused)
            except Exception as raised:
                error = raised
        return exchange.end(self.refuse(exchange, error))


def describe_server(method: str) -> Response:
    """Return the response to a request about the server itself, which OPTIONS alone can be (RFC 9110, 9.3.7)."""
    if method != "OPTIONS":
        raise not_allowed(method, "OPTIONS")
    return Response(204, [(b"allow", ", ".join(METHODS).encode())])
