"""Messages over HTTP."""

from typing import Any

import pytest

from ..mock import NOBODY, A, Mock, faults
from .bodies import SEUN, SEUNS_CONVERSATION, TOMAS
from .records import created, now, read

INBOUND = {"user_id": A, "conversation_id": A, "direction": "inbound", "contents": "See you on Thursday."}
OUTBOUND = INBOUND | {"direction": "outbound", "worker_id": A, "contents": "Are you free on Thursday?"}
FIELDS = [
    "id",
    "user_id",
    "worker_id",
    "conversation_id",
    "direction",
    "contents",
    "automatically_sent",
    "send_time",
    "updated_at",
    "created_at",
]


def test_a_get_answers_the_fields_of_the_model(mock: Mock) -> None:
    """D-02, D-16, D-61: the bare record with the document's sample id, its fields in the document's order."""
    answer = mock.get(f"/v1/messages/{A}")

    assert (answer.status_code, list(answer.json())) == (200, FIELDS)
    assert answer.json()["direction"] == "outbound"


def test_an_inbound_message_may_be_nobodys_in_particular(mock: Mock) -> None:
    """D-08, D-16, D-24: without a worker `worker_id` is null, and the message was not sent automatically."""
    message = created(mock, "messages", INBOUND)

    assert list(message) == FIELDS
    assert (INBOUND | {"worker_id": None, "automatically_sent": False}).items() <= message.items()


@pytest.mark.parametrize("body", [INBOUND | {"worker_id": TOMAS}, OUTBOUND], ids=["inbound", "outbound"])
def test_a_message_of_either_direction_may_name_a_worker(shared_mock: Mock, body: dict[str, Any]) -> None:
    """D-08, D-10: an inbound one whom it was for, an outbound one who wrote it."""
    assert body.items() <= created(shared_mock, "messages", body).items()


@pytest.mark.parametrize("missing", [{}, {"worker_id": None}], ids=["absent", "null"])
def test_an_outbound_message_names_its_worker(shared_mock: Mock, missing: dict[str, None]) -> None:
    """D-08: a rule that no schema says, so its breach is a bad_request."""
    answer = shared_mock.post("/v1/messages", INBOUND | {"direction": "outbound"} | missing)

    assert (answer.status_code, faults(answer)) == (400, [("bad_request", "/worker_id")])


@pytest.mark.parametrize("time", [{}, {"send_time": None}], ids=["absent", "null"])
def test_a_message_without_a_time_was_sent_now(shared_mock: Mock, time: dict[str, None]) -> None:
    """D-26, D-36: `send_time` is the time of the request, unless sent."""
    before = now()

    message = created(shared_mock, "messages", INBOUND | time)

    assert before <= message["send_time"] <= now()
    assert message["send_time"] == message["created_at"]


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        ("2026-11-16T10:05:12.783339-08:00", "2026-11-16T18:05:12.783339+00:00"),
        ("1999-12-31T23:59:59Z", "1999-12-31T23:59:59.000000+00:00"),
        ("2199-01-01T00:00:00Z", "2199-01-01T00:00:00.000000+00:00"),
    ],
    ids=["lately", "long_ago", "in_the_future"],
)
def test_a_message_may_have_been_sent_at_any_time(shared_mock: Mock, sent: str, answered: str) -> None:
    """D-12, D-48: past and future are taken, and answered in UTC."""
    message = created(shared_mock, "messages", INBOUND | {"send_time": sent})

    assert message["send_time"] == answered
    assert message["created_at"] <= now()


def test_making_a_message_sends_nothing_and_makes_nothing_else(mock: Mock) -> None:
    """D-26: it is recorded, and its conversation stays as it was."""
    conversation = read(mock, "conversations", A)

    message = created(mock, "messages", OUTBOUND)

    assert message["automatically_sent"] is False
    assert read(mock, "messages", message["id"]) == message
    assert read(mock, "conversations", A) == conversation


@pytest.mark.parametrize(
    ("field", "id"),
    [("worker_id", NOBODY), ("worker_id", SEUN), ("conversation_id", NOBODY), ("conversation_id", SEUN)],
    ids=["no_worker", "a_patient", "no_conversation", "not_a_conversation"],
)
def test_worker_and_conversation_exist(shared_mock: Mock, field: str, id: str) -> None:
    """D-19: an id of nobody, or of a record of another kind, is a resource_not_found that names the field."""
    answer = shared_mock.post("/v1/messages", INBOUND | {field: id})

    assert (answer.status_code, faults(answer)) == (404, [("resource_not_found", f"/{field}")])


@pytest.mark.parametrize(
    ("user_id", "conversation_id"),
    [(A, SEUNS_CONVERSATION), (SEUN, A), (A.upper(), SEUNS_CONVERSATION.upper())],
)
def test_the_conversation_is_the_patients(shared_mock: Mock, user_id: str, conversation_id: str) -> None:
    """D-19: a conversation of another patient is a resource_not_found of the conversation, which does exist."""
    answer = shared_mock.post("/v1/messages", INBOUND | {"user_id": user_id, "conversation_id": conversation_id})

    assert (answer.status_code, faults(answer)) == (404, [("resource_not_found", "/conversation_id")])
    assert "another patient" in answer.json()["detail"]


def test_every_conversation_of_the_patient_will_do(mock: Mock) -> None:
    """D-19, D-35: also one that was just made, in whatever case the ids are written."""
    conversation = created(mock, "conversations", {"user_id": SEUN})

    message = created(
        mock, "messages", INBOUND | {"user_id": SEUN.upper(), "conversation_id": conversation["id"].upper()}
    )

    assert (message["user_id"], message["conversation_id"]) == (SEUN, conversation["id"])


def test_every_fault_of_a_message_is_named_at_once(shared_mock: Mock) -> None:
    """D-06, D-33: rules and references together, the status being the first of 400 and 404."""
    answer = shared_mock.post(
        "/v1/messages", INBOUND | {"direction": "outbound", "user_id": NOBODY, "conversation_id": NOBODY}
    )

    assert answer.status_code == 400
    assert sorted(faults(answer)) == [
        ("bad_request", "/worker_id"),
        ("resource_not_found", "/conversation_id"),
        ("resource_not_found", "/user_id"),
    ]


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_what_was_said_stays_said(shared_mock: Mock, method: str) -> None:
    """D-52: there is no operation that changes or removes a message."""
    answer = shared_mock.ask(method, f"/v1/messages/{A}", json={})

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
