"""The terms between a handler and whoever runs it.

A *handler* is a plain function of a request and a view of one state, which cannot change under it. It returns an
`Outcome`: which record answers, and the changes to commit. It never waits and never writes, so the same handler serves
every store, and can run again when the state has moved on.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

Record = dict[str, Any]


class Key(NamedTuple):
    """Where a record is: its collection and its id."""

    collection: str
    id: str


class Unique(NamedTuple):
    """Values that only one record of a collection may have."""

    collection: str
    fields: tuple[str, ...]
    values: tuple[str, ...]

    @classmethod
    def all_of(cls, collection: str, groups: tuple[tuple[str, ...], ...], record: Record) -> "tuple[Unique, ...]":
        """Return the values that a record has, for each group of fields that is unique in its collection."""
        if not groups:
            return ()
        return tuple(cls(collection, fields, tuple(record[field] for field in fields)) for fields in groups)


class Put(NamedTuple):
    """A change: the record is as given from now on."""

    key: Key
    record: Record


class Delete(NamedTuple):
    """A change: the record is no more."""

    key: Key


class Request(NamedTuple):
    """A valid request: the id of its path, in lower case, and the object of its body."""

    id: str
    body: Record


class Outcome(NamedTuple):
    """The record that answers, and the changes to commit, all or none."""

    key: Key
    changes: tuple[Put | Delete, ...] = ()


class Records(Protocol):
    """The records of one state."""

    def has(self, key: Key) -> bool:
        """Return whether there is a record."""

    def get(self, key: Key) -> Record | None:
        """Return a copy of a record, or None."""

    def owner(self, unique: Unique) -> str | None:
        """Return the id of the record that has these values, or None."""


class NoRecords:
    """The records of a state that has none."""

    def has(self, key: Key) -> bool:
        """Return False."""
        return False

    def get(self, key: Key) -> None:
        """Return None."""

    def owner(self, unique: Unique) -> None:
        """Return None."""


class View(Records, Protocol):
    """One state of a sandbox, and what a new record of it needs."""

    blanks: Mapping[str, Record]
    """For each collection a record of all its fields, null or at their default (D-16, D-24)."""

    unique: Mapping[str, tuple[tuple[str, ...], ...]]
    """For each collection the fields whose values, taken together, only one record may have."""

    def now(self) -> str:
        """Return the sandbox's time, as responses write it (D-12)."""

    def new_id(self, collection: str) -> str:
        """Return an id that no record of a collection has."""


Handler = Callable[[Request, View], Outcome]
