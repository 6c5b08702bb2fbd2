"""A store in memory: it ends with the process."""

from collections.abc import Iterable

from ...handlers.terms import Key, Read, Unique
from .store import Fetched, Stored, Write


class MemoryStore:
    """Records by collection and id, and who has which unique values."""

    def __init__(self, seed: Iterable[Write] = ()) -> None:
        self.collections: dict[str, dict[str, Stored]] = {}
        self.owners: dict[Unique, str] = {}
        self.claims: dict[Key, tuple[Unique, ...]] = {}
        for write in seed:
            self.apply(write)

    async def fetch(self, reads: Iterable[Read]) -> Fetched:
        """What is at these keys and who has these values."""
        found = Fetched()
        for each in reads:
            found[each] = self.look(each)
        return found

    async def commit(self, writes: list[Write], read: Fetched) -> bool:
        """Apply all writes if what was read still stands; nothing can come between the two halves of this."""
        for each, was in read.items():
            if self.look(each) is not was:
                return False
        for write in writes:
            self.apply(write)
        return True

    def look(self, read: Read) -> Stored | str | None:
        """What is stored at a key, or the owner of unique values."""
        if isinstance(read, Key):
            return self.collections.get(read.collection, {}).get(read.id)
        return self.owners.get(read)

    def apply(self, write: Write) -> None:
        """Put or delete one record, and note the values that only it may have."""
        key, stored, claims = write
        for unique in self.claims.pop(key, ()):
            del self.owners[unique]
        if stored is None:
            self.collections[key.collection].pop(key.id, None)
            return
        self.collections.setdefault(key.collection, {})[key.id] = stored
        if claims:
            self.claims[key] = claims
            self.owners.update(dict.fromkeys(claims, key.id))
