"""A checkpoint: the files of a data folder that have a state, a file for each collection, to be read and edited."""

from collections.abc import Iterable
from pathlib import Path

from . import about
from .changes import made
from .disk import Disk, Stamp
from .json_file import encode_json, encode_list
from .state import Origin, State
from .stored import Stored


class Checkpoint:
    """The files of the last checkpoint in a folder, and its `version`; that is -1 if there is none yet.

    `collections` are the names that files of records may have.
    """

    def __init__(self, disk: Disk, folder: Path, collections: Iterable[str]) -> None:
        self.disk = disk
        self.folder = folder
        self.files = {f"{name}.json" for name in collections}
        self.version = -1
        self.stamps: dict[str, Stamp] = {}

    def stamp(self) -> dict[str, Stamp]:
        """Return what tells whether the files are the same as before."""
        names = self.disk.names(self.folder)
        return {name: self.disk.stamp(self.folder / name) for name in names if name in self.files | {about.NAME}}

    def find_edited(self) -> list[str]:
        """Return the files that somebody has edited, made or removed since the last checkpoint."""
        if self.version < 0:
            return []
        now = self.stamp()
        return sorted(name for name in now.keys() | self.stamps.keys() if now.get(name) != self.stamps.get(name))

    def write(self, state: State, origin: Origin) -> None:
        """Write the records that differ from the seed, and last what is true of all of them. Raises `StoreFailed`."""
        changed = {f"{name}.json": found for name, found in made(state, as_stored).items()}
        present = self.files.intersection(self.disk.names(self.folder))
        for file in sorted(present.union(changed)):
            self.replace(file, encode_list(changed.get(file, []), Stored.record))
        self.replace(about.NAME, encode_json(about.said(state, origin)))
        self.version = state.version

    def replace(self, file: str, content: bytes) -> None:
        """Write a file."""
        path = self.folder / file
        self.disk.replace(path, content)
        self.stamps[file] = self.disk.stamp(path)


def as_stored(stored: Stored) -> Stored:
    """Return a record as it is stored: it is read when it is written."""
    return stored
