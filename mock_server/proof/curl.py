"""A command line that sends the request of an exchange again."""

from base64 import b64decode
from shlex import quote
from typing import Any

import orjson

UNKNOWN = "127.0.0.1:4010"
"""Stands for a host that was not recorded: a mock listens there, unless it was told otherwise."""
LONGEST = 100_000
"""Characters of a body in the line: systems take no argument that is much longer, and who reads it would not either."""
DEFAULT = "default"
"""The sandbox of a request that names none."""


def curl(exchange: dict[str, Any], server: str | None = None) -> str:
    """The command, for another server than was asked if one is named; a long body has to be put into a file first.

    What was sent to let somebody in was not kept, and so is not in it.
    """
    server = server or f"http://{exchange['request']['headers'].get('host', UNKNOWN)}"
    world = f"/s/{exchange['sandbox']}" if exchange["sandbox"] != DEFAULT else ""
    method, request = exchange["method"], exchange["request"]
    parts = ["curl", *([] if method == "GET" else ["-X", method]), f"{server}{world}{exchange['path']}"]
    media_type = request["headers"].get("content-type")
    has_body = request["body"] is not None or request["base64"] is not None
    if media_type or has_body:  # with a body, curl sends a media type of its own unless told not to
        parts += ["-H", f"Content-Type: {media_type}" if media_type else "Content-Type:"]
    if "prefer" in request["headers"]:
        parts += ["-H", f"Prefer: {request['headers']['prefer']}"]
    if not has_body:
        return " ".join(map(quote, parts))
    body, before = find_body(request)
    return before + " ".join(map(quote, [*parts, "--data-binary", body if len(body) <= LONGEST else "@body.json"]))


def find_body(request: dict[str, Any]) -> tuple[str, str]:
    """Return the body as an argument of curl, and what stands before curl: bytes that are no text are piped into it."""
    body, encoded = request["body"], request["base64"]
    if encoded is None:
        return body if isinstance(body, str) else orjson.dumps(body).decode(), ""
    try:
        return b64decode(encoded).decode(), ""
    except UnicodeDecodeError:
        return "@-", f"printf %s {encoded} | base64 -d | " if len(encoded) <= LONGEST else ""
