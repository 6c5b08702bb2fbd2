"""A resource: create, read, update and delete, each a handler, written once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from .errors import Fault, NotFound, Refused, ResourceNotFound, UniquenessException
from .terms import Delete, Key, NoRecords, Outcome, Put, Record, Records, Request, Unique, View


class Draft(NamedTuple):
    """A record as it would be stored, beside the body, the time, and the place in the body that it comes from."""

    key: Key
    record: Record
    body: Record
    now: str
    place: str = ""


@dataclass(frozen=True)
class Reference:
    """A field that names another record, in `collection` or in the one that the field `named_by` names (D-19)."""

    field: str
    collection: str = ""
    named_by: str = ""

    def key(self, record: Record) -> Key | None:
        """The record that is named, or None if the field is null."""
        id = record[self.field]
        return None if id is None else Key(self.collection or record[self.named_by], id)

    def sent_key(self, draft: "Draft") -> Key | None:
        """Return the record that is named, if the body has any of the fields that name it."""
        return self.key(draft.record) if self.field in draft.body or self.named_by in draft.body else None

    def fault(self, key: Key) -> Fault:
        """What to say of a record that is not there."""
        return ResourceNotFound(
            f"`{self.field}` names no record of {key.collection}: `{key.id}`. Send the id of one that exists.",
            pointer=f"/{self.field}",
        )


Rule = Callable[[Draft, Records], Iterable[Fault]]
STAMPED = ("created_at", "updated_at")
"""The times that the server sets."""


def complete_nothing(draft: Draft) -> None:
    """Leave a record whose fields do not follow from others."""


def draft_nothing(draft: Draft, view: View) -> tuple[()]:
    """Make no record along with a new one."""
    return ()


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One of the fourteen: what it refers to, and its rules as plain functions.

    `complete` sets the fields that follow from others; each of `rules` yields the faults of a draft among the records
    that there are; `along` returns the drafts of records to be made with a new one.
    """

    collection: str
    references: tuple[Reference, ...] = ()
    complete: Callable[[Draft], None] = complete_nothing
    rules: tuple[Rule, ...] = ()
    along: Callable[[Draft, View], Iterable[Draft]] = draft_nothing

    def get(self, request: Request, view: View) -> Outcome:
        """Read one record. Raises `Refused`, as all handlers do."""
        key = Key(self.collection, request.id)
        check_present(key, view)
        return Outcome(key)

    def delete(self, request: Request, view: View) -> Outcome:
        """Delete one record; the deleted record answers (D-03), and a second delete finds none (D-31)."""
        key = Key(self.collection, request.id)
        check_present(key, view)
        return Outcome(key, (Delete(key),))

    def create(self, request: Request, view: View) -> Outcome:
        """Make one record, and those that come along with it."""
        key = Key(self.collection, view.new_id(self.collection))
        draft = Draft(key, view.blanks[self.collection] | request.body, request.body, view.now())
        draft.record["id"] = key.id
        stamp(draft, *STAMPED)
        self.complete(draft)
        drafts = (draft, *self.along(draft, view))
        self.check(drafts, view)
        return Outcome(key, tuple([Put(each.key, each.record) for each in drafts]))

    def update(self, request: Request, view: View) -> Outcome:
        """Change the fields that were sent (D-07)."""
        key = Key(self.collection, request.id)
        before = view.get(key)
        if before is None:
            raise missing_record(key)
        if not request.body:
            return Outcome(key)  # nothing changes, not even updated_at (D-36)
        draft = Draft(key, before | request.body, request.body, view.now())
        stamp(draft, "updated_at")
        self.complete(draft)
        self.check((draft,), view)
        return Outcome(key, (Put(key, draft.record),))

    def put(self, request: Request, view: View) -> Outcome:
        """Make a record of any fields, or replace it: what it refers to and what is unique is checked, no rule is."""
        key = Key(self.collection, request.id)
        record = view.blanks[self.collection] | request.body | {"id": key.id}
        draft = Draft(key, record, request.body, view.now())
        stamp(draft, *(field for field in STAMPED if field not in request.body))
        self.check((draft,), view, rules=())
        return Outcome(key, (Put(key, draft.record),))

    def coherent(self, record: Record) -> bool:
        """Whether a record that was made up keeps the rules, once what follows from other fields is set in it.

        It was changed when it was made, or later.
        """
        if STAMPED[0] in record:
            record.update(zip(STAMPED, sorted(record[field] for field in STAMPED), strict=True))
        draft = Draft(Key(self.collection, record["id"]), record, record, record.get(STAMPED[0], ""))
        self.complete(draft)
        return not any(fault for rule in self.rules for fault in rule(draft, NoRecords()))

    def check(self, drafts: tuple[Draft, ...], view: View, rules: tuple[Rule, ...] | None = None) -> None:
        """Refuse drafts with every fault of meaning (D-33): the first of them is what was sent."""
        draft = drafts[0]
        faults: list[Fault] = []
        for rule in self.rules if rules is None else rules:
            faults += rule(draft, view)
        for reference in self.references:
            key = reference.sent_key(draft)
            if key and not view.has(key):
                faults.append(reference.fault(key))
        for each in drafts:
            collection = each.key.collection
            fields = view.unique[collection]
            for unique in Unique.all_of(collection, fields, each.record) if fields else ():
                if view.owner(unique) not in (None, each.key.id):
                    faults.append(taken(each, unique))
        if faults:
            raise Refused(faults)


def check_present(key: Key, view: View) -> None:
    """Refuse a request whose path names a record that is not there (D-33, stage 3)."""
    if not view.has(key):
        raise missing_record(key)


def missing_record(key: Key) -> Refused:
    """Return the refusal of a request whose path names a record that is not there."""
    return Refused([NotFound(f"There is no record of {key.collection} with the id `{key.id}`.", parameter="id")])


def stamp(draft: Draft, *fields: str) -> None:
    """Set the times of a record, where it has them."""
    for field in fields:
        if field in draft.record:
            draft.record[field] = draft.now


def taken(draft: Draft, unique: Unique) -> Fault:
    """What to say of a value that another record has (D-20)."""
    *others, field = unique.fields
    within = " and ".join(f"`{name}` `{draft.record[name]}`" for name in others)
    return UniquenessException(
        f"`{field}` `{draft.record[field]}` is taken: another record of {unique.collection} has it for {within}.",
        pointer=draft.place or f"/{field}",
    )
