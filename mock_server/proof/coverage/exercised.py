"""What of the inventory was exercised. A request that broke the contract exercises nothing but the status it got."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ...contract.schema import Schema
from ..exchanges import Exchange
from .inventory import ERRORS, KINDS, Document, Exercise, Item, exercises, form, places


@dataclass(frozen=True)
class Share:
    """How many of some items were exercised."""

    exercised: int
    all: int

    @property
    def percent(self) -> int:
        """The share in whole per cent, rounded down: 100 is all."""
        return 100 * self.exercised // self.all if self.all else 100


@dataclass(frozen=True)
class Coverage:
    """How often each item was exercised; the items are in the order of the contract."""

    items: dict[Item, int]
    operations: dict[str, Exercise]

    @property
    def share(self) -> Share:
        """The share of all items, each counting alike."""
        return share(self.items.items())

    def kinds(self) -> dict[str, Share]:
        """The share of each kind."""
        return {kind: share((item, n) for item, n in self.items.items() if item.kind == kind) for kind in KINDS}

    def groups(self) -> dict[str, dict[Item, int]]:
        """The items of each resource, and the errors."""
        groups: dict[str, dict[Item, int]] = {}
        for item, times in self.items.items():
            groups.setdefault(item.group, {})[item] = times
        return groups


def share(items: Iterable[tuple[Item, int]]) -> Share:
    """The share of some items."""
    counts = [times for _, times in items]
    return Share(sum(times > 0 for times in counts), len(counts))


def coverage(exchanges: Iterable[Exchange], document: Document) -> Coverage:
    """What some exchanges exercised of a contract."""
    known = exercises(document)
    items = dict.fromkeys((item for each in known.values() for item in each.items() if item.group != ERRORS), 0)
    errors = {item for each in known.values() for item in each.items() if item.group == ERRORS}
    items |= dict.fromkeys(sorted(errors), 0)
    counts = Counter(item for each in exchanges if each["operation"] in known for item in exercised(each, known))
    return Coverage({item: counts[item] for item in items}, known)


def exercised(exchange: Exchange, known: dict[str, Exercise]) -> set[Item]:
    """The items that one exchange exercised."""
    operation, status = known[exchange["operation"]], exchange["status"]
    if status is not None and status >= 300:
        found = {Item("status", ERRORS, "", str(status))}
    else:
        found = {operation.item("status", str(status))}
    return found if exchange["violation"] else found | {*kept(exchange, operation)}


def kept(exchange: Exchange, operation: Exercise) -> Iterator[Item]:
    """What a request that kept the contract exercised, and its answer if it was granted."""
    yield operation.item("operation", "")
    body, answer = exchange["request"]["body"], exchange["response"]["body"]
    for place in places(operation.body, body):
        yield operation.item("field", place.pointer)
    yield from values(body, operation.body, operation)
    yield from like(body, operation.body, operation.sent, operation)
    if exchange["status"] is not None and exchange["status"] < 300:
        yield from values(answer, operation.answer, operation)
        yield from like(answer, operation.answer, operation.answered, operation)


def values(value: object, schema: Schema, operation: Exercise) -> Iterator[Item]:
    """The listed values that are in a value."""
    for place in places(schema, value):
        if "enum" in place.schema and place.value is not None:
            yield operation.value(place.pointer, place.schema, place.value)


def like(value: object, schema: Schema, examples: dict[str, Any], operation: Exercise) -> Iterator[Item]:
    """The examples that have the form of a value."""
    if isinstance(value, dict):
        shape = form(schema, value)
        yield from (operation.item("example", name) for name, each in examples.items() if each == shape)
