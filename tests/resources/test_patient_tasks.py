"""Patient tasks over HTTP."""

from ..mock import NOBODY, A, Mock, faults
from .bodies import SEUN
from .records import created, read

FIELDS = ["id", "user_id", "task_type", "dismissed", "updated_at", "created_at"]
PATH = f"/v1/patient_tasks/{A}"


def test_a_get_answers_the_fields_of_the_model(mock: Mock) -> None:
    """D-02, D-16, D-61: the bare record with the document's sample id, its fields in the document's order."""
    answer = mock.get(PATH)

    assert (answer.status_code, list(answer.json())) == (200, FIELDS)
    assert answer.json()["task_type"] == "weekly_check_in"


def test_a_new_task_is_not_dismissed(mock: Mock) -> None:
    """D-08, D-24: a patient and any type of task are the whole create."""
    task = created(mock, "patient_tasks", {"user_id": SEUN, "task_type": "walk.daily"})

    assert list(task) == FIELDS
    assert (task["user_id"], task["task_type"], task["dismissed"]) == (SEUN, "walk.daily", False)


def test_deleting_answers_the_task_and_removes_it_for_good(mock: Mock) -> None:
    """D-03, D-31, D-57: a DELETE answers the deleted task; from then on GET and DELETE find none."""
    task = mock.get(PATH).json()

    deleted = mock.delete(PATH)

    assert (deleted.status_code, deleted.json()) == (200, task)
    assert faults(mock.get(PATH)) == [("not_found", "id")]
    assert faults(mock.delete(PATH)) == [("not_found", "id")]


def test_deleting_takes_one_task(mock: Mock) -> None:
    """D-57: an equal task of the same patient stays."""
    first, second = (created(mock, "patient_tasks", {"user_id": A, "task_type": "survey"}) for _ in range(2))

    mock.delete(f"/v1/patient_tasks/{first['id'].upper()}")

    assert mock.get(f"/v1/patient_tasks/{first['id']}").status_code == 404
    assert read(mock, "patient_tasks", second["id"]) == second


def test_deleting_nobodys_task_finds_none(mock: Mock) -> None:
    """D-31: an id that no task ever had is not found either."""
    answer = mock.delete(f"/v1/patient_tasks/{NOBODY}")

    assert (answer.status_code, faults(answer)) == (404, [("not_found", "id")])


def test_an_external_id_outlives_the_task_that_it_names(mock: Mock) -> None:
    """D-57: references to a deleted record are not touched, and no new ones can be made."""
    body = {"resource": "patient_tasks", "namespace": "ehr", "external_id": "T-1", "welkin_id": A}
    named = created(mock, "external_ids", body)

    mock.delete(PATH)

    assert read(mock, "external_ids", named["id"]) == named
    again = mock.post("/v1/external_ids", body | {"namespace": "billing"})
    assert faults(again) == [("resource_not_found", "/welkin_id")]


def test_a_task_is_for_a_patient_who_exists(mock: Mock) -> None:
    """D-19: an unknown patient is a resource_not_found that names the field."""
    answer = mock.post("/v1/patient_tasks", {"user_id": NOBODY, "task_type": "survey"})

    assert (answer.status_code, faults(answer)) == (404, [("resource_not_found", "/user_id")])
