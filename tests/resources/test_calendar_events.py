"""Calendar events over HTTP: timed or of a whole day."""

from typing import Any

import pytest

from ..mock import NOBODY, A, Mock, faults
from .bodies import TOMAS
from .records import created, read, updated

BASE = {"calendar_id": A, "user_id": A, "modality": "call", "appointment_type": "intake_call"}
TIMES = {"start_time": "2031-03-04T17:30:00.000000+00:00", "end_time": "2031-03-04T18:00:00.000000+00:00"}
BACKWARDS = {"start_time": TIMES["end_time"], "end_time": TIMES["start_time"]}
EARLIER = {"start_time": "2031-03-04T17:00:00.000000+00:00"}
LATER = {"start_time": "2031-03-05T09:00:00.000000+00:00", "end_time": "2031-03-05T09:30:00.000000+00:00"}
DAY = {"day": "2031-03-04"}
NO_TIMES = {"start_time": None, "end_time": None}
TIMED = TIMES | {"day": None, "is_all_day": False}
ALL_DAY = NO_TIMES | DAY | {"is_all_day": True}
FIELDS = [
    "id",
    "calendar_id",
    "user_id",
    "is_all_day",
    "start_time",
    "end_time",
    "day",
    "outcome",
    "modality",
    "appointment_type",
    "updated_at",
    "created_at",
]


def test_a_get_answers_the_fields_of_the_model(mock: Mock) -> None:
    """D-02, D-16, D-61: the bare record with the document's sample id, its fields in the document's order."""
    answer = mock.get(f"/v1/calendar_events/{A}")

    assert (answer.status_code, list(answer.json())) == (200, FIELDS)
    assert answer.json()["appointment_type"] == "care_review"


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        (TIMES, TIMED),
        (DAY, ALL_DAY),
        (TIMES | {"day": None}, TIMED),
        (DAY | NO_TIMES, ALL_DAY),
    ],
    ids=["times", "day", "times_and_null", "day_and_nulls"],
)
def test_an_event_is_timed_or_of_a_whole_day(shared_mock: Mock, sent: dict[str, Any], kind: dict[str, Any]) -> None:
    """D-17, D-18, D-36: `is_all_day` follows from what is sent, null means absent, and there is no outcome yet."""
    event = created(shared_mock, "calendar_events", BASE | sent)

    assert list(event) == FIELDS
    assert (BASE | kind | {"outcome": None}).items() <= event.items()


@pytest.mark.parametrize(
    ("times", "fault"),
    [
        ({}, "/start_time"),
        (NO_TIMES | {"day": None}, "/start_time"),
        ({"start_time": TIMES["start_time"]}, "/end_time"),
        ({"end_time": TIMES["end_time"]}, "/start_time"),
        (DAY | TIMES, "/day"),
        (DAY | {"start_time": TIMES["start_time"]}, "/day"),
        (DAY | {"end_time": TIMES["end_time"]}, "/day"),
        (BACKWARDS, "/end_time"),
        ({"start_time": TIMES["start_time"], "end_time": TIMES["start_time"]}, "/end_time"),
        ({"start_time": "2031-03-04T10:00:00-08:00", "end_time": "2031-03-04T12:00:00-06:00"}, "/end_time"),
    ],
    ids=[
        "nothing",
        "nulls",
        "start_alone",
        "end_alone",
        "both_kinds",
        "day_and_start",
        "day_and_end",
        "end_before_start",
        "zero_length",
        "zero_length_in_other_offsets",
    ],
)
def test_an_event_has_one_kind_of_time(shared_mock: Mock, times: dict[str, Any], fault: str) -> None:
    """D-17, D-47: both kinds, half a kind or none, and an end that is not after the start, are a bad_request."""
    answer = shared_mock.post("/v1/calendar_events", BASE | times)

    assert (answer.status_code, faults(answer)) == (400, [("bad_request", fault)])


