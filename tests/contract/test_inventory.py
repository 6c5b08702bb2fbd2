"""The contract and the document say the same: nothing is left out, renamed or added but what a decision adds."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from .breaking import assert_detects
from .reading import (
    Document,
    Inventory,
    Operation,
    Schema,
    json_schema,
    marks,
    operations,
    parameters,
    request,
    resolved,
    success,
)

ADDED = {"patients": {"country": "D-22"}, "phone_numbers": {"opted_in_to_phone": "D-23"}}
"""Fields that a decision adds to the Model in responses."""

Check = Callable[[Document, Inventory], list[str]]


class Table(NamedTuple):
    """A table of the document beside the schema that stands for it in the contract."""

    name: str
    rows: list[list[Any]]
    added: dict[str, str]
    schema: Schema


def documented(inventory: Inventory) -> Iterator[tuple[str, dict[str, Any]]]:
    """The operations of the document with their collections."""
    for collection, resource in inventory.items():
        for operation in resource["operations"].values():
            yield collection, operation


def tables(document: Document, inventory: Inventory) -> Iterator[Table]:
    """The tables of every operation that both sides have: the Model in the response, the params in the request."""
    declared = {operation.name: operation for operation in operations(document)}
    for collection, says in documented(inventory):
        name = f"{says['method']} {says['path']}"
        if operation := declared.get(name):
            model, added = inventory[collection]["model"], ADDED.get(collection, {})
            answer = json_schema(document, success(document, operation)["content"])
            yield Table(f"{name}, response", model, added, answer)
            yield Table(
                f"{name}, request",
                says["params"],
                {},
                json_schema(document, request(document, operation)),
            )


def wrong_operations(document: Document, inventory: Inventory) -> list[str]:
    """Operations that only one side has."""
    ours = {operation.name for operation in operations(document)}
    theirs = {f"{says['method']} {says['path']}" for _, says in documented(inventory)}
    return [f"{name} is missing" for name in sorted(theirs - ours)] + [
        f"{name} is not in the document" for name in sorted(ours - theirs)
    ]


def wrong_paths(document: Document, inventory: Inventory) -> list[str]:
    """Paths out of the document's order."""
    order = list(inventory)
    known = [operation.collection for operation in operations(document) if operation.collection in inventory]
    places = [order.index(collection) for collection in known]
    return [f"{b} comes after {a}" for a, b, i, j in zip(known, known[1:], places, places[1:], strict=False) if i > j]


def wrong_titles(document: Document, inventory: Inventory) -> list[str]:
    """Titles out of the document's order, and operations under another title than their resource's."""
    titles = {collection: resource["title"] for collection, resource in inventory.items()}
    named = [tag["name"] for tag in document["tags"]]
    faults = [] if named == list(titles.values()) else [f"the titles are {', '.join(named)}"]
    return faults + [
        f"{operation.name} stands under {', '.join(operation.says['tags'])}"
        for operation in operations(document)
        if operation.says["tags"] != [titles.get(operation.collection)]
    ]


def wrong_parameters(document: Document, inventory: Inventory) -> list[str]:
    """Operations with other parameters than the `id` of their path, which is a guid."""

    def expected(operation: Operation) -> list[tuple[str, str, str]]:
        return [("path", "id", "guid")] if operation.path.endswith("/{id}") else []

    def declared(operation: Operation) -> list[tuple[str, str, str]]:
        found = parameters(document, operation)
        return [(each["in"], each["name"], resolved(document, each["schema"]).get("x-type")) for each in found]

    return [
        f"{operation.name} has the parameters {declared(operation)}"
        for operation in operations(document)
        if declared(operation) != expected(operation)
    ]


def wrong_fields(document: Document, inventory: Inventory) -> list[str]:
    """Tables whose fields are not those of the document, in its order, and decided additions without their mark."""
    faults = []
    for table in tables(document, inventory):
        fields = table.schema.get("properties", {})
        names = [name for name in fields if name not in table.added]
        if names != [name for name, _ in table.rows]:
            faults.append(f"{table.name}: the fields are {', '.join(names)}")
        faults += [
            f"{table.name}: `{name}` is not there, or not marked {decision}"
            for name, decision in table.added.items()
            if decision not in marks(resolved(document, fields.get(name, {})))
        ]
    return faults


