"""The log of a sandbox: its commits since the last checkpoint."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from pathlib import Path
from threading import Lock, Timer

from .disk import Disk, Tail
from .errors import StoreFailed
from .log_line import encode_line
from .state import Commit

NAME = "log-{:012d}.jsonl"
"""A file of the log is named by its first commit."""
BATCH = 0.05
"""Seconds after which a write is synced at the latest, if writes are synced in batches."""

WRITERS = ThreadPoolExecutor(thread_name_prefix="disk")
"""Does what has to be done before a write is answered, and nothing else: no reader ever stands in its way."""


class Sync(StrEnum):
    """When a commit is synced: never by us, with others a moment later, or before its response is sent."""

    NONE = "none"
    BATCH = "batch"
    EACH = "each"


class DataError(Exception):
    """A data folder cannot be used; the message says which file, where in it, and what to do."""


class Log:
    """The files of a log; the next commit goes to the end of the last, which is `open` if it is there."""

    def __init__(self, disk: Disk, folder: Path, sync: Sync) -> None:
        self.disk = disk
        self.folder = folder
        self.mode = sync
        self.tail: Tail | None = None
        self.bytes = 0
        self.written = self.safe = 0
        self.timer: Timer | None = None
        self.lock = Lock()
        self.failure = ""

    @property
    def open(self) -> bool:
        """Return whether there is a file to write to."""
        return self.tail is not None

    def write(self, number: int, commits: Sequence[Commit]) -> None:
        """Write commits at the end, the first of which has this number: all or nothing. Raises `StoreFailed`."""
        if self.failure:
            raise StoreFailed(self.failure)
        if self.tail is None:
            self.tail = self.disk.append(self.folder / NAME.format(number))
        content = b"".join(encode_line(number + each, commit) for each, commit in enumerate(commits))
        self.tail.write(content)
        self.bytes += len(content)
        self.written += 1
        if self.mode is Sync.BATCH and self.timer is None:
            self.timer = Timer(BATCH, self.sync)
            self.timer.daemon = True
            self.timer.start()

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
        a checkpoint that is half written counts on it.
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
