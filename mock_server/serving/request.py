"""A request's body: declared as JSON, read up to a bound, and decoded."""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import orjson
from starlette.types import Receive, Scope

from ..handlers.errors import (
    ContentTooLarge,
    Fault,
    ParseException,
    UnsupportedMediaType,
)
from .extent import MOST_VALUES, check_extent
from .response import Turned, instance

if TYPE_CHECKING:
    from .exchange import Exchange

LARGEST_BODY = 1 << 20
"""Bytes (D-37)."""
DEEPEST = 64
"""Levels of JSON (D-55)."""

JSON_TYPE = re.compile(
    rb'[ \t]*application/json[ \t]*+(?:;[ \t]*+(?:[^\s;,="]++=(?:"[^"]*+"|[^\s;,"]++)[ \t]*+)?)*+', re.IGNORECASE
)
CHARSET = re.compile(rb';[ \t]*+charset=("[^"]*+"|[^\s;,"]++)', re.IGNORECASE)
UNENCODED = (b"accept-encoding", b"identity")
"""Which codings of a body are taken (RFC 9110, 12.5.3): none."""
UTF_8 = {b"utf-8", b"utf8"}

TOO_DEEP = f"The body is nested deeper than {DEEPEST} levels."
REASONS = {
    "depth limit exceeded": TOO_DEEP,
    "UTF-8 byte order mark": "The body begins with a byte order mark. Send the JSON without it.",
    "str is not valid UTF-8": "The body is not UTF-8. Expected JSON in UTF-8.",
    "number is infinity": "The body has a number that is too large. Expected numbers up to 1.797e308.",
    "no low surrogate": "The body has half of a surrogate pair, such as `\\ud83d` alone. Expected both halves.",
}
"""What to say instead of the parser's own words."""


class Disconnected(Exception):
    """The client went away before its request was whole; nobody waits for an answer."""


def check_media_type(scope: Scope, headers: Mapping[bytes, bytes], curl: Callable[[str], str]) -> None:
    """Refuse a body that is not declared to be JSON in UTF-8 (D-38); `curl` shows how, given the address."""
    coding = headers.get(b"content-encoding", b"identity")
    if coding.lower() != b"identity":
        detail = f"The body is encoded as `{coding.decode('latin-1')[:100]}`. Send it as it is."
        raise Turned(UnsupportedMediaType(detail, parameter="Content-Encoding"), UNENCODED)
    declared = headers.get(b"content-type")
    if declared == b"application/json":
        return
    if declared is not None and JSON_TYPE.fullmatch(declared):
        charsets = {charset.strip(b'"').lower() for charset in CHARSET.findall(declared)}
        if charsets <= UTF_8:
            return
    was = f"`{declared.decode('latin-1')[:100]}`" if declared else "nothing"
    host = headers.get(b"host", b"127.0.0.1:4010").decode("latin-1")
    example = curl(f"{scope.get('scheme', 'http')}://{host}{instance(scope)}")
    detail = f"The body is declared as {was}. Expected `application/json`, in UTF-8. For example: {example}"
    raise Turned(UnsupportedMediaType(detail, parameter="Content-Type"))


async def read_body(exchange: "Exchange", receive: Receive) -> None:
    """Read the body of a request, or the first part of one that is too large. Raises `Disconnected`.

    To begin with it asks a client for it that waits for that, so one that is declared too large is not read then.
    """
    if b"expect" in exchange.headers and is_declared_larger(exchange.headers, exchange.largest):
        exchange.cut = too_large(exchange.largest)
        return
    body, more = b"", True
    while more and len(body) <= exchange.largest:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        body += message.get("body", b"")
        more = message.get("more_body", False)
    exchange.content = body[: exchange.largest]
    if len(body) > exchange.largest:
        exchange.cut = too_large(exchange.largest)


def is_declared_larger(headers: Mapping[bytes, bytes], largest: int) -> bool:
    """Return whether a body is larger than a bound, by its declared length."""
    declared = headers.get(b"content-length", b"")
    return declared.isdigit() and parse_length(declared) > largest


def parse_length(value: bytes) -> int:
    """Return a length; it may have any number of zeros before it, more than Python takes."""
    return int(value.lstrip(b"0")[:20] or b"0")


def too_large(largest: int = LARGEST_BODY) -> Turned:
    """The refusal of a body over the bound."""
    return Turned(ContentTooLarge(f"The body is larger than {largest} bytes. Send less at once."))


def decode(body: bytes, deepest: int = DEEPEST, most: int = MOST_VALUES) -> tuple[Any, Fault | None]:
    """The JSON value of a body, or the fault that says why it is none (D-55), or too much (D-64)."""
    opened = body.count(b"[") + body.count(b"{")
    much = opened > deepest or opened + body.count(b",") > most
    if much and (wrong := check_extent(body, deepest, most)):
        return None, ParseException(wrong, pointer="")
    try:
        return orjson.loads(body), None
    except orjson.JSONDecodeError as error:
        return None, ParseException(not_json(body, error), pointer="")


def not_json(body: bytes, error: orjson.JSONDecodeError) -> str:
    """What to say of a body that is not JSON."""
    if not body.strip():
        return f"The body is {'white space alone' if body else 'empty'}. Expected a JSON object."
    for reason, detail in REASONS.items():
        if error.msg.startswith(reason):
            return detail
    reason = error.msg.partition(": line")[0]
    advice = " Names and text stand in double quotes." if b"'" in body[:3] else ""
    return f"The body is not JSON: {reason}, at line {error.lineno}, column {error.colno}.{advice}"