@pytest.mark.parametrize(
    ("before", "sent", "after"),
    [
        (TIMES, DAY, ALL_DAY),
        (TIMES, DAY | NO_TIMES, ALL_DAY),
        (DAY, TIMES, TIMED),
        (DAY, TIMES | {"day": None}, TIMED),
        (DAY, {"day": "2031-03-05"}, ALL_DAY | {"day": "2031-03-05"}),
        (DAY, NO_TIMES, ALL_DAY),
        (TIMES, LATER, TIMED | LATER),
        (TIMES, {"end_time": LATER["end_time"]}, TIMED | {"end_time": LATER["end_time"]}),
        (TIMES, EARLIER, TIMED | EARLIER),
        (TIMES, {"day": None}, TIMED),
        (TIMES, {"outcome": "completed"}, TIMED | {"outcome": "completed"}),
        (DAY, {"outcome": "no-show"}, ALL_DAY | {"outcome": "no-show"}),
        (TIMES, DAY | {"outcome": "cancelled"}, ALL_DAY | {"outcome": "cancelled"}),
    ],
    ids=[
        "to_all_day",
        "to_all_day_explicitly",
        "to_timed",
        "to_timed_explicitly",
        "another_day",
        "times_cleared_that_are_not_there",
        "other_times",
        "longer",
        "earlier",
        "day_cleared_that_is_not_there",
        "timed_and_completed",
        "all_day_and_missed",
        "converted_and_cancelled",
    ],
)
def test_an_update_may_turn_one_kind_into_the_other(
    shared_mock: Mock, before: dict[str, Any], sent: dict[str, Any], after: dict[str, Any]
) -> None:
    """D-07, D-17: the kind that is sent counts; what no longer applies is cleared, and nothing else changes."""
    event = created(shared_mock, "calendar_events", BASE | before)

    answer = updated(shared_mock, "calendar_events", event["id"], sent)

    assert answer == event | after | {"updated_at": answer["updated_at"]}
    assert read(shared_mock, "calendar_events", event["id"]) == answer


@pytest.mark.parametrize(
    ("before", "sent", "fault"),
    [
        (TIMES, DAY | TIMES, "/day"),
        (TIMES, DAY | {"start_time": TIMES["start_time"]}, "/day"),
        (DAY, DAY | {"end_time": TIMES["end_time"]}, "/day"),
        (DAY, {"start_time": TIMES["start_time"]}, "/end_time"),
        (DAY, {"end_time": TIMES["end_time"]}, "/start_time"),
        (DAY, {"start_time": TIMES["start_time"], "day": None}, "/end_time"),
        (TIMES, {"start_time": None}, "/start_time"),
        (TIMES, {"end_time": None}, "/end_time"),
        (TIMES, {"start_time": LATER["start_time"]}, "/end_time"),
        (TIMES, {"end_time": TIMES["start_time"]}, "/end_time"),
    ],
    ids=[
        "both_kinds",
        "day_and_start",
        "day_and_end",
        "start_alone",
        "end_alone",
        "start_alone_for_the_day",
        "start_cleared",
        "end_cleared",
        "start_after_the_end_that_is_there",
        "end_at_the_start_that_is_there",
    ],
)
def test_an_update_leaves_an_event_with_one_kind_of_time(
    shared_mock: Mock, before: dict[str, Any], sent: dict[str, Any], fault: str
) -> None:
    """D-17: what would result is held against the same rules as in a create, and a refusal changes nothing."""
    event = created(shared_mock, "calendar_events", BASE | before)

    answer = shared_mock.put(f"/v1/calendar_events/{event['id']}", sent)

    assert (answer.status_code, faults(answer)) == (400, [("bad_request", fault)])
    assert read(shared_mock, "calendar_events", event["id"]) == event


@pytest.mark.parametrize(("before", "sent"), [(DAY, {"day": None}), (TIMES, NO_TIMES)], ids=["day", "times"])
def test_an_event_keeps_some_time(shared_mock: Mock, before: dict[str, Any], sent: dict[str, Any]) -> None:
    """D-07, D-17: `day`, or both times, may be nullable, and still cannot be cleared with nothing in their place."""
    event = created(shared_mock, "calendar_events", BASE | before)

    answer = shared_mock.put(f"/v1/calendar_events/{event['id']}", sent)

    assert answer.status_code == 400
    assert [code for code, _ in faults(answer)] == ["bad_request"]
    assert read(shared_mock, "calendar_events", event["id"]) == event


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        ("2031-03-04T09:30:00-08:00", "2031-03-04T17:30:00.000000+00:00"),
        ("2031-03-04T17:30:00Z", "2031-03-04T17:30:00.000000+00:00"),
        ("2031-03-04T17:30:00+00:00", "2031-03-04T17:30:00.000000+00:00"),
        ("2031-03-04T17:30:00-00:00", "2031-03-04T17:30:00.000000+00:00"),
        ("2031-03-04T17:30:00.5Z", "2031-03-04T17:30:00.500000+00:00"),
        ("2031-03-04T17:30:00.123456Z", "2031-03-04T17:30:00.123456+00:00"),
        ("2031-03-05T01:15:00+05:45", "2031-03-04T19:30:00.000000+00:00"),
        ("2032-02-29T23:59:59-10:00", "2032-03-01T09:59:59.000000+00:00"),
        ("1900-01-01T00:00:00Z", "1900-01-01T00:00:00.000000+00:00"),
    ],
)
def test_times_are_answered_in_utc_to_the_microsecond(shared_mock: Mock, sent: str, answered: str) -> None:
    """D-12: whatever offset and precision a time is sent with, POST and PUT answer one form."""
    end = "2199-12-31T23:59:59.999999Z"

    made = created(shared_mock, "calendar_events", BASE | {"start_time": sent, "end_time": end})
    changed = updated(
        shared_mock,
        "calendar_events",
        created(shared_mock, "calendar_events", BASE | DAY)["id"],
        {"start_time": sent, "end_time": end},
    )

    assert made["start_time"] == changed["start_time"] == answered
    assert made["end_time"] == changed["end_time"] == "2199-12-31T23:59:59.999999+00:00"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("1900-01-01T00:00:00+14:00", "1900-01-02T00:00:00+14:00"),
        ("2199-12-31T12:00:00-08:00", "2199-12-31T23:00:00-08:00"),
    ],
)
def test_the_years_are_those_of_the_answer(shared_mock: Mock, start: str, end: str) -> None:
    """D-37: 1900 to 2199 in UTC too, else a client could not send back what it was answered."""
    answer = shared_mock.post("/v1/calendar_events", BASE | {"start_time": start, "end_time": end})

    assert answer.status_code == 400, answer.text


