"""Snapshots of a sandbox: list, save, get, put, delete, restore."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from ..contract.moment import parse_moment
from ..contract.violation import MOST
from ..handlers import resource
from ..handlers.errors import (
    BadRequest,
    Fault,
    NotFound,
    ParseException,
    Refused,
    ResourceNotFound,
    UniquenessException,
)
from ..world import snapshot
from ..world.changes import shared
from ..world.clock import FIRST, written
from ..world.sandboxes import Sandboxes
from ..world.seed import malformed
from ..world.snapshots import forget_snapshot, restore_snapshot, save_snapshot
from ..world.state import Snapshot, State
from ..world.stored import Stored
from . import sandboxes as worlds
from .clock import latest
from .faults import wrong
from .terms import Answer, Steered, aside, in_thread, kept_sandbox, sandbox


async def list(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """The snapshots of a sandbox, sorted by name."""
    found = (await sandbox(sandboxes, asked)).store.snapshots
    return Answer({"snapshots": [said(name, found[name]) for name in sorted(found)]})


async def save(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """Keep a sandbox as it is now."""
    found, name = await kept_sandbox(sandboxes, asked), asked.body["name"]
    kept = Snapshot(found.state, sandboxes.machine())
    await save_snapshot(found, sandboxes.bounds, name, kept)
    return Answer(said(name, kept), f"/_mock/sandboxes/{found.name}/snapshots/{name}")


async def get(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """A snapshot as a document."""
    found = await named(sandboxes, asked)
    return await aside(lambda: snapshot.said(found, Stored.json))


async def put(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """Keep what a document says as a snapshot, checked against the contract: in a thread, since it may be large."""
    found, name = await kept_sandbox(sandboxes, asked), asked.parameters["snapshot"]
    await in_thread(lambda: refuse(form(sandboxes, asked.body)))
    await worlds.check_seed(sandboxes, asked.body["seed"])
    at = sandboxes.machine()
    uploaded = await in_thread(lambda: read(sandboxes, asked.body, at))
    await save_snapshot(found, sandboxes.bounds, name, uploaded)
    return Answer(said(name, uploaded))


async def delete(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """Keep a snapshot no longer."""
    await named(sandboxes, asked)
    await forget_snapshot(await kept_sandbox(sandboxes, asked), asked.parameters["snapshot"])
    return Answer()


async def restore(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """Take a sandbox back to a snapshot."""
    saved = await named(sandboxes, asked)
    found = await kept_sandbox(sandboxes, asked)
    await restore_snapshot(found, saved, asked.operation)
    return Answer(worlds.said(sandboxes, found))


async def named(sandboxes: Sandboxes, asked: Steered, parameter: str = "snapshot") -> Snapshot:
    """The snapshot that a parameter names. Raises `Refused`."""
    found, name = await sandbox(sandboxes, asked), asked.parameters[parameter]
    if name not in found.store.snapshots:
        raise Refused([NotFound(f"The sandbox `{found.name}` has no snapshot `{name}`.", parameter=parameter)])
    return found.store.snapshots[name]


def read(sandboxes: Sandboxes, document: dict[str, Any], at: datetime) -> Snapshot:
    """The snapshot that a document says, its form and its seed being right. Raises `Refused` for what it means."""
    uploaded = snapshot.read(document, sandboxes.models, sandboxes.seeds.base, at)
    refuse(meaning(uploaded.state, document))
    return uploaded


def form(sandboxes: Sandboxes, document: dict[str, Any]) -> Iterator[Fault]:
    """What of a document is not as the contract has it."""
    clock = document["clock"]
    if clock["now"] is None and clock["frozen"]:
        yield ParseException(
            "`clock.now` is null. A clock that stands still does so at a moment.", pointer="/clock/now"
        )
    if clock["now"] and not FIRST <= parse_moment(clock["now"]) <= latest(clock["frozen"]):
        years = f"1900 to {latest(clock['frozen']).year}"
        detail = f"`clock.now` is `{clock['now']}`. Expected a moment in the years {years}, in UTC."
        yield ParseException(detail, pointer="/clock/now")
    yield from overrides(sandboxes, document)
    for collection, records in document["records"].items():
        for flaw in malformed(sandboxes.models[collection], records):
            pointer = f"/records/{collection}/{flaw.position}{flaw.pointer}"
            yield ParseException(f"In `{collection}`, record {flaw.position}: {flaw.detail}", pointer=pointer)


def overrides(sandboxes: Sandboxes, document: dict[str, Any]) -> Iterator[Fault]:
    """What of the fault rules of a document cannot be."""
    numbers = set()
    for position, rule in enumerate(document.get("faults", [])):
        for fault in wrong(sandboxes, rule):
            fault.pointer = f"/faults/{position}{fault.pointer}"
            yield fault
        if rule["id"] in numbers:
            detail = f"`id` is {rule['id']}, as that of another rule. Number each of them differently."
            yield BadRequest(detail, pointer=f"/faults/{position}/id")
        numbers.add(rule["id"])


def meaning(state: State, document: dict[str, Any]) -> Iterator[Fault]:
    """Which records of a state refer to one that is not there, nor was, or have what only one may have."""
    records: dict[str, Any] = document["records"]
    gone = {(collection, id.lower()) for collection, ids in document["deleted"].items() for id in ids}
    for collection, found in records.items():
        for position, record in enumerate(found):
            for reference in resource(collection).references:
                key = reference.key(record)
                if key and key not in gone and not state.stored(key):
                    pointer = f"/records/{collection}/{position}/{reference.field}"
                    yield ResourceNotFound(reference.fault(key).detail, pointer=pointer)
    for key, unique in sorted(shared(state)):
        position = next(at for at, each in enumerate(records[key.collection]) if each["id"] == key.id)
        detail = f"Another record has {', '.join(unique.values)}."
        yield UniquenessException(detail, pointer=f"/records/{key.collection}/{position}/{unique.fields[-1]}")


def refuse(faults: Iterator[Fault]) -> None:
    """Raise `Refused` if there is any fault, for the first of them."""
    if found := [*islice(faults, MOST)]:
        raise Refused(found)


def said(name: str, kept: Snapshot) -> dict[str, Any]:
    """A snapshot as its schema has it, without what is in it."""
    state = kept.state
    return {"name": name, "created_at": written(kept.at), "seed": state.base.name, "changes": len(state.records)}
