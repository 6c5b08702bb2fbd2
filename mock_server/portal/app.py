"""The portal as an application: everything that is not an operation of the contract."""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from .cases import Cases
from .contract import Contract
from .home import Home
from .problems import Problems
from .publication import as_json, as_yaml
from .reference import Reference


def create_portal(
    document: dict[str, Any],
    control: dict[str, Any],
    cases: Mapping[str, Any],
    *,
    not_found: ASGIApp,
    lifespan: Any = None,
) -> ASGIApp:
    """The portal of a folded contract, of that of the control plane, and of the cases that magic values lead to.

    What it does not know is left to `not_found`. That also gets a request for a page of the portal with another method
    than GET or HEAD. The scope then has the key `allow`: what the header `Allow` of a 405 should say. For a path that
    leads nowhere it has the key `pages`: the paths of the pages.

    `lifespan` is what goes on while a server runs the application, as Starlette takes it.
    """
    home = Home(document)
    reference = Reference(document)
    problems = Problems(document, not_found)
    endpoints: dict[str, Callable[..., Any]] = {
        "/": home.answer,
        "/docs": reference.page,
        "/docs/boot.js": reference.boot.answer,
        "/docs/scalar.js": reference.script,
        "/openapi.json": Contract(document, "application/json", as_json).answer,
        "/openapi.yaml": Contract(document, "application/yaml", as_yaml).answer,
        "/_mock/openapi.json": Contract(control, "application/json", as_json).answer,
        "/_mock/openapi.yaml": Contract(control, "application/yaml", as_yaml).answer,
        "/cases": Cases(document, cases).answer,
        "/problems": problems.all,
        "/problems/{code}": problems.one,
    }

    async def nowhere(scope: Scope, receive: Receive, send: Send) -> None:
        pages = [path for path in endpoints if path != "/"]  # to which any short path is like
        await not_found({**scope, "pages": pages}, receive, send)

    routes = [Page(path, endpoint, not_found) for path, endpoint in endpoints.items()]
    return Router(routes, redirect_slashes=False, default=nowhere, lifespan=lifespan)


class Page(Route):
    """A route of GET and HEAD. Who asks with another method is sent on, and told which to use."""

    def __init__(self, path: str, endpoint: Callable[..., Any], refuse: ASGIApp) -> None:
        super().__init__(path, endpoint, methods=["GET", "HEAD"])
        self.refuse = refuse

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or leave it to the caller's app to refuse in its own form."""
        if scope["method"] in ("GET", "HEAD"):
            await super().handle(scope, receive, send)
        else:
            await self.refuse({**scope, "allow": "GET, HEAD"}, receive, send)
