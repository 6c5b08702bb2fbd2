"""A snapshot as a document: all that differs from a seed, as JSON that one can download, edit and upload."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from ..contract.model import Model
from ..contract.moment import parse_moment
from ..handlers import resource
from ..handlers.terms import Key, Record
from .changes import deleted, made
from .clock import FIRST, LAST, Clock, set_clock, written
from .overrides import decode_overrides, encode_overrides, with_overrides
from .state import Base, Commit, Snapshot, State
from .stored import Stored, write


def said(snapshot: Snapshot, tell: Callable[[Stored], Any] = Stored.record) -> dict[str, Any]:
    """The document of a snapshot; each of its records as one wants it."""
    state = snapshot.state
    return {
        "seed": state.base.name,
        "counter": state.counter,
        "clock": clock_said(snapshot),
        "records": made(state, tell),
        "deleted": gone(state),
        **encode_overrides(state),
    }


def gone(state: State) -> dict[str, list[str]]:
    """The ids that were deleted: those of the seed's records, and those that a record still refers to."""
    found = {collection: {*ids} for collection, ids in deleted(state).items()}
    for own, stored in state.records.items():
        references = resource(own.collection).references
        record = stored.record() if stored and references else {}
        for key in filter(None, (reference.key(record) for reference in references if record)):
            if not state.stored(key):
                found.setdefault(key.collection, set()).add(key.id)
    return {collection: sorted(found[collection]) for collection in sorted(found)}


def clock_said(snapshot: Snapshot) -> dict[str, Any]:
    """What time it was; null, if it was the machine's."""
    clock = snapshot.state.clock
    now = None if clock == Clock() else written(clock.read(lambda: snapshot.at))
    return {"now": now, "frozen": clock.frozen is not None}


def read(
    document: Mapping[str, Any], models: Mapping[str, Model], bases: Callable[[str], Base], at: datetime
) -> Snapshot:
    """The snapshot that a document says, its form being right, as of the machine's time `at`.

    Raises `SeedError` if there is no such seed, `ContractBroken` if a record is not as the contract has it.
    """
    changed: dict[Key, Record | None] = {
        Key(name, id.lower()): None for name, ids in document["deleted"].items() for id in ids
    }
    changed |= {Key(name, each["id"]): each for name, found in document["records"].items() for each in found}
    writes = [write(models, key, record) for key, record in changed.items()]
    commit = Commit(writes, int(document["counter"]), clock_read(document["clock"], at))
    state = State(bases(document["seed"])).after(commit)
    return Snapshot(with_overrides(state, decode_overrides(document)), at)


def clock_read(clock: Mapping[str, Any], at: datetime) -> Clock:
    """A clock that was at `now` by the machine's time `at`."""
    now = None if clock["now"] is None else parse_moment(clock["now"])
    if now and not FIRST <= now <= LAST:
        raise ValueError(f"the clock is at {written(now)}, and not in the years 1900 to 2199")
    return set_clock(now, clock["frozen"], at)


def resumed(snapshot: Snapshot, at: datetime) -> State:
    """The state of a snapshot with its clock as it was then, the machine's time being `at` now."""
    clock = snapshot.state.clock
    if clock.ahead:
        clock = clock._replace(ahead=clock.ahead - (at - snapshot.at))
    return snapshot.state._replace(clock=clock)
