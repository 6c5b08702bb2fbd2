"""The examples of the contract: they work as they stand, and show what a fresh mock has."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from common_apis.contract.document import operations
from common_apis.contract.pointer import follow

from ..mock import Mock
from .bodies import Record
from .clinic import records


def examples(contract: dict[str, Any], sort: str) -> Iterator[tuple[str, str, str, Any]]:
    """The method, path, name and value of every example of a request, or of a success."""
    for method, path, operation in operations(contract):
        bodies = [operation.get("requestBody", {})]
        if sort == "response":
            bodies = [says for status, says in operation["responses"].items() if status.startswith("2")]
        for body in bodies:
            named = body.get("content", {}).get("application/json", {}).get("examples", {})
            for name, example in named.items():
                yield method, path, name, follow(contract, example["$ref"].removeprefix("#"))["value"]


def shown(model: dict[str, Any], example: Record) -> Record:
    """The fields of an example that the Model has, as a response writes them."""
    return {
        field: in_utc(value) if model[field].get("format") == "date-time" else value
        for field, value in example.items()
        if field in model
    }


def in_utc(moment: str) -> str:
    """A moment as responses write it."""
    return datetime.fromisoformat(moment).astimezone(UTC).isoformat(timespec="microseconds")


def fields_of_the_model(contract: dict[str, Any], path: str) -> dict[str, Any]:
    """The schemas of the fields that a record of a path has."""
    operation = contract["paths"][path].get("put") or contract["paths"][path]["post"]
    says = next(says for status, says in operation["responses"].items() if status.startswith("2"))
    schema = follow(contract, says["content"]["application/json"]["schema"]["$ref"].removeprefix("#"))
    fields: dict[str, Any] = schema["properties"]
    return fields


UNIQUE = {
    "external_ids.patient": "an external id that the clinic had could not be created again",
    "patients.known_elsewhere": "its `external_ids` must be free, for the same reason",
}
"""Examples that can be sent once, and whose unique values are no record's."""
FREE = "external_ids.patient"
"""The one of them whose answer is no record's either."""


def test_every_example_of_a_request_is_taken(make_mock: Callable[..., Mock], contract: dict[str, Any]) -> None:
    """D-61: by a fresh mock, an update for the record that its response shows; and again, where nothing is unique."""
    answers = {(path, name): value for method, path, name, value in examples(contract, "response") if method == "put"}
    for method, path, name, value in examples(contract, "request"):
        id = answers[path, name]["id"] if method == "put" else ""
        mock, status = make_mock(), {"post": 201, "put": 200}[method]
        once = f"{path.split('/')[2]}.{name}" in UNIQUE and method == "post"
        for expected in (status, 409 if once else status):
            answer = mock.ask(method.upper(), path.replace("{id}", id), json=value)
            assert answer.status_code == expected, (method, path, name, answer.text)


def test_every_example_of_a_response_is_a_record(contract: dict[str, Any]) -> None:
    """D-61: who sends the request of the reference to a fresh mock gets what the reference shows."""
    count = 0
    for method, path, name, value in examples(contract, "response"):
        count += 1
        if f"{path.split('/')[2]}.{name}" != FREE:
            found = (record for record in records(path.split("/")[2]) if record["id"] == value["id"])
            assert value.items() <= next(found).items(), (method, path, name)
    assert count >= 29


def test_an_example_that_no_record_has_is_what_a_fresh_mock_answers(mock: Mock, contract: dict[str, Any]) -> None:
    """D-20: an external id that is free has an answer of its own, id and all."""
    bodies = contract["components"]["examples"]
    answer = mock.post("/v1/external_ids", bodies["ExternalIdCreate"]["value"])

    assert answer.json() == bodies["ExternalIdCreated"]["value"]


def test_every_example_of_a_request_is_how_a_record_came_to_be(contract: dict[str, Any]) -> None:
    """D-61: in the fields that the Model has, some record equals it; `UNIQUE` says which cannot."""
    count = 0
    for method, path, name, value in examples(contract, "request"):
        collection = path.split("/")[2]
        fields = shown(fields_of_the_model(contract, path), value)
        if collection != "external_ids" or f"{collection}.{name}" not in UNIQUE:
            count += 1
            assert any(fields.items() <= record.items() for record in records(collection)), (method, path, name)
    assert count > 16
