"""What was sent, as it is told: headers, bodies and paths as text and JSON, without what lets somebody in."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote_plus

from starlette.types import Scope

from .request import decode
from .response import sent_path

SECRET = re.compile("authorization|cookie|password|secret|token|api[-_]?key", re.IGNORECASE)
WORLD = re.compile(r"^/s/[^/]*(?=/)")


def message(headers: Iterable[tuple[bytes, bytes]], body: bytes) -> dict[str, Any]:
    """A request or a response: its headers and its body."""
    return {"headers": readable(headers), "body": content(body)}


def readable(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers as text; what lets somebody in is not kept."""
    named = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
    return {name: "redacted" if SECRET.search(name) else value for name, value in named}


def content(body: bytes) -> Any:
    """A body: what it says as JSON, or its text, or nothing."""
    if not body:
        return None
    value, unreadable = decode(body)
    return body.decode("utf-8", "replace") if unreadable else value


def path(scope: Scope) -> str:
    """The path as it was sent, with its query, without the name of a sandbox and what lets somebody in."""
    query = scope.get("query_string", b"").decode("latin-1")
    return WORLD.sub("", sent_path(scope)) + (f"?{'&'.join(map(_redact, query.split('&')))}" if query else "")


def _redact(parameter: str) -> str:
    """Return a parameter of a query without its value, if that is a secret's, or a URL that has one.

    Names count as they are meant: `%74oken` is `token`.
    """
    parts = parameter.split("=")
    for position, part in enumerate(parts[:-1]):
        if SECRET.search(unquote_plus(part.partition("?")[2] if position else part)):
            return f"{'='.join(parts[: position + 1])}=redacted"
    return parameter


def consumer(headers: Mapping[bytes, bytes]) -> str | None:
    """Who asks: as it says, or its software does."""
    said = headers.get(b"x-mock-consumer") or headers.get(b"user-agent")
    return said.decode("latin-1") if said else None
