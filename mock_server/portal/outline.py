"""The outline: what the pages of the portal need to know of a contract."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..contract.document import operations
from ..contract.pointer import follow

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, as a line of a list."""

    id: str
    method: str
    path: str
    summary: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource with its operations; in the contract, a tag."""

    name: str
    slug: str
    description: str
    operations: list[Operation]


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """What an error code means, when it occurs and how to mend it."""

    code: str
    title: str
    status: int
    when: str
    mend: str


def resources(document: Document) -> list[Resource]:
    """The resources in the order of the contract's tags, each with its operations."""
    grouped: dict[str, list[Operation]] = {tag["name"]: [] for tag in document["tags"]}
    for method, path, operation in operations(document):
        line = Operation(operation["operationId"], method.upper(), path, operation["summary"], anchor(operation))
        grouped[operation["tags"][0]].append(line)
    about = {tag["name"]: tag.get("description", "") for tag in document["tags"]}
    return [Resource(name, slug(name), about[name], lines) for name, lines in grouped.items() if lines]


def error_codes(document: Document) -> dict[str, ErrorCode]:
    """Every error code of the contract, in the order of the contract."""
    codes = document["components"]["schemas"]["ErrorCode"]["x-codes"]
    return {code: ErrorCode(code, **meaning) for code, meaning in codes.items()}


def request_example(document: Document, path: str, method: str) -> Any:
    """The first example of an operation's request body: the one to try first."""
    body = resolve(document, document["paths"][path][method]["requestBody"])
    examples = body["content"]["application/json"]["examples"]
    return resolve(document, next(iter(examples.values())))["value"]


def resolve(document: Document, node: Any) -> Any:
    """What a node says, looked up in the document if the node is a local reference."""
    while isinstance(node, Mapping) and "$ref" in node:
        node = follow(document, node["$ref"].removeprefix("#"))
    return node


def anchor(operation: Mapping[str, Any]) -> str:
    """The place of an operation in the reference, which names it so too."""
    return f"api/tag/{slug(operation['tags'][0])}/{operation['operationId']}"


def slug(name: str) -> str:
    """The name of a tag as it stands in an address."""
    return name.lower().replace(" ", "-")
