"""Careplans over HTTP: read only."""

from ..mock import A, Mock

FIELDS = ["id", "user_id", "careplan", "updated_at", "created_at"]
WITHOUT_A_PLAN = "6a7db414-31e7-40b6-ad35-c0be7f2d2be6"


def test_a_get_answers_the_fields_of_the_model(mock: Mock) -> None:
    """D-02, D-58, D-62: the bare record in the document's order, under the document's names."""
    answer = mock.get(f"/v1/careplans/{A}")

    assert (answer.status_code, list(answer.json())) == (200, FIELDS)
    assert answer.json()["user_id"] == A


def test_a_plan_has_goals_with_interventions(mock: Mock) -> None:
    """D-29: `careplan` is an object of these members, three of an intervention's being null until they are known."""
    plan = mock.get(f"/v1/careplans/{A}").json()["careplan"]

    assert list(plan) == ["description", "diagnosis", "goals"]
    assert [list(goal) for goal in plan["goals"]] == [["title", "interventions"]] * 2
    assert [list(each) for goal in plan["goals"] for each in goal["interventions"]] == [
        ["title", "reminder_date", "completed_at", "completed_by_worker_id", "worker_id", "instructions"]
    ] * 4
    open_one = plan["goals"][0]["interventions"][2]
    assert [open_one[field] for field in ("completed_at", "completed_by_worker_id", "worker_id")] == [None, None, None]


def test_a_patient_without_a_plan_has_null(mock: Mock) -> None:
    """D-16, D-29: the field is there, and null."""
    record = mock.get(f"/v1/careplans/{WITHOUT_A_PLAN}").json()

    assert list(record) == FIELDS
    assert record["careplan"] is None
