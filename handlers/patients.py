"""Patients: the people in care. A create also makes their contact data and external ids (D-21)."""

from collections.abc import Iterator
from typing import Any

from .errors import BadRequest, Fault
from .resource import Draft, Reference, Resource, stamp
from .terms import Key, Records, View

CONTACTS = ("email", "phone", "external_ids")


def set_contacts_apart(draft: Draft) -> None:
    """The contact data and external ids of a create become records of their own."""
    for field in CONTACTS:
        draft.record.pop(field, None)


def birthday_in_the_past(draft: Draft, records: Records) -> Iterator[Fault]:
    """Nobody is born in the future (D-13)."""
    birthday = draft.record["birthday"]
    if birthday > draft.now[:10]:
        yield BadRequest(f"`birthday` {birthday} lies in the future; today is {draft.now[:10]}.", pointer="/birthday")


def contacts(patient: Draft, view: View) -> Iterator[Draft]:
    """The email address, phone number and external ids that a create asks for."""

    def draft(collection: str, place: str, **fields: Any) -> Draft:
        key = Key(collection, view.new_id(collection))
        made = Draft(key, view.blanks[collection] | fields | {"id": key.id}, {}, patient.now, place)
        stamp(made, "created_at", "updated_at")
        return made

    body, id = patient.body, patient.key.id
    if email := body.get("email"):
        yield draft("email_addresses", "/email", user_id=id, email=email)
    if phone := body.get("phone"):
        yield draft("phone_numbers", "/phone", user_id=id, phone_number=phone, phone_number_type="other")
    for namespace, external_id in (body.get("external_ids") or {}).items():
        yield draft(
            "external_ids",
            f"/external_ids/{namespace}",
            resource="patients",
            namespace=namespace,
            external_id=external_id,
            welkin_id=id,
        )


resource = Resource(
    collection="patients",
    references=(Reference("coach_id", "workers"),),
    complete=set_contacts_apart,
    rules=(birthday_in_the_past,),
    along=contacts,
)
