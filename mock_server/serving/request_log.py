"""The request log: what is told of each request as soon as its response begins, whoever makes it."""

from collections.abc import Callable
from time import time
from typing import NamedTuple

from starlette.types import Scope

from ..handlers.errors import Fault
from .exchange import Exchange

LONGEST = 2000
"""Bytes of a path and of a query that a line may take: lines may have to wait until somebody reads them."""
CHECK, CHECKER = "sandboxes_list", b"common-apis-ready"
"""The operation and the user agent of a health check."""


class Entry(NamedTuple):
    """What is told of one request. It holds nothing that is large, and makes no text before it has to.

    `status` is None if there was no response; `answer_fault` is what a proxy found wrong with one.
    """

    at: float
    duration: float | None
    status: int | None
    method: str | None
    path: bytes
    query: bytes
    faults: int
    fault: Fault | None
    operation: str | None = None
    sandbox: str | None = None
    answer_fault: dict[str, str] | None = None
    override: tuple[str, str] | None = None
    network: str | None = None


Log = Callable[[Entry], None]


def is_health_check(exchange: Exchange, status: int | None) -> bool:
    """Return whether `common-apis ready` has found the server well: it answers, or demands a token that was not sent.

    A token that is not taken is told: somebody is mistaken in it, or tries to guess it.
    """
    if exchange.operation != CHECK or exchange.headers.get(b"user-agent") != CHECKER:
        return False
    parameter = exchange.faults[0].parameter if exchange.faults and status in (401, 403) else None
    return status == 200 or (parameter is not None and parameter.lower().encode() not in exchange.headers)


def describe_exchange(exchange: Exchange, status: int | None, took: float) -> Entry:
    """Return the entry of an exchange, as far as it came."""
    scope, faults, sandbox = exchange.scope, exchange.faults, exchange.sandbox
    return Entry(
        time(),
        took,
        status,
        scope["method"] or None,
        *_address(scope),
        len(faults),
        faults[0] if faults else None,
        exchange.operation,
        sandbox.name if sandbox else None,
        exchange.answer_faults[0] if exchange.answer_faults else None,
        exchange.steered,
        exchange.network,
    )


def _address(scope: Scope) -> tuple[bytes, bytes]:
    """Return the path and the query of a request, or the beginning of them."""
    path: bytes = scope.get("raw_path") or scope.get("path", "").encode()
    return path[:LONGEST], scope.get("query_string", b"")[:LONGEST]
