"""The journal of a sandbox: list, count, find, near misses, get, delete, stream."""

import re
from collections.abc import Callable
from itertools import islice

from orjson import Fragment

from ..contract.nearness import nearest
from ..contract.numbers import encode_exactly
from ..handlers.errors import BadRequest, NotFound, Refused
from ..world.bounds import TooMany
from ..world.comparison import TooCostly
from ..world.journal import Readable
from ..world.sandboxes import Sandboxes
from .events import MOST_LISTENERS, events, is_full
from .reading import Told, read_journal
from .search import Search
from .terms import SEARCHERS, Answer, Steered, aside, kept_sandbox, sandbox

SEEN = re.compile(r"[0-9]{1,18}")


async def list(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """The exchanges after one that fit, oldest first, up to a limit."""
    journal, limit = (await sandbox(sandboxes, asked)).journal, asked.parameters["limit"]
    found = [*islice(filter(fitting(asked), journal.after(asked.parameters.get("after", 0))), limit + 1)]
    page = [each async for each in read_journal(found[:limit], encoded)]
    return Answer({"requests": page, "next": found[limit - 1].number if len(found) > limit else None})


async def count(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """How many exchanges fit, how many of them break the contract, and how many were forgotten."""
    journal = (await sandbox(sandboxes, asked)).journal
    violations = [each.is_violation for each in filter(fitting(asked), journal.after(0))]
    return Answer({"count": len(violations), "violations": sum(violations), "forgotten": journal.forgotten})


async def find(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """The exchanges that have all that is asked for."""
    journal, search = (await sandbox(sandboxes, asked)).journal, Search(asked.body)
    found = read_journal(journal.after(0), lambda told: encoded(told) if search.fits(told) else None, SEARCHERS)
    try:
        return Answer({"requests": [each async for each in found]})
    except TooCostly as error:
        detail = "To compare the journal with this takes too long. Ask for less, or empty the journal."
        raise Refused([BadRequest(detail, pointer="/body" if "body" in asked.body else "")]) from error


async def near_misses(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """The exchanges that matched no operation, and the operations that they may have meant."""
    journal = (await sandbox(sandboxes, asked)).journal
    unmatched = (each for each in journal.after(0) if each.operation is None)
    found = read_journal(unmatched, lambda told: encoded(missed(sandboxes, told)))
    return Answer({"near_misses": [each async for each in found]})


def missed(sandboxes: Sandboxes, exchange: Told) -> Told:
    """An exchange that matched no operation, and the nearest ones."""
    return {"request": exchange, "nearest": nearest(sandboxes.contract, exchange["method"], exchange["path"])}


async def get(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """One exchange."""
    found, number = await sandbox(sandboxes, asked), int(asked.parameters["request"])
    exchange = found.journal.find(number)
    if exchange is None:
        raise Refused([NotFound(f"The journal of `{found.name}` has no request {number}.", parameter="request")])
    return await aside(exchange.told)


async def delete(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """Forget them all."""
    (await kept_sandbox(sandboxes, asked)).journal.clear()
    return Answer()


async def stream(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """Every exchange from now on as an event, or from the one that a client has seen last. Raises `TooMany`."""
    said = asked.headers.get(b"last-event-id", b"").decode("latin-1")
    journal = (await sandbox(sandboxes, asked)).journal
    if is_full(journal):
        raise TooMany(f"{MOST_LISTENERS} streams follow this sandbox, as many as may. End one that is not needed.")
    seen = int(said) if SEEN.fullmatch(said) else journal.last
    if seen > journal.last:
        seen = 0  # it was seen before the server, or the sandbox, began anew
    return Answer(stream=events(journal, seen))


def fitting(asked: Steered) -> Callable[[Readable], bool]:
    """Whether an exchange has what the query says; none has to be read for that."""
    wanted = {name: asked.parameters[name] for name in ("operation", "status", "consumer") if name in asked.parameters}
    if "violations" in asked.parameters:
        wanted["is_violation"] = asked.parameters["violations"] == "true"
    return lambda exchange: all(getattr(exchange, name) == value for name, value in wanted.items())


def encoded(found: Told) -> Fragment:
    """JSON that is part of an answer."""
    return Fragment(encode_exactly(found))
