"""The seeds of a server, by name: the clinic, nothing at all, and folders of one's own."""

from collections.abc import Mapping
from pathlib import Path

from ...handlers.terms import Key
from ..contract.model import Model
from .seed import CLINIC, SeedError, load
from .state import Base
from .store import write

EMPTY = "empty"
"""The name of the seed that has no records."""


class Seeds:
    """Seeds that are read and checked when they are first asked for, and then shared by all worlds."""

    def __init__(self, models: Mapping[str, Model], folders: Mapping[str, Path]) -> None:
        self.models = models
        self.folders = folders
        self.bases = {EMPTY: Base(EMPTY)}

    def names(self) -> list[str]:
        """The names that there are, sorted."""
        return sorted({EMPTY, *self.folders})

    def base(self, name: str) -> Base:
        """A seed; raises `SeedError` if it breaks the contract, or if no seed has this name."""
        if name not in self.bases:
            if name not in self.folders:
                raise SeedError(f"There is no seed `{name}`. Seeds here are {', '.join(self.names())}.")
            found = load(self.models, self.folders[name])
            writes = (write(self.models, Key(each, record["id"]), record) for each in found for record in found[each])
            self.bases[name] = Base(name, writes)
        return self.bases[name]


def folders(own: tuple[Path, ...]) -> dict[str, Path]:
    """The folders of seeds by the name of the folder; raises `SeedError` if one is not there, or two have one name."""
    found = {"clinic": CLINIC}
    for folder in own:
        name = folder.resolve().name
        if not folder.is_dir():
            raise SeedError(f"{folder}: is not a folder.")
        if name in found or name == EMPTY:
            raise SeedError(f"{folder}: there is another seed called `{name}`. Rename the folder.")
        found[name] = folder
    return found
