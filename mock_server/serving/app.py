"""The application: Connexion's middleware around the portal, with our middleware as its stack."""

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from connexion.middleware.main import ConnexionMiddleware
from connexion.resolver import Resolver

from ...handlers import handler
from ...handlers.terms import Key
from ..contract.document import CONTRACT, ContractError, load, operations
from ..contract.model import models
from ..portal.app import create_portal
from ..world import seed
from ..world.memory import MemoryStore
from ..world.sandbox import Sandbox
from ..world.store import write
from .guard import Guard
from .middleware import OperationsMiddleware
from .not_found import NotFoundApp
from .operation import Operation
from .router import Router


@dataclass(frozen=True)
class Settings:
    """How an application is to behave, beside what the contract says."""

    contract: Path = CONTRACT
    seed: Path = seed.CLINIC
    guard: Guard = field(default_factory=Guard)
    origins: tuple[str, ...] = ()


def create_app(settings: Settings | None = None, contract: dict[str, Any] | None = None) -> ConnexionMiddleware:
    """The ASGI application with its seed checked and loaded; `contract` is a folded one, if it is at hand already.

    Raises `ContractError` or `SeedError` saying what to mend.
    """
    settings = settings or Settings()
    document = contract or load(settings.contract)
    known = models(document)
    records = seed.load(known, settings.seed)
    writes = (write(known, Key(name, each["id"]), each) for name in known for each in records[name])
    sandbox = Sandbox(known, MemoryStore(writes))
    router = Router[Operation]()
    stack: Any = partial(
        OperationsMiddleware, router=router, sandbox=sandbox, guard=settings.guard, origins=settings.origins
    )
    app = ConnexionMiddleware(
        create_portal(document, not_found=NotFoundApp(document)),
        middlewares=[stack],
        resolver=Resolver(handler),
    )
    check_handlers(document)
    app.add_api(outline(document), document=document, router=router)
    return app


def check_handlers(document: dict[str, Any]) -> None:
    """Raise `ContractError` for an operation that nothing handles; Connexion would leave it out, and say nothing."""
    for _, _, operation in operations(document):
        try:
            handler(operation["operationId"])
        except LookupError as error:
            raise ContractError(f"{operation['operationId']} has no handler: {error}") from error


def outline(document: dict[str, Any]) -> dict[str, Any]:
    """The contract without its schemas and examples: what Connexion needs to tie operations to handlers.

    It would check and resolve the whole of it at each start, in pure Python; the test suite proves it instead.
    """
    paths: dict[str, Any] = {}
    for method, path, operation in operations(document):
        outlined = {"operationId": operation["operationId"], "responses": {"default": {"description": ""}}}
        paths.setdefault(path, {})[method] = outlined
    return {"openapi": document["openapi"], "info": {"title": "", "version": ""}, "paths": paths}
