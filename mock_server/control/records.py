"""The records of a sandbox, of any of the fourteen collections: list, get, put, delete."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import orjson

from ..contract.model import Model
from ..contract.words import shortened, suggestion, with_ids_lowered
from ..handlers import resource
from ..handlers.errors import Fault, ParseException, Refused
from ..handlers.resource import STAMPED
from ..handlers.terms import Key, Record, Request
from ..world.changes import records
from ..world.clock import FIRST, written
from ..world.sandboxes import Sandboxes
from ..world.seed import malformed
from .terms import Answer, Steered, aside, kept_sandbox, sandbox

WORDS = ("null", "true", "false")
"""Values that are compared as those of JSON, and never as text."""


async def list(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """The records after an id that have all the values asked for, up to a limit."""
    state, collection = (await sandbox(sandboxes, asked)).state, asked.parameters["collection"]
    limit, after = asked.parameters["limit"], asked.parameters.get("after", "").lower()
    wanted = [*conditions(sandboxes.models[collection], asked.parameters.get("where", []))]

    def page() -> dict[str, Any]:
        fitting = (record for record in records(state, collection, after) if fits(record, wanted))
        found = [*islice(fitting, limit + 1)]
        return {"records": found[:limit], "next": found[limit - 1]["id"] if len(found) > limit else None}

    return await aside(page)


async def get(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """One record, with the fields that no response under `/v1` has."""
    found, key = await sandbox(sandboxes, asked), addressed(asked)
    found.read(resource(key.collection).get, Request(key.id, {}))
    stored = found.state.stored(key)
    return Answer(stored and stored.record())


async def put(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """Make a record, or replace it."""
    found, key = await kept_sandbox(sandboxes, asked), addressed(asked)
    check(sandboxes, key, asked.body)
    performed = await found.perform(resource(key.collection).put, Request(key.id, asked.body), asked.operation)
    sent = {name: asked.body.get(name) for name in sandboxes.models[key.collection].kept}
    kept = {name: value for name, value in sent.items() if value is not None}
    return Answer(orjson.loads(performed.body) | kept)  # not what is stored: that may be another's by now


async def delete(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """Remove a record."""
    key = addressed(asked)
    found = await kept_sandbox(sandboxes, asked)
    await found.perform(resource(key.collection).delete, Request(key.id, {}), asked.operation)
    return Answer()


def addressed(asked: Steered) -> Key:
    """The record that the path names."""
    return Key(asked.parameters["collection"], asked.parameters["id"].lower())


def check(sandboxes: Sandboxes, key: Key, body: Record) -> None:
    """Refuse a record that is not as the contract has it; what may be null, or has a default, may be left out."""
    model = sandboxes.models[key.collection]
    times = {name: written(FIRST) for name in STAMPED if name in model.blank}
    faults: dict[str, Fault] = {}
    if body.get("id", key.id) != key.id:
        faults["/id"] = ParseException("`id` is not the one in the path. Leave it out.", pointer="/id")
    for flaw in malformed(model, [model.optional | times | body | {"id": key.id}]):
        faults.setdefault(flaw.pointer, ParseException(flaw.detail, pointer=flaw.pointer))
    if faults:
        raise Refused(faults.values())


def conditions(model: Model, where: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The fields that are to have a value, and the value as text. Raises `Refused` for a field that is not there."""
    fields = [*model.blank, *model.kept]
    for each in where:
        field, _, value = each.partition(":")
        if field not in fields:
            detail = f"`where` names no field of {model.collection}: `{shortened(field)}`.{suggestion(field, fields)}"
            raise Refused([ParseException(detail, parameter="where")])
        yield field, value


def fits(record: Record, wanted: Sequence[tuple[str, str]]) -> bool:
    """Whether a record has all these values; what is not text is compared as JSON."""
    for field, value in wanted:
        found = record.get(field)
        text = found if isinstance(found, str) and value not in WORDS else orjson.dumps(found).decode()
        if with_ids_lowered(text) != with_ids_lowered(value):
            return False
    return True
