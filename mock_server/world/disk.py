"""The disk as a data folder uses it: what is safe, and from when on."""

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from .errors import StoreFailed

Stamp = tuple[int, int, int]
"""What tells whether a file is the same as before: when it was changed, its size, and which file it is."""


class Tail(Protocol):
    """A file that grows at its end."""

    def write(self, content: bytes) -> None:
        """Write at the end, all or nothing; raises `StoreFailed`. It survives this process from now on."""

    def sync(self) -> None:
        """Have all that was written survive the machine; raises `StoreFailed`."""

    def check(self) -> None:
        """Raise `StoreFailed` if the file has its name no longer: what is written to it is lost."""

    def close(self) -> None:
        """Write no more."""


class Disk(Protocol):
    """What keeps files. A test puts one in its place that forgets what was not synced."""

    def names(self, folder: Path) -> list[str]:
        """What is in a folder, sorted; nothing if there is none. Raises `OSError`."""

    def read(self, file: Path) -> bytes:
        """The content of a file; raises `OSError`."""

    def stamp(self, file: Path) -> Stamp:
        """Return what tells whether a file is the same as before; zeros if it is not there."""

    def append(self, file: Path) -> Tail:
        """A file to write to at its end, new or not, in a folder made if need be; its name survives the machine.

        Raises `StoreFailed`.
        """

    def replace(self, file: Path, content: bytes) -> None:
        """Have a file be this and survive the machine; should that fail, it is what it was."""

    def remove(self, file: Path) -> None:
        """Remove a file, if it is there; that survives the machine. Raises `StoreFailed`."""

    def discard(self, folder: Path) -> None:
        """Remove a folder with all that is in it, if it is there: after a crash it is whole, or gone."""

    def move(self, folder: Path, to: Path) -> None:
        """Give a folder another name beside its own, whole or not at all; that survives the machine.

        A folder that has the name is discarded. Raises `StoreFailed`.
        """

    def make(self, folder: Path) -> None:
        """Make a folder, and those that it is in; their names survive the machine. Raises `OSError`."""

    def probe(self, folder: Path) -> None:
        """Write a little into a folder, and remove it again. Raises `OSError` if the disk does not take it."""


class RealTail:
    """A file opened to be written at its end."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self.size = os.fstat(self.descriptor).st_size
        self.whole = True

    def write(self, content: bytes) -> None:
        """Write at the end; what was half written is cut off again, before the next write at the latest."""
        try:
            self.cut()
            self.whole = False
            put(self.descriptor, content)
        except OSError as error:
            with suppress(OSError):
                self.cut()
            raise failed(self.file, error) from error
        self.size += len(content)
        self.whole = True

    def cut(self) -> None:
        """Cut off what was half written, if anything was."""
        if not self.whole:
            os.ftruncate(self.descriptor, self.size)
            self.whole = True

    def sync(self) -> None:
        """Have all that was written survive the machine."""
        try:
            os.fdatasync(self.descriptor) if hasattr(os, "fdatasync") else os.fsync(self.descriptor)
        except OSError as error:
            raise failed(self.file, error) from error

    def check(self) -> None:
        """Compare what has the name with what is written to; it takes a few microseconds."""
        try:
            there = os.path.samestat(os.stat(self.file), os.fstat(self.descriptor))
        except OSError:
            there = False
        if not there:
            raise missing_file(self.file)

    def close(self) -> None:
        """Write no more."""
        os.close(self.descriptor)


class RealDisk:
    """The machine's own files. `made` are folders whose names survive it."""

    def __init__(self) -> None:
        self.made: set[Path] = set()

    def names(self, folder: Path) -> list[str]:
        """What is in a folder."""
        try:
            return sorted(os.listdir(folder))
        except FileNotFoundError:
            return []

    def read(self, file: Path) -> bytes:
        """The content of a file."""
        return file.read_bytes()

    def stamp(self, file: Path) -> Stamp:
        """Return what tells whether a file is the same as before."""
        try:
            found = os.stat(file)
        except OSError:
            return 0, 0, 0
        return found.st_mtime_ns, found.st_size, found.st_ino

    def append(self, file: Path) -> RealTail:
        """A file to write to at its end."""
        try:
            self.make(file.parent)
            tail = RealTail(file)
            self.sync_folder(file.parent)
        except OSError as error:
            raise failed(file, error) from error
        return tail

    def replace(self, file: Path, content: bytes) -> None:
        """Write beside it, sync, and put it in its place."""
        beside = file.with_name(f".{file.name}.new")
        try:
            self.make(file.parent)
            self.fill(beside, content)
            os.replace(beside, file)
            self.sync_folder(file.parent)
        except OSError as error:
            with suppress(OSError):
                os.unlink(beside)
            raise failed(file, error) from error

    def remove(self, file: Path) -> None:
        """Remove a file."""
        try:
            os.unlink(file)
            self.sync_folder(file.parent)
        except FileNotFoundError:
            pass
        except OSError as error:
            raise failed(file, error, "removed") from error

    def discard(self, folder: Path) -> None:
        """Give it the name of one that is to go, and then remove what is in it."""
        going = folder.with_name(f".{folder.name}.gone")
        shutil.rmtree(going, ignore_errors=True)
        if folder.is_dir():
            self.rename(folder, going, "removed")
            shutil.rmtree(going, ignore_errors=True)

    def move(self, folder: Path, to: Path) -> None:
        """Give a folder another name."""
        self.discard(to)
        self.rename(folder, to, "written")

    def rename(self, folder: Path, to: Path, done: str) -> None:
        """Give a folder the name of one that is not there."""
        self.made &= {to.parent}  # which is not made again, should somebody remove it: it is in use
        try:
            os.replace(folder, to)
            self.sync_folder(to.parent)
        except OSError as error:
            raise failed(folder, error, done) from error

    def make(self, folder: Path) -> None:
        """Make a folder, and those that it is in; who made one that is there may have been killed before the sync."""
        if folder in self.made:
            return
        if not folder.is_dir():
            if not folder.parent.exists():
                self.make(folder.parent)
            try:
                os.mkdir(folder)
            except FileExistsError:
                if not folder.is_dir():
                    raise
        self.sync_folder(folder.parent)
        self.made.add(folder)

    def probe(self, folder: Path) -> None:
        """Write a byte: a full disk may still take names."""
        file = folder / ".probe"
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
            put(descriptor, b" ")
        finally:
            os.close(descriptor)
            os.unlink(file)

    def fill(self, file: Path, content: bytes) -> None:
        """Have a new file be this, and its content survive the machine."""
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
            put(descriptor, content)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def sync_folder(self, folder: Path) -> None:
        """Have the names in a folder survive the machine; who may not read it can do nothing for that."""
        try:
            descriptor = os.open(folder, os.O_RDONLY)
        except PermissionError:
            return
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def put(descriptor: int, content: bytes) -> None:
    """Write all of it. A full disk may take a part, and says with the next why no more."""
    while content:
        content = content[os.write(descriptor, content) :]


def failed(file: Path, error: OSError, done: str = "written") -> StoreFailed:
    """What to say when the disk does not do something."""
    if isinstance(error, FileNotFoundError):
        return missing_file(file)
    return StoreFailed(f"{file} cannot be {done}: {error.strerror or error}.")


def missing_file(file: Path) -> StoreFailed:
    """Say that a file, or the folder that it is in, is not where it was."""
    return StoreFailed(f"{file} cannot be written: it was removed or moved while the server runs.")
