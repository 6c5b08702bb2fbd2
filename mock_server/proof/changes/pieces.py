"""A schema in one piece: its references followed, and what stands under `allOf` joined as far as that can be done."""

from collections.abc import Mapping
from typing import Any

from ...contract.pointer import follow
from ..soundness import references
from .keywords import Schema

WORDS = {"title", "description", "example", "externalDocs"}
"""What a schema says to people."""
SCHEMAS = "#/components/schemas/"


class Pieces:
    """The schemas of a document, each in one piece."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.known: dict[int, tuple[Schema, Schema]] = {}

    def whole(self, schema: Schema) -> Schema:
        """A schema in one piece; the same each time, so that it is known by its identity."""
        schema = resolved(schema, self.document)
        if "allOf" not in schema:
            return schema
        if id(schema) not in self.known:
            self.known[id(schema)] = schema, schema  # stays as it is, should it be a part of itself
            self.known[id(schema)] = schema, self.joined(schema)
        return self.known[id(schema)][1]

    def joined(self, schema: Schema) -> Schema:
        """A schema and the parts of its `allOf` as one; itself if two of them say different things of the same."""
        joined = without(schema, "allOf")
        for part in map(self.whole, schema["allOf"]):
            if clash(joined, part):
                return schema
            own, others = ({**each.get("properties", {})} for each in (joined, part))
            required = [*joined.get("required", ()), *part.get("required", ())]
            joined = {**part, **joined, "properties": others | own, "required": required}
        return joined


def clash(one: Schema, other: Schema) -> bool:
    """Whether two schemas say different things of the same, or one is closed to the fields of the other."""
    fields, others = one.get("properties", {}), other.get("properties", {})
    if any(fields[name] != others[name] for name in fields.keys() & others.keys()):
        return True
    if closed_to(one, others) or closed_to(other, fields):
        return True
    if "type" in one and "type" in other and one.get("nullable", False) != other.get("nullable", False):
        return True
    said = {name for name in one.keys() & other.keys() if name not in WORDS and not name.startswith("x-")}
    return any(one[name] != other[name] for name in said - {"properties", "required"})


def closed_to(schema: Schema, fields: Schema) -> bool:
    """Whether a schema has words on names that are none of its fields, and some of these are such."""
    return "additionalProperties" in schema and bool(fields.keys() - schema.get("properties", {}).keys())


def resolved(schema: Schema, document: Mapping[str, Any]) -> Schema:
    """What a reference points at, or the schema itself."""
    while "$ref" in schema:
        schema = follow(document, schema["$ref"].removeprefix("#"))
    return schema


def without(schema: Schema, keyword: str) -> dict[str, Any]:
    """A schema but for one keyword."""
    return {name: value for name, value in schema.items() if name != keyword}


def unchanged(old: Mapping[str, Any], new: Mapping[str, Any]) -> set[str]:
    """References to the schemas that are the same in two documents, with all that they refer to."""
    before, after = (each.get("components", {}).get("schemas", {}) for each in (old, new))
    same = {f"{SCHEMAS}{name}": {*references(said)} for name, said in before.items() if said == after.get(name)}
    while changed := [name for name, refers in same.items() if not refers <= same.keys()]:
        for name in changed:
            del same[name]
    return {*same}
