"""The options about browsers: which pages may call, and under which names the server is served."""

import re
from ipaddress import IPv6Address
from socket import inet_aton, inet_ntoa
from typing import Any
from urllib.parse import urlsplit

import click

from .options import ANY_HOST, Command, option

_DEFAULT_PORTS = {"http": 80, "https": 443}
_WITHOUT_ORIGIN = frozenset({"about", "blob", "data", "file", "ftp", "javascript", "mailto", "ws", "wss"})
"""Schemes whose pages have no origin of their own, or that have no pages. Extensions and apps have others."""
_LABEL = re.compile(r"[a-z0-9_-]{1,63}")
_OPAQUE = re.compile(r"[a-z0-9._-]+")
"""The host of a scheme that is none of HTTP, such as the id of an extension."""


def browser_options(command: Command) -> Command:
    """Add `--cors` and `--allow-host`."""
    command = option(
        "--allow-host",
        "allowed_hosts",
        multiple=True,
        callback=_parse_host_names,
        metavar="NAME",
        help="A host name under which the server is reached, beside addresses and names of this machine or network."
        " Repeatable; *.example.com for all below a name, * for any.",
    )(command)
    return option(
        "--cors",
        "origins",
        multiple=True,
        callback=_parse_origins,
        metavar="ORIGIN",
        help="An origin whose pages may call the server, beside those of this machine. Repeatable;"
        " https://*.example.com for all below a name, * for any, null for pages without an origin.",
    )(command)


def _parse_origins(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse an origin that no browser sends: it would have no effect."""
    for value in values:
        sent = value if value in ("*", "null") else _format_origin(value)
        if sent is None:
            raise click.BadParameter(
                f"`{value}` is not an origin that a browser sends. Expected one such as https://app.example.com,"
                " or null for pages without an origin."
            )
        if sent != value:
            raise click.BadParameter(f"no browser sends the origin `{value}`. Expected {sent}.")
    return values


def _format_origin(text: str) -> str | None:
    """Return the origin that a browser sends for pages at an address; None if there are no such pages."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
        if parts.scheme in _DEFAULT_PORTS:
            host = to_pattern(host)
        elif not parts.scheme or parts.scheme in _WITHOUT_ORIGIN or not _OPAQUE.fullmatch(host):
            return None
    except ValueError:
        return None
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, _DEFAULT_PORTS.get(parts.scheme)) else "")


def _parse_host_names(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> Any:
    """Return host names in the form in which browsers send them; refuses what is none."""
    return tuple(_parse_host_name(value) for value in values)


def _parse_host_name(value: str) -> str:
    if value == "*":
        return value
    try:
        name = to_pattern(value)
    except ValueError:
        name = ""
    if not name or ":" in name:
        raise click.BadParameter(
            f"`{value}` is not a host name. Expected one such as mock.example.com, without scheme and port."
        )
    if instead := ANY_HOST.get(name):
        raise click.BadParameter(f"any page can ask the address `{value}`. Ask {instead}, which needs no option.")
    return name


def to_pattern(text: str) -> str:
    """Return a host, or `*.` with the name that others are below, as browsers send it. Raises `ValueError`."""
    below = text.removeprefix("*.")
    host = to_host(below)
    if below != text and (":" in host or _is_ipv4(host)):
        raise ValueError(f"no name is below the address {host}")
    return text[: len(text) - len(below)] + host


def to_host(text: str) -> str:
    """Return a host as browsers send it: a name in lower case and in ASCII, an address in its one form.

    Raises `ValueError` for what is no host (https://url.spec.whatwg.org/#host-parsing), or no name that DNS has.
    """
    from ..serving.allowed_hosts import LONGEST

    if ":" in text:
        return _format_ipv6(text)
    name = text.lower() if text.isascii() else text.encode("idna").decode("ascii").lower()
    relative = name.removesuffix(".")
    if len(relative) > LONGEST or not all(map(_LABEL.fullmatch, relative.split("."))):
        raise ValueError(f"{text} is no name")
    if not _is_ipv4(relative):
        return name
    try:
        return inet_ntoa(inet_aton(relative))
    except OSError as error:
        raise ValueError(f"{text} is no address") from error


def _is_ipv4(name: str) -> bool:
    """Return whether a name is meant as an address, right or wrong: its last label is a number."""
    from ..serving.allowed_hosts import LAST_LABEL_OF_ADDRESS

    return LAST_LABEL_OF_ADDRESS.fullmatch(name.rpartition(".")[2]) is not None


def _format_ipv6(text: str) -> str:
    """Return an address as browsers write it, also one that has an address of IPv4 in it. Raises `ValueError`."""
    address = IPv6Address(text)
    if address.scope_id:
        raise ValueError(f"{text} is an address of one machine's network")
    if address.ipv4_mapped:
        high, low = divmod(int(address.ipv4_mapped), 1 << 16)
        return f"::ffff:{high:x}:{low:x}"
    return address.compressed
