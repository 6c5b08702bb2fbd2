"""Email addresses over HTTP."""

import pytest

from ..mock import A, Mock, faults
from .bodies import FLAGS, SEUN
from .records import created, read, updated

LEAST = {"user_id": SEUN, "email": "s.adebanjo@example.com"}
FULL = LEAST | {
    "friendly_name": "at work",
    "verified": True,
    "opted_in_to_email": True,
    "automatic_recipient": True,
}
FIELDS = [
    "id",
    "email",
    "friendly_name",
    "user_id",
    "verified",
    "opted_in_to_email",
    "automatic_recipient",
    "updated_at",
    "created_at",
]
ALL_FALSE = dict.fromkeys(FLAGS["email_addresses"], False)


def test_a_get_answers_the_fields_of_the_model(mock: Mock) -> None:
    """D-02, D-16, D-61: the bare record with the document's sample id, its fields in the document's order."""
    answer = mock.get(f"/v1/email_addresses/{A}")

    assert (answer.status_code, list(answer.json())) == (200, FIELDS)
    assert answer.json()["email"] == "maya.ellery@example.com"


def test_an_address_needs_a_patient_and_an_email(mock: Mock) -> None:
    """D-08, D-16, D-24: it then has no name, and all its flags are false."""
    record = created(mock, "email_addresses", LEAST)

    assert list(record) == FIELDS
    assert (LEAST | ALL_FALSE | {"friendly_name": None}).items() <= record.items()


def test_an_address_is_made_with_all_that_is_sent(mock: Mock) -> None:
    """D-49: the flags can be set from the start, `verified` too."""
    record = created(mock, "email_addresses", FULL)

    assert list(record) == FIELDS
    assert FULL.items() <= record.items()


@pytest.mark.parametrize("flag", FLAGS["email_addresses"])
def test_flags_are_independent_of_each_other(shared_mock: Mock, flag: str) -> None:
    """D-49: each can be true alone, after a create and after an update."""
    made = created(shared_mock, "email_addresses", LEAST | {flag: True})
    changed = updated(
        shared_mock, "email_addresses", created(shared_mock, "email_addresses", LEAST)["id"], {flag: True}
    )

    assert (ALL_FALSE | {flag: True}).items() <= made.items()
    assert (ALL_FALSE | {flag: True}).items() <= changed.items()


def test_another_email_leaves_the_flags(mock: Mock) -> None:
    """D-49: `verified` is not reset, nor is anything else."""
    before = created(mock, "email_addresses", FULL)

    after = updated(mock, "email_addresses", before["id"], {"email": "seun@example.net"})

    assert after == before | {"email": "seun@example.net", "updated_at": after["updated_at"]}


def test_an_email_keeps_its_case(mock: Mock) -> None:
    """D-15: the local part of an address may depend on case, so it is kept as sent."""
    record = created(mock, "email_addresses", LEAST | {"email": "S.Adebanjo@Example.com"})

    assert read(mock, "email_addresses", record["id"])["email"] == "S.Adebanjo@Example.com"


def test_a_patient_may_have_equal_addresses(mock: Mock) -> None:
    """D-50: the address of the same patient, and of another one, may be the same."""
    addresses = [created(mock, "email_addresses", LEAST | {"user_id": id}) for id in (SEUN, SEUN, A)]

    assert len({address["id"] for address in addresses}) == 3


def test_an_address_stays_with_its_patient(shared_mock: Mock) -> None:
    """D-07: `user_id` cannot be updated."""
    answer = shared_mock.put(f"/v1/email_addresses/{A}", {"user_id": SEUN})

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", "/user_id")])
