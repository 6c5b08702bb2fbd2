"""The contents of a sandbox in a data folder that no server uses, read without changing anything."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from ..contract.model import Model
from . import snapshot
from .changes import records
from .clock import Clock, machine_time
from .data import FolderKeeper
from .log import DataError, Sync
from .read_only_disk import ReadOnlyDisk
from .seed import Records
from .seeds import EMPTY, Seeds
from .state import Origin, Snapshot


def read_contents(
    data: Path, sandbox: str, models: Mapping[str, Model], seeds: Seeds
) -> tuple[Records, dict[str, Any]]:
    """Return all records of a sandbox, and a snapshot of it as a document; `seeds` has the one that it rests on.

    Raises `DataError` if the folder cannot be read or a server uses it, `SeedError` if a seed breaks the contract.
    """
    keeper = FolderKeeper(data, models, seeds.base, Sync.NONE, _ignore, ReadOnlyDisk())
    with closing(keeper):
        names = keeper.names()
        if sandbox not in names:
            known = f"are {', '.join(names)}" if names else "is none"
            raise DataError(f"{data}: has no sandbox {sandbox}. There {known}.")
        state = keeper.open(sandbox, Origin(seeds.base(EMPTY), Clock(), machine_time())).head
        return {name: [*records(state, name)] for name in models}, snapshot.said(Snapshot(state, machine_time()))


def _ignore(text: str) -> None:
    """Report nothing: what a server would do to the folder is not done."""
