"""The application of a contract: its operations, its sandboxes and its pages."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from ..contract.completeness import check_complete
from ..contract.document import CONTRACT, CONTROL, ContractError, load, operations
from ..contract.document import control as control_contract
from ..contract.model import models
from ..control import handler as steering
from ..handlers import handler
from ..portal.app import create_portal
from ..world.bounds import Bounds
from ..world.clock import Machine, Monotonic, machine_time
from ..world.data import FolderKeeper
from ..world.keeper import Keeper, MemoryKeeper
from ..world.log import Sync
from ..world.sandboxes import Sandboxes
from ..world.seeds import Seeds, choose_seed, folders
from .admin_guard import AdminGuard
from .allowed_hosts import AllowedHosts
from .allowed_origins import AllowedOrigins
from .application import Application, tie_operations
from .browser_guard import BrowserGuard
from .forwarding import Forwarding
from .guard import Guard
from .lifespan import manage
from .not_found import NotFoundApp
from .operation import ControlOperation, Operation, RecordOperation
from .operations import Compiler
from .responder import Responder
from .router import Router
from .worlds import Worlds

logger = logging.getLogger("common_apis")


@dataclass(frozen=True)
class Settings:
    """How an application is to behave, beside what the contract says.

    `seed` names what worlds begin with; `seed_dirs` are folders of seeds beside the clinic, each called as its folder.
    If none is named, it is the first of `seed_dirs`, and the clinic if there are none.
    Worlds are kept in the folder `data`, if there is one; `report` is told what a person should know. `strict`
    refuses a request to a world that was not made before; `lenient` serves one that breaks the contract, if it can.
    `origins` may call from a browser, and `hosts` are served as host names, beside those of this machine.
    The control plane demands what `admin_guard` does, or else what `guard` demands of all requests.
    `machine` tells the time, and `monotonic` for how long a world was idle.
    """

    contract: Path = CONTRACT
    seed: str | None = None
    seed_dirs: tuple[Path, ...] = ()
    data: Path | None = None
    sync: Sync = Sync.EACH
    report: Callable[[str], None] = logger.warning
    machine: Machine = machine_time
    monotonic: Monotonic = time.monotonic
    bounds: Bounds = field(default_factory=Bounds)
    strict: bool = False
    lenient: bool = False
    guard: Guard = field(default_factory=Guard)
    admin_guard: AdminGuard | None = None
    origins: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    forwarding: Forwarding = field(default_factory=Forwarding)


def create_sandboxes(settings: Settings, document: dict[str, Any]) -> Sandboxes:
    """The worlds of a server. Whoever made them closes them.

    Raises `ContractError`, `SeedError` or `DataError` saying what to mend.
    """
    check_complete(document, settings.contract)
    known = models(document)
    seeds = Seeds(known, folders(settings.seed_dirs), settings.report)
    keeper: Keeper = MemoryKeeper()
    if settings.data:
        keeper = FolderKeeper(settings.data, known, seeds.base, settings.sync, settings.report)
    try:
        return Sandboxes(
            document,
            known,
            seeds,
            keeper,
            settings.machine,
            settings.monotonic,
            choose_seed(settings.seed, settings.seed_dirs),
            settings.bounds,
            settings.report,
        )
    except Exception:
        keeper.close()
        raise


def create_app(
    settings: Settings | None = None,
    contract: dict[str, Any] | None = None,
    sandboxes: Sandboxes | None = None,
    responder: Callable[..., Responder] = Responder,
    steering: Callable[[str], Any] = steering,
) -> Application:
    """The ASGI application.

    `contract` is that of the settings, folded, and `sandboxes` are its worlds, if they are at hand already; who made
    them closes them. Its own are closed when the server that runs it ends its lifespan.

    `responder` answers requests, and `steering` finds the handlers of the control plane, if others are to do so.

    Raises `ContractError`, `SeedError` or `DataError` saying what to mend.
    """
    settings = settings or Settings()
    document, control = contract or load(settings.contract), control_contract()
    check_complete(control, CONTROL, of_records=False)
    if sandboxes and sandboxes.contract is not document:
        check_complete(document, settings.contract)
    worlds = sandboxes or create_sandboxes(settings, document)
    check_handlers(document, handler)
    check_handlers(control, steering)
    lifespan = None if sandboxes else partial(manage, worlds)
    router, missing = Router[Operation](), NotFoundApp(document, control)
    Compiler(document, RecordOperation).add_operations(router, tie_operations(document, handler))
    Compiler(control, ControlOperation).add_operations(router, tie_operations(control, steering))
    browser_guard = BrowserGuard(AllowedHosts(settings.hosts), AllowedOrigins(settings.origins))
    pages = create_portal(document, control, worlds.cases, not_found=missing, lifespan=lifespan)
    return Application(
        pages,
        responder(
            router=router,
            worlds=Worlds(worlds, browser_guard, settings.strict, settings.lenient),
            missing=missing,
            guard=settings.guard,
            browser_guard=browser_guard,
            admin_guard=settings.admin_guard,
            forwarding=settings.forwarding,
        ),
    )


def check_handlers(document: dict[str, Any], find: Callable[[str], Any]) -> None:
    """Raise `ContractError` for an operation that nothing handles; Connexion would leave it out, and say nothing."""
    for _, _, operation in operations(document):
        try:
            find(operation["operationId"])
        except LookupError as error:
            raise ContractError(f"{operation['operationId']} has no handler: {error}") from error
