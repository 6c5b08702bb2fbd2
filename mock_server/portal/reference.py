"""The reference: Scalar, shown from this machine alone.

The script comes with the package `flask-openapi3-scalar`. Nothing of that package is imported: it
would bring Flask along, and all that is wanted is one file. Two locks keep a reader's browser from
asking any other host: the settings in `static/boot.js`, and the policy that is sent with the page.
"""

from importlib.util import find_spec
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from .outline import Document
from .pages import STATIC, page
from .publication import FOREVER, Publication

PACKAGE = "flask_openapi3_scalar"
SCRIPT = Path("templates", "scalar", "js", "scalar.standalone.js")

MISSING = (
    "The reference needs the script of Scalar, which is not installed here. "
    "Get it with `pip install flask-openapi3-scalar`. "
    "The contract itself is at /openapi.json and /openapi.yaml.\n"
)

# Scalar carries its styles inside its script: they are inline, and nothing else is.
POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'none'; connect-src 'self'; "
    "img-src 'self' data:; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)

JAVASCRIPT = "text/javascript"


def scalar_script() -> Path:
    """Where the script of Scalar lies. Raises FileNotFoundError if it is not installed."""
    package = find_spec(PACKAGE)
    for folder in (package and package.submodule_search_locations) or ():
        if (script := Path(folder) / SCRIPT).is_file():
            return script
    raise FileNotFoundError(MISSING)


class Reference:
    """The page of the reference and the two scripts that it runs."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._scalar = Publication(JAVASCRIPT, lambda: scalar_script().read_bytes(), keep=FOREVER)
        self.boot = Publication(JAVASCRIPT, (STATIC / "boot.js").read_bytes)

    def page(self, request: Request) -> Response:
        """The page. It names Scalar by its fingerprint, so that a newer one is fetched at once."""
        try:
            version = self._scalar.fingerprint
        except FileNotFoundError:
            return PlainTextResponse(MISSING, status_code=503)
        info = self._document["info"]
        return page(request, "docs.html", policy=POLICY, info=info, version=version)

    def script(self, request: Request) -> Response:
        """The script of Scalar."""
        try:
            return self._scalar.answer(request)
        except FileNotFoundError:
            return PlainTextResponse(MISSING, status_code=503)
