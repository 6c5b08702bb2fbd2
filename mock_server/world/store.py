"""What every store does: fetch what a handler reads, and commit its changes if what was read still stands."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

import orjson

from ..contract.model import Model
from ..handlers.terms import Key, Read, Record, Unique
from .clock import Clock


class Stored(NamedTuple):
    """A record as it is stored.

    `body` has the bytes that a GET answers, `kept` the fields that none returns (D-27), `claims` the values that no
    other record may have.
    """

    body: bytes
    kept: bytes = b""
    claims: tuple[Unique, ...] = ()

    def record(self) -> Record:
        """All its fields."""
        record: Record = orjson.loads(self.body)
        return record | orjson.loads(self.kept) if self.kept else record

    def json(self) -> orjson.Fragment:
        """The same as it is encoded: to tell many records takes no time so."""
        return orjson.Fragment(self.body[:-1] + b"," + self.kept[1:] if self.kept else self.body)


class Write(NamedTuple):
    """One write of a commit: the record, or None to delete it."""

    key: Key
    stored: Stored | None


def write(models: Mapping[str, Model], key: Key, record: Record | None = None) -> Write:
    """A change as a store takes it: validated and encoded once, here, so that a GET sends bytes that are right."""
    if record is None:
        return Write(key, None)
    model = models[key.collection]
    kept = model.rest(record) if model.kept else b""
    return Write(key, Stored(model.encode(record), kept, Unique.all_of(key.collection, model.unique, record)))


class Commit(NamedTuple):
    """What one request changes, all of it or nothing: what is stored, logged and replayed.

    `counter` says how many ids the world has made by then, `clock` how its clock is set from then on, if that changes.
    """

    writes: list[Write]
    counter: int
    clock: Clock | None = None


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


class StoreFailed(Exception):
    """A store could not keep a commit, and has changed nothing; the message says why, and what to do."""


class Setting(Protocol):
    """What a world is, beside its records."""

    @property
    def counter(self) -> int:
        """How many ids it has made."""

    @property
    def clock(self) -> Clock:
        """How its clock is set."""


class Store(Protocol):
    """Where a world is kept."""

    @property
    def state(self) -> Setting:
        """How many ids the world has made, and how its clock is set."""

    async def fetch(self, reads: Iterable[Read]) -> Fetched:
        """What is at these keys and who has these values, in one trip."""

    async def commit(self, commit: Commit, read: Fetched, counter: int) -> int:
        """Apply a commit whole if what was `read`, and the `counter` that was read, still stand: its number, or 0.

        It returns when the commit is as safe as the store makes it. Raises `StoreFailed`.
        """
