"""The state of a world as one immutable value: to keep it is to have a snapshot, to share it is to have a fork."""

from __future__ import annotations  # rpds's maps are generic for the type checker alone

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from rpds import HashTrieMap

from ..handlers.terms import Key, Read, Unique
from .clock import Clock
from .store import Commit, Stored, Write

UNCHANGED = object()


class Base:
    """The records of a seed. It never changes: all worlds that begin with it share it."""

    def __init__(self, name: str, writes: Iterable[Write] = ()) -> None:
        self.name = name
        self.records: dict[Key, Stored] = {key: stored for key, stored in writes if stored}
        self.owners: dict[Unique, str] = {
            unique: key.id for key, stored in self.records.items() for unique in stored.claims
        }

    @cached_property
    def ids(self) -> Mapping[str, list[str]]:
        """The ids of each collection, sorted."""
        ids: dict[str, list[str]] = {}
        for collection, id in sorted(self.records):
            ids.setdefault(collection, []).append(id)
        return ids


class Origin(NamedTuple):
    """How a world began: on which seed, with its clock set how, and when by the machine's time."""

    base: Base
    clock: Clock
    at: datetime

    def state(self) -> State:
        """The world as it was then."""
        return State(self.base, clock=self.clock)


class State(NamedTuple):
    """A seed, and all that differs from it: records (None where one was deleted) and owners of unique values.

    `size` counts the bytes of the records that differ, `commits` the commits that led here.
    """

    base: Base
    records: HashTrieMap[Key, Stored | None] = HashTrieMap()
    owners: HashTrieMap[Unique, str | None] = HashTrieMap()
    counter: int = 0
    clock: Clock = Clock()
    commits: int = 0
    size: int = 0

    def look(self, read: Read) -> Stored | str | None:
        """What is stored at a key, or the owner of unique values."""
        # The type checker does not see that what is not UNCHANGED is what the map has.
        if isinstance(read, Key):
            found = self.records.get(read, UNCHANGED)
            return self.base.records.get(read) if found is UNCHANGED else found  # type: ignore[return-value]
        found = self.owners.get(read, UNCHANGED)
        return self.base.owners.get(read) if found is UNCHANGED else found  # type: ignore[return-value]

    def stored(self, key: Key) -> Stored | None:
        """What is stored at a key."""
        return self.look(key)  # type: ignore[return-value]  # what is at a key is a record

    def after(self, commit: Commit) -> State:
        """The state once a commit is applied."""
        records, owners, size = self.records, self.owners, self.size
        for key, _ in commit.writes:
            if before := self.stored(key):
                owners = disowned(owners, before, self.base)
                size -= weight(before) if key in records else 0
        for key, stored in commit.writes:
            if stored is None and key not in self.base.records:
                records = records.discard(key)
                continue
            records = records.insert(key, stored)
            if stored:
                size += weight(stored)
                for unique in stored.claims:
                    owners = owners.insert(unique, key.id)
        return State(self.base, records, owners, commit.counter, commit.clock or self.clock, self.commits + 1, size)


class Snapshot(NamedTuple):
    """A state that was saved, and when by the machine's time."""

    state: State
    at: datetime


def weight(stored: Stored) -> int:
    """The bytes of a record."""
    return len(stored.body) + len(stored.kept)


def disowned(owners: HashTrieMap[Unique, str | None], stored: Stored, base: Base) -> HashTrieMap[Unique, str | None]:
    """The owners once a record has given up its claims."""
    for unique in stored.claims:
        owners = owners.insert(unique, None) if unique in base.owners else owners.discard(unique)
    return owners
