"""Where the worlds of a server are kept: in memory here, in a folder in `data.py`."""

import asyncio
import re
from typing import Protocol

from .memory import MemoryStore
from .state import Origin, State

NAME = re.compile(r"(?!(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|\Z))[a-z0-9][a-z0-9_.-]{0,62}(?<!\.)")
"""What a world may be called: its name may be that of a folder, on any system. Windows keeps some for itself."""


class Keeper(Protocol):
    """Keeps worlds by name; `lasting` are those that are not thrown away when nobody uses them."""

    lasting: bool

    def names(self) -> list[str]:
        """The worlds that are kept from an earlier time."""

    def open(self, name: str, origin: Origin) -> MemoryStore:
        """The store of a world; if nothing is kept of it, one that begins like this. Raises `DataError`."""

    def reopen(self, name: str, origin: Origin) -> MemoryStore:
        """Return the store of a world that is in use, read anew from where it is kept. Raises `DataError`."""

    def create(self, name: str, origin: Origin, state: State | None = None) -> MemoryStore:
        """The store of a world that is kept from now on, in a state, or as it begins. Raises `StoreFailed`."""

    def is_blank(self, name: str) -> bool:
        """Return whether nothing is kept of a world that is in use."""

    def release(self, name: str) -> bool:
        """Hold a world no longer, since nobody uses it; whether it is kept all the same."""

    def remove(self, name: str) -> None:
        """Throw a world away. Raises `StoreFailed`."""

    async def remove_all(self, names: list[str]) -> None:
        """Throw worlds away, each out of the list once it is gone, while others are served. Raises `StoreFailed`."""

    async def chores(self) -> None:
        """Do what can wait."""

    def close(self) -> None:
        """Have all that was answered survive, and let others use what was held."""


class MemoryKeeper:
    """Keeps worlds as long as they are used and the process lasts."""

    lasting = False

    def names(self) -> list[str]:
        """None."""
        return []

    def open(self, name: str, origin: Origin) -> MemoryStore:
        """A fresh store."""
        return MemoryStore(origin)

    def reopen(self, name: str, origin: Origin) -> MemoryStore:
        """Raise `NotImplementedError`: it is kept nowhere."""
        raise NotImplementedError

    def create(self, name: str, origin: Origin, state: State | None = None) -> MemoryStore:
        """A fresh store."""
        return MemoryStore(origin, state)

    def is_blank(self, name: str) -> bool:
        """Return True."""
        return True

    def release(self, name: str) -> bool:
        """It is gone."""
        return False

    def remove(self, name: str) -> None:
        """It is gone with whoever holds it."""

    async def remove_all(self, names: list[str]) -> None:
        """They are gone with whoever holds them."""
        names.clear()
        await asyncio.sleep(0)

    async def chores(self) -> None:
        """There is nothing to do."""

    def close(self) -> None:
        """There is nothing to do."""
