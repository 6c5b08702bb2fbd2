"""What was sent, as it is told: headers, bodies and paths as text and JSON, without what lets somebody in."""

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote_plus

from starlette.types import Scope

from ..contract.numbers import decode_exactly
from .request import decode
from .response import sent_path

SECRET = re.compile("authorization|cookie|password|secret|token|api[-_]?key", re.IGNORECASE)
PARAMETERS = re.compile("([?&;#])")
"""What stands between the parameters of a URL, and before the first."""
ASSIGNS = re.compile("[=%]")
"""Without one of these, a parameter has no value: escapes may have another sign of equality."""
LAYERS = 4
"""How often a value is looked at, each time with one layer of escapes less: as for a URL in a URL in a URL."""
WORLD = re.compile(r"^/s/[^/]*(?=/)")


def message(headers: Iterable[tuple[bytes, bytes]], body: bytes, is_cut: bool = False) -> dict[str, Any]:
    """A request or a response: its headers and its body, or the first part of one that was cut."""
    value, is_exact = content(body)
    encoded = None if is_exact else b64encode(body).decode()
    return {"headers": readable(headers), "body": value, "base64": encoded, "cut": is_cut}


def readable(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers as text; what lets somebody in is not kept, nor is it in a URL such as that of `Referer`."""
    named = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
    return {name: "redacted" if SECRET.search(name) else redact(value) for name, value in named}


def content(body: bytes) -> tuple[Any, bool]:
    """What a body says as JSON, or its text, or nothing; and whether that is all of it, to whoever reads it as JSON."""
    if not body:
        return None, True
    if not decode(body)[1]:
        value, is_exact = decode_exactly(body)
        return value, is_exact and value is not None and not isinstance(value, str)
    try:
        return body.decode(), True
    except UnicodeDecodeError:
        return None, False


def path(scope: Scope) -> str:
    """The path as it was sent, with its query, without the name of a sandbox and what lets somebody in."""
    query = scope.get("query_string", b"").decode("latin-1")
    return WORLD.sub("", sent_path(scope)) + (f"?{redact(query)}" if query else "")


def redact(text: str) -> str:
    """Return a query, or what may have a URL in it, without the values of parameters that let somebody in."""
    return "".join(map(_redact_parameter, PARAMETERS.split(text)))


def _redact_parameter(parameter: str) -> str:
    """Return a parameter without its value, if that is a secret's, or a URL that has one.

    Names count as they are meant: `%74oken` is `token`.
    """
    if not ASSIGNS.search(parameter) or not _has_secret(parameter):
        return parameter
    name, equals, _ = parameter.partition("=")
    return f"{name}=redacted" if equals else "redacted"


def _has_secret(text: str) -> bool:
    """Return whether a text assigns something to the name of a secret, however often it is escaped."""
    for _ in range(LAYERS):
        assigned = (name for name, equals, _ in (each.partition("=") for each in PARAMETERS.split(text)) if equals)
        if any(map(SECRET.search, assigned)):
            return True
        if "%" not in text:
            break
        text = unquote_plus(text)
    return False


def consumer(headers: Mapping[bytes, bytes]) -> str | None:
    """Who asks: as it says, or its software does."""
    said = headers.get(b"x-mock-consumer") or headers.get(b"user-agent")
    return said.decode("latin-1") if said else None
