"""What a store is: where the commits of a sandbox go, in memory, in a folder or elsewhere."""

from collections.abc import Awaitable, Sequence
from typing import Protocol

from .state import Commit, Snapshot, State


class Store(Protocol):
    """Where the states of one sandbox are kept.

    The `head` is the state after the last commit that was written, and the `durable` state that after the last which
    survives what the store promises to survive. Handlers run on the head, so that commits in flight share a sync.
    """

    head: State
    durable: State
    snapshots: dict[str, Snapshot]

    def append(self, commits: Sequence[Commit], after: int) -> Awaitable[None] | None:
        """Apply commits, all or none, to the head, which must be of the version `after`.

        Return what to wait for until they are durable, or None if they are. Raises `VersionMoved`, and `StoreFailed`,
        as waiting does: then the head is the durable state again.
        """

    def wait(self, state: State) -> Awaitable[None] | None:
        """Return what to wait for until a state is durable, or None if it is. Waiting raises `StoreFailed`."""

    async def catch_up(self) -> None:
        """Have the head be the latest there is, after `VersionMoved`."""

    async def save(self, name: str, snapshot: Snapshot) -> None:
        """Keep a snapshot under a name, in place of one that has it. Raises `StoreFailed`."""

    async def forget(self, name: str) -> None:
        """Keep a snapshot no longer. Raises `StoreFailed`."""
