"""Phone numbers over HTTP."""

from typing import Any

import pytest

from ..mock import A, Mock, faults
from .bodies import FLAGS, SEUN
from .records import created, read, updated

LEAST: dict[str, Any] = {"user_id": SEUN, "phone_number": "+13125550143", "phone_number_type": "landline"}
FULL = LEAST | {
    "friendly_name": "in the kitchen",
    "verified": True,
    "opted_in_to_sms": True,
    "opted_in_to_call_recording": True,
    "opted_in_to_voicemail": True,
    "automatic_recipient": True,
    "opted_in_to_phone": True,
}
FIELDS = [
    "id",
    "user_id",
    "phone_number",
    "phone_number_type",
    "friendly_name",
    "verified",
    "opted_in_to_sms",
    "opted_in_to_call_recording",
    "opted_in_to_voicemail",
    "opted_on_to_phone",
    "opted_in_to_phone",
    "automatic_recipient",
    "updated_at",
    "created_at",
]
ALL_FALSE = dict.fromkeys([*FLAGS["phone_numbers"], "opted_on_to_phone"], False)


def test_a_get_answers_the_fields_of_the_model(mock: Mock) -> None:
    """D-02, D-16, D-23: the bare record in the document's order, the right spelling after the slip."""
    answer = mock.get(f"/v1/phone_numbers/{A}")

    assert (answer.status_code, list(answer.json())) == (200, FIELDS)
    assert answer.json()["phone_number"] == "+14155550123"


def test_a_number_needs_a_patient_and_a_type(mock: Mock) -> None:
    """D-08, D-16, D-24: it then has no name, and all its flags are false, in both spellings of one."""
    record = created(mock, "phone_numbers", LEAST)

    assert list(record) == FIELDS
    assert (LEAST | ALL_FALSE | {"friendly_name": None}).items() <= record.items()


def test_a_number_is_made_with_all_that_is_sent(mock: Mock) -> None:
    """D-23, D-49: a landline may be opted in to text messages; one flag comes back in two spellings."""
    record = created(mock, "phone_numbers", FULL)

    assert list(record) == FIELDS
    assert (FULL | {"opted_on_to_phone": True}).items() <= record.items()


@pytest.mark.parametrize("flag", FLAGS["phone_numbers"])
def test_flags_are_independent_of_each_other(shared_mock: Mock, flag: str) -> None:
    """D-49: each can be true alone, after a create and after an update."""
    alone = ALL_FALSE | {flag: True} | ({"opted_on_to_phone": True} if flag == "opted_in_to_phone" else {})

    made = created(shared_mock, "phone_numbers", LEAST | {flag: True})
    changed = updated(shared_mock, "phone_numbers", created(shared_mock, "phone_numbers", LEAST)["id"], {flag: True})

    assert alone.items() <= made.items()
    assert alone.items() <= changed.items()


@pytest.mark.parametrize("agreed", [True, False])
def test_both_spellings_of_one_flag_are_equal(shared_mock: Mock, agreed: bool) -> None:
    """D-23: `opted_on_to_phone` follows `opted_in_to_phone` in POST, PUT and GET."""
    made = created(shared_mock, "phone_numbers", LEAST | {"opted_in_to_phone": agreed})
    changed = updated(shared_mock, "phone_numbers", made["id"], {"opted_in_to_phone": not agreed})

    assert made["opted_on_to_phone"] == made["opted_in_to_phone"] == agreed
    assert changed["opted_on_to_phone"] == changed["opted_in_to_phone"] == (not agreed)
    assert read(shared_mock, "phone_numbers", made["id"]) == changed


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_the_slip_cannot_be_sent(shared_mock: Mock, method: str) -> None:
    """D-09, D-23: `opted_on_to_phone` is refused, with the spelling that is meant."""
    path, body = ("/v1/phone_numbers", LEAST) if method == "POST" else (f"/v1/phone_numbers/{A}", {})

    answer = shared_mock.ask(method, path, json=body | {"opted_on_to_phone": True})

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", "/opted_on_to_phone")])
    assert "`opted_in_to_phone`" in answer.json()["detail"]


@pytest.mark.parametrize(("field", "value"), [("phone_number", "+13125550144"), ("user_id", A)])
def test_the_number_and_its_patient_stay(shared_mock: Mock, field: str, value: str) -> None:
    """D-07: they cannot be updated, and the answer does not take the number for its type."""
    answer = shared_mock.put(f"/v1/phone_numbers/{A}", {field: value})

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", f"/{field}")])
    assert "Did you mean" not in answer.json()["detail"]


def test_a_patient_may_have_equal_numbers(mock: Mock) -> None:
    """D-50: the number of the same patient, and of another one, may be the same."""
    numbers = [created(mock, "phone_numbers", LEAST | {"user_id": id}) for id in (SEUN, SEUN, A)]

    assert len({number["id"] for number in numbers}) == 3
