"""Every schema is complete and strict: each property explained and exemplified, requests closed, responses whole."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from common_apis.contract.pointer import pointer

from .breaking import assert_detects
from .reading import (
    Document,
    json_schema,
    misfits,
    nodes,
    operations,
    properties,
    request,
    resolved,
    success,
)

Check = Callable[[Document], list[str]]

BESIDE_VALUES = {
    "type",
    "title",
    "nullable",
    "enum",
    "default",
    "description",
    "example",
    "x-codes",
    "x-decision",
    "x-expected",
    "x-type",
}
"""What may stand beside an `enum`: nothing that bounds the values a second time."""
MANY = 20
"""Values that are too many for a message to list; words describe them."""


def undescribed(document: Document) -> list[str]:
    """Properties, at any depth, without a description or an example."""
    return [
        f"{place} has no {lacking}"
        for place, schema in properties(document)
        for lacking in ("description", "example")
        if lacking not in schema
    ]


def open_requests(document: Document) -> list[str]:
    """Requests that take fields which they do not name."""
    return [
        operation.name
        for operation in operations(document)
        if request(document, operation)
        and json_schema(document, request(document, operation)).get("additionalProperties") is not False
    ]


def omissible(document: Document) -> list[str]:
    """Responses that may leave out a field (D-16)."""
    schemas = [(each.name, json_schema(document, success(document, each)["content"])) for each in operations(document)]
    return [name for name, schema in schemas if set(schema.get("required", [])) != set(schema.get("properties", {}))]


def unions(document: Document) -> list[str]:
    """Schemas that leave it to the reader which of several they are."""
    return [pointer(place) for place, node in nodes(document) if "oneOf" in node or "discriminator" in node]


def hidden_values(document: Document) -> list[str]:
    """Enums that something beside them bounds as well, or whose words an error would give in place of few values."""
    return [
        f"{pointer(place)} has {keyword}"
        for place, node in nodes(document)
        if isinstance(node.get("enum"), list)
        for keyword in node
        if keyword not in BESIDE_VALUES or (keyword == "x-expected" and len(node["enum"]) <= MANY)
    ]


def unfit_examples(document: Document) -> list[str]:
    """Examples that their own schema refuses."""
    return [
        f"{pointer(place)}, {fault}"
        for place, node in nodes(document)
        for sample in samples(document, node)
        for fault in misfits(document, resolved(document, node.get("schema", node)), sample)
    ]


def samples(document: Document, node: dict[str, Any]) -> Iterator[Any]:
    """The example of a schema, a parameter or a header, or the named examples of a body."""
    if "example" in node:
        yield node["example"]
    for example in node.get("examples", {}).values():
        yield resolved(document, example)["value"]


CHECKS: list[Check] = [undescribed, open_requests, omissible, unions, hidden_values, unfit_examples]


@pytest.mark.parametrize("check", CHECKS)
def test_schemas_are_complete(check: Check, contract: Document) -> None:
    """Each property is explained and exemplified, requests are closed, responses whole, and no schema is a union."""
    assert check(contract) == []


def schema(document: Document, name: str) -> dict[str, Any]:
    """A schema to be broken."""
    found: dict[str, Any] = document["components"]["schemas"][name]
    return found


def steps(document: Document) -> dict[str, Any]:
    """The properties of the deepest objects of the contract, the interventions of a careplan."""
    goals = schema(document, "Careplan")["properties"]["careplan"]["properties"]["goals"]["items"]
    found: dict[str, Any] = goals["properties"]["interventions"]["items"]["properties"]
    return found


BROKEN: list[tuple[Check, Callable[[Document], object], str]] = [
    (
        undescribed,
        lambda d: steps(d)["title"].pop("description"),
        "interventions/items/properties/title has no description",
    ),
    (
        undescribed,
        lambda d: steps(d)["title"].pop("example"),
        "interventions/items/properties/title has no example",
    ),
    (
        undescribed,
        lambda d: schema(d, "ErrorCode").pop("example"),
        "/Fault/properties/code has no example",
    ),
    (
        open_requests,
        lambda d: schema(d, "PatientUpdate").pop("additionalProperties"),
        "put /v1/patients/{id}",
    ),
    (
        open_requests,
        lambda d: schema(d, "PatientUpdate").update(additionalProperties={}),
        "put /v1/patients/{id}",
    ),
    (omissible, lambda d: schema(d, "Worker")["required"].remove("gender"), "get /v1/workers/{id}"),
    (
        unions,
        lambda d: schema(d, "Calendar")["properties"]["id"].update(oneOf=[{}]),
        "/Calendar/properties/id",
    ),
    (
        unions,
        lambda d: schema(d, "Calendar").update(discriminator={}),
        "/components/schemas/Calendar",
    ),
    (
        hidden_values,
        lambda d: schema(d, "Message")["properties"]["direction"].update(maxLength=255),
        "/components/schemas/Message/properties/direction has maxLength",
    ),
    (
        hidden_values,
        lambda d: schema(d, "Message")["properties"]["direction"].update({"x-expected": "some text"}),
        "/components/schemas/Message/properties/direction has x-expected",
    ),
    (
        unfit_examples,
        lambda d: steps(d)["title"].update(example=7),
        "interventions/items/properties/title, ",
    ),
    (
        unfit_examples,
        lambda d: d["components"]["examples"]["PatientUpdate"]["value"].update(nick="Bo"),
        "/paths/~1v1~1patients~1{id}/put/requestBody/content/application~1json, ",
    ),
    (
        unfit_examples,
        lambda d: d["components"]["parameters"]["Id"].update(example="1"),
        "/components/parameters/Id, ",
    ),
]


@pytest.mark.parametrize(("check", "break_it", "fault"), BROKEN, ids=[fault for *_, fault in BROKEN])
def test_check_sees_a_broken_contract(
    check: Check, break_it: Callable[[Document], object], fault: str, contract: Document
) -> None:
    """A contract with one schema that lacks something is told so."""
    assert_detects(check, break_it, fault, contract)


def test_every_check_is_seen_to_fail() -> None:
    """There is no check without a contract that it refuses."""
    assert {check for check, _, _ in BROKEN} == set(CHECKS)
