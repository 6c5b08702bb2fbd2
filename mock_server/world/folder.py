"""A store in a folder: a checkpoint in JSON, and the log of what was committed since."""

import asyncio
import os
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from threading import Lock
from typing import NamedTuple, TypeVar

from . import about
from .checkpoint import Checkpoint
from .clock import written
from .disk import Disk, missing_file
from .errors import StoreFailed, VersionMoved
from .json_file import encode_json
from .log import NAME as LOG
from .log import WRITERS, Log, Sync
from .memory import MemoryStore
from .snapshot import said
from .state import Base, Commit, Origin, Snapshot, State

T = TypeVar("T")
SNAPSHOTS = "snapshots"
"""The folder of those that were saved under a name."""


class Queued(NamedTuple):
    """Commits that are not written yet, and the states before and after them."""

    before: State
    commits: Sequence[Commit]
    after: State


class FolderStore(MemoryStore):
    """A sandbox in memory whose every commit is in the log before it is answered.

    A small commit is written at once, in the turn of the event loop in which it comes; what takes longer is queued, and
    written in a thread, as what comes after it. `written` is the state after the last that was written.
    """

    def __init__(
        self, origin: Origin, state: State, folder: Path, disk: Disk, sync: Sync, collections: Iterable[str]
    ) -> None:
        super().__init__(origin, state)
        self.folder = folder
        self.disk = disk
        self.log = Log(disk, folder, sync)
        self.checkpoint = Checkpoint(disk, folder, collections)
        self.written = state
        self.queue: deque[Queued] = deque()
        self.flushing: asyncio.Task[StoreFailed | None] | None = None
        self.turning = False
        self.writing = Lock()
        self.saving = Lock()
        self.ended = False
        self.edited = ""

    @property
    def is_kept(self) -> bool:
        """Return whether anything of it is in the folder, or is on its way there."""
        return self.checkpoint.version >= 0 or self.head.version > 0 or bool(self.snapshots)

    def append(self, commits: Sequence[Commit], after: int) -> Awaitable[None] | None:
        """Apply commits to the head, and write them to the log. Raises `VersionMoved` and `StoreFailed`."""
        if after != self.head.version:
            raise VersionMoved
        self.check()
        state = before = self.head
        for commit in commits:
            state = state.after(commit)
        if self.queue or self.turning or not self.log.open or any(commit.replacement for commit in commits):
            self.queue.append(Queued(before, commits, state))
        else:
            self.log.write(before.version + 1, commits)
            self.written = state
            if self.log.mode is not Sync.EACH:
                self.durable = state
        self.head = state
        return self.wait(state)

    def wait(self, state: State) -> Awaitable[None] | None:
        """Return what to wait for until a state is durable, as `--sync` promises it, or None if it is."""
        if state.version <= self.durable.version:
            return None
        self.start_flush()
        return self.settle(state)

    async def settle(self, state: State) -> None:
        """Wait until a state is durable; who waits at the same time shares one sync. Raises `StoreFailed`."""
        while self.durable.version < state.version:
            failure = await asyncio.shield(self.start_flush())
            if failure and self.durable.version < state.version:
                raise failure

    def start_flush(self) -> "asyncio.Task[StoreFailed | None]":
        """Have what is not durable be so, if nobody has begun with that."""
        if self.flushing is None or self.flushing.done():
            self.flushing = asyncio.get_running_loop().create_task(self.flush())
        return self.flushing

    async def flush(self) -> StoreFailed | None:
        """Write what is queued, and sync; return why it failed. Then the head is the durable state again."""
        self.durable, failure = await self.in_thread(self.write_out)
        if failure:
            self.queue.clear()
            self.head = self.written = self.durable
        return failure

    def write_out(self) -> tuple[State, StoreFailed | None]:
        """Write what is queued, and sync, in a thread; return the state that is durable then, and why it failed."""
        with self.writing:
            failure = self.try_queue()
            reached = self.written
            if self.log.mode is Sync.EACH and not self.ended:
                self.log.sync()
            if self.log.failure:
                return self.durable, StoreFailed(self.log.failure)
            return reached, failure

    def try_queue(self) -> StoreFailed | None:
        """Write what is queued as far as that can be; return why no further."""
        try:
            self.check()
            self.write_queue()
        except StoreFailed as failure:
            return failure
        return None

    def write_queue(self) -> None:
        """Write what is queued to the log, which does not say how a sandbox began: a checkpoint does."""
        while self.queue:
            before, commits, after = self.queue[0]
            if self.checkpoint.version < 0:
                self.save_checkpoint(before, [])
            elif not self.log.open and not os.access(f"{self.folder}/{about.NAME}", os.F_OK):
                raise missing_file(self.folder / LOG.format(before.version + 1))
            self.log.write(before.version + 1, commits)
            self.written = after
            self.queue.popleft()

    async def save(self, name: str, snapshot: Snapshot) -> None:
        """Keep a snapshot under a name, in a file of its own."""
        await self.in_thread(lambda: self.write_snapshot(name, snapshot))
        await super().save(name, snapshot)

    def write_snapshot(self, name: str, snapshot: Snapshot) -> None:
        """Write the file of a snapshot."""
        content = encode_json(said(snapshot) | {"at": written(snapshot.at)})
        with self.saving:
            self.check()
            self.disk.replace(self.folder / SNAPSHOTS / f"{name}.json", content)

    async def forget(self, name: str) -> None:
        """Keep a snapshot no longer: nobody finds it from now on, but if its file cannot be removed."""
        snapshot = self.snapshots.pop(name)
        try:
            await self.in_thread(lambda: self.remove_snapshot(name))
        except StoreFailed:
            self.snapshots.setdefault(name, snapshot)
            raise

    def remove_snapshot(self, name: str) -> None:
        """Remove the file of a snapshot."""
        with self.saving:
            self.check()
            self.disk.remove(self.folder / SNAPSHOTS / f"{name}.json")

    async def in_thread(self, do: Callable[[], T]) -> T:
        """Do what takes as long as the disk does, in a thread."""
        return await asyncio.get_running_loop().run_in_executor(WRITERS, do)

    def move(self, folder: Path) -> None:
        """Have another folder, in which there is no sandbox: all that is in this one is there at once."""
        self.disk.move(self.folder, folder)
        self.folder = self.log.folder = self.checkpoint.folder = folder

    def rest_on(self, base: Base) -> None:
        """Switch to an edited seed, if nothing was changed of it."""
        if self.written is self.head:
            super().rest_on(base)
            self.written = self.head

    def behind(self) -> bool:
        """Return whether there are commits that are in the log alone, or on their way there."""
        is_behind = bool(self.queue) or 0 <= self.checkpoint.version < self.head.version
        return is_behind and not self.log.failure and not self.edited

    def fold(self) -> None:
        """Write a checkpoint of all that was committed, and remove the log that led to it."""
        with self.writing:
            self.write_queue()
            self.save_checkpoint(self.written, self.log.turn(self.written.version))

    async def fold_aside(self) -> None:
        """The same in a thread beside new commits, which begin a new log. Commits are queued while the log turns."""
        self.turning = True
        try:
            state, old = await self.in_thread(self.turn)
        finally:
            self.turning = False
        if self.queue:
            self.start_flush()
        await self.in_thread(lambda: self.save_checkpoint(state, old))

    def turn(self) -> tuple[State, list[Path]]:
        """End the log as it is; return the state that it led to, and its files."""
        with self.writing:
            self.write_queue()
            return self.written, self.log.turn(self.written.version)

    def save_checkpoint(self, state: State, old: list[Path]) -> None:
        """Write a checkpoint, and remove the log that led to it.

        Should it end half-way, the log is still there: to replay it over newer records leads to the same state.
        """
        with self.saving:
            if self.ended:
                return
            self.refuse_edits()
            if state.version > self.checkpoint.version:
                self.checkpoint.write(state, self.origin)
            for file in old:
                self.disk.remove(file)

    def refuse_edits(self) -> None:
        """Raise `StoreFailed` if somebody has edited a file of the last checkpoint, which is not to be overwritten."""
        if names := self.checkpoint.find_edited():
            name = self.folder.name
            self.edited = (
                f"{self.folder}: {', '.join(names)} was edited while the server runs, and is not overwritten."
                f" The sandbox `{name}` takes no changes until that is loaded"
                f" (POST /_mock/sandboxes/{name}/reload), or the server is started again."
            )
            raise StoreFailed(self.edited)

    def end(self) -> None:
        """Touch the folder no more, not even for a request that is under way: it is another's from now on, or gone."""
        with self.saving:
            self.ended = True
        self.log.sync()
        self.log.close()

    def check(self) -> None:
        """Raise `StoreFailed` if the folder is not to be written to."""
        if self.ended:
            raise StoreFailed(f"The sandbox {self.folder.name} was put away meanwhile. Send the request again.")
        if self.edited:
            raise StoreFailed(self.edited)
        if self.log.failure:
            raise StoreFailed(self.log.failure)
