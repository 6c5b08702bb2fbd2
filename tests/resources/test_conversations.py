"""Conversations over HTTP."""

import pytest

from ..mock import A, Mock
from .bodies import LEAST, SEUN, SEUNS_CONVERSATION
from .records import created, read

FIELDS = ["id", "user_id", "conversation_type", "updated_at", "created_at"]
TYPES = {
    A: "third_party_app",
    SEUNS_CONVERSATION: "email",
    "9c3d38db-f695-423c-8bb5-c8bbf265875c": "phone",
    "157ed943-44db-44e1-bede-d2f90cc155ba": "app",
}


@pytest.mark.parametrize(("id", "type_name"), TYPES.items())
def test_a_get_answers_the_fields_of_the_model(shared_mock: Mock, id: str, type_name: str) -> None:
    """D-02, D-10, D-59: the bare record in the document's order; the type is one of four, spelt as at first."""
    answer = shared_mock.get(f"/v1/conversations/{id}")

    assert (answer.status_code, list(answer.json())) == (200, FIELDS)
    assert answer.json()["conversation_type"] == type_name


def test_a_conversation_made_here_is_of_a_third_party_app(mock: Mock) -> None:
    """D-08, D-25: only the patient is chosen, and the type follows."""
    record = created(mock, "conversations", {"user_id": SEUN})

    assert list(record) == FIELDS
    assert (record["user_id"], record["conversation_type"]) == (SEUN, "third_party_app")


def test_a_patient_may_have_several_conversations(mock: Mock) -> None:
    """D-50: another one of the same type is made beside the first."""
    first = read(mock, "conversations", A)

    second = created(mock, "conversations", {"user_id": A})

    assert second["id"] != first["id"]
    assert second["conversation_type"] == first["conversation_type"]


def test_a_conversation_is_not_updated_by_its_messages(mock: Mock) -> None:
    """D-46: a new message leaves the conversation's `updated_at`."""
    conversation = read(mock, "conversations", A)

    created(mock, "messages", LEAST["messages"] | {"conversation_id": A})

    assert read(mock, "conversations", A) == conversation