@pytest.mark.parametrize(
    "times",
    [
        {"start_time": "1999-12-31T22:00:00Z", "end_time": "1999-12-31T23:00:00Z"},
        {"start_time": "2031-03-04T22:00:00Z", "end_time": "2031-03-07T06:00:00Z"},
        {"start_time": "2031-03-04T03:00:00-08:00", "end_time": "2031-03-04T03:00:00.000001-08:00"},
        {"day": "1900-01-01"},
    ],
    ids=["long_ago", "over_days", "at_night_for_a_microsecond", "first_day"],
)
def test_events_may_be_at_any_time_and_overlap(shared_mock: Mock, times: dict[str, str]) -> None:
    """D-47, D-50: there are no working hours, no past, and no place that is taken: each is made twice."""
    first, second = (created(shared_mock, "calendar_events", BASE | times) for _ in range(2))

    assert first["id"] != second["id"]


@pytest.mark.parametrize("outcome", ["completed", "cancelled", "no-show"])
def test_an_outcome_may_be_set_and_changed(shared_mock: Mock, outcome: str) -> None:
    """D-10, D-18, D-59: any of the three, also in place of another, also of an event that is still to come."""
    event = created(shared_mock, "calendar_events", BASE | TIMES)
    updated(shared_mock, "calendar_events", event["id"], {"outcome": "cancelled"})

    after = updated(shared_mock, "calendar_events", event["id"], {"outcome": outcome})

    assert after == event | {"outcome": outcome, "updated_at": after["updated_at"]}


def test_an_outcome_cannot_be_cleared(shared_mock: Mock) -> None:
    """D-18: null is refused before an outcome is set and after, and the answer lists what is taken."""
    path = f"/v1/calendar_events/{created(shared_mock, 'calendar_events', BASE | TIMES)['id']}"

    before = shared_mock.put(path, {"outcome": None})
    shared_mock.put(path, {"outcome": "completed"})
    after = shared_mock.put(path, {"outcome": None})

    assert faults(before) == faults(after) == [("parse_exception", "/outcome")]
    assert shared_mock.get(path).json()["outcome"] == "completed"
    assert "completed, cancelled, no-show" in after.json()["detail"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", A),
        ("calendar_id", A),
        ("user_id", A),
        ("is_all_day", True),
        ("modality", "visit"),
        ("appointment_type", "home_visit"),
    ],
)
def test_an_event_stays_what_it_is_and_whose_it_is(shared_mock: Mock, field: str, value: Any) -> None:
    """D-07, D-44: these cannot be updated, not even to the value that they have; the answer says which can."""
    answer = shared_mock.put(f"/v1/calendar_events/{A}", {field: value})

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", f"/{field}")])
    assert "start_time, end_time, day, outcome" in answer.json()["detail"]


@pytest.mark.parametrize("id", [NOBODY, TOMAS], ids=["nobody", "a_worker"])
def test_calendar_id_names_a_calendar(shared_mock: Mock, id: str) -> None:
    """D-19: an id of no calendar, or of a worker and not of the worker's calendar, is a resource_not_found."""
    answer = shared_mock.post("/v1/calendar_events", BASE | DAY | {"calendar_id": id})

    assert (answer.status_code, faults(answer)) == (404, [("resource_not_found", "/calendar_id")])


def test_every_fault_of_an_event_is_named_at_once(shared_mock: Mock) -> None:
    """D-06, D-33: rules and references together, the status being the first of 400 and 404."""
    answer = shared_mock.post("/v1/calendar_events", BASE | BACKWARDS | {"calendar_id": NOBODY, "user_id": NOBODY})

    assert answer.status_code == 400
    assert sorted(faults(answer)) == [
        ("bad_request", "/end_time"),
        ("resource_not_found", "/calendar_id"),
        ("resource_not_found", "/user_id"),
    ]
