"""A view: what a handler sees of a sandbox, which is one state of it."""

from collections.abc import Mapping
from hashlib import sha1
from uuid import NAMESPACE_URL, uuid5

from ..handlers.terms import Key, Record, Unique
from .clock import Machine, written
from .state import State

VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
"""The digit that tells the variant of a UUID, for the digit of the hash that it takes the place of."""
NAMESPACE = uuid5(NAMESPACE_URL, "common-apis:default").bytes


class View:
    """One state, and the ids that are drawn from it: `counter` is how many there are by now."""

    def __init__(
        self,
        state: State,
        machine: Machine,
        blanks: Mapping[str, Record],
        unique: Mapping[str, tuple[tuple[str, ...], ...]],
    ) -> None:
        self.state = state
        self.machine = machine
        self.blanks = blanks
        self.unique = unique
        self.counter = state.counter

    def has(self, key: Key) -> bool:
        """Return whether there is a record."""
        return self.state.stored(key) is not None

    def get(self, key: Key) -> Record | None:
        """Return a copy of a record, or None."""
        stored = self.state.stored(key)
        return stored and stored.record()

    def owner(self, unique: Unique) -> str | None:
        """Return the id of the record that has these values, or None."""
        return self.state.owner(unique)

    def now(self) -> str:
        """Return the sandbox's time, as responses write it."""
        return written(self.state.clock.read(self.machine))

    def new_id(self, collection: str) -> str:
        """Return the next id that no record of the collection has; one may have been put there by hand."""
        while True:
            self.counter += 1
            id = make_id(self.counter)
            if self.state.stored(Key(collection, id)) is None:
                return id


def make_id(number: int) -> str:
    """Return the UUID of version 5 (RFC 9562) of a number, in a namespace of ours.

    The same requests get the same ids, on every machine and every day.
    """
    digest = sha1(NAMESPACE + b"%d" % number, usedforsecurity=False).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{VARIANT[digest[16]]}{digest[17:20]}-{digest[20:32]}"
