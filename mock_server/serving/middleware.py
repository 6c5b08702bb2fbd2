"""The way of a request: guarded, routed, answered. One middleware in Connexion's stack, in place of its own ten."""

import logging
from collections.abc import Mapping

from connexion.middleware.abstract import RoutedMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from ...handlers.errors import InternalServerError, Refused, ServiceUnavailable
from ..world.log import DataError
from ..world.store import StoreFailed
from .cors import CrossOrigin
from .guard import Guard, check_size
from .operation import Operation
from .operations import OperationsAPI
from .request import Disconnected
from .response import LATER, Response, Turned, instance, problem
from .router import Router, segments
from .routes import allowed, not_allowed
from .worlds import Worlds

logger = logging.getLogger("common_apis")


class OperationsMiddleware(RoutedMiddleware[OperationsAPI]):
    """Answers every request to a path of the contract, and passes all others on."""

    api_cls = OperationsAPI

    def __init__(
        self,
        app: ASGIApp,
        *,
        router: Router[Operation],
        worlds: Worlds,
        guard: Guard,
        origins: tuple[str, ...],
    ) -> None:
        super().__init__(app)
        self.router = router
        self.worlds = worlds
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
        try:
            check_size(scope["headers"])
            target = self.router.find(segments(scope["path"], scope.get("raw_path", b"")))
            if target is None:
                await self.app(scope, receive, send)
                return
            response = await self.respond(*target, scope, receive)
        except Refused as refused:
            response = problem(refused, instance(scope))
        except Disconnected:
            return
        except (StoreFailed, DataError) as error:
            logger.error("%s %s: %s", scope["method"], scope["path"], error)
            response = problem(Turned(ServiceUnavailable(str(error)), LATER), instance(scope))
        except Exception:
            logger.exception("%s %s failed", scope["method"], scope["path"])
            detail = "The mock has a defect: its log says more. The request is not at fault."
            response = problem(Refused([InternalServerError(detail)]), instance(scope))
        await response.send(send)

    async def respond(
        self, operations: Mapping[str, Operation], values: list[str], scope: Scope, receive: Receive
    ) -> Response:
        """The answer of the operation that the method names, or what the methods are."""
        method = scope["method"]
        operation = operations.get("GET" if method == "HEAD" else method)
        if operation is None:
            allow = allowed(operations)
            if method == "OPTIONS":
                return Response(204, [(b"allow", allow.encode())])
            raise not_allowed(method, allow)
        headers = by_name(scope["headers"])
        self.guard.check(headers)
        if not operation.in_sandbox:
            return await operation.answer(self.worlds.sandboxes, headers, values, scope["query_string"], receive)
        prefix = values.pop(0) if scope["path"].startswith("/s/") else None
        sandbox = self.worlds.sandbox(prefix, headers)
        response = await operation.answer(sandbox, headers, values, scope["query_string"], receive)
        return response if prefix is None else response.below(f"/s/{prefix}")


def by_name(headers: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Headers by their name; the values of one that is sent more than once are joined, as RFC 9110 has it."""
    named = dict(headers)
    if len(named) < len(headers):
        for name in named:
            named[name] = b", ".join(value for each, value in headers if each == name)
    return named
