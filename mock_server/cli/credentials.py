"""What the commands that ask have in common: options for what lets them in."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from .tokens import choose_secret, parse_header, parse_token, secret_options

Command = Callable[..., Any]
_ADMIN_TOKEN = secret_options("--admin-token", parse_token, "The token that the mock demands for its control plane.")
"""Adds the options for the token of a control plane."""


@dataclass(frozen=True)
class Credentials:
    """The tokens that a mock demands: for its API, and for its control plane."""

    token: str | None = None
    admin_token: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """The headers that carry them."""
        token = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return token | ({"X-Mock-Admin-Token": self.admin_token} if self.admin_token else {})


def credential_options(command: Command) -> Command:
    """Add the options for the tokens of a mock. The command gets `credentials`."""

    @wraps(command)
    def with_credentials(
        *, token: object, token_file: object, admin_token: object, admin_token_file: object, **arguments: Any
    ) -> Any:
        credentials = Credentials(choose_secret("token"), choose_secret("admin_token"))
        return command(credentials=credentials, **arguments)

    decorated = _ADMIN_TOKEN(with_credentials)
    return secret_options("--token", parse_token, "The bearer token that the mock demands.")(decorated)


def admin_token_options(command: Command) -> Command:
    """Add the options for the token of a mock's control plane alone. The command gets `credentials`."""

    @wraps(command)
    def with_credentials(*, admin_token: object, admin_token_file: object, **arguments: Any) -> Any:
        return command(credentials=Credentials(admin_token=choose_secret("admin_token")), **arguments)

    return _ADMIN_TOKEN(with_credentials)


def auth_options(command: Command) -> Command:
    """Add the options for the header that lets one in at any server. The command gets it as `auth`."""

    @wraps(command)
    def with_auth(*, auth: object, auth_file: object, **arguments: Any) -> Any:
        return command(auth=choose_secret("auth") or {}, **arguments)

    help = "A bearer token to send, or a whole header: `X-Key: 123`."
    return secret_options("--auth", parse_header, help)(with_auth)
