"""What the file `sandbox.json` of a seed says beside its records; in JSON, it is a snapshot without them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from rpds import HashTrieMap

from ..contract.moment import parse_moment
from ..contract.schema import Schema
from ..handlers import resource
from ..handlers.terms import Key, Record
from .clock import FIRST, LAST, written
from .forms import COUNT, IDS, OVERRIDES, SNAPSHOT_CLOCK, check_form
from .overrides import decode_overrides
from .seed_folder import START, UnreadableFile, read_json
from .state import Start

FORM: Schema = {
    "type": "object",
    "properties": {"counter": COUNT, "clock": SNAPSHOT_CLOCK, "deleted": IDS, **OVERRIDES},
    "additionalProperties": False,
    "x-expected": "an object",
}


class Read(NamedTuple):
    """What a seed says beside its records, and the ids that these may refer to though there are no such records."""

    start: Start = Start()
    deleted: frozenset[Key] = frozenset()


def read_start(folder: Path) -> Read:
    """Return what the file says; all may be left out, and the file as well. Raises `UnreadableFile`."""
    file = folder / START
    document = read_json(file, {})
    try:
        check_form(FORM, document)
        return Read(_decode(document), frozenset(_list_deleted(document)))
    except (TypeError, ValueError, OverflowError) as error:
        raise UnreadableFile("\n".join(f"{file}: {each}" for each in str(error).split("\n"))) from error


def encode_start(snapshot: Mapping[str, Any], records: Mapping[str, list[Record]]) -> dict[str, Any]:
    """Return what the file says of a seed that has all `records` of a sandbox, of which there is a snapshot."""
    return {name: snapshot[name] for name in ("counter", "clock", *OVERRIDES)} | {"deleted": _find_deleted(records)}


def _decode(document: Mapping[str, Any]) -> Start:
    """Return what a document says whose form is right. Raises `ValueError`."""
    clock = document.get("clock", {"now": None, "frozen": False})
    now = None if clock["now"] is None else parse_moment(clock["now"])
    if now is None and clock["frozen"]:
        raise ValueError("/clock/now: is null. A clock that stands still does so at a moment.")
    if now and not FIRST <= now <= LAST:
        raise ValueError(f"/clock/now: is {written(now)}. Expected a moment in the years 1900 to 2199, in UTC.")
    rules, last_rule, uses = decode_overrides(document)
    return Start(now, clock["frozen"], int(document.get("counter", 0)), rules, last_rule, HashTrieMap(uses))


def _list_deleted(document: Mapping[str, Any]) -> Iterator[Key]:
    """Yield the ids that a document lists."""
    for collection, ids in document.get("deleted", {}).items():
        yield from (Key(collection, id.lower()) for id in ids)


def _find_deleted(records: Mapping[str, list[Record]]) -> dict[str, list[str]]:
    """Return the ids that records refer to though there are no such records."""
    present = {Key(name, record["id"]) for name in records for record in records[name]}
    referred = {
        key
        for name in records
        for reference in resource(name).references
        for record in records[name]
        if (key := reference.key(record))
    }
    deleted: dict[str, list[str]] = {}
    for key in sorted(referred - present):
        deleted.setdefault(key.collection, []).append(key.id)
    return deleted
