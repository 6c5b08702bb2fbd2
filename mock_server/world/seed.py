"""A seed: the records that a world starts from, one JSON file for each collection, checked before they are used."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import orjson

from .. import mock_data
from ..contract.model import Model
from ..contract.schema import validator
from ..contract.violation import violations
from ..handlers import resource
from ..handlers.terms import Record, Unique

CLINIC = Path(mock_data.__file__).parent
Seed = dict[str, list[Record]]


class SeedError(Exception):
    """A seed breaks the contract; the message has a line for each fault, with file, record and pointer."""


def load(models: Mapping[str, Model], folder: Path = CLINIC) -> Seed:
    """The records of a seed by collection; raises `SeedError` with every fault that they have."""
    seed: Seed = {}
    faults: list[str] = []
    for name, model in models.items():
        try:
            seed[name] = read(folder / f"{name}.json")
        except SeedError as error:
            faults.append(str(error))
        else:
            faults += [f"{folder / name}.json: {flaw}" for flaw in malformed(model, seed[name])]
    if not faults:
        faults = [f"{folder / name}.json: {flaw}" for name in models for flaw in unsound(models[name], seed)]
    if faults:
        raise SeedError("\n".join(faults))
    return seed


def read(file: Path) -> list[Record]:
    """The records of a file; raises `SeedError` if it is absent or not a JSON array of objects."""
    try:
        records = orjson.loads(file.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise SeedError(f"{file}: cannot be read: {error}") from error
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise SeedError(f"{file}: is not a JSON array of objects")
    return records


class Flaw(NamedTuple):
    """What is wrong with a record: its place in its file, its id, the place within it, and what to do about it."""

    position: int
    id: str
    pointer: str
    detail: str

    def __str__(self) -> str:
        return f"record {self.position} ({self.id}) {self.pointer}: {self.detail}"


def malformed(model: Model, records: list[Record]) -> Iterator[Flaw]:
    """What is not as the contract has it, every field known, every id a different one in lower case."""
    schema = model.schema | {
        "properties": model.schema["properties"] | model.kept,
        "additionalProperties": False,
    }
    check = validator(schema)
    seen: set[str] = set()
    for position, record in enumerate(records):
        id = str(record.get("id"))
        for pointer, detail in violations(check, schema, record, "The record"):
            yield Flaw(position, id, pointer, detail)
        if id in seen or id != id.lower():
            yield Flaw(position, id, "/id", "Expected an id of its own, in lower case.")
        seen.add(id)


def unsound(model: Model, seed: Seed) -> Iterator[Flaw]:
    """What refers to a record that is not there, and what has the unique values of another."""
    ids = {name: {record["id"] for record in records} for name, records in seed.items()}
    taken: set[Unique] = set()
    for position, record in enumerate(seed[model.collection]):
        for reference in resource(model.collection).references:
            key = reference.key(record)
            if key and key.id not in ids[key.collection]:
                detail = f"There is no `{key.id}` in {key.collection}."
                yield Flaw(position, record["id"], f"/{reference.field}", detail)
        for unique in Unique.all_of(model.collection, model.unique, record):
            if unique in taken:
                detail = f"Another record has {', '.join(unique.values)}."
                yield Flaw(position, record["id"], f"/{unique.fields[-1]}", detail)
            taken.add(unique)
