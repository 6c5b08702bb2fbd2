"""What every store does: fetch what a handler reads, and commit its writes if what was read still stands."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

import orjson

from ...handlers.terms import Key, Read, Record, Unique
from ..contract.model import Model


class Stored(NamedTuple):
    """A record as it is stored: the bytes that a GET answers, and the kept fields that none returns (D-27)."""

    body: bytes
    kept: bytes = b""

    def record(self) -> Record:
        """All its fields."""
        record: Record = orjson.loads(self.body)
        return record | orjson.loads(self.kept) if self.kept else record


class Write(NamedTuple):
    """One write of a commit: the record, or None to delete it, and the values that only it may have."""

    key: Key
    stored: Stored | None
    claims: tuple[Unique, ...] = ()


def write(models: Mapping[str, Model], key: Key, record: Record | None = None) -> Write:
    """A change as a store takes it: validated and encoded once, here, so that a GET sends bytes that are right."""
    if record is None:
        return Write(key, None)
    model = models[key.collection]
    stored = Stored(model.encode(record), model.rest(record) if model.kept else b"")
    return Write(key, stored, Unique.all_of(key.collection, model.unique, record))


class Fetched(dict[Read, Stored | str | None]):
    """What a store found: a stored record for a key, an id for unique values, None for what is not there."""

    def holds(self, key: Key) -> bool:
        """Whether there is a record."""
        return self[key] is not None

    def record(self, key: Key) -> Record:
        """The record, which must be there, as a copy of one's own."""
        return self.stored(key).record()

    def stored(self, key: Key) -> Stored:
        """The record, which must be there, as it is stored."""
        stored = self[key]
        assert isinstance(stored, Stored)
        return stored

    def owner(self, unique: Unique) -> str | None:
        """The id of the record that has these values."""
        owner = self[unique]
        assert not isinstance(owner, Stored)
        return owner


class Store(Protocol):
    """Where the records of a world are."""

    async def fetch(self, reads: Iterable[Read]) -> Fetched:
        """What is at these keys and who has these values, in one trip."""

    async def commit(self, writes: list[Write], read: Fetched) -> bool:
        """Apply all writes if what was read still stands, else none; whether they were applied."""
