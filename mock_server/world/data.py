"""A data folder: the worlds of a server that are to survive it, a folder for each."""

import asyncio
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from filelock import FileLock, Timeout

from ..contract.model import Model
from .about import NAME as ABOUT
from .disk import Disk, RealDisk
from .errors import StoreFailed
from .folder import FolderStore
from .keeper import NAME
from .log import DataError, Sync
from .recovery import Recovery
from .state import Base, Origin, State

LOCK = ".lock"
LEFT = re.compile(rf"\.{{1,2}}{NAME.pattern}\.(?:new|gone)")
"""What the folder of a world is called while it is made or removed: who was killed amid that has left it."""
LONG = 64 << 20
"""Bytes of a log that is folded even while it grows."""


class FolderKeeper:
    """Keeps worlds in a folder, which no other server may use at the same time. Raises `DataError`."""

    lasting = True

    def __init__(
        self,
        path: Path,
        models: Mapping[str, Model],
        bases: Callable[[str], Base],
        sync: Sync,
        report: Callable[[str], None],
        disk: Disk | None = None,
    ) -> None:
        disk = disk or RealDisk()
        self.path = path
        self.lock = hold(path, disk)
        self.recovery = Recovery(models, bases, disk, sync, report)
        self.report = report
        self.stores: dict[str, FolderStore] = {}
        self.seen: dict[str, int] = {}
        self.clear_up()

    def open(self, name: str, origin: Origin) -> FolderStore:
        """The store of a world, as it was left."""
        self.stores[name] = self.recovery.open(self.path / name, origin)
        return self.stores[name]

    def reopen(self, name: str, origin: Origin) -> FolderStore:
        """The store of a world that is in use, as its files are now; if they cannot be read, it stays what it was."""
        former = self.stores[name]
        edited = ", ".join(former.checkpoint.find_edited())
        if edited and former.head.version > former.checkpoint.version:
            self.report(
                f"{self.path / name}: {edited} was edited. What was changed by requests since is as they left it."
            )
        with former.writing, former.saving:
            store = self.recovery.open(self.path / name, origin)
            former.ended = True
            former.log.close()
        self.stores[name] = store
        return store

    def create(self, name: str, origin: Origin, state: State | None = None) -> FolderStore:
        """The store of a new world, which survives from now on, whole: it is made beside. Raises `StoreFailed`."""
        if self.holds(name):
            raise StoreFailed(f"{self.path / name} was put there while the server runs. Start it again to have that.")
        beside = self.path / f".{name}.new"
        self.recovery.disk.discard(beside)
        store = self.recovery.store(beside, origin, state or origin.state())
        store.fold()
        store.move(self.path / name)
        self.stores[name] = store
        return store

    def clear_up(self) -> None:
        """Remove what was left half made or half removed: nobody else uses the folder."""
        left = [self.path / name for name in self.recovery.disk.names(self.path) if LEFT.fullmatch(name)]
        for folder in filter(Path.is_dir, left):
            try:
                self.recovery.disk.discard(folder)
            except StoreFailed as error:
                self.report(str(error))  # it is in nobody's way

    def names(self) -> list[str]:
        """The worlds that there are."""
        names = self.recovery.disk.names(self.path)
        return [name for name in names if NAME.fullmatch(name) and self.holds(name)]

    def holds(self, name: str) -> bool:
        """Whether anything is kept of a world; who was killed may have left what was no file yet."""
        if os.access(f"{self.path}/{name}/{ABOUT}", os.F_OK):
            return True  # most have it, and a server that starts asks for each
        folder = self.path / name
        return folder.is_dir() and any(not each.startswith(".") for each in self.recovery.disk.names(folder))

    def is_blank(self, name: str) -> bool:
        """Return whether nothing is kept of a world that is in use."""
        return not self.stores[name].is_kept

    def release(self, name: str) -> bool:
        """Keep a world on the disk alone."""
        store = self.stores.pop(name)
        self.fold(store)
        store.end()
        return self.holds(name)

    def remove(self, name: str) -> None:
        """Throw a world away."""
        store = self.stores.pop(name, None)
        if store:
            store.end()
        self.recovery.disk.discard(self.path / name)

    async def remove_all(self, names: list[str]) -> None:
        """Throw worlds away, in a thread: the disk takes its time."""
        while names:
            await asyncio.to_thread(self.remove, names[-1])
            names.pop()

    async def chores(self) -> None:
        """Fold the logs that rest, having not grown since the last time, and those that have grown long."""
        for name, store in list(self.stores.items()):
            commits = store.head.version
            if store.behind() and (commits == self.seen.get(name) or store.log.bytes > LONG):
                await self.fold_aside(store)
            elif store.behind() and store.log.mode is Sync.NONE and not store.paused:
                store.log.check()  # else each sync does
            self.seen[name] = commits

    async def fold_aside(self, store: FolderStore) -> None:
        """Fold a log into its snapshot beside new commits, if the disk takes it."""
        try:
            await store.fold_aside()
        except (StoreFailed, OSError) as error:
            if not store.ended:  # else it was put away meanwhile, and its log is folded, or gone
                self.report_failure(store, error)

    def close(self) -> None:
        """Fold every log into its snapshot, and let others use the folder."""
        try:
            for store in self.stores.values():
                self.fold(store)
        finally:
            self.lock.release()

    def fold(self, store: FolderStore) -> None:
        """Fold a log into its snapshot, if the disk takes it."""
        try:
            if store.behind():
                store.fold()
        except (StoreFailed, OSError) as error:
            self.report_failure(store, error)

    def report_failure(self, store: FolderStore, error: Exception) -> None:
        """Report that a log is not folded; it has what was committed unless it has failed itself."""
        self.report(
            str(error) if store.log.failure or store.edited else f"{error} What was committed stays in the log."
        )


def hold(path: Path, disk: Disk) -> FileLock:
    """Hold a data folder, which is made if need be."""
    try:
        disk.make(path)
        lock = FileLock(path / LOCK)
        with lock.acquire(timeout=0):
            disk.probe(path)
            lock.acquire()  # once more, to be held from now on
    except Timeout as error:
        raise DataError(
            f"{path}: another server is using this folder. Stop it first, or give --data another one."
        ) from error
    except OSError as error:
        raise DataError(f"{path}: cannot be used: {explain(error)}.") from error
    return lock


def explain(error: OSError) -> str:
    """Return why a folder cannot be made or used."""
    file = Path(error.filename or ".")
    if isinstance(error, FileExistsError):
        link = f"a link to {os.readlink(file)}, where there is no folder" if file.is_symlink() else "no folder"
        return f"{file} is {link}"
    if isinstance(error, FileNotFoundError) and not file.is_absolute():
        return "the folder in which the server was started is gone"
    return error.strerror or str(error)
