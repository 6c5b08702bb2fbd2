"""Calendars over HTTP: read only."""

from ..mock import A, Mock
from .bodies import LEAST, UPDATES
from .records import created, read, updated


def test_a_get_answers_the_fields_of_the_model(mock: Mock) -> None:
    """D-02, D-16, D-46: the bare record, its fields in the document's order; it belongs to a worker."""
    answer = mock.get(f"/v1/calendars/{A}")

    assert (answer.status_code, list(answer.json())) == (200, ["id", "worker_id", "updated_at", "created_at"])
    assert answer.json()["worker_id"] == A


def test_a_calendar_is_not_updated_by_its_events(mock: Mock) -> None:
    """D-46: neither a new event nor a changed one moves the calendar's `updated_at`."""
    calendar = read(mock, "calendars", A)

    event = created(mock, "calendar_events", LEAST["calendar_events"] | {"calendar_id": A})
    updated(mock, "calendar_events", event["id"], {"outcome": UPDATES["calendar_events"]["outcome"]})

    assert read(mock, "calendars", A) == calendar
