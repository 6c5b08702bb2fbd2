"""A store in memory: it ends with the process, and until then all of it is durable at once."""

from collections.abc import Awaitable, Sequence

from .errors import VersionMoved
from .state import Base, Commit, Origin, Snapshot, State


class MemoryStore:
    """A sandbox's latest state, and its snapshots. Whatever held on to an earlier state still has it."""

    def __init__(self, origin: Origin, state: State | None = None) -> None:
        self.origin = origin
        self.head = self.durable = state or origin.state()
        self.snapshots: dict[str, Snapshot] = {}

    def append(self, commits: Sequence[Commit], after: int) -> Awaitable[None] | None:
        """Apply commits to the head. Raises `VersionMoved`."""
        if after != self.head.version:
            raise VersionMoved
        state = self.head
        for commit in commits:
            state = state.after(commit)
        self.head = self.durable = state
        return None

    def wait(self, state: State) -> Awaitable[None] | None:
        """Return None: it is durable."""
        return None

    async def catch_up(self) -> None:
        """Do nothing: the head is the latest there is."""

    def pause(self) -> None:
        """Do nothing: nobody else uses what it is kept in."""

    def resume(self) -> None:
        """Do nothing, as after a pause."""

    async def save(self, name: str, snapshot: Snapshot) -> None:
        """Keep a snapshot under a name, in place of one that has it."""
        self.snapshots[name] = snapshot

    async def forget(self, name: str) -> None:
        """Keep a snapshot no longer."""
        del self.snapshots[name]

    def rest_on(self, base: Base) -> None:
        """Switch to an edited seed, if nothing was changed of it."""
        if self.head is not self.durable or self.head.base.name != base.name or len(self.head.records):
            return
        if self.head.version == 0:
            self.origin = self.origin._replace(base=base)
            self.head = self.durable = self.origin.state()
        else:
            self.head = self.durable = self.head._replace(base=base)
