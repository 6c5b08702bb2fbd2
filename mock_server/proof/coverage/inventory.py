"""The inventory: all that there is to exercise in a contract, item by item.

An operation is an item, and so are its success statuses, each field of its body, and each named example of its body and
of its successful answers. An error status is one item, whatever operation answers it: a client treats it alike. So is a
listed value of a field (an enum), whether it is sent or answered; but a long list, such as that of countries, is one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ...contract.document import operations
from ...contract.model import answered, sent
from ...contract.pointer import follow
from ...contract.schema import Schema, json_schema

Document = Mapping[str, Any]

KINDS = {
    "operation": "Operations",
    "status": "Statuses",
    "field": "Body fields",
    "value": "Listed values",
    "example": "Named examples",
}
"""The kinds of items, and what they are called."""
ERRORS = "Errors"
"""The group of what belongs to no resource."""


LONG = 20
"""A list of more values is one item."""


class Item(NamedTuple):
    """Something to exercise: its kind, the resource that it is of, the operation (if it is of one), and its name."""

    kind: str
    group: str
    operation: str
    name: str


class Place(NamedTuple):
    """A described place in a value: its pointer, with `*` for any item of a list, its schema, and what stands there."""

    pointer: str
    schema: Schema
    value: Any


@dataclass(frozen=True)
class Exercise:
    """What there is to an operation: schemas of body and answer, and the forms of its examples by their items."""

    id: str
    group: str
    method: str
    path: str
    statuses: tuple[int, ...]
    body: Schema
    answer: Schema
    sent: dict[str, Any]
    answered: dict[str, Any]

    def items(self) -> Iterator[Item]:
        """All items of the operation and of its resource's values; some of these come twice."""
        yield self.item("operation", "")
        for status in self.statuses:
            yield self.item("status", str(status)) if status < 300 else Item("status", ERRORS, "", str(status))
        yield from (self.item("field", pointer) for pointer, _ in described(self.body))
        for schema in (self.body, self.answer):
            for pointer, field in described(schema):
                yield from (self.value(pointer, field, value) for value in field.get("enum", ()) if value is not None)
        yield from (self.item("example", name) for name in (*self.sent, *self.answered))

    def item(self, kind: str, name: str) -> Item:
        """An item of the operation."""
        return Item(kind, self.group, self.id, name)

    def value(self, pointer: str, field: Schema, value: Any) -> Item:
        """The item of a listed value."""
        count = len(field["enum"])
        return Item("value", self.group, "", f"{pointer} {value if count <= LONG else f'any of {count}'}")


def exercises(document: Document) -> dict[str, Exercise]:
    """What there is to each operation of a contract, by its id."""
    return {said["operationId"]: exercise(method, path, said, document) for method, path, said in operations(document)}


def exercise(method: str, path: str, said: Mapping[str, Any], document: Document) -> Exercise:
    """What there is to one operation."""
    body = json_schema(sent(said), document) if "requestBody" in said else {}
    answer = json_schema(answered(said), document)
    request = examples(said.get("requestBody", {}), document)
    statuses = [int(status) for status in said["responses"]]
    granted = [(each, examples(said["responses"][str(each)], document)) for each in statuses if each < 300]
    return Exercise(
        id=said["operationId"],
        group=said["tags"][0],
        method=method.upper(),
        path=path,
        statuses=tuple(statuses),
        body=body,
        answer=answer,
        sent={f"request {name}": form(body, value) for name, value in request.items()},
        answered={f"{each} {name}": form(answer, value) for each, found in granted for name, value in found.items()},
    )


def examples(holder: Mapping[str, Any], document: Document) -> dict[str, Any]:
    """The named examples of a request body or a response."""
    named = holder.get("content", {}).get("application/json", {}).get("examples", {})
    found = {name: follow(document, each["$ref"][1:]) if "$ref" in each else each for name, each in named.items()}
    return {name: each["value"] for name, each in found.items()}


def described(schema: Schema, pointer: str = "") -> Iterator[tuple[str, Schema]]:
    """Every place that a schema describes, and its schema."""
    for name, field in schema.get("properties", {}).items():
        yield f"{pointer}/{name}", field
        yield from described(field, f"{pointer}/{name}")
    if "items" in schema:
        yield from described(schema["items"], f"{pointer}/*")


def places(schema: Schema, value: Any, pointer: str = "") -> Iterator[Place]:
    """Every described place that a value has."""
    if isinstance(value, dict):
        for name in schema.get("properties", {}).keys() & value.keys():
            field, within = schema["properties"][name], f"{pointer}/{name}"
            yield Place(within, field, value[name])
            yield from places(field, value[name], within)
    elif isinstance(value, list) and "items" in schema:
        for each in value:
            yield from places(schema["items"], each, f"{pointer}/*")


def form(schema: Schema, value: Any) -> Any:
    """The form of a value: its fields, and of each whether it is null, true or false, or which of the listed values."""
    if isinstance(value, dict) and "properties" in schema:
        fields: Mapping[str, Schema] = schema["properties"]
        return {name: form(fields[name], value[name]) for name in fields if name in value}
    return value if value is None or isinstance(value, bool) or "enum" in schema else type(value).__name__
