"""The reference: Scalar, shown from this machine alone.

The script is put beside ours when the package is built (`setup.py`). Two locks keep a reader's browser from
asking any other host: the settings in `static/boot.js`, and the policy that is sent with the page.
"""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from .outline import Document
from .pages import STATIC, page
from .publication import FOREVER, Publication

SCRIPT = STATIC / "scalar.js"

MISSING = (
    "The reference needs the script of Scalar, which comes in when this package is built, and is not here. "
    "Install the package again; in a checkout: `make --always-make install`. "
    "The contract itself is at /openapi.json and /openapi.yaml.\n"
)

# Scalar carries its styles inside its script: they are inline, and nothing else is.
POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'none'; connect-src 'self'; "
    "img-src 'self' data:; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)

JAVASCRIPT = "text/javascript"


class Reference:
    """The page of the reference and the two scripts that it runs."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._scalar = Publication(JAVASCRIPT, lambda: SCRIPT.read_bytes(), keep=FOREVER)
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
