"""Drift: where two servers that were asked the same answer otherwise.

Ids, times and texts are each server's own and are not compared; what the contract decides is.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ..contract.pointer import pointer
from ..contract.words import WORDS, shown
from ..serving.request import decode
from ..serving.response import Response
from .answers import essence

RULES = {
    "drift_status": "The server and the mock answer with the same status.",
    "drift_media_type": "The server and the mock answer with the same media type.",
    "drift_code": "The server and the mock name the same error codes.",
    "drift_field": "The answers of the server and the mock have the same fields.",
    "drift_type": "A field has the same type in the answers of the server and the mock.",
    "drift_value": "A field of listed values, or of true and false, has the same value in the server and the mock.",
}
"""What is demanded of two answers."""
KINDS = {dict: "object", list: "array", str: "string", bool: "boolean", int: "number", float: "number"}

Place = tuple[str | int, ...]


class Drift(NamedTuple):
    """One thing in which two answers differ, and the pointer to it."""

    rule: str
    detail: str
    pointer: str = ""


def drifts(theirs: Response, ours: Response, schema: Mapping[str, Any], method: str) -> Iterator[Drift]:
    """Where the answer of a server differs from that of the mock; `schema` describes the body of a granted request."""
    if theirs.status != ours.status:
        yield Drift("drift_status", f"It answers {outcome(theirs)}, and the mock {outcome(ours)}.")
    elif essence(theirs) != essence(ours):
        yield Drift("drift_media_type", f"It answers `{essence(theirs)}`, and the mock `{essence(ours)}`.")
    elif theirs.status >= 400:
        if codes(theirs) != codes(ours):
            yield Drift("drift_code", f"It answers {outcome(theirs)}, and the mock {outcome(ours)}.")
    elif method != "HEAD":
        yield from compared(decode(theirs.body)[0], decode(ours.body)[0], schema, ())


def compared(theirs: Any, ours: Any, schema: Mapping[str, Any], place: Place) -> Iterator[Drift]:
    """Where two values differ."""
    where = pointer(place)
    name = f"`{'.'.join(map(str, place))}`" if place else "The answer"
    if kind(theirs) != kind(ours):
        yield Drift("drift_type", f"{name} is {said(theirs)}, and {said(ours)} in the mock.", where)
    elif isinstance(theirs, dict):
        for field in sorted(theirs.keys() ^ ours.keys()):
            whose = "is not in the mock's answer" if field in theirs else "is in the mock's answer alone"
            yield Drift("drift_field", f"`{'.'.join(map(str, (*place, field)))}` {whose}.", pointer((*place, field)))
        for field in theirs.keys() & ours.keys():
            within = schema.get("properties", {}).get(field, {})
            yield from compared(theirs[field], ours[field], within, (*place, field))
    elif isinstance(theirs, list):
        if len(theirs) != len(ours):
            yield Drift("drift_field", f"{name} has {len(theirs)} items, and {len(ours)} in the mock.", where)
        for position, (their, our) in enumerate(zip(theirs, ours, strict=False)):
            yield from compared(their, our, schema.get("items", {}), (*place, position))
    elif theirs != ours and ("enum" in schema or isinstance(theirs, bool)):
        yield Drift("drift_value", f"{name} is {shown(theirs)}, and {shown(ours)} in the mock.", where)


def kind(value: Any) -> str:
    """The type of a value, as JSON knows it."""
    return KINDS.get(type(value), "null")


def said(value: Any) -> str:
    """The type of a value, in words."""
    return WORDS.get(kind(value), "null")


def codes(response: Response) -> set[str]:
    """The codes of the errors that an answer names."""
    document, _ = decode(response.body)
    entries = document.get("errors") if isinstance(document, dict) else None
    named = [each.get("code") for each in entries if isinstance(each, dict)] if isinstance(entries, list) else []
    return {code for code in named if isinstance(code, str)}


def outcome(response: Response) -> str:
    """A status, and the error codes beside it."""
    named = ", ".join(f"`{code}`" for code in sorted(codes(response))) if response.status >= 400 else ""
    return f"{response.status} {named}".rstrip()
