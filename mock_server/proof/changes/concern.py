"""Whom a change concerns: whether an exchange did, or was answered, what is no longer as it was."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ...contract.pointer import tokens
from ..exchanges import Exchange
from .change import Change, Part

JSON = "application/json"

Concerns = Callable[[Change, Exchange], bool]


def concerns(change: Change, exchange: Exchange) -> bool:
    """Whether a change concerns an exchange, as far as the exchange can tell.

    Not asked is what became of values that are sent: they are held against the new edition themselves. And nobody sees
    in traffic who generated a client.
    """
    if change.rule in RULES:
        return RULES[change.rule](change, exchange)
    return change.part is Part.RESPONSE and answered(change, exchange)


def answered(change: Change, exchange: Exchange) -> bool:
    """Whether the exchange was answered the place of a change, be it a header or one in the body."""
    if not any(covers(said, exchange) for said in change.statuses):
        return False
    response = exchange["response"]
    if change.place and not change.place.startswith("/"):
        return change.place.lower() in response["headers"]
    names = tokens(change.place)
    names = names[:-1] if change.rule == "response_field_added" else names
    return any(True for _ in at(response["body"], names))


def covers(said: str, exchange: Exchange) -> bool:
    """Whether a status as a contract says it is that of an exchange: 200, 2XX, or the default."""
    status = str(exchange["status"])
    return said in (status, f"{status[0]}XX", "default")


def at(value: Any, names: list[str]) -> Iterator[Any]:
    """What stands at a place; `*` is any item or name."""
    if not names:
        yield value
        return
    first, *rest = names
    if isinstance(value, list) and first == "*":
        within = value
    elif isinstance(value, dict):
        within = [*value.values()] if first == "*" else [value[first]] if first in value else []
    else:
        within = []
    for each in within:
        yield from at(each, rest)


def sent(change: Change, exchange: Exchange) -> bool:
    """Whether the parameter of a change was sent, in the query or as a header."""
    return change.place in query(exchange) or change.place.lower() in exchange["request"]["headers"]


def left_out(change: Change, exchange: Exchange) -> bool:
    """Whether the place of a change was not sent, though that was which it lies in."""
    if change.part is Part.PARAMETER:
        return not sent(change, exchange)
    *outer, name = tokens(change.place) or [""]
    return any(isinstance(each, dict) and name not in each for each in at(exchange["request"]["body"], outer))


def query(exchange: Exchange) -> dict[str, list[str]]:
    """The parameters of the query that was sent."""
    return parse_qs(urlsplit(exchange["path"]).query, keep_blank_values=True)


def media_type(message: dict[str, Any]) -> str:
    """The media type of a body, without its parameters."""
    said: str = message["headers"].get("content-type", "")
    return said.partition(";")[0].strip().lower()


RULES: dict[str, Concerns] = {
    "operation_removed": lambda change, exchange: True,
    "server_moved": lambda change, exchange: True,
    "security_demanded": lambda change, exchange: "authorization" not in exchange["request"]["headers"],
    "body_required": lambda change, exchange: exchange["request"]["body"] is None,
    "body_removed": lambda change, exchange: exchange["request"]["body"] is not None,
    "parameter_required": lambda change, exchange: not sent(change, exchange),
    "parameter_removed": sent,
    "request_default": left_out,
    "request_unjudged": lambda change, exchange: change.part is Part.PARAMETER and sent(change, exchange),
    "request_media_type_removed": lambda change, exchange: media_type(exchange["request"]) == change.was,
    "response_status_removed": lambda change, exchange: covers(change.was, exchange),
    "response_status_added": lambda change, exchange: any(covers(said, exchange) for said in change.was.split(", ")),
    "response_media_type_removed": lambda change, exchange: any(covers(said, exchange) for said in change.statuses),
    "response_media_type_added": lambda change, exchange: any(covers(said, exchange) for said in change.statuses),
}
"""How to see by an exchange whether a change of this rule concerns it; of others, the place in the answer tells."""
