"""Stores that are made to refuse, to delay, to fail and to answer late."""

import asyncio
from collections.abc import Awaitable, Sequence

from common_apis.world.errors import StoreFailed, VersionMoved
from common_apis.world.memory import MemoryStore
from common_apis.world.state import Commit, Origin, State

TURNS = 5
"""Turns of the event loop that it takes to make something durable."""


class DelayingStore(MemoryStore):
    """Makes a commit durable some turns of the event loop later, those that came meanwhile along with it."""

    def __init__(self, origin: Origin, state: State | None = None) -> None:
        super().__init__(origin, state)
        self.flushing: asyncio.Task[bool] | None = None

    def append(self, commits: Sequence[Commit], after: int) -> Awaitable[None] | None:
        """Apply commits to the head."""
        durable = self.durable
        super().append(commits, after)
        self.durable = durable
        return self.wait(self.head)

    def wait(self, state: State) -> Awaitable[None] | None:
        """Return what to wait for until a state is durable."""
        return self.settle(state) if state.version > self.durable.version else None

    async def settle(self, state: State) -> None:
        """Wait until a state is durable."""
        while self.durable.version < state.version:
            if self.flushing is None or self.flushing.done():
                self.flushing = asyncio.create_task(self.flush(self.head))
            if not await asyncio.shield(self.flushing):
                raise StoreFailed("The store was made to fail.")

    async def flush(self, reached: State) -> bool:
        """Make a state durable; return whether that succeeded."""
        for _ in range(TURNS):
            await asyncio.sleep(0)
        self.durable = reached
        return True


class LateStore(DelayingStore):
    """Answers long after a commit is durable."""

    async def settle(self, state: State) -> None:
        """Wait for others, and longer."""
        await super().settle(state)
        for _ in range(TURNS):
            await asyncio.sleep(0)


class RefusingStore(DelayingStore):
    """Refuses two of three times, as if another process had moved the version on."""

    refusals = 0

    def append(self, commits: Sequence[Commit], after: int) -> Awaitable[None] | None:
        """Apply commits to the head, the third time."""
        self.refusals += 1
        if self.refusals % 3:
            raise VersionMoved
        return super().append(commits, after)

    async def catch_up(self) -> None:
        """Take some turns."""
        for _ in range(TURNS):
            await asyncio.sleep(0)


class FailingStore(DelayingStore):
    """Fails every other time; the head is the durable state again then."""

    failures = 0

    async def flush(self, reached: State) -> bool:
        """Make a state durable, or fail."""
        await super().flush(self.durable)
        self.failures += 1
        if self.failures % 2:
            self.head = self.durable
            return False
        self.durable = reached
        return True


TROUBLED = {"delaying": DelayingStore, "late": LateStore, "refusing": RefusingStore, "failing": FailingStore}
