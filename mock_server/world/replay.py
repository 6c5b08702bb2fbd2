"""The replay of a log after a crash: what is whole is read, what was never answered is put aside, else it stops."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from .about import NAME as ABOUT
from .disk import Disk
from .log import DataError, files
from .log_line import Entry, decode_line

TORN = "torn-{:012d}.bin"
"""What follows the last whole commit, kept aside for who wants to see it."""


def entries(disk: Disk, folder: Path, after: int) -> Iterator[Entry | str]:
    """The commits of a log that follow the one numbered `after`; and, at its end, what to report of a torn one.

    A line that was cut off was never answered: it is put aside. Files that end with the commit `after` were left by a
    crash. Raises `DataError` for anything else that does not fit, or is not whole.
    """
    torn: Torn | None = None
    first = last = 0
    file = folder
    for file, offset, each in lines(disk, folder):
        if cut_off(each):
            torn = Torn(file, offset, each)
            continue
        try:
            found = whole(each)
        except (ValueError, KeyError, TypeError) as error:
            raise broken(file, offset, str(error)) from error
        expected = last + 1 if last else min(found.number, after + 1)
        if found.number != expected:
            raise missing(file, offset, found.number, expected, torn)
        first, last = found.number if offset == 0 else first, found.number
        if last > after:
            if first <= after:
                raise misfit(file, after, f"this file has the commits from {first} on")
            torn = None
            yield found
    if 0 < last < after:
        raise misfit(file, after, f"the log ends with commit {last}")
    if torn:
        yield put_aside(disk, torn, max(last, after))


class Torn(NamedTuple):
    """What follows the last whole commit of a file, and where."""

    file: Path
    offset: int
    content: bytes


def lines(disk: Disk, folder: Path) -> Iterator[tuple[Path, int, bytes]]:
    """The lines of a log with their ends, and the file and the byte at which each begins."""
    for file in files(disk, folder):
        offset = 0
        for each in BytesIO(disk.read(file)):
            yield file, offset, each
            offset += len(each)


def whole(line: bytes) -> Entry:
    """What a line with its end says; if only the end did not reach the disk, nothing is lacking."""
    return decode_line(line.removesuffix(b"\n"))


def cut_off(line: bytes) -> bool:
    """Whether a line was not written to its end. One that has all but a right end was, and is damaged."""
    return not line.endswith(b"\n") and not readable(line) and not readable(line[:-1])


def readable(line: bytes) -> bool:
    """Whether a line without its end is whole."""
    try:
        return bool(decode_line(line))
    except (ValueError, KeyError, TypeError):
        return False


def made_safe(disk: Disk, folder: Path) -> list[Path]:
    """The files of a log, which survive the machine from now on: who was killed may not have synced what is read.

    A snapshot is written over an older one file by file; should that end half-way, the log has to be there.
    """
    logs = files(disk, folder)
    for file in logs:
        tail = disk.append(file)
        tail.sync()
        tail.close()
    return logs


def put_aside(disk: Disk, torn: Torn, after: int) -> str:
    """Keep what was cut off, and say so."""
    aside = torn.file.with_name(TORN.format(after))
    disk.replace(aside, torn.content)
    where = f"{torn.file}, byte {torn.offset}"
    return f"{where}: a commit was cut off before it was answered; its bytes are kept in {aside}."


def missing(file: Path, offset: int, number: int, expected: int, torn: Torn | None) -> DataError:
    """What to say of a commit that follows one that is not there, or not whole."""
    if torn:
        return broken(torn.file, torn.offset, "the line has no end")
    return broken(file, offset, f"it is commit {number}, and {expected} is missing")


def misfit(file: Path, commits: int, found: str) -> DataError:
    """Say that a log is not the one that follows a checkpoint."""
    return DataError(
        f"{file}: {found}, and {file.with_name(ABOUT)} says `commits` {commits}: they do not fit. Nothing was dropped."
        " Restore both from one copy, or undo the edit."
    )


def broken(file: Path, offset: int, reason: str) -> DataError:
    """What to say of a commit that was written and cannot be read."""
    return DataError(
        f"{file}, byte {offset}: a commit cannot be read: {reason}. It may have been answered, so nothing was dropped. "
        f"Restore the file from a copy; or, to go on without this commit and those after it, cut the file there "
        f"(truncate -s {offset} {file.name}) and remove later ones."
    )
