"""The filling of a seed's records: what a create would set, and its files leave out."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from ..contract.model import Model
from ..contract.moment import parse_moment
from ..handlers import resource
from ..handlers.resource import STAMPED, Draft, stamp
from ..handlers.terms import Key, NoRecords, Record
from .clock import written

FILLED_AT = "2026-01-01T00:00:00.000000+00:00"
"""When a record was created and changed that says neither."""
NAMESPACE = uuid5(NAMESPACE_URL, "common-apis:seed")
MOMENT = re.compile(r"[0-9]{4}(-[0-9]{2}){2}[Tt][0-9]{2}(:[0-9]{2}){2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})")


class Row(NamedTuple):
    """A record of a seed, and where it is written: in the file of which collection, and as which part of a record."""

    key: Key
    record: Record
    file: str
    position: int
    id: str
    pointer: str = ""


def fill_record(model: Model, position: int, record: Record) -> Record:
    """Return a record with what a create would set, unless it says that itself; its times are in UTC.

    What it must say and does not is still missing, and what a create sets apart is still in it, both to be found.
    """
    given = record | {name: _to_utc(record[name]) for name in model.moments if name in record}
    if model.blank.keys() <= given.keys():
        return given
    draft = _draft(model, position, given)
    resource(model.collection).complete(draft)
    own = {name: value for name, value in given.items() if value is not None or draft.record.get(name) is None}
    filled = draft.record | own
    return {name: filled[name] for name in filled if name in own or name in model.optional or filled[name] is not None}


def split_record(models: Mapping[str, Model], row: Row) -> Iterator[Row]:
    """Yield a record, found right, without what a create sets apart, and the records that this becomes (D-21)."""
    model = models[row.file]
    if not model.apart.keys() & row.record.keys():
        yield row
        return
    yield row._replace(record={name: row.record[name] for name in row.record if name not in model.apart})
    draft = _draft(model, row.position, row.record)
    for each in resource(row.file).along(draft, _SeedView(models)):
        key = Key(each.key.collection, _derive_id(row.file, row.position, each.place))
        yield row._replace(key=key, record=each.record | {"id": key.id}, pointer=each.place)


def _draft(model: Model, position: int, record: Record) -> Draft:
    """Return a record as a create would have it before it is completed, created when it says, or when it changed."""
    id = record.get("id")
    key = Key(model.collection, _derive_id(model.collection, position) if id is None else id)
    times = [record[name] for name in STAMPED if isinstance(record.get(name), str)]
    draft = Draft(key, {**model.blank}, record, times[0] if times else FILLED_AT)
    stamp(draft, *STAMPED)
    draft.record.update(record, id=key.id)
    return draft


def _derive_id(collection: str, position: int, place: str = "") -> str:
    """Return the id of a record that says none, or of a part of one: it follows from where that is written."""
    return str(uuid5(NAMESPACE, f"{collection}/{position}{place}"))


def _to_utc(value: Any) -> Any:
    """Return a moment as responses write it, and anything else as it is."""
    if not isinstance(value, str) or not MOMENT.fullmatch(value):
        return value
    try:
        return written(parse_moment(value))
    except (ValueError, OverflowError):
        return value


class _SeedView(NoRecords):
    """What a handler sees that makes records along with another: the seed is checked as a whole later."""

    def __init__(self, models: Mapping[str, Model]) -> None:
        self.blanks: Mapping[str, Record] = {name: model.blank for name, model in models.items()}
        self.unique: Mapping[str, tuple[tuple[str, ...], ...]] = {name: model.unique for name, model in models.items()}

    def now(self) -> str:
        """Return the moment at which records are made that say none."""
        return FILLED_AT

    def new_id(self, collection: str) -> str:
        """Return no id: it follows from where the record is written."""
        return ""
