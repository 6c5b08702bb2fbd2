"""Workers over HTTP: read only."""

from ..mock import A, Mock

FIELDS = [
    "id",
    "email",
    "first_name",
    "last_name",
    "phone_number",
    "timezone",
    "gender",
    "updated_at",
    "created_at",
]


def test_a_get_answers_the_fields_of_the_model(mock: Mock) -> None:
    """D-02, D-45, D-62: the bare record, its fields in the document's order, read as those of patients are."""
    answer = mock.get(f"/v1/workers/{A}")

    assert (answer.status_code, list(answer.json())) == (200, FIELDS)
    assert answer.json() == answer.json() | {
        "email": "dana.whitcombe@example.org",
        "first_name": "Dana",
        "last_name": "Whitcombe",
        "phone_number": "+14155550107",
        "timezone": "US/Pacific",
        "gender": "Female",
    }
