"""A seed: the records that a world starts from, in a JSON file for each collection, checked before they are used."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from .. import mock_data
from ..contract.model import Model
from ..contract.schema import Schema, validator
from ..contract.violation import violations
from ..handlers import resource
from ..handlers.terms import Key, Record, Unique
from .filling import Row, fill_record, split_record
from .flaws import Flaw, describe_flaws
from .seed_folder import UnreadableFile, find_unknown_files, name_seed_file, read_records
from .start import Read, read_start
from .state import Start

CLINIC = Path(mock_data.__file__).parent
Records = dict[str, list[Record]]
"""Records by collection."""


class Seed(NamedTuple):
    """What a folder says that is right: its records, and where the rest of a sandbox begins."""

    records: Records
    start: Start


class SeedError(Exception):
    """A seed breaks the contract; the message has a line for each kind of fault, with file, line and pointer."""


def load(models: Mapping[str, Model], folder: Path = CLINIC) -> Seed:
    """Return a seed. Raises `SeedError` with every fault that it has."""
    faults = [*find_unknown_files(folder, [*models])]
    start, deleted = Read()
    try:
        start, deleted = read_start(folder)
    except UnreadableFile as error:
        faults.append(str(error))
    flaws: dict[str, list[Flaw]] = {}
    unreadable: set[str] = set()
    rows: list[Row] = []
    for name, model in models.items():
        try:
            records = read_records(folder / name_seed_file(name))
        except UnreadableFile as error:
            faults.append(str(error))
            unreadable.add(name)
        else:
            found, flaws[name] = read_rows(model, records)
            rows += found
    broken = {(name, flaw.position) for name in flaws for flaw in flaws[name]}
    whole = [part for row in rows if (row.file, row.position) not in broken for part in split_record(models, row)]
    for row, flaw in unsound(models, whole, {*(row.key for row in rows), *deleted}, unreadable):
        flaws[row.file].append(flaw)
    for name in flaws:
        faults += describe_flaws(folder / name_seed_file(name), flaws[name]) if flaws[name] else []
    if faults:
        raise SeedError("\n".join(faults))
    seed: Records = {name: [] for name in models}
    for row in whole:
        seed[row.key.collection].append(row.record)
    return Seed(seed, start)


def read_rows(model: Model, records: list[Record]) -> tuple[list[Row], list[Flaw]]:
    """Return the records of a file, filled, and what is wrong with their form."""
    rows = []
    for position, record in enumerate(records):
        filled = fill_record(model, position, record)
        key = Key(model.collection, str(filled.get("id")))
        rows.append(Row(key, filled, model.collection, position, str(record.get("id") or "")))
    flaws = malformed(model, [row.record for row in rows], model.apart)
    return rows, [flaw._replace(id=rows[flaw.position].id) for flaw in flaws]


def malformed(model: Model, records: list[Record], apart: Mapping[str, Schema] | None = None) -> Iterator[Flaw]:
    """What is not as the contract has it, every field known, every id a different one in lower case.

    The fields that are set `apart` may be there, too.
    """
    schema = model.schema | {
        "properties": model.schema["properties"] | model.kept | (apart or {}),
        "additionalProperties": False,
    }
    check = validator(schema)
    seen: set[str] = set()
    for position, record in enumerate(records):
        id = str(record.get("id"))
        for pointer, detail in () if check.is_valid(record) else violations(check, schema, record, "The record"):
            yield Flaw(position, id, pointer, detail)
        if id in seen or id != id.lower():
            yield Flaw(position, id, "/id", "Expected an id of its own, in lower case.")
        seen.add(id)


def unsound(
    models: Mapping[str, Model], rows: Iterable[Row], known: set[Key], unreadable: Iterable[str] = ()
) -> Iterator[tuple[Row, Flaw]]:
    """What refers to a record that is not there, and what has the id or the unique values of another.

    Nobody knows what there is in `unreadable` collections; beside the `rows`, there are the records that are `known`.
    """
    rows = [*rows]
    present = known | {row.key for row in rows}
    seen: set[Key] = set()
    taken: set[Unique] = set()
    for row in rows:
        collection = row.key.collection
        if row.key in seen:
            yield row, Flaw(row.position, row.id, row.pointer or "/id", f"Another record has the id `{row.key.id}`.")
        seen.add(row.key)
        for reference in resource(collection).references:
            key = reference.key(row.record)
            if key and key not in present and key.collection not in unreadable:
                detail = f"There is no `{key.id}` in {key.collection}."
                yield row, Flaw(row.position, row.id, row.pointer or f"/{reference.field}", detail)
        for unique in Unique.all_of(collection, models[collection].unique, row.record):
            if unique in taken:
                detail = f"Another record has {', '.join(unique.values)}."
                yield row, Flaw(row.position, row.id, row.pointer or f"/{unique.fields[-1]}", detail)
            taken.add(unique)
