"""The flaws of records in files: each with its place, and those that are alike in one line."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from ..contract.document import ContractError
from ..contract.source import Source

VALUES = re.compile(r"`[^`]*`|[0-9]+")
"""What of a detail tells of one record alone: flaws that differ in nothing else are alike."""
ITEM = re.compile(r"/[0-9]+(?=/|\Z)")
"""The position of an item in a pointer."""


class Flaw(NamedTuple):
    """What is wrong with a record: its place in its file, its id, the place within it, and what to do about it."""

    position: int
    id: str
    pointer: str
    detail: str

    def __str__(self) -> str:
        named = f" ({self.id})" if self.id else ""
        return f"record {self.position}{named} {self.pointer}: {self.detail}"


def describe_flaws(file: Path, flaws: Iterable[Flaw]) -> list[str]:
    """Return a line for each kind of flaw in a file: where it is first, and how many more records have it."""
    kinds: dict[tuple[str, str], list[Flaw]] = {}
    for flaw in flaws:
        kinds.setdefault((ITEM.sub("/0", flaw.pointer), VALUES.sub("", flaw.detail)), []).append(flaw)
    source = Source(file)
    return [_describe_kind(file, source, kind) for kind in kinds.values()]


def _describe_kind(file: Path, source: Source, flaws: list[Flaw]) -> str:
    """Return the line for flaws that are alike."""
    more = len({flaw.position for flaw in flaws}) - 1
    count = f" The same in {more} more {'record' if more == 1 else 'records'}." if more else ""
    return f"{file}{_find_line(source, flaws[0])}: {flaws[0]}{count}"


def _find_line(source: Source, flaw: Flaw) -> str:
    """Return the line of a flaw, to follow the name of its file; nothing, if the file is nested too deep."""
    try:
        return f":{source.nearest(f'/{flaw.position}{flaw.pointer}').number}"
    except ContractError:
        return ""
