"""Conversations: a thread of messages with a patient. Those made here are of one type (D-25)."""

from .resource import Draft, Reference, Resource


def of_another_app(draft: Draft) -> None:
    """Only conversations of a third party's app can be made through the API."""
    draft.record["conversation_type"] = "third_party_app"


resource = Resource(
    collection="conversations",
    references=(Reference("user_id", "patients"),),
    complete=of_another_app,
)
