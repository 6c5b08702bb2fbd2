"""Every operation is complete for its readers: people, mocks, generators of clients and generators of tests."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from common_apis.contract.pointer import pointer

from .breaking import assert_detects
from .reading import VERBS, Document, Operation, operations, request, resolved, responses, success

PROBLEM = "application/problem+json"

Check = Callable[[Document], list[str]]


def invalid(document: Document) -> list[str]:
    """Where the contract is not OpenAPI 3.0."""
    return [
        f"{pointer(error.absolute_path)}: {error.message}" for error in OpenAPIV30SpecValidator(document).iter_errors()
    ]


def misnamed(document: Document) -> list[str]:
    """Operations whose id is not the collection and the verb."""
    return [
        f"{operation.name} is named {operation.says.get('operationId')}"
        for operation in operations(document)
        if operation.says.get("operationId") != f"{operation.collection}_{VERBS.get(operation.method)}"
    ]


def unexplained(document: Document) -> list[str]:
    """Operations without one tag that is declared, a summary or a description."""
    declared = [[tag["name"]] for tag in document["tags"]]
    return [
        f"{operation.name} has no {lacking}"
        for operation in operations(document)
        for lacking in ("tags", "summary", "description")
        if not operation.says.get(lacking) or (lacking == "tags" and operation.says["tags"] not in declared)
    ]


def bodies(document: Document, operation: Operation) -> Iterator[tuple[str, dict[str, Any]]]:
    """What an operation takes and answers where nothing is wrong, by media type."""
    for direction, content in (
        ("request", request(document, operation)),
        ("response", success(document, operation)["content"]),
    ):
        for media_type, says in content.items():
            yield f"{operation.name}, {direction} {media_type}", says


def unexampled(document: Document) -> list[str]:
    """Bodies without a named example, or with one that has no summary."""
    faults = []
    for name, says in ((name, says) for each in operations(document) for name, says in bodies(document, each)):
        examples = {key: resolved(document, example) for key, example in says.get("examples", {}).items()}
        if not examples or not all(example.get("summary") for example in examples.values()):
            faults.append(name)
    return faults


def other_bodies(document: Document) -> list[str]:
    """Bodies of another media type than JSON."""
    return [
        name
        for operation in operations(document)
        for name, _ in bodies(document, operation)
        if not name.endswith(" application/json")
    ]


def careless_errors(document: Document) -> list[str]:
    """Operations that refuse nothing, and errors that are not problem documents with an example of their status."""
    faults = []
    for operation in operations(document):
        errors = {status: says for status, says in responses(document, operation) if not status.startswith("2")}
        if not {"400", "401", "404", "500"} <= set(errors):
            faults.append(f"{operation.name} has the errors {', '.join(errors)}")
        for status, says in errors.items():
            content = says.get("content", {})
            problem = content.get(PROBLEM, {})
            examples = [resolved(document, example)["value"] for example in problem.get("examples", {}).values()]
            right = list(content) == [PROBLEM] and problem.get("schema") == {"$ref": "#/components/schemas/Problem"}
            if not right or {str(example["status"]) for example in examples} != {status}:
                faults.append(f"{operation.name}, {status}")
    return faults


def unlinked(document: Document) -> list[str]:
    """Creates without a link to each operation on the record that they make."""
    ids: dict[str, set[str]] = {}
    for operation in operations(document):
        if operation.path.endswith("/{id}"):
            ids.setdefault(operation.collection, set()).add(operation.says["operationId"])
    return [
        operation.name
        for operation in operations(document)
        if operation.method == "post"
        and {link["operationId"] for link in success(document, operation).get("links", {}).values()}
        != ids.get(operation.collection, set())
    ]


CHECKS: list[Check] = [
    invalid,
    misnamed,
    unexplained,
    unexampled,
    other_bodies,
    careless_errors,
    unlinked,
]


@pytest.mark.parametrize("check", CHECKS)
def test_operations_are_complete(check: Check, contract: Document) -> None:
    """The contract is valid OpenAPI; each operation is named, explained and linked, with examples and errors."""
    assert check(contract) == []


def get_worker(document: Document) -> dict[str, Any]:
    """An operation to be broken."""
    operation: dict[str, Any] = document["paths"]["/v1/workers/{id}"]["get"]
    return operation


def create_event(document: Document) -> dict[str, Any]:
    """An operation with a body, to be broken."""
    operation: dict[str, Any] = document["paths"]["/v1/calendar_events"]["post"]
    return operation


def taken(document: Document) -> dict[str, Any]:
    """The body that the operation takes, by media type."""
    content: dict[str, Any] = create_event(document)["requestBody"]["content"]
    return content


def conflict(document: Document) -> dict[str, Any]:
    """The error 409, by media type."""
    content: dict[str, Any] = document["components"]["responses"]["Conflict"]["content"]
    return content


BROKEN: list[tuple[Check, Callable[[Document], object], str]] = [
    (
        invalid,
        lambda d: create_event(d)["responses"]["201"].pop("description"),
        "/paths/~1v1~1calendar_events/post/responses/201: ",
    ),
    (
        misnamed,
        lambda d: get_worker(d).update(operationId="workers.get"),
        "get /v1/workers/{id} is named workers.get",
    ),
    (
        unexplained,
        lambda d: get_worker(d).update(tags=["Staff"]),
        "get /v1/workers/{id} has no tags",
    ),
    (unexplained, lambda d: get_worker(d).pop("summary"), "get /v1/workers/{id} has no summary"),
    (
        unexplained,
        lambda d: get_worker(d).pop("description"),
        "get /v1/workers/{id} has no description",
    ),
    (
        unexampled,
        lambda d: taken(d)["application/json"].pop("examples"),
        "post /v1/calendar_events, request application/json",
    ),
    (
        unexampled,
        lambda d: d["components"]["examples"]["CalendarEventAllDay"].pop("summary"),
        "get /v1/calendar_events/{id}, response application/json",
    ),
    (
        other_bodies,
        lambda d: taken(d).update({"text/plain": {}}),
        "post /v1/calendar_events, request text/plain",
    ),
    (
        careless_errors,
        lambda d: get_worker(d)["responses"].pop("404"),
        "get /v1/workers/{id} has the errors",
    ),
    (
        careless_errors,
        lambda d: conflict(d).update({"application/json": conflict(d).pop(PROBLEM)}),
        "post /v1/external_ids, 409",
    ),
    (careless_errors, lambda d: conflict(d).clear(), "post /v1/external_ids, 409"),
    (careless_errors, lambda d: conflict(d)[PROBLEM].pop("examples"), "post /v1/external_ids, 409"),
    (
        careless_errors,
        lambda d: conflict(d)[PROBLEM]["examples"]["uniqueness_exception"]["value"].update(status=400),
        "post /v1/external_ids, 409",
    ),
    (
        unlinked,
        lambda d: create_event(d)["responses"]["201"]["links"].pop("get"),
        "post /v1/calendar_events",
    ),
    (
        unlinked,
        lambda d: create_event(d)["responses"]["201"].pop("links"),
        "post /v1/calendar_events",
    ),
]


@pytest.mark.parametrize(("check", "break_it", "fault"), BROKEN, ids=[fault for *_, fault in BROKEN])
def test_check_sees_a_broken_contract(
    check: Check, break_it: Callable[[Document], object], fault: str, contract: Document
) -> None:
    """A contract with one operation that lacks something is told so."""
    assert_detects(check, break_it, fault, contract)


def test_every_check_is_seen_to_fail() -> None:
    """There is no check without a contract that it refuses."""
    assert {check for check, _, _ in BROKEN} == set(CHECKS)
