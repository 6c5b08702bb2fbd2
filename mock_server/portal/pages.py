"""The pages: HTML made from templates, each of them complete in itself."""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

HERE = Path(__file__).parent
STATIC = HERE / "static"

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


def page(request: Request, template: str, *, policy: str = POLICY, **values: Any) -> HTMLResponse:
    """A page from its template, with a policy that lets it load nothing from elsewhere."""
    headers = {
        "Cache-Control": "no-cache",
        "Content-Security-Policy": policy,
        "Referrer-Policy": "same-origin",  # by which a server knows its own pages where browsers say nothing else
        "X-Content-Type-Options": "nosniff",
    }
    return HTMLResponse(_environment().get_template(template).render(values, root=find_root(request)), headers=headers)


def find_root(request: Request) -> str:
    """Return what links of a page begin with: the prefix of the server, or the way up if none is known."""
    prefix: str = request.scope.get("root_path", "")
    return f"{prefix}/" if prefix else "../" * (request.scope["path"].count("/") - 1) or "./"


def inline_code(text: str) -> "Markup":
    """Text of the contract as HTML: what stands between backticks is code."""
    from markupsafe import Markup, escape

    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


@cache
def _environment() -> "Environment":
    # Jinja is imported with the first page: a server in a test may never show one.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["inline_code"] = inline_code
    environment.globals["css"] = (STATIC / "portal.css").read_text("utf-8")
    return environment
