"""Custom data type records over HTTP."""

from json import dumps
from typing import Any

import pytest

from ..mock import A, Mock, faults
from .bodies import ANYTHING
from .records import created, now, read, updated

LEAST = {"user_id": A, "type_name": "allergy", "body": {"substance": "pollen", "since": 1999}}
FIELDS = ["id", "body", "user_id", "type_name", "updated_at", "created_at"]
PATH = f"/v1/custom_data_type_records/{A}"


def test_a_get_answers_the_fields_of_the_model(mock: Mock) -> None:
    """D-02, D-16, D-61: the bare record with the document's sample id, its fields in the document's order."""
    answer = mock.get(PATH)

    assert (answer.status_code, list(answer.json())) == (200, FIELDS)
    assert answer.json()["type_name"] == "care_team_contact"


def test_a_record_is_made_of_a_patient_a_type_and_a_body(mock: Mock) -> None:
    """D-02, D-08: the three fields are the whole create."""
    record = created(mock, "custom_data_type_records", LEAST)

    assert list(record) == FIELDS
    assert LEAST.items() <= record.items()


@pytest.mark.parametrize("body", ANYTHING, ids=dumps)
def test_a_body_may_be_any_json_and_comes_back_as_sent(shared_mock: Mock, body: Any) -> None:
    """D-28, D-60: a type nobody knows takes any JSON value but null, equal to the last member and number."""
    record = created(shared_mock, "custom_data_type_records", LEAST | {"type_name": "unheard_of", "body": body})

    assert dumps(record["body"]) == dumps(body)
    assert dumps(read(shared_mock, "custom_data_type_records", record["id"])["body"]) == dumps(body)


@pytest.mark.parametrize("body", ANYTHING, ids=dumps)
def test_an_update_replaces_the_body_whole(shared_mock: Mock, body: Any) -> None:
    """D-07, D-28: nothing of the former body is kept, and everything else is."""
    before = created(shared_mock, "custom_data_type_records", LEAST)

    after = updated(shared_mock, "custom_data_type_records", before["id"], {"body": body})

    assert dumps(after["body"]) == dumps(body)
    assert after == before | {"body": body, "updated_at": after["updated_at"]}
    assert read(shared_mock, "custom_data_type_records", before["id"]) == after


def test_an_equal_body_is_an_update_too(mock: Mock) -> None:
    """D-63: `updated_at` moves though nothing differs."""
    before = created(mock, "custom_data_type_records", LEAST)
    since = now()

    after = updated(mock, "custom_data_type_records", before["id"], {"body": LEAST["body"]})

    assert since <= after["updated_at"] <= now()


@pytest.mark.parametrize("body", [{}, {"body": None}], ids=["absent", "null"])
def test_an_update_needs_a_body(shared_mock: Mock, body: dict[str, Any]) -> None:
    """D-28, D-36: here alone an empty update is refused, and null is no body."""
    before = read(shared_mock, "custom_data_type_records", A)

    answer = shared_mock.put(PATH, body)

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", "/body")])
    assert read(shared_mock, "custom_data_type_records", A) == before


def test_a_record_cannot_be_made_without_data(shared_mock: Mock) -> None:
    """D-28: null is no body in a create either."""
    answer = shared_mock.post("/v1/custom_data_type_records", LEAST | {"body": None})

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", "/body")])


@pytest.mark.parametrize("field", ["user_id", "type_name"])
def test_the_patient_and_the_type_stay(shared_mock: Mock, field: str) -> None:
    """D-07: they are no parameters of the update, which says that `body` alone is one."""
    answer = shared_mock.put(PATH, {field: LEAST[field], "body": 1})

    assert faults(answer) == [("parse_exception", f"/{field}")]
    assert "body" in answer.json()["detail"]


def test_a_patient_may_have_several_records_of_a_type(mock: Mock) -> None:
    """D-50: equal ones too."""
    first, second = (created(mock, "custom_data_type_records", LEAST) for _ in range(2))

    assert first["id"] != second["id"]
