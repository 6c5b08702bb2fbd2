"""Messages: what was said in a conversation. Creating one records it and sends nothing (D-26)."""

from collections.abc import Iterator

from .errors import BadRequest, Fault, ResourceNotFound
from .resource import Draft, Reference, Resource
from .terms import Key, Records


def sent_now(draft: Draft) -> None:
    """A message without a time was sent now."""
    draft.record["send_time"] = draft.record["send_time"] or draft.now


def outbound_has_a_worker(draft: Draft, records: Records) -> Iterator[Fault]:
    """An outbound message comes from a worker; an inbound one may leave it out (D-08)."""
    if draft.record["direction"] == "outbound" and draft.record["worker_id"] is None:
        yield BadRequest(
            "`worker_id` is missing. An outbound message names the worker who wrote it.", pointer="/worker_id"
        )


def conversation_is_the_patients(draft: Draft, records: Records) -> Iterator[Fault]:
    """The conversation is one of the same patient (D-19)."""
    user_id, key = draft.record["user_id"], Key("conversations", draft.record["conversation_id"])
    conversation = records.get(key)
    if conversation and conversation["user_id"] != user_id:
        yield ResourceNotFound(
            f"`conversation_id` names a conversation of another patient than `user_id`: `{key.id}`.",
            pointer="/conversation_id",
        )


resource = Resource(
    collection="messages",
    references=(
        Reference("user_id", "patients"),
        Reference("worker_id", "workers"),
        Reference("conversation_id", "conversations"),
    ),
    complete=sent_now,
    rules=(outbound_has_a_worker, conversation_is_the_patients),
)
