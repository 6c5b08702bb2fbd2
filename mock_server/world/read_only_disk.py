"""A disk that is only read: what would be written to a data folder stays as it is."""

from pathlib import Path

from .disk import RealDisk


class UntouchedTail:
    """The end of a file to which nothing is written."""

    def write(self, content: bytes) -> None:
        """Write nothing."""

    def sync(self) -> None:
        """Do nothing: nothing was written."""

    def check(self) -> None:
        """Do nothing: nothing can be lost."""

    def close(self) -> None:
        """Do nothing: nothing was opened."""


class ReadOnlyDisk(RealDisk):
    """The machine's own files, to be read."""

    def append(self, file: Path) -> UntouchedTail:  # type: ignore[override]  # a Tail as well, and all that is promised
        """Return what takes writes and forgets them."""
        return UntouchedTail()

    def replace(self, file: Path, content: bytes) -> None:
        """Leave a file as it is."""

    def remove(self, file: Path) -> None:
        """Leave a file where it is."""

    def discard(self, folder: Path) -> None:
        """Leave a folder where it is."""

    def move(self, folder: Path, to: Path) -> None:
        """Leave a folder where it is."""

    def make(self, folder: Path) -> None:
        """Make no folder."""

    def probe(self, folder: Path) -> None:
        """Write nothing: the disk may be full."""
