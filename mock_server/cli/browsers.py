"""The options about browsers: which pages may call, and under which names the server is served."""

from typing import Any
from urllib.parse import urlsplit

import click

from .options import Command, option

_DEFAULT_PORTS = {"http": 80, "https": 443}


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
            raise click.BadParameter(f"`{value}` is not an origin. Expected one such as https://app.example.com.")
        if sent != value:
            raise click.BadParameter(f"no browser sends the origin `{value}`. Expected {sent}.")
    return values


def _format_origin(text: str) -> str | None:
    """Return the origin that a browser sends for pages at an address; None if that is no address."""
    try:
        parts = urlsplit(text)
        name, port = parts.hostname or "", parts.port
        wildcard, below = ("*.", name[2:]) if name.startswith("*.") else ("", name)
        name = wildcard + to_ascii(below)
    except ValueError:
        return None
    if not parts.scheme or not below or "*" in below:
        return None
    host = f"[{name}]" if ":" in name else name
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, _DEFAULT_PORTS.get(parts.scheme)) else "")


def _parse_host_names(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> Any:
    """Return host names in the form in which browsers send them; refuses what is none."""
    return tuple(_parse_host_name(value) for value in values)


def _parse_host_name(value: str) -> str:
    below = value.removeprefix("*.")
    try:
        name = to_ascii(below)
    except ValueError:
        name = ""
    if value != "*" and (not name or set(below) & {*"/:*@?# "}):
        raise click.BadParameter(
            f"`{value}` is not a host name. Expected one such as mock.example.com, without scheme and port."
        )
    return value if value == "*" else value[: len(value) - len(below)] + name


def to_ascii(name: str) -> str:
    """Return a host name as it is sent: in lower case, and in ASCII. Raises `ValueError` for what is no name."""
    return name.lower() if name.isascii() else name.encode("idna").decode("ascii").lower()
