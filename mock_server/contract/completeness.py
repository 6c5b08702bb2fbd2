"""Completeness: what a server and its pages look up in a contract, beyond what OpenAPI demands."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from .document import METHODS, ContractError
from .pointer import follow, pointer
from .schema import Schema, Validator, validator
from .source import Source
from .violation import Violation, violations
from .words import shown

Place = tuple[str | int, ...]
SHOWN = 10
"""How many of the things that lack are told."""


class Needed:
    """What a node of the contract has to have."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    @cached_property
    def validator(self) -> Validator:
        """The compiled form."""
        return validator(self.schema)

    def lacking(self, node: Any, place: Place) -> Iterator[Violation]:
        """Yield what lacks in a node, which is at a place of the document."""
        if not self.validator.is_valid(node):
            for found in violations(self.validator, self.schema, node, "It"):
                yield Violation(pointer(place) + found.pointer, found.detail)


def require(**properties: Schema) -> Schema:
    """Return the schema of an object that has all of these."""
    return {"type": "object", "required": [*properties], "properties": properties}


TEXT = {"type": "string", "minLength": 1, "x-expected": "some text"}
NUMBER = {"type": "integer", "x-expected": "a status"}
SCHEMA = {"type": "object", "x-expected": "a schema"}
EXAMPLES: Schema = {"type": "object", "minProperties": 1, "x-expected": "at least one example"}
TAGS = {"type": "array", "minItems": 1, "x-expected": "at least one tag"}
CODES = {"type": "object", "additionalProperties": require(title=TEXT, status=NUMBER, when=TEXT, mend=TEXT)}
DOCUMENT = Needed(
    require(
        info=require(title=TEXT, version=TEXT),
        tags=TAGS | {"items": require(name=TEXT)},
        paths={"type": "object", "x-expected": "paths"},
        components=require(schemas=require(ErrorCode=require(**{"x-codes": CODES}))),
    )
)
PROBLEM_TYPE = "application/problem+json"
NAME = re.compile(r"\{([^{}]*)\}")
"""A parameter in a path."""
EACH_OBJECT: Schema = {"type": "object", "additionalProperties": {"type": "object", "x-expected": "an object"}}
SOME_OBJECTS = EACH_OBJECT | EXAMPLES
MEDIA_TYPE = {"type": "object", "properties": {"examples": EACH_OBJECT}, "x-expected": "a media type"}
CONTENT = {
    "type": "object",
    "properties": {
        PROBLEM_TYPE: {"type": "object", "required": ["examples"], "properties": {"examples": SOME_OBJECTS}}
    },
    "additionalProperties": MEDIA_TYPE,
}
PARAMETERS = {"type": "array", "items": {"type": "object", "x-expected": "a parameter"}}
RESPONSES = {
    "type": "object",
    "minProperties": 1,
    "patternProperties": {"^[1-5][0-9]{2}$": {"type": "object", "x-expected": "a response"}},
    "additionalProperties": False,
    "x-expected": "responses by their status",
}
PATH = Needed({"type": "object", "properties": {"parameters": PARAMETERS}, "x-expected": "a path"})
OPERATION = Needed(
    {
        "type": "object",
        "required": ["operationId", "summary", "tags", "responses"],
        "properties": {
            "operationId": TEXT,
            "summary": TEXT,
            "tags": TAGS | {"items": TEXT},
            "parameters": PARAMETERS,
            "responses": RESPONSES,
        },
        "x-expected": "an operation",
    }
)
RECORD = Needed(require(content=require(**{"application/json": require(schema=SCHEMA, examples=EXAMPLES)})))
"""What a body is, of a request or of a response that grants one."""
RESPONSE = Needed(
    {"type": "object", "properties": {"headers": EACH_OBJECT, "content": CONTENT}, "x-expected": "an object"}
)
PARAMETER = Needed(require(**{"name": TEXT, "in": TEXT, "schema": require(type=TEXT)}))
HEADER = Needed(require(example={"x-expected": "an example"}))
EXAMPLE = Needed(require(value={"x-expected": "a value"}))
FAULTS = {"type": "array", "items": require(detail=TEXT), "x-expected": "a list of faults"}
PROBLEM = Needed(require(value=require(detail=TEXT, instance=TEXT, errors=FAULTS)))
POST = {"type": "object", "x-expected": "the operation that the first page shows"}
PATIENTS = require(post=POST) | {"x-expected": "the path that the first page shows"}
FIRST_PAGE = Needed(require(paths=require(**{"/v1/patients": PATIENTS})))


def check_complete(document: Mapping[str, Any], root: Path, of_records: bool = True) -> None:
    """Raise `ContractError` for what lacks in a folded contract, with its line below `root`.

    If it is `of_records`, each of its operations answers one, and the first page shows how to make a patient.
    """
    found = [*DOCUMENT.lacking(document, ())] or Completeness(document, of_records).lacking()
    if found:
        raise ContractError("\n".join(line(each, root) for each in found[:SHOWN]))


