"""The terms between a handler and whoever runs it.

A *handler* is a generator. It yields what it has to read, is sent what was found, and returns an `Outcome`: which
record answers, and the changes to commit. It never reads or writes a store itself, so the same handler serves every
store, and can be run again when what it read no longer stands.
"""

from collections.abc import Callable, Generator, Mapping
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
        """The values that a record has, for each group of fields that is unique in its collection."""
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


class Asked(NamedTuple):
    """What a valid request asks: the id of its path, lower case, and the object of its body."""

    id: str
    body: Record


class Outcome(NamedTuple):
    """The record that answers, and the changes to commit, all or none."""

    key: Key
    changes: tuple[Put | Delete, ...] = ()


class Found(Protocol):
    """What a store found of what was asked of it."""

    def holds(self, key: Key) -> bool:
        """Whether there is a record."""

    def record(self, key: Key) -> Record:
        """The record, which must be there, as a copy of one's own."""

    def owner(self, unique: Unique) -> str | None:
        """The id of the record that has these values."""


class Nowhere:
    """What is found where there is nothing."""

    def holds(self, key: Key) -> bool:
        """No."""
        return False

    def record(self, key: Key) -> Record:
        """There is none."""
        raise KeyError(key)

    def owner(self, unique: Unique) -> None:
        """Nobody."""


class Moment(Protocol):
    """What a sandbox lends to a handler."""

    blanks: Mapping[str, Record]
    """For each collection a record of all its fields, null or at their default (D-16, D-24)."""

    unique: Mapping[str, tuple[tuple[str, ...], ...]]
    """For each collection the fields whose values, taken together, only one record may have."""

    def now(self) -> str:
        """The sandbox's time, as responses write it (D-12)."""

    def new_id(self) -> str:
        """An id that no record has."""


Read = Key | Unique
Steps = Generator[list[Read], Found, Outcome]
Handler = Callable[[Asked, Moment], Steps]
