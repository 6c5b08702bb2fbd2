"""Integration tasks over HTTP: read only."""

from typing import Any

import pytest

from ..mock import A, Mock

FIELDS = [
    "id",
    "status",
    "user_id",
    "provider_id",
    "args",
    "result",
    "ref_ids",
    "job_id",
    "task_name",
    "updated_at",
    "created_at",
    "errors",
]
FAILED = "9b590589-61ff-49d2-b72d-d983ebf9735c"
UNATTEMPTED = "01a8d6b0-8f35-4e3c-97fd-17f920283690"
STATUSES = {
    A: "succeeded",
    FAILED: "failed",
    UNATTEMPTED: "unattempted",
    "b47c8105-abf0-47cd-9261-7a278c02f9b1": "running",
}


def task(mock: Mock, id: str) -> dict[str, Any]:
    """The task with an id."""
    record: dict[str, Any] = mock.get(f"/v1/integration_tasks/{id}").json()
    return record


@pytest.mark.parametrize(("id", "status"), STATUSES.items())
def test_a_get_answers_the_fields_of_the_model(shared_mock: Mock, id: str, status: str) -> None:
    """D-02, D-10, D-16: the bare record, its fields in the document's order, `errors` after the times."""
    record = task(shared_mock, id)

    assert list(record) == FIELDS
    assert record["status"] == status


def test_what_a_task_works_on_and_brings_is_any_json(mock: Mock) -> None:
    """D-29: `args` and `result` are an object here, a text or null there; `ref_ids` is a list of strings."""
    assert task(mock, A)["args"] == {"mrn": "MRN-004821", "fields": ["address", "phone"]}
    assert task(mock, "4eca4569-dfa1-4993-a1a8-91ddca9a7b04")["result"] == "accepted"
    assert task(mock, FAILED)["result"] is None
    assert task(mock, A)["ref_ids"] == ["MRN-004821"]


def test_what_went_wrong_is_said_with_code_message_and_extra(mock: Mock) -> None:
    """D-29: `errors` is a list of these three, or null where nothing went wrong."""
    (error,) = task(mock, FAILED)["errors"]

    assert list(error) == ["code", "message", "extra"]
    assert error["code"] == "patient_not_found"
    assert task(mock, A)["errors"] is None


def test_a_task_need_not_be_about_a_patient_or_a_provider(mock: Mock) -> None:
    """D-51: both ids are nullable, and a provider's names no record of this API."""
    assert task(mock, FAILED)["user_id"] is None
    assert task(mock, UNATTEMPTED)["provider_id"] is None
    assert mock.get(f"/v1/workers/{task(mock, A)['provider_id']}").status_code == 404
