"""A store in memory: it ends with the process."""

from collections.abc import Iterable
from operator import is_

from ..handlers.terms import Read
from .state import Base, Origin, Snapshot, State
from .store import Commit, Fetched


class MemoryStore:
    """A world's latest state, and its snapshots. Whatever held on to an earlier state still has it."""

    def __init__(self, origin: Origin, state: State | None = None) -> None:
        self.origin = origin
        self.state = state or origin.state()
        self.snapshots: dict[str, Snapshot] = {}

    async def fetch(self, reads: Iterable[Read]) -> Fetched:
        """What is at these keys and who has these values."""
        look, found = self.state.look, Fetched()
        for each in reads:
            found[each] = look(each)
        return found

    async def commit(self, commit: Commit, read: Fetched, counter: int) -> int:
        """Apply a commit if what was read still stands; nothing can come between the two halves of this."""
        if not self.stands(read, counter):
            return 0
        self.state = self.state.after(commit)
        return self.state.commits

    async def become(self, state: State) -> None:
        """Be in another state from now on."""
        self.state = state._replace(commits=self.state.commits + 1)

    async def save(self, name: str, snapshot: Snapshot) -> None:
        """Keep a snapshot under a name; one that had it is kept no longer."""
        self.snapshots[name] = snapshot

    async def forget(self, name: str) -> None:
        """Keep a snapshot no longer."""
        del self.snapshots[name]

    def rest_on(self, base: Base) -> None:
        """Have an edited seed at once, if nothing was changed of it."""
        if self.state.base.name == base.name and not len(self.state.records):
            self.state = self.state._replace(base=base)

    def stands(self, read: Fetched, counter: int) -> int:
        """Whether what was read is as it was."""
        return self.state.counter == counter and all(map(is_, map(self.state.look, read), read.values()))
