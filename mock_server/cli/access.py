"""What the commands that serve have in common: options that say who may do what."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from .browsers import browser_options
from .options import option
from .tokens import choose_secret, choose_secrets, parse_token, secret_options

if TYPE_CHECKING:
    from ..serving.admin_guard import AdminGuard
    from ..serving.guard import Guard

Command = Callable[..., Any]
Decorator = Callable[[Command], Command]


@dataclass(frozen=True, kw_only=True)
class Access:
    """Who may do what.

    `origins` are those of pages that may ask, and `allowed_hosts` names under which the server may be asked. A
    request needs one of the bearer `tokens`, or any if there are none and it `needs_token`; to a proxy, it needs
    one for the control plane alone. If there is an `admin_token`, the control plane needs that instead. Where other
    machines reach it, it is closed without a token of its own, unless `is_control_open`.
    """

    origins: tuple[str, ...]
    allowed_hosts: tuple[str, ...]
    needs_token: bool
    tokens: tuple[str, ...]
    admin_token: str | None
    is_control_open: bool
    is_proxy: bool = False

    @property
    def guard(self) -> "Guard":
        """What looks for bearer tokens."""
        from ..serving.guard import Guard

        return Guard(self.needs_token, frozenset(self.tokens))

    def admin_guard(self, hosts: tuple[str, ...]) -> "AdminGuard | None":
        """Return what looks for the admin token at these addresses; None where bearer tokens are enough."""
        from ..serving.admin_guard import AdminGuard
        from ..serving.loopback import beyond_loopback

        is_guarded = self.is_proxy and self.needs_token
        if self.admin_token is None and (self.is_control_open or is_guarded or not beyond_loopback(hosts)):
            return None
        return AdminGuard(self.admin_token)

    def describe(self, hosts: tuple[str, ...]) -> str | None:
        """Return a line on who can reach what at these addresses; None if it is this machine alone, and all of it."""
        from ..serving.loopback import beyond_loopback

        beyond, guard = beyond_loopback(hosts), self.admin_guard(hosts)
        if not (beyond or guard or self.needs_token):
            return None
        where = f"beyond this machine ({', '.join(beyond)})" if beyond else "to this machine alone"
        control = "needs a bearer token" if self.needs_token else "is open to anyone who reaches it"
        if guard:
            control = "needs the admin token" if guard.token else "needs --admin-token or --open-control-plane"
        served = "anyone who reaches it can use /v1"
        if self.is_proxy:
            served = "anyone who reaches it can use the server behind it"
        elif self.needs_token:
            served = "/v1 needs a bearer token"
        return f"listening {where}: {served}; /_mock {control}."


def access_options(command: Command) -> Command:
    """Add the options of a server. The command gets `access`."""
    return _hand_over(
        command,
        browser_options,
        option("--require-token", "needs_token", is_flag=True, help="Demand a bearer token, and take any."),
        _token("Demand this bearer token. Repeatable."),
    )


def proxy_access_options(command: Command) -> Command:
    """Add the options of a proxy. The command gets `access`."""
    help = "Demand this bearer token of those who read the journals; what is passed on needs none of ours. Repeatable."
    return _hand_over(command, browser_options, _token(help), is_proxy=True)


def _token(help: str) -> Decorator:
    return secret_options("--token", parse_token, help, multiple=True)


def _hand_over(command: Command, *options: Decorator, is_proxy: bool = False) -> Command:
    """Add the options, and those of the control plane, and hand the command one value in their place."""

    @wraps(command)
    def with_access(
        *,
        origins: tuple[str, ...],
        allowed_hosts: tuple[str, ...],
        token: object,
        token_file: object,
        open_control_plane: bool,
        admin_token: object,
        admin_token_file: object,
        needs_token: bool = False,
        **arguments: Any,
    ) -> Any:
        admin = choose_secret("admin_token")
        if admin and open_control_plane:
            raise click.UsageError(
                "--open-control-plane lets everybody in, and --admin-token those who have it. Give one of them."
            )
        tokens = choose_secrets("token")
        access = Access(
            origins=origins,
            allowed_hosts=allowed_hosts,
            needs_token=needs_token or bool(tokens),
            tokens=tokens,
            admin_token=admin,
            is_control_open=open_control_plane,
            is_proxy=is_proxy,
        )
        return command(access=access, **arguments)

    admin_help = "Demand this token, sent as X-Mock-Admin-Token, of those who use the control plane."
    open_help = "Leave the control plane open to other machines, though --host lets them reach it."
    options = (
        *options,
        secret_options("--admin-token", parse_token, admin_help),
        option("--open-control-plane", is_flag=True, help=open_help),
    )
    decorated: Command = with_access
    for each in reversed(options):
        decorated = each(decorated)
    return decorated
