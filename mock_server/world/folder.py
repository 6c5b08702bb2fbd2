"""A store in a folder: a snapshot in JSON, and the log of what was committed since."""

import asyncio
import os
from collections.abc import Iterable
from pathlib import Path
from threading import Lock
from typing import Any

import orjson

from . import about
from .changes import made
from .clock import written
from .commits import Entry
from .disk import Disk, missing_file
from .log import NAME as LOG
from .log import WRITERS, Log, Sync
from .memory import MemoryStore
from .snapshot import said
from .state import Origin, Snapshot, State
from .store import Commit, Fetched, StoreFailed

SNAPSHOTS = "snapshots"
"""The folder of those that were saved under a name."""


class FolderStore(MemoryStore):
    """A world in memory whose every commit is in the log before it is answered.

    `collections` are the names that files of records may have.
    """

    def __init__(
        self, origin: Origin, state: State, folder: Path, disk: Disk, sync: Sync, collections: Iterable[str]
    ) -> None:
        super().__init__(origin, state)
        self.folder = folder
        self.disk = disk
        self.log = Log(disk, folder, sync)
        self.files = {f"{name}.json" for name in collections}
        self.saving = Lock()
        self.saved = -1
        self.ended = False

    async def commit(self, commit: Commit, read: Fetched, counter: int) -> int:
        """Apply a commit if what was read still stands: first to the log, then to memory; nothing comes between."""
        if not self.stands(read, counter):
            return 0
        after = self.state.after(commit)
        await self.enter(Entry(after.commits, dict(commit.writes), commit.counter, commit.clock), after)
        return after.commits

    async def become(self, state: State) -> None:
        """Be in another state from now on: one entry of the log says all of it."""
        after = state._replace(commits=self.state.commits + 1)
        changed = dict(state.records.items())
        await self.enter(Entry(after.commits, changed, state.counter, state.clock, state.base.name), after)

    async def enter(self, entry: Entry, after: State) -> None:
        """Write an entry of the log, be in the state after it, and wait until it is safe. Raises `StoreFailed`."""
        self.check()
        if self.saved < 0:
            self.fold()  # a log says nothing of how its world began
        elif self.log.tail is None and not os.access(f"{self.folder}/{about.NAME}", os.F_OK):
            raise missing_file(self.folder / LOG.format(entry.number))
        self.log.write(entry)
        self.state = after
        await self.log.settle()

    async def save(self, name: str, snapshot: Snapshot) -> None:
        """Keep a snapshot under a name, in a file of its own."""
        file = self.folder / SNAPSHOTS / f"{name}.json"
        await asyncio.get_running_loop().run_in_executor(WRITERS, self.keep, file, snapshot)
        await super().save(name, snapshot)

    def keep(self, file: Path, snapshot: Snapshot) -> None:
        """Write a file beside the snapshot."""
        content = encoded(said(snapshot) | {"at": written(snapshot.at)})
        with self.saving:
            self.check()
            self.disk.replace(file, content)

    async def forget(self, name: str) -> None:
        """Keep a snapshot no longer."""
        self.check()
        self.disk.remove(self.folder / SNAPSHOTS / f"{name}.json")
        await super().forget(name)

    def move(self, folder: Path) -> None:
        """Have another folder, in which there is no world: all that is in this one is there at once."""
        self.disk.move(self.folder, folder)
        self.folder = self.log.folder = folder

    def behind(self) -> bool:
        """Whether there are commits that are in the log alone."""
        return 0 <= self.saved < self.state.commits and not self.log.failure

    def fold(self) -> None:
        """Fold the log into the snapshot."""
        self.put_down(self.state, self.log.turn(self.state.commits))

    async def fold_aside(self) -> None:
        """The same beside new commits, which begin a new log."""
        old = self.log.turn(self.state.commits)
        await asyncio.get_running_loop().run_in_executor(WRITERS, self.put_down, self.state, old)

    def put_down(self, state: State, old: list[Path]) -> None:
        """Write a snapshot, and remove the log that led to it.

        Should it end half-way, the log is still there: to replay it over newer records leads to the same state.
        """
        with self.saving:
            if self.ended:
                return
            if state.commits > self.saved:
                self.write(state)
                self.saved = state.commits
            for file in old:
                self.disk.remove(file)

    def end(self) -> None:
        """Touch the folder no more, not even for a request that is under way: it is another's from now on, or gone."""
        with self.saving:
            self.ended = True
        self.log.sync()
        self.log.close()

    def check(self) -> None:
        """Raise `StoreFailed` if the folder is not to be touched."""
        if self.ended:
            raise StoreFailed(f"The sandbox {self.folder.name} was put away meanwhile. Send the request again.")

    def write(self, state: State) -> None:
        """Write the records that differ from the seed, a file for each collection, and last what is true of them."""
        changed = {f"{name}.json": found for name, found in made(state).items()}
        present = self.files.intersection(self.disk.names(self.folder))
        for file in sorted(present.union(changed)):
            self.replace(file, changed.get(file, []))
        self.replace(about.NAME, about.said(state, self.origin))

    def replace(self, file: str, content: Any) -> None:
        """Write a file of the snapshot, to be read and edited."""
        self.disk.replace(self.folder / file, encoded(content))


def encoded(content: Any) -> bytes:
    """JSON that one can read, edit and commit."""
    return orjson.dumps(content, option=orjson.OPT_INDENT_2) + b"\n"
