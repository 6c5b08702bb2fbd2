"""A resource: create, read, update and delete, each a handler, written once."""

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from .errors import Fault, NotFound, Refused, ResourceNotFound, UniquenessException
from .terms import Asked, Delete, Found, Key, Moment, Nowhere, Outcome, Put, Read, Record, Steps, Unique


class Draft(NamedTuple):
    """A record as it would be stored, beside what was asked, the time, and the place in the body that it comes from."""

    key: Key
    record: Record
    asked: Record
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

    def asked_for(self, draft: "Draft") -> Key | None:
        """The record that is named, if the request says anything of it."""
        return self.key(draft.record) if self.field in draft.asked or self.named_by in draft.asked else None

    def fault(self, key: Key) -> Fault:
        """What to say of a record that is not there."""
        return ResourceNotFound(
            f"`{self.field}` names no record of {key.collection}: `{key.id}`. Send the id of one that exists.",
            pointer=f"/{self.field}",
        )


Rule = Callable[[Draft, Found], Iterable[Fault]]
STAMPED = ("created_at", "updated_at")
"""The times that the server sets."""


def nothing(draft: Draft) -> None:
    """No field follows from others."""


def alone(draft: Draft, moment: Moment) -> tuple[()]:
    """No record is made along with this one."""
    return ()


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One of the fourteen: what it refers to, and its rules as plain functions.

    `complete` sets the fields that follow from others; each of `rules` yields the faults of a draft, given what was
    found; `along` gives the drafts of records to be made with a new one.
    """

    collection: str
    references: tuple[Reference, ...] = ()
    complete: Callable[[Draft], None] = nothing
    rules: tuple[Rule, ...] = ()
    along: Callable[[Draft, Moment], Iterable[Draft]] = alone

    def get(self, asked: Asked, moment: Moment) -> Steps:
        """Read one record."""
        key = Key(self.collection, asked.id)
        present((yield [key]), key)
        return Outcome(key)

    def delete(self, asked: Asked, moment: Moment) -> Steps:
        """Delete one record; the deleted record answers (D-03), and a second delete finds none (D-31)."""
        key = Key(self.collection, asked.id)
        present((yield [key]), key)
        return Outcome(key, (Delete(key),))

    def create(self, asked: Asked, moment: Moment) -> Steps:
        """Make one record, and those that come along with it."""
        key = Key(self.collection, moment.new_id())
        draft = Draft(key, moment.blanks[self.collection] | asked.body, asked.body, moment.now())
        draft.record["id"] = key.id
        stamp(draft, *STAMPED)
        self.complete(draft)
        drafts = (draft, *self.along(draft, moment))
        yield from self.check(drafts, moment)
        return Outcome(key, tuple(Put(each.key, each.record) for each in drafts))

    def update(self, asked: Asked, moment: Moment) -> Steps:
        """Change the fields that were sent (D-07). It reads twice: what it refers to depends on what is stored."""
        key = Key(self.collection, asked.id)
        before = present((yield [key]), key).record(key)
        if not asked.body:
            return Outcome(key)  # nothing changes, not even updated_at (D-36)
        draft = Draft(key, before | asked.body, asked.body, moment.now())
        stamp(draft, "updated_at")
        self.complete(draft)
        yield from self.check((draft,), moment)
        return Outcome(key, (Put(key, draft.record),))

    def put(self, asked: Asked, moment: Moment) -> Steps:
        """Make a record of any fields, or replace it: what it refers to and what is unique is checked, no rule is."""
        key = Key(self.collection, asked.id)
        draft = Draft(key, moment.blanks[self.collection] | asked.body | {"id": key.id}, asked.body, moment.now())
        stamp(draft, *(field for field in STAMPED if field not in asked.body))
        yield [key]
        yield from self.check((draft,), moment, rules=())
        return Outcome(key, (Put(key, draft.record),))

    def coherent(self, record: Record) -> bool:
        """Whether a record that was made up keeps the rules, once what follows from other fields is set in it.

        It was changed when it was made, or later.
        """
        if STAMPED[0] in record:
            record.update(zip(STAMPED, sorted(record[field] for field in STAMPED), strict=True))
        draft = Draft(Key(self.collection, record["id"]), record, record, record.get(STAMPED[0], ""))
        self.complete(draft)
        return not any(fault for rule in self.rules for fault in rule(draft, Nowhere()))

    def check(
        self, drafts: tuple[Draft, ...], moment: Moment, rules: tuple[Rule, ...] | None = None
    ) -> Generator[list[Read], Found, None]:
        """Read what the drafts refer to and who has their unique values; refuse with every fault of meaning (D-33)."""
        draft = drafts[0]
        named = [(each, key) for each in self.references if (key := each.asked_for(draft))]
        claims = [(each, unique) for each in drafts for unique in claimed(each, moment)]
        reads: list[Read] = [key for _, key in named]
        found = yield reads + [unique for _, unique in claims]
        faults: list[Fault] = []
        for rule in self.rules if rules is None else rules:
            faults += rule(draft, found)
        faults += [each.fault(key) for each, key in named if not found.holds(key)]
        faults += [taken(each, unique) for each, unique in claims if found.owner(unique) not in (None, each.key.id)]
        if faults:
            raise Refused(faults)


def present(found: Found, key: Key) -> Found:
    """What was found, if the record that the path names is there (D-33, stage 3)."""
    if not found.holds(key):
        raise Refused([NotFound(f"There is no record of {key.collection} with the id `{key.id}`.", parameter="id")])
    return found


def stamp(draft: Draft, *fields: str) -> None:
    """Set the times of a record, where it has them."""
    for field in fields:
        if field in draft.record:
            draft.record[field] = draft.now


def claimed(draft: Draft, moment: Moment) -> tuple[Unique, ...]:
    """The values of a draft that no other record may have."""
    return Unique.all_of(draft.key.collection, moment.unique[draft.key.collection], draft.record)


def taken(draft: Draft, unique: Unique) -> Fault:
    """What to say of a value that another record has (D-20)."""
    *others, field = unique.fields
    within = " and ".join(f"`{name}` `{draft.record[name]}`" for name in others)
    return UniquenessException(
        f"`{field}` `{draft.record[field]}` is taken: another record of {unique.collection} has it for {within}.",
        pointer=draft.place or f"/{field}",
    )
