"""A store in a folder: a checkpoint in JSON, the log of what was committed since, and snapshots."""

import os
from collections.abc import Iterable
from pathlib import Path
from threading import Lock

from . import about
from .checkpoint import Checkpoint
from .clock import written
from .disk import Disk, missing_file
from .errors import StoreFailed
from .json_file import encode_json
from .log import NAME as LOG
from .log import Log, Sync
from .log_store import LogStore
from .snapshot import said
from .state import Origin, Snapshot, State
from .stored import Stored

SNAPSHOTS = "snapshots"
"""The folder of those that were saved under a name."""


class FolderStore(LogStore):
    """A sandbox whose log is in a folder, where checkpoints cut it. Who writes others of its files holds `saving`."""

    def __init__(
        self, origin: Origin, state: State, folder: Path, disk: Disk, sync: Sync, collections: Iterable[str]
    ) -> None:
        super().__init__(origin, state, Log(disk, folder, sync))
        self.folder = folder
        self.disk = disk
        self.checkpoint = Checkpoint(disk, folder, collections)
        self.saving = Lock()
        self.ended = False
        self.edited = ""

    @property
    def is_kept(self) -> bool:
        """Return whether anything of it is in the folder, or is on its way there."""
        return self.checkpoint.version >= 0 or self.head.version > 0 or bool(self.snapshots)

    def prepare_log(self, before: State) -> None:
        """Write a checkpoint of what a sandbox began with: no log says that. Raises `StoreFailed`."""
        if self.checkpoint.version < 0:
            self.save_checkpoint(before, [])
        elif not self.log.open and not os.access(f"{self.folder}/{about.NAME}", os.F_OK):
            raise missing_file(self.folder / LOG.format(before.version + 1))

    async def save(self, name: str, snapshot: Snapshot) -> None:
        """Keep a snapshot under a name, in a file of its own."""
        await self.in_thread(lambda: self.write_snapshot(name, snapshot))
        await super().save(name, snapshot)

    def write_snapshot(self, name: str, snapshot: Snapshot) -> None:
        """Write the file of a snapshot."""
        content = encode_json(said(snapshot, Stored.json) | {"at": written(snapshot.at)})
        with self.saving:
            self.check()
            self.disk.replace(self.folder / SNAPSHOTS / f"{name}.json", content)

    async def forget(self, name: str) -> None:
        """Keep a snapshot no longer: nobody finds it from now on, unless its file cannot be removed."""
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

    def move(self, folder: Path) -> None:
        """Have another folder, in which there is no sandbox: all that is in this one is there at once."""
        self.disk.move(self.folder, folder)
        self.folder = self.log.folder = self.checkpoint.folder = folder

    def behind(self) -> bool:
        """Return whether there are commits that are in the log alone, or on their way there."""
        is_behind = bool(self.queue) or 0 <= self.checkpoint.version < self.head.version
        return is_behind and not self.log.failure and not self.edited

    def fold(self) -> None:
        """Write a checkpoint of all that was committed, and remove the log that led to it. Raises `StoreFailed`."""
        self.save_checkpoint(*self.turn())

    async def fold_aside(self) -> None:
        """The same in a thread beside new commits, which begin a new log. Commits are queued while the log turns."""
        self.pause()
        try:
            state, old = await self.in_thread(self.turn)
        finally:
            self.resume()
        await self.in_thread(lambda: self.save_checkpoint(state, old))

    def turn(self) -> tuple[State, list[Path]]:
        """End the log as it is; return the state that it led to, and its files. Raises `StoreFailed`."""
        with self.writing:
            self.check()
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
        with self.writing, self.saving:
            self.ended = True
            self.log.sync()
            self.log.close()

    def check(self) -> None:
        """Raise `StoreFailed` if the folder is not to be written to."""
        if self.ended:
            raise StoreFailed(f"The sandbox {self.folder.name} was put away meanwhile. Send the request again.")
        if self.edited:
            raise StoreFailed(self.edited)
        super().check()
