"""The log of a world: its commits since the last snapshot, each safe before its answer is sent."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from pathlib import Path
from threading import Lock, Timer

from .commits import Entry, line
from .disk import Disk, Tail
from .store import StoreFailed

NAME = "log-{:012d}.jsonl"
"""A file of the log is named by its first commit."""
BATCH = 0.05
"""Seconds after which a write is synced at the latest, if writes are synced in batches."""

WRITERS = ThreadPoolExecutor(thread_name_prefix="disk")
"""Does what has to be done before a write is answered, and nothing else: no reader ever stands in its way."""


class Sync(StrEnum):
    """When a commit is synced: never by us, with others a moment later, or before its answer is sent."""

    NONE = "none"
    BATCH = "batch"
    EACH = "each"


class DataError(Exception):
    """A data folder cannot be used; the message says which file, where in it, and what to do."""


class Log:
    """The files of a log; the next commit goes to the end of the last."""

    def __init__(self, disk: Disk, folder: Path, sync: Sync) -> None:
        self.disk = disk
        self.folder = folder
        self.mode = sync
        self.tail: Tail | None = None
        self.bytes = 0
        self.written = self.safe = 0
        self.syncing: asyncio.Future[None] | None = None
        self.timer: Timer | None = None
        self.lock = Lock()
        self.failure = ""

    def write(self, entry: Entry) -> None:
        """Write a commit at the end, all or nothing. Raises `StoreFailed`."""
        if self.failure:
            raise StoreFailed(self.failure)
        if self.tail is None:
            self.tail = self.disk.append(self.folder / NAME.format(entry.number))
        content = line(entry)
        self.tail.write(content)
        self.bytes += len(content)
        self.written += 1

    async def settle(self) -> None:
        """Wait until what was written is as safe as it is to be; who waits at the same time shares one sync."""
        if self.mode is Sync.BATCH and self.timer is None:
            self.timer = Timer(BATCH, self.sync)
            self.timer.daemon = True
            self.timer.start()
        mine = self.written
        while self.mode is Sync.EACH and self.safe < mine:
            if self.syncing is None or self.syncing.done():
                self.syncing = asyncio.get_running_loop().run_in_executor(WRITERS, self.sync)
            await asyncio.shield(self.syncing)
            if self.failure:
                raise StoreFailed(self.failure)

    def sync(self) -> None:
        """Have all that is written now survive the machine. After a failure nobody knows what is safe: it is final."""
        with self.lock:
            self.timer = None
            reached = self.written
            if self.check(sync=self.safe < reached):
                self.safe = reached

    def check(self, sync: bool = False) -> bool:
        """Return whether what was written is where it ought to be, and synced if it is to be."""
        try:
            if self.tail and sync:
                self.tail.sync()
            if self.tail:
                self.tail.check()
        except StoreFailed as error:
            self.failure = f"{error} What is on the disk is uncertain: start the server again."
        return not self.failure

    def turn(self, last: int) -> list[Path]:
        """End the files that there are, and give those of commits up to the `last`; the next one begins a new file.

        If the disk was full, a file for it may be there already. Raises `StoreFailed` if what is written is not safe:
        a snapshot that is half written counts on it.
        """
        self.sync()
        if self.failure:
            raise StoreFailed(self.failure)
        self.close()
        return [file for file in files(self.disk, self.folder) if file.name <= NAME.format(last)]

    def close(self) -> None:
        """Close the file that there is."""
        with self.lock:
            if self.tail:
                self.tail.close()
            self.tail, self.bytes = None, 0


def files(disk: Disk, folder: Path) -> list[Path]:
    """The files of a log, oldest first."""
    return [folder / name for name in disk.names(folder) if name.startswith("log-") and name.endswith(".jsonl")]
