"""A model: the record of one collection, as the contract's responses have it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson

from .document import operations
from .schema import Schema, Validator, json_schema, validator

Record = dict[str, Any]


class ContractBroken(Exception):
    """The mock was about to store a record that the contract forbids: a defect of the mock."""


@dataclass(frozen=True)
class Model:
    """The fields of a collection's records, how one is checked and how it is written.

    `blank` has every field of the Model, null or at its default; `kept` has the schemas of the fields that a create
    takes and no response returns (D-27), and `apart` of those that it makes records of their own of (D-21); `unique`
    lists fields whose values together only one record may have.
    """

    collection: str
    schema: Schema
    validator: Validator
    blank: Record
    kept: dict[str, Schema]
    apart: dict[str, Schema]
    unique: tuple[tuple[str, ...], ...]

    @cached_property
    def optional(self) -> Record:
        """The fields that may be null or have a default, so that a record that lacks them can be filled."""
        needed = {error.instance_path[0] for error in self.validator.iter_errors(self.blank)}
        return {name: value for name, value in self.blank.items() if name not in needed}

    @cached_property
    def moments(self) -> frozenset[str]:
        """The fields that are moments."""
        fields = self.schema["properties"].items()
        return frozenset(name for name, field in fields if field.get("format") == "date-time")

    def fill(self, record: Record) -> Record:
        """Return a record with the optional fields that it lacks: the contract may have gained them since."""
        if self.optional.keys() <= record.keys():
            return record
        filled = self.optional | record
        return {name: filled[name] for name in self.blank if name in filled} | filled

    def encode(self, record: Record) -> bytes:
        """The bytes that a GET of the record answers; raises `ContractBroken` if the contract forbids them."""
        if self.kept:
            record = {field: record[field] for field in self.blank}
        if not self.validator.is_valid(record):
            reasons = "; ".join(error.message for error in self.validator.iter_errors(record))
            raise ContractBroken(f"{self.collection} {record.get('id')}: {reasons}")
        # A copy: the encoder's own buffer is larger than what it holds, and would be kept with it.
        return bytes(memoryview(orjson.dumps(record)))

    def rest(self, record: Record) -> bytes:
        """The kept fields of a record as a JSON object, or nothing."""
        rest = {field: record[field] for field in self.kept if record.get(field) is not None}
        return orjson.dumps(rest) if rest else b""


def models(document: Mapping[str, Any]) -> dict[str, Model]:
    """The model of every collection, by its name."""
    collections: dict[str, list[dict[str, Any]]] = {}
    for _, path, operation in operations(document):
        collections.setdefault(path.split("/")[2], []).append(operation)
    return {name: model(name, each, document) for name, each in collections.items()}


def model(collection: str, own: list[dict[str, Any]], document: Mapping[str, Any]) -> Model:
    """The model of one collection: what its operations answer, and what of a create is kept beside it (`x-kept`)."""
    schema = json_schema(answered(own[0]), document)
    bodies = [json_schema(sent(operation), document) for operation in own if "requestBody" in operation]
    taken = {name: field for body in bodies for name, field in body["properties"].items()}
    kept = {name: field for name, field in taken.items() if field.get("x-kept")}
    return Model(
        collection=collection,
        schema=schema,
        validator=validator(schema),
        blank={name: field.get("default") for name, field in schema["properties"].items()},
        kept=kept,
        apart={name: field for name, field in taken.items() if name not in schema["properties"] | kept},
        unique=tuple(tuple(fields) for fields in schema.get("x-unique", ())),
    )


def answered(operation: Mapping[str, Any]) -> Schema:
    """The schema of an operation's successful answer."""
    responses: Mapping[str, Any] = operation["responses"]
    success = next(response for status, response in responses.items() if status.startswith("2"))
    schema: Schema = success["content"]["application/json"]["schema"]
    return schema


def sent(operation: Mapping[str, Any]) -> Schema:
    """The schema of an operation's request body."""
    schema: Schema = operation["requestBody"]["content"]["application/json"]["schema"]
    return schema
