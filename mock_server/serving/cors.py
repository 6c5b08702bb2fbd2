"""CORS: which pages may read what is answered, by the origins that are allowed."""

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response as StarletteResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ..handlers.errors import Forbidden, Refused
from .allowed_origins import AllowedOrigins
from .browser_guard import refusal_of_origin
from .response import instance, problem, root_path
from .routes import METHODS

EXPOSED = ("Allow", "Location", "Preference-Applied", "Retry-After", "WWW-Authenticate", "X-Mock-Violations")


class CrossOrigin(CORSMiddleware):
    """Starlette's, which answers a preflight whatever headers it asks for, and refuses one with a problem document."""

    def __init__(self, app: ASGIApp, origins: AllowedOrigins) -> None:
        super().__init__(
            app,
            allow_origins=("*",) if origins.any else (),
            allow_methods=METHODS,
            allow_headers=["*"],
            allow_credentials=True,
            allow_private_network=True,
            expose_headers=EXPOSED,
        )

        self.origins = origins

    def is_allowed_origin(self, origin: str) -> bool:
        """Return whether pages of an origin may call."""
        return origin in self.origins

    def preflight_response(self, request_headers: Headers) -> StarletteResponse:
        """The answer to the question that a browser asks before it sends the request itself."""
        answer = super().preflight_response(request_headers)
        if answer.status_code == 200:
            return answer
        return Refusal(self.refuse_preflight(request_headers))

    def refuse_preflight(self, headers: Headers) -> Refused:
        """Return what to say of a preflight that is refused: for its origin, or else for its method."""
        if not self.is_allowed_origin(headers["origin"]):
            return Refused([Forbidden(refusal_of_origin(headers["origin"]), parameter="Origin")])
        header = "Access-Control-Request-Method"
        detail = f"`{headers[header]}` is not a method here. They are {', '.join(METHODS)}."
        return Refused([Forbidden(detail, parameter=header)])


class Refusal(StarletteResponse):
    """The refusal of a preflight, as a problem document that names the path which was asked for."""

    def __init__(self, refused: Refused) -> None:
        super().__init__()
        self.refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        await problem(self.refused, instance(scope), root_path(scope)).send(send)
