"""A sandbox: one world, in which requests are performed one commit each."""

from asyncio import Lock
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha1
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from ..contract.model import Model
from ..handlers.terms import Asked, Handler, Key, Outcome, Record
from .cases import Cases, Met, leading
from .clock import Clock, Machine, written
from .journal import Journal
from .memory import MemoryStore
from .rules import Rules
from .store import Commit, Fetched, StoreFailed, Write, write

VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
"""The digit that tells the variant of a UUID, for the digit of the hash that it takes the place of."""
NAMESPACE = uuid5(NAMESPACE_URL, "common-apis:default").bytes


class Performed(NamedTuple):
    """The record that answers, by its key and in bytes; the number of the commit, if any, and what it changed."""

    key: Key
    body: bytes
    commit: int | None = None
    changes: tuple[tuple[Key, str], ...] = ()


class Sandbox:
    """The records of a world, its clock, and its ids, which follow from a counter.

    The same requests get the same ids, on every machine and every day. `largest` bounds the bytes of the records that
    differ from the seed; `used` is when it was last used, by the machine's time.
    """

    def __init__(
        self,
        name: str,
        models: Mapping[str, Model],
        store: MemoryStore,
        machine: Machine,
        largest: int,
        used: datetime,
        cases: Cases,
        journal: Journal[Any],
    ) -> None:
        self.name = name
        self.models = models
        self.store = store
        self.machine = machine
        self.largest = largest
        self.used = used
        self.saving = Lock()  # one snapshot after the other: each is counted before the next one is
        self.rules = Rules()
        self.cases = cases
        self.met: dict[str, Met] = {}
        self.journal = journal
        self.blanks: Mapping[str, Record] = {name: model.blank for name, model in models.items()}
        self.unique: Mapping[str, tuple[tuple[str, ...], ...]] = {name: model.unique for name, model in models.items()}

    async def perform(self, handler: Handler, asked: Asked) -> Performed:
        """Run a handler, commit its changes, and give what has come of it.

        When what the handler read no longer stands at the commit, it is run again. Raises what the handler raises,
        and `StoreFailed` if its changes cannot be kept.
        """
        skipped = 0
        while True:
            run = Run(self, skipped)
            outcome, read = await run.through(handler, asked)
            if not outcome.changes:
                return Performed(outcome.key, read.stored(outcome.key).body)
            writes = [write(self.models, *change) for change in outcome.changes]
            if any(each.key not in read and self.store.state.stored(each.key) for each in writes):
                skipped += 1  # a record has the new id: it was put there by hand
                continue
            if self.store.state.size > self.largest and any(each.stored for each in writes):
                raise StoreFailed(self.full())
            number = await self.store.commit(Commit(writes, run.counter), read, run.began)
            if number:
                stored = writes[0].stored or read.stored(outcome.key)
                return Performed(outcome.key, stored.body, number, tuple([told(each, read) for each in writes]))

    async def set_clock(self, clock: Clock) -> None:
        """Have another time from now on."""
        while not await self.store.commit(
            Commit([], self.store.state.counter, clock), Fetched(), self.store.state.counter
        ):
            pass

    def steered(self, parameters: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
        """Whether a request may be answered otherwise than its state has it."""
        return bool(self.rules.all or leading(self.cases, parameters.values(), body.values()))

    def full(self) -> str:
        """What to say when there is no room for more."""
        return (
            f"The sandbox `{self.name}` holds {self.store.state.size} bytes beside its seed, as many as it may."
            f" Reset it (POST /_mock/sandboxes/{self.name}/reset), or start the server with a larger --sandbox-size."
        )


def told(write: Write, read: Fetched) -> tuple[Key, str]:
    """What a write does to a record."""
    return write.key, "deleted" if write.stored is None else "changed" if read.get(write.key) else "created"


class Run:
    """One run of a handler: what it is lent, the ids that it draws, and what it reads.

    Ids that are drawn count once the run's changes are committed; so many as are `skipped` are passed over.
    """

    def __init__(self, sandbox: Sandbox, skipped: int) -> None:
        self.sandbox = sandbox
        self.blanks = sandbox.blanks
        self.unique = sandbox.unique
        self.began = sandbox.store.state.counter
        self.counter = self.began + skipped

    def now(self) -> str:
        """The sandbox's time, as responses write it."""
        return written(self.sandbox.store.state.clock.read(self.sandbox.machine))

    def new_id(self) -> str:
        """The next id: the UUID of version 5 (RFC 9562) of the counter, in a namespace of ours."""
        self.counter += 1
        digest = sha1(NAMESPACE + b"%d" % self.counter, usedforsecurity=False).hexdigest()
        return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{VARIANT[digest[16]]}{digest[17:20]}-{digest[20:32]}"

    async def through(self, handler: Handler, asked: Asked) -> tuple[Outcome, Fetched]:
        """Run a handler, fetching what it asks for; what it returns, and all that it read."""
        read = Fetched()
        steps = handler(asked, self)
        try:
            wanted = next(steps)
            while True:
                found = await self.sandbox.store.fetch(wanted)
                read.update(found)
                wanted = steps.send(found)
        except StopIteration as end:
            return end.value, read
