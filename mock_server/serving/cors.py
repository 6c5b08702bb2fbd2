"""Who may call from a browser: pages of this machine, and the origins that the mock was told of."""

import logging

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response as StarletteResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ...handlers.errors import Forbidden, Refused
from .response import instance, problem, root_path

logger = logging.getLogger("common_apis")

METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT")
LOCAL = r"https?://([a-z0-9-]+\.)*localhost(:\d+)?|https?://127\.0\.0\.1(:\d+)?|https?://\[::1\](:\d+)?"
"""The origins that are answered without being named: pages that a developer serves on the same machine."""
EXPOSED = ("Allow", "Location", "Preference-Applied", "Retry-After", "WWW-Authenticate", "X-Mock-Violations")


class CrossOrigin(CORSMiddleware):
    """Starlette's, which answers a preflight whatever headers it asks for, and refuses one with a problem document."""

    def __init__(self, app: ASGIApp, origins: tuple[str, ...]) -> None:
        super().__init__(
            app,
            allow_origins=origins,
            allow_origin_regex=LOCAL,
            allow_methods=METHODS,
            allow_headers=["*"],
            allow_credentials=True,
            allow_private_network=True,
            expose_headers=EXPOSED,
        )

    def preflight_response(self, request_headers: Headers) -> StarletteResponse:
        """The answer to the question that a browser asks before it sends the request itself."""
        answer = super().preflight_response(request_headers)
        return answer if answer.status_code == 200 else Refusal(refused(request_headers, bytes(answer.body)))


class Refusal(StarletteResponse):
    """The refusal of a preflight, as a problem document that names the path which was asked for."""

    def __init__(self, refused: Refused) -> None:
        super().__init__()
        self.refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it. The browser shows nobody why, so the terminal does."""
        logger.warning("%s", self.refused)
        await problem(self.refused, instance(scope), root_path(scope)).send(send)


def refused(headers: Headers, reasons: bytes) -> Refused:
    """What to say of a preflight that Starlette refuses for these reasons."""
    if b"origin" in reasons:
        origin = headers["origin"]
        advice = f"Start it with `--cors {origin}`." if origin != "null" else "Serve the page over HTTP."
        return Refused([Forbidden(f"Pages of {origin} may not call this mock. {advice}", parameter="Origin")])
    header = "Access-Control-Request-Method"
    return Refused(
        [Forbidden(f"`{headers[header]}` is not a method here. They are {', '.join(METHODS)}.", parameter=header)]
    )