def wrong_types(document: Document, inventory: Inventory) -> list[str]:
    """Fields of another type than the document's; where it has none, fields with neither a type nor a decision."""
    faults = []
    for table in tables(document, inventory):
        fields = table.schema.get("properties", {})
        for name, named in table.rows:
            schema = resolved(document, fields.get(name, {}))
            given = schema.get("x-type")
            if given != named if named else not (given or marks(schema)):
                faults.append(f"{table.name}: `{name}` is {given}, in the document {named}")
    return faults


CHECKS: list[Check] = [
    wrong_operations,
    wrong_paths,
    wrong_titles,
    wrong_parameters,
    wrong_fields,
    wrong_types,
]


def test_inventory_is_whole(inventory: Inventory) -> None:
    """The inventory has as many resources, operations and fields as the document, counted there by hand."""
    methods = [says["method"] for _, says in documented(inventory)]
    assert len(inventory) == 14
    assert {method: methods.count(method) for method in methods} == {
        "get": 12,
        "put": 6,
        "post": 10,
        "delete": 1,
    }
    assert sum(len(resource["model"]) for resource in inventory.values()) == 128 - 11  # 11 `id` rows are repeated
    assert sum(named is None for resource in inventory.values() for _, named in resource["model"]) == 47


@pytest.mark.parametrize("check", CHECKS)
def test_contract_says_what_the_document_says(check: Check, contract: Document, inventory: Inventory) -> None:
    """Every resource, operation, path, field, parameter and type of the document is in the contract, and no other."""
    assert check(contract, inventory) == []


def schema(document: Document, name: str) -> dict[str, Any]:
    """The properties of a schema, to be broken."""
    found: dict[str, Any] = document["components"]["schemas"][name]["properties"]
    return found


BROKEN: list[tuple[Check, Callable[[Document], object], str]] = [
    (
        wrong_operations,
        lambda d: d["paths"].pop("/v1/calendars/{id}"),
        "get /v1/calendars/{id} is missing",
    ),
    (
        wrong_operations,
        lambda d: d["paths"]["/v1/patients"].update(get={}),
        "get /v1/patients is not in the document",
    ),
    (
        wrong_paths,
        lambda d: d["paths"].update({"/v1/calendars/{id}": d["paths"].pop("/v1/calendars/{id}")}),
        "calendars comes after workers",
    ),
    (
        wrong_titles,
        lambda d: d["paths"]["/v1/workers/{id}"]["get"].update(tags=["Patients"]),
        "get /v1/workers/{id} stands under Patients",
    ),
    (wrong_titles, lambda d: d.update(tags=d["tags"][:1]), "the titles are Assessment Responses"),
    (
        wrong_parameters,
        lambda d: d["paths"]["/v1/workers/{id}"].update(parameters=[]),
        "get /v1/workers/{id} has the parameters []",
    ),
    (
        wrong_parameters,
        lambda d: d["paths"]["/v1/patients"].update(
            parameters=[{"in": "query", "name": "page", "schema": {"x-type": "string"}}]
        ),
        "post /v1/patients has the parameters [('query', 'page', 'string')]",
    ),
    (
        wrong_fields,
        lambda d: schema(d, "ConversationCreate").update(title={}),
        "post /v1/conversations, request: the fields are user_id, title",
    ),
    (
        wrong_fields,
        lambda d: schema(d, "Calendar").update(id=schema(d, "Calendar").pop("id")),
        "get /v1/calendars/{id}, response: the fields are worker_id, updated_at, created_at, id",
    ),
    (
        wrong_fields,
        lambda d: schema(d, "PhoneNumber")["opted_in_to_phone"].pop("x-decision"),
        "get /v1/phone_numbers/{id}, response: `opted_in_to_phone` is not there, or not marked D-23",
    ),
    (
        wrong_types,
        lambda d: schema(d, "PatientUpdate")["birthday"].update({"x-type": "date"}),
        "put /v1/patients/{id}, request: `birthday` is date, in the document birthday",
    ),
    (
        wrong_types,
        lambda d: schema(d, "Careplan").update(careplan={}),
        "get /v1/careplans/{id}, response: `careplan` is None, in the document None",
    ),
]


@pytest.mark.parametrize(("check", "break_it", "fault"), BROKEN, ids=[fault for *_, fault in BROKEN])
def test_check_sees_a_broken_contract(
    check: Check,
    break_it: Callable[[Document], object],
    fault: str,
    contract: Document,
    inventory: Inventory,
) -> None:
    """A contract that departs from the document in one place is told so."""
    assert_detects(check, break_it, fault, contract, inventory)


def test_every_check_is_seen_to_fail() -> None:
    """There is no check without a contract that it refuses."""
    assert {check for check, _, _ in BROKEN} == set(CHECKS)
