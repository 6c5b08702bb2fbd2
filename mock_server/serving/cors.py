"""Who may call from a browser: pages of this machine, and the origins that the mock was told of."""

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response as StarletteResponse
from starlette.types import ASGIApp

from ...handlers.errors import Forbidden, Refused
from .response import problem

LOCAL = r"https?://([a-z0-9-]+\.)*localhost(:\d+)?|https?://127\.0\.0\.1(:\d+)?|https?://\[::1\](:\d+)?"
"""The origins that are answered without being named: pages that a developer serves on the same machine."""


class CrossOrigin(CORSMiddleware):
    """Starlette's, which answers a preflight whatever headers it asks for, and refuses one with a problem document."""

    def __init__(self, app: ASGIApp, origins: tuple[str, ...]) -> None:
        super().__init__(
            app,
            allow_origins=origins,
            allow_origin_regex=LOCAL,
            allow_methods=["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"],
            allow_headers=["*"],
            allow_credentials=True,
            allow_private_network=True,
            expose_headers=["Allow", "Location", "Retry-After", "WWW-Authenticate"],
        )

    def preflight_response(self, request_headers: Headers) -> StarletteResponse:
        """The answer to the question that a browser asks before it sends the request itself."""
        answer = super().preflight_response(request_headers)
        if answer.status_code == 200:
            return answer
        origin = request_headers["origin"]
        reason = bytes(answer.body).decode()
        detail = f"Pages of {origin} may not send this to the mock ({reason}). Start it with `--cors {origin}`."
        status, headers, body = problem(Refused([Forbidden(detail, parameter="Origin")]), "/")
        return StarletteResponse(body, status, {name.decode(): value.decode() for name, value in headers})
