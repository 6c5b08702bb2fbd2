"""What is wrong with a request that is passed on: by the contract, and by what the server answers."""

from collections.abc import Iterator
from typing import Any

from ..contract.violation import MOST
from ..handlers.errors import VIOLATIONS, BadRequest, Fault
from ..serving.exchange import Exchange
from ..serving.operation import Operation
from ..serving.request import check_media_type, decode, too_large
from ..serving.response import Response, Turned

KINDS = {kind.code: kind for kind in Fault.__subclasses__()}
"""The kinds of faults by their code."""
FORM = VIOLATIONS - {BadRequest.code}
"""The codes of faults that the contract alone decides upon, whatever the state of a server is."""


def faults(operation: Operation, exchange: Exchange, values: list[str]) -> list[Fault]:
    """Every fault of the first stage that finds any (D-33), as far as the contract says it."""
    found: list[Fault] = []
    if operation.body:
        try:
            if operation.body.required or exchange.content:
                check_media_type(exchange.scope, exchange.headers, operation.curl)
            if len(exchange.content) > operation.body.largest:
                raise too_large(operation.body.largest)
        except Turned as turned:
            return turned.faults
    operation.address.read(values, exchange.scope["query_string"], found)
    if operation.body:
        operation.body.parse(exchange.content, found)
    return found


def told(response: Response) -> tuple[Fault, ...]:
    """The faults that an answer names, as far as it has the form of the contract."""
    if response.status < 400:
        return ()
    document, _ = decode(response.body)
    entries = document.get("errors") if isinstance(document, dict) else None
    return tuple(read(entries)) if isinstance(entries, list) else ()


def read(entries: list[Any]) -> Iterator[Fault]:
    """The faults that the entries of a problem document tell."""
    for entry in entries[:MOST]:
        kind = KINDS.get(str(entry.get("code"))) if isinstance(entry, dict) else None
        if kind:
            place = {name: entry[name] for name in ("pointer", "parameter") if isinstance(entry.get(name), str)}
            yield kind(str(entry.get("detail", kind.title)), **place)
