"""Records as they are stored, and the changes that a commit makes to them."""

from collections.abc import Mapping
from typing import NamedTuple

import orjson

from ..contract.model import Model
from ..handlers.terms import Key, Record, Unique


class Stored(NamedTuple):
    """A record as it is stored.

    `body` has the bytes that a GET answers, `kept` the fields that none returns (D-27), `claims` the values that no
    other record may have.
    """

    body: bytes
    kept: bytes = b""
    claims: tuple[Unique, ...] = ()

    @property
    def size(self) -> int:
        """The bytes of it."""
        return len(self.body) + len(self.kept)

    def record(self) -> Record:
        """Return all its fields."""
        record: Record = orjson.loads(self.body)
        return record | orjson.loads(self.kept) if self.kept else record

    def json(self) -> orjson.Fragment:
        """Return the same as it is encoded, which takes no time for many records."""
        return orjson.Fragment(self.body[:-1] + b"," + self.kept[1:] if self.kept else self.body)


class Write(NamedTuple):
    """One write of a commit: the record, or None to delete it."""

    key: Key
    stored: Stored | None


def write(models: Mapping[str, Model], key: Key, record: Record | None = None) -> Write:
    """Return a change as a store takes it: validated and encoded once, here, so that a GET sends bytes that are right.

    Raises `ContractBroken`.
    """
    if record is None:
        return Write(key, None)
    model = models[key.collection]
    kept = model.rest(record) if model.kept else b""
    claims = Unique.all_of(key.collection, model.unique, record) if model.unique else ()
    return Write(key, Stored(model.encode(record), kept, claims))
