"""Who may use the control plane, where that is not everybody who may use the API."""

from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from urllib.parse import parse_qsl

from ..handlers.errors import Forbidden, Refused

NAME = "X-Mock-Admin-Token"
HEADER = NAME.lower().encode()
PARAMETER = "admin_token"
"""In the query, for those operations that take it: the `EventSource` of a browser sends no header."""

CLOSED = (
    "The control plane is closed, since this server listens beyond its own machine. Start it with"
    f" `--admin-token TOKEN` and send `{NAME}: TOKEN`, or with `--open-control-plane` to let in whoever reaches it."
)
DEMANDED = f"The control plane of this server demands its admin token. Send `{NAME}: TOKEN`."
NOT_TAKEN = (
    "The control plane of this server does not take the admin token of the request. Send the one that the server was"
    " started with (`--admin-token`)."
)


@dataclass(frozen=True)
class AdminGuard:
    """Lets those use the control plane who have the admin `token`; nobody, if there is none."""

    token: str | None = None

    def check(self, headers: Mapping[bytes, bytes], query: bytes = b"") -> None:
        """Refuse a request without the token; `query` is that of an operation which takes it there, too."""
        if self.token is None:
            raise forbidden(CLOSED)
        sent = headers.get(HEADER) or dict(parse_qsl(query.decode("latin-1"))).get(PARAMETER, "").encode()
        if not sent:
            raise forbidden(DEMANDED)
        if not compare_digest(sent, self.token.encode()):
            raise forbidden(NOT_TAKEN)


def forbidden(detail: str) -> Refused:
    """The refusal of a request to the control plane."""
    return Refused([Forbidden(detail, parameter=NAME)])
