"""The seeds of a server, by name: the clinic, nothing at all, and folders of one's own."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from ..contract.model import Model
from ..handlers.terms import Key
from .seed import CLINIC, SeedError, load
from .state import Base
from .stored import write

EMPTY = "empty"
"""The name of the seed that has no records."""

Stamp = list[tuple[str, int, int]]


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
            self.read(name)
        return self.bases[name]

    def read(self, name: str) -> None:
        """Read a seed from its folder. Raises `SeedError`."""
        self.stamps[name] = stamp(self.folders[name])
        found = load(self.models, self.folders[name])
        writes = (write(self.models, Key(each, record["id"]), record) for each in found for record in found[each])
        self.bases[name] = Base(name, writes)

    def edited(self) -> list[Base]:
        """Read again what was edited, and give it; a seed that is broken now stays what it was."""
        fresh: list[Base] = []
        for name in self.stamps:
            if self.stamps[name] == stamp(self.folders[name]):
                continue
            try:
                self.read(name)
            except SeedError as error:
                self.report(f"{error}\nThe seed `{name}` stays what it was until that is mended.")
            else:
                self.report(f"The seed `{name}` was edited. Sandboxes without changes have it now, others once reset.")
                fresh.append(self.bases[name])
        return fresh


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
    found = {"clinic": CLINIC}
    for folder in own:
        name = folder.name if folder.name not in ("", "..") else folder.resolve().name  # of a link: its own
        if not folder.is_dir():
            raise SeedError(f"{folder}: is not a folder.")
        if name in found or name == EMPTY:
            raise SeedError(f"{folder}: there is another seed called `{name}`. Rename the folder.")
        found[name] = folder
    return found
