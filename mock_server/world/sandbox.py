"""A sandbox: one world, in which requests are performed one commit each."""

from collections.abc import Mapping
from hashlib import sha1
from uuid import NAMESPACE_URL, UUID, uuid5

from ...handlers.terms import Asked, Handler, Key, Outcome, Record
from ..contract.model import Model
from .clock import Clock, system_clock, written
from .store import Fetched, Store, write

VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
"""The digit that tells the variant of a UUID, for the digit of the hash that it takes the place of."""
SEED = uuid5(NAMESPACE_URL, "common-apis:default")


class Sandbox:
    """The records of a world, its clock, and its ids, which follow from its seed and a counter.

    The same requests get the same ids, on every machine and every day.
    """

    def __init__(
        self,
        models: Mapping[str, Model],
        store: Store,
        clock: Clock = system_clock,
        seed: UUID = SEED,
    ) -> None:
        self.models = models
        self.store = store
        self.clock = clock
        self.seed = seed.bytes
        self.counter = 0
        self.blanks: Mapping[str, Record] = {name: model.blank for name, model in models.items()}
        self.unique: Mapping[str, tuple[tuple[str, ...], ...]] = {name: model.unique for name, model in models.items()}

    def now(self) -> str:
        """The sandbox's time, as responses write it."""
        return written(self.clock())

    def new_id(self) -> str:
        """The next id: the UUID of version 5 (RFC 9562) of the counter, with the seed as its namespace."""
        self.counter += 1
        digest = sha1(self.seed + b"%d" % self.counter, usedforsecurity=False).hexdigest()
        return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{VARIANT[digest[16]]}{digest[17:20]}-{digest[20:32]}"

    async def perform(self, handler: Handler, asked: Asked) -> tuple[Key, bytes]:
        """Run a handler, commit its changes, and give the key and the bytes of the record that answers.

        When what the handler read no longer stands at the commit, it is run again. Raises what the handler raises.
        """
        while True:
            outcome, read = await self.run(handler, asked)
            writes = [write(self.models, *change) for change in outcome.changes]
            if not writes or await self.store.commit(writes, read):
                answer = writes[0].stored if writes else None
                return outcome.key, (answer or read.stored(outcome.key)).body

    async def run(self, handler: Handler, asked: Asked) -> tuple[Outcome, Fetched]:
        """Run a handler, fetching what it asks for; what it returns, and all that it read."""
        read = Fetched()
        steps = handler(asked, self)
        try:
            wanted = next(steps)
            while True:
                found = await self.store.fetch(wanted)
                read.update(found)
                wanted = steps.send(found)
        except StopIteration as end:
            return end.value, read
