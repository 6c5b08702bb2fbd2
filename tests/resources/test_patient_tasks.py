"""Patient tasks over HTTP."""

from ..mock import NOBODY, A, Mock, faults


def test_deleting_answers_the_task_and_removes_it_for_good(mock: Mock) -> None:
    """D-03, D-31, D-57: a DELETE answers the deleted task; from then on GET and DELETE find none."""
    path = f"/v1/patient_tasks/{A}"
    task = mock.get(path).json()

    deleted = mock.delete(path)

    assert (deleted.status_code, deleted.json()) == (200, task)
    assert mock.get(path).status_code == 404
    assert faults(mock.delete(path)) == [("not_found", "id")]


def test_a_task_is_for_a_patient_who_exists(mock: Mock) -> None:
    """D-19: an unknown patient is a resource_not_found that names the field."""
    answer = mock.post("/v1/patient_tasks", {"user_id": NOBODY, "task_type": "survey"})

    assert answer.status_code == 404
    assert faults(answer) == [("resource_not_found", "/user_id")]
