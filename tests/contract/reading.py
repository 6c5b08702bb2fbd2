"""Reads a folded contract and its Markdown: what each test asks of them, and no opinion on it."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from openapi_schema_validator import OAS30Validator, oas30_format_checker

from common_apis.contract.pointer import follow, pointer

Document = dict[str, Any]
Schema = dict[str, Any]
Inventory = dict[str, Any]

VERBS = {"get": "get", "put": "update", "post": "create", "delete": "delete"}
"""What an operation with each method does, in the words of the document."""

SAMPLES = ("default", "example", "examples")
"""Names below which stands data, not contract."""


class Operation(NamedTuple):
    """An operation of a contract, and what its path says for all operations."""

    path: str
    method: str
    says: dict[str, Any]
    item: dict[str, Any]

    @property
    def name(self) -> str:
        """How a fault names the operation."""
        return f"{self.method} {self.path}"

    @property
    def collection(self) -> str:
        """The resource that it belongs to."""
        return self.path.split("/")[2]


def operations(document: Document) -> Iterator[Operation]:
    """Every operation of a contract, of whichever method."""
    for path, item in document["paths"].items():
        for method in ("get", "put", "post", "delete", "options", "head", "patch", "trace"):
            if method in item:
                yield Operation(path, method, item[method], item)


def resolved(document: Document, node: Any) -> Any:
    """A node, looked up if it is a reference."""
    while isinstance(node, dict) and "$ref" in node:
        node = follow(document, node["$ref"].removeprefix("#"))
    return node


def parameters(document: Document, operation: Operation) -> list[dict[str, Any]]:
    """The parameters of an operation, those of its path included."""
    declared = operation.item.get("parameters", []) + operation.says.get("parameters", [])
    return [resolved(document, parameter) for parameter in declared]


def request(document: Document, operation: Operation) -> dict[str, Any]:
    """The body of a request by media type; nothing if it has none."""
    content: dict[str, Any] = resolved(document, operation.says.get("requestBody", {})).get("content", {})
    return content


def responses(document: Document, operation: Operation) -> Iterator[tuple[str, dict[str, Any]]]:
    """The responses of an operation by status."""
    for status, response in operation.says["responses"].items():
        yield status, resolved(document, response)


def success(document: Document, operation: Operation) -> dict[str, Any]:
    """The response to a request that was not refused."""
    return next(says for status, says in responses(document, operation) if status.startswith("2"))


def json_schema(document: Document, content: dict[str, Any]) -> Schema:
    """The schema of a JSON body; an empty one if there is no such body."""
    schema: Schema = resolved(document, content.get("application/json", {}).get("schema", {}))
    return schema


def nodes(node: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """Every object of a contract with its place, but for what is data."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from nodes(item, (*place, index))
    elif isinstance(node, dict):
        yield place, node
        for key, value in node.items():
            if key not in SAMPLES or place[-1:] == ("properties",):
                yield from nodes(value, (*place, key))


def properties(document: Document) -> Iterator[tuple[str, Schema]]:
    """Every property of every schema, at any depth, with its pointer."""
    for place, node in nodes(document):
        for name, schema in node.get("properties", {}).items():
            yield pointer((*place, "properties", name)), resolved(document, schema)


def misfits(document: Document, schema: Schema, value: Any) -> list[str]:
    """What is wrong with a value, held against a schema of the contract."""
    whole = schema | {"components": document["components"]}  # for the references within
    validator = OAS30Validator(whole, format_checker=oas30_format_checker)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def marks(schema: Schema) -> list[str]:
    """The decisions that a node is marked with."""
    decided = schema.get("x-decision", [])
    return [decided] if isinstance(decided, str) else decided


def rows(markdown: str) -> list[list[str]]:
    """The cells of every table row in a Markdown text."""
    lines = (line for line in markdown.splitlines() if line.startswith("|"))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def section(markdown: str, title: str) -> str:
    """What stands below a heading of the first rank, up to the next one."""
    _, _, below = f"\n{markdown}".partition(f"\n# {title}\n")
    return below.partition("\n# ")[0]