def line(violation: Violation, root: Path) -> str:
    """Return a line that says what lacks, and where."""
    try:
        where = str(Source(root).nearest(violation.pointer))
    except ContractError:
        where = str(root)
    return f"{where}: {violation.detail} (at {violation.pointer or 'the top'})"


class Completeness:
    """What lacks in a contract whose outermost form is right. A component is looked at where it is first used."""

    def __init__(self, document: Mapping[str, Any], of_records: bool) -> None:
        self.document = document
        self.of_records = of_records
        self.tags = {tag["name"] for tag in document["tags"]}
        self.right: dict[tuple[int, int], bool] = {}
        self.found: list[Violation] = []

    def lacking(self) -> list[Violation]:
        """Return what lacks, operation by operation."""
        if self.of_records:
            self.has(FIRST_PAGE, self.document, ())
        for path, item in self.document["paths"].items():
            if self.has(PATH, item, ("paths", path)):
                for method in METHODS & item.keys():
                    self.look_at_operation(path, method)
        return self.found

    def look_at_operation(self, path: str, method: str) -> None:
        """Look at an operation, its parameters, its body and its responses."""
        item, place = self.document["paths"][path], ("paths", path, method)
        operation = item[method]
        if not self.has(OPERATION, operation, place):
            return
        if operation["tags"][0] not in self.tags:
            detail = f"The tag `{operation['tags'][0]}` is not declared. Add it to the `tags` of the document."
            self.add(detail, (*place, "tags", 0))
        if "requestBody" in operation:
            self.look_at_body(operation["requestBody"], RECORD, (*place, "requestBody"))
        elif self.of_records and method in ("post", "put"):
            self.add("`requestBody` is missing. Expected the body that is sent.", place)
        self.look_at_parameters(item, operation, place)
        if not any(status.startswith("2") for status in operation["responses"]):
            self.add("A status of success is missing. Expected one such as 200.", (*place, "responses"))
        for status, response in operation["responses"].items():
            needed = RECORD if status.startswith("2") and self.of_records else RESPONSE
            self.look_at_body(response, needed, (*place, "responses", status))

    def look_at_parameters(self, item: Mapping[str, Any], operation: Mapping[str, Any], place: Place) -> None:
        """Look at the parameters of an operation and of its path, which names some of them."""
        names = set()
        for holder, at in ((item, place[:2]), (operation, place)):
            for index, parameter in enumerate(holder.get("parameters", ())):
                node = self.resolve(parameter, (*at, "parameters", index))
                if node is not None and self.has(PARAMETER, node, (*at, "parameters", index)) and node["in"] == "path":
                    names.add(node["name"])
        for name in set(NAME.findall(str(place[1]))) - names:
            self.add(f"The path has `{{{name}}}`, and no parameter of that name. Add it to `parameters`.", place[:2])

    def look_at_body(self, node: Any, needed: Needed, place: Place) -> None:
        """Look at what has a body, at its headers and at its examples."""
        node = self.resolve(node, place)
        if node is None or not self.has(RESPONSE, node, place) or not self.has(needed, node, place):
            return
        for name, header in node.get("headers", {}).items():
            if name != "Location":
                self.look_at(HEADER, header, (*place, "headers", name))
        for media_type, content in node.get("content", {}).items():
            each = PROBLEM if media_type == PROBLEM_TYPE else EXAMPLE
            for name, example in content.get("examples", {}).items():
                self.look_at(each, example, (*place, "content", media_type, "examples", name))

    def look_at(self, needed: Needed, node: Any, place: Place) -> None:
        """Look at a node, or at what it refers to."""
        node = self.resolve(node, place)
        if node is not None:
            self.has(needed, node, place)

    def has(self, needed: Needed, node: Any, place: Place) -> bool:
        """Return whether a node has what it needs; what lacks is added, once."""
        key = id(needed), id(node)
        if key not in self.right:
            found = [*needed.lacking(node, place)]
            self.found += found
            self.right[key] = not found
        return self.right[key]

    def resolve(self, node: Any, place: Place) -> Any:
        """Return a node, or what it refers to; None if that is nothing."""
        if not isinstance(node, dict) or "$ref" not in node:
            return node
        try:
            return follow(self.document, node["$ref"].removeprefix("#"))
        except (LookupError, AttributeError):
            self.add(f"`$ref` is {shown(node['$ref'])}. Expected a component of the document.", place)
            return None

    def add(self, detail: str, place: Place) -> None:
        """Add something that lacks."""
        self.found.append(Violation(pointer(place), detail))
