"""The examples of the contract tell ids apart, and what a request sends is what its response shows."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from common_apis.handlers import resource

from .breaking import assert_detects
from .reading import Document, Operation, operations, request, resolved, success

Check = Callable[[Document], list[str]]


def examples(document: Document, content: dict[str, Any]) -> dict[str, Any]:
    """The values of the examples of a JSON body, by name."""
    named = content.get("application/json", {}).get("examples", {})
    return {name: resolved(document, example)["value"] for name, example in named.items()}


def find_examples(document: Document, operation: Operation) -> Iterator[dict[str, Any]]:
    """Every example of a request or a success."""
    yield from examples(document, request(document, operation)).values()
    yield from examples(document, success(document, operation)["content"]).values()


def ambiguous_ids(document: Document) -> list[str]:
    """Ids that name records of several collections."""
    named: dict[str, set[str]] = {}
    for operation in operations(document):
        for value in find_examples(document, operation):
            if "id" in value:
                named.setdefault(value["id"], set()).add(operation.collection)
            for reference in resource(operation.collection).references:
                if value.get(reference.field) and (key := reference.key(value)):
                    named.setdefault(key.id, set()).add(key.collection)
    return [f"{id} names {', '.join(sorted(of))}" for id, of in named.items() if len(of) > 1]


def ambiguous_fields(document: Document) -> list[str]:
    """Fields whose example is the id of a record of another collection."""
    owners = {"user_id": "patients", "coach_id": "workers", "worker_id": "workers", "calendar_id": "calendars"}
    named: dict[str, set[str]] = {}
    for operation in operations(document):
        schemas = (request(document, operation), success(document, operation)["content"])
        for content in schemas:
            schema = resolved(document, content.get("application/json", {}).get("schema", {}))
            for field, says in schema.get("properties", {}).items():
                owner = operation.collection if field == "id" else owners.get(field)
                if owner and says.get("format") == "uuid":
                    named.setdefault(says["example"], set()).add(owner)
    return [f"{id} names {', '.join(sorted(of))}" for id, of in named.items() if len(of) > 1]


def unanswered(document: Document) -> list[str]:
    """Examples of requests without a response of the same name, or with one that shows another value."""
    faults = []
    for operation in operations(document):
        answers = examples(document, success(document, operation)["content"])
        for name, sent in examples(document, request(document, operation)).items():
            answer = answers.get(name)
            if answer is None:
                faults.append(f"{operation.name} has no response {name}")
                continue
            other = [field for field in sent if field in answer and plain(sent[field]) != plain(answer[field])]
            faults += [f"{operation.name}, {name}: {field}" for field in other]
    return faults


def plain(value: Any) -> Any:
    """A value that can be compared: a moment in UTC."""
    try:
        return datetime.fromisoformat(value).astimezone(UTC) if "T" in value else value
    except (TypeError, ValueError):
        return value


CHECKS: list[Check] = [ambiguous_ids, ambiguous_fields, unanswered]


@pytest.mark.parametrize("check", CHECKS)
def test_examples_tell_ids_apart_and_go_together(check: Check, contract: Document) -> None:
    """An id names records of one collection, and each request has the response that it gets."""
    assert check(contract) == []


def example(document: Document, name: str) -> dict[str, Any]:
    """The value of an example, to be broken."""
    value: dict[str, Any] = document["components"]["examples"][name]["value"]
    return value


def user(document: Document) -> dict[str, Any]:
    """A field that refers to a patient, to be broken."""
    field: dict[str, Any] = document["components"]["schemas"]["PatientTask"]["properties"]["user_id"]
    return field


BROKEN: list[tuple[Check, Callable[[Document], object], str]] = [
    (
        ambiguous_ids,
        lambda d: example(d, "PatientTaskCreate").update(user_id=example(d, "Worker")["id"]),
        "names patients, workers",
    ),
    (
        ambiguous_ids,
        lambda d: example(d, "Calendar").update(id=example(d, "Patient")["id"]),
        "names calendars, patients",
    ),
    (
        ambiguous_fields,
        lambda d: user(d).update(example=example(d, "PatientTask")["id"]),
        "names patient_tasks, patients",
    ),
    (
        unanswered,
        lambda d: example(d, "PatientTaskCreate").update(task_type="other"),
        "post /v1/patient_tasks, task: task_type",
    ),
    (
        unanswered,
        lambda d: d["paths"]["/v1/patients/{id}"]["put"]["responses"]["200"]["content"]["application/json"][
            "examples"
        ].pop("phase"),
        "put /v1/patients/{id} has no response phase",
    ),
]


@pytest.mark.parametrize(("check", "break_it", "fault"), BROKEN, ids=[fault for *_, fault in BROKEN])
def test_check_sees_a_broken_contract(
    check: Check, break_it: Callable[[Document], object], fault: str, contract: Document
) -> None:
    """A contract with one example that is wrong is told so."""
    assert_detects(check, break_it, fault, contract)


def test_every_check_is_seen_to_fail() -> None:
    """There is no check without a contract that it refuses."""
    assert {check for check, _, _ in BROKEN} == set(CHECKS)
