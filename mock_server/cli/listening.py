"""What the commands that serve have in common: where they listen, who stands before them, and what they tell of it."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from errno import EADDRINUSE
from functools import wraps
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

import click

from .options import Number, give_up, option, to_url
from .terminal import Terminal, find_stream, has_colours

if TYPE_CHECKING:
    from socket import socket

    from ..serving.forwarding import Forwarding, Network
    from ..serving.request_log import Log

Command = Callable[..., Any]
LOGS = ("text", "json")


def find_url(listening: "socket") -> str:
    """Return the URL at which a socket is reached from this machine."""
    return to_url(*listening.getsockname()[:2])


@dataclass(frozen=True)
class Listening:
    """Where a server listens, below which prefix and behind which proxies, and how it tells of requests."""

    hosts: tuple[str, ...]
    port: int
    root_path: str
    trusted: "tuple[Network, ...]"
    log: str
    quiet: bool

    def open_sockets(self, advice: str = "") -> "list[socket]":
        """Return the sockets that listen, until the command ends, or give up.

        `advice` says how else a free port is asked for.
        """
        from ..serving.sockets import CannotListen, listen

        try:
            sockets = listen(self.hosts, self.port)
        except CannotListen as error:
            host = f"[{error.host}]" if ":" in error.host else error.host
            reason = str(error.strerror).partition(" (")[0]
            free = f" Try --port 0{advice} for a free port." if error.errno == EADDRINUSE else ""
            give_up(f"cannot listen at {host}:{self.port}: {reason}.{free}")
        for each in sockets:
            click.get_current_context().call_on_close(each.close)
        return sockets

    @property
    def forwarding(self) -> "Forwarding":
        """What proxies before the server may say."""
        from ..serving.forwarding import Forwarding

        return Forwarding(self.root_path, self.trusted)

    def open_terminal(self) -> Terminal:
        """Return the terminal in the format that was asked for."""
        from ..serving.log_format import format_colours, format_json, format_text

        stream = find_stream()
        if self.log == "json":
            return Terminal(format_json, stream)
        return Terminal(format_colours if has_colours(stream, os.environ) else format_text, stream)

    def find_log(self, terminal: Terminal) -> "Log | None":
        """Return what is told of each request, if anything is to be."""
        return None if self.quiet else terminal.add


def listening_options(port: int, place_in_environment: bool = True) -> Callable[[Command], Command]:
    """Add the options of a server that listens; the command gets them as one value, `listening`.

    `place_in_environment` says whether variables say where it listens, too: that is the place of one server alone.
    """
    place = option if place_in_environment else click.option
    options = (
        place(
            "--host",
            "hosts",
            default=("127.0.0.1",),
            multiple=True,
            callback=_read_hosts,
            metavar="ADDRESS",
            help="An address or a name to listen at. Repeatable; :: for all of this machine, 0.0.0.0 for all IPv4.",
        ),
        place("--port", default=port, type=Number(0, 65535), help="The port; 0 takes a free one."),
        place(
            "--root-path",
            default="",
            callback=_read_prefix,
            metavar="PREFIX",
            help="The prefix below which a reverse proxy shows this server, such as /api.",
        ),
        option(
            "--trusted-proxy",
            "trusted",
            multiple=True,
            callback=_read_networks,
            metavar="ADDRESS",
            help="The address or the network of a reverse proxy whose X-Forwarded headers count. Repeatable.",
        ),
        option("--log", default="text", type=click.Choice(LOGS), help="How a line for each request is written."),
        option("--quiet", is_flag=True, help="Write no line for each request."),
    )

    def decorate(command: Command) -> Command:
        @wraps(command)
        def gathered(
            *, hosts: Any, port: int, root_path: str, trusted: Any, log: str, quiet: bool, **others: Any
        ) -> Any:
            return command(listening=Listening(hosts, port, root_path, trusted, log, quiet), **others)

        decorated: Command = gathered
        for each in reversed(options):
            decorated = each(decorated)
        return decorated

    return decorate


def _read_hosts(context: click.Context, parameter: click.Parameter, hosts: tuple[str, ...]) -> tuple[str, ...]:
    """Return addresses without the brackets that they have in a URL, each once; refuse an empty one."""
    if "" in hosts:
        raise click.BadParameter("it is empty.")
    return tuple(dict.fromkeys(host[1:-1] if host[0] + host[-1] == "[]" else host for host in hosts))


def _read_prefix(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """Return a prefix without a slash at its end; refuse one that is none."""
    from ..serving.forwarding import is_prefix

    prefix = value.rstrip("/")
    if prefix and not is_prefix(prefix):
        raise click.BadParameter(
            f"`{value}` is no prefix. Expected a path such as /api, of letters, digits and -._~,"
            " which does not begin as a path of this server does."
        )
    return prefix


def _read_networks(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> "tuple[Network, ...]":
    """Return the networks that are named; one address is a network of one."""
    try:
        return tuple(ip_network(value.removeprefix("[").removesuffix("]"), strict=False) for value in values)
    except ValueError as error:
        raise click.BadParameter(
            f"{error}. Expected an address such as 10.0.0.5, or a network such as 10.0.0.0/8."
        ) from error
