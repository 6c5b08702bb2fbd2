"""What Connexion does: it reads the operations of a contract, ties each to its handler, and is the ASGI application.

It gets the outline of a contract alone, which it would otherwise check and resolve as a whole at each start, in pure
Python; the test suite proves the contract instead.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple

from connexion.middleware.abstract import RoutedAPI
from connexion.middleware.main import ConnexionMiddleware
from connexion.operations.abstract import AbstractOperation
from connexion.resolver import Resolver
from connexion.spec import Specification
from starlette.types import ASGIApp, Receive, Scope, Send

from ..contract.document import operations
from .middleware import ResponderMiddleware
from .responder import Responder


class TiedOperation(NamedTuple):
    """An operation of a contract and its handler."""

    id: str
    method: str
    path: str
    handler: Callable[..., Any]


class Application(ConnexionMiddleware):
    """The ASGI application around the pages. A server that needs no ASGI calls its `responder`."""

    def __init__(self, pages: ASGIApp, responder: Responder) -> None:
        middleware: Any = partial(ResponderMiddleware, responder=responder)
        # An import name, else it would ask for the working folder, which may be gone.
        super().__init__(pages, import_name=__name__, middlewares=[middleware])
        self.responder = responder


class _Tying(RoutedAPI[TiedOperation]):
    """The operations of one outline."""

    def make_operation(self, operation: AbstractOperation) -> TiedOperation:
        """Return an operation whose handler Connexion's resolver has found."""
        return TiedOperation(operation.operation_id, operation.method, operation.path, operation.function)


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None:
    """Be the application behind the operations: nothing is ever passed on to it."""


def tie_operations(document: Mapping[str, Any], find: Callable[[str], Any]) -> Iterable[TiedOperation]:
    """Return the operations of a contract, each with the handler that is found for its id."""
    specification = Specification.from_dict(outline(document))  # type: ignore[no-untyped-call]  # Connexion's
    tying = _Tying(specification, resolver=Resolver(find), next_app=_nothing)
    tying.add_paths()
    return tying.operations.values()


def outline(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a contract without its schemas and examples."""
    paths: dict[str, Any] = {}
    for method, path, operation in operations(document):
        outlined = {"operationId": operation["operationId"], "responses": {"default": {"description": ""}}}
        paths.setdefault(path, {})[method] = outlined
    return {"openapi": document["openapi"], "info": {"title": "", "version": ""}, "paths": paths}
