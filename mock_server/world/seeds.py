"""The seeds of a server, by name: the clinic, nothing at all, and folders of one's own."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from ..contract.model import Model
from ..handlers.terms import Key
from .seed import CLINIC, SeedError, load
from .state import Base
from .stored import write

EMPTY = "empty"
"""The name of the seed that has no records."""
DEFAULT_SEED = "clinic"

Stamp = list[tuple[str, int, int]]


class Edit(NamedTuple):
    """An edit of a seed: what it is now, or else the error for which it stays what it was."""

    name: str
    base: Base | None
    error: str = ""


class Seeds:
    """Seeds that are read and checked when they are first asked for, and then shared by all worlds.

    `report` is told of a seed that was edited while it was in use.
    """

    def __init__(self, models: Mapping[str, Model], folders: Mapping[str, Path], report: Callable[[str], None]) -> None:
        self.models = models
        self.folders = folders
        self.report = report
        self.bases = {EMPTY: Base(EMPTY)}
        self.stamps: dict[str, Stamp] = {}

    def names(self) -> list[str]:
        """The names that there are, sorted."""
        return sorted({EMPTY, *self.folders})

    def has_read(self, name: str) -> bool:
        """Return whether a seed is at hand."""
        return name in self.bases

    def base(self, name: str) -> Base:
        """A seed; raises `SeedError` if it breaks the contract, or if no seed has this name."""
        if name not in self.bases:
            if name not in self.folders:
                raise SeedError(f"There is no seed `{name}`. Seeds here are {', '.join(self.names())}.")
            self.stamps[name] = stamp(self.folders[name])
            self.bases[name] = self.read(name)
        return self.bases[name]

    def read(self, name: str) -> Base:
        """Read a seed from its folder. Raises `SeedError`."""
        records, start = load(self.models, self.folders[name])
        writes = (write(self.models, Key(each, record["id"]), record) for each in records for record in records[each])
        return Base(name, writes, start)

    def read_edits(self) -> list[Edit]:
        """Return what was edited since it was last read. To read it takes its time, and changes nothing.

        What is edited while it is read comes the next time: who saves several files may be half-way.
        """
        edits = []
        for name in list(self.stamps):
            before = stamp(self.folders[name])
            if before == self.stamps[name]:
                continue
            edit = self.read_edit(name)
            if stamp(self.folders[name]) == before:
                self.stamps[name] = before
                edits.append(edit)
        return edits

    def read_edit(self, name: str) -> Edit:
        """Return what a seed was edited to."""
        try:
            return Edit(name, self.read(name))
        except SeedError as error:
            return Edit(name, None, str(error))


def stamp(folder: Path) -> Stamp:
    """What tells whether the files of a folder are the same as before."""
    found = []
    for file in sorted(folder.glob("*.json")):
        with suppress(OSError):
            about = file.stat()
            found.append((file.name, about.st_mtime_ns, about.st_size))
    return found


def folders(own: tuple[Path, ...]) -> dict[str, Path]:
    """The folders of seeds by the name of the folder; raises `SeedError` if one is not there, or two have one name."""
    found = {DEFAULT_SEED: CLINIC}
    for folder in own:
        name = name_seed(folder)
        if not folder.is_dir():
            raise SeedError(f"{folder}: is not a folder.")
        if name in found or name == EMPTY:
            raise SeedError(f"{folder}: there is another seed called `{name}`. Rename the folder.")
        found[name] = folder
    return found


def name_seed(folder: Path) -> str:
    """Return what the seed in a folder is called: as the folder; a symbolic link to it has a name of its own."""
    return folder.name if folder.name not in ("", "..") else folder.resolve().name


def choose_seed(name: str | None, own: tuple[Path, ...]) -> str:
    """Return what worlds begin with: the seed that is named, or else the first of one's own, or else the clinic."""
    return name or (name_seed(own[0]) if own else DEFAULT_SEED)
