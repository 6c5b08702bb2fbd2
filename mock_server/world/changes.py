"""What of a world differs from its seed."""

from bisect import bisect
from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from typing import Any

import orjson

from ..handlers.terms import Key, Record, Unique
from .state import State
from .stored import Stored

PIECE = 5000
"""Keys that are sorted at once."""


def made(state: State, tell: Callable[[Stored], Any] = Stored.record) -> dict[str, list[Any]]:
    """The records that a world has made or changed, by collection, sorted by id."""
    changed: dict[str, list[Any]] = {}
    for key, stored in changes(state):
        if stored:
            changed.setdefault(key.collection, []).append(tell(stored))
    return changed


def deleted(state: State) -> dict[str, list[str]]:
    """The ids of the seed's records that a world has deleted, by collection, sorted."""
    gone: dict[str, list[str]] = {}
    for key in sort_in_pieces(key for key, stored in state.records.items() if stored is None):
        gone.setdefault(key.collection, []).append(key.id)
    return gone


def changes(state: State) -> list[tuple[Key, Stored | None]]:
    """What a world has at each key at which it differs from its seed, sorted."""
    return [(key, state.records[key]) for key in sort_in_pieces(state.records)]


def sort_in_pieces(keys: Iterable[Key]) -> list[Key]:
    """Return keys, sorted; many are so in pieces that are merged: the sort of a long list lets no other thread run."""
    keys = [*keys]
    return [*merge(*(sorted(keys[start : start + PIECE]) for start in range(0, len(keys), PIECE)))]


def records(state: State, collection: str, after: str = "") -> Iterator[Record]:
    """The records of a collection whose ids come after one, sorted by id."""
    seed = state.base.ids.get(collection, [])
    unchanged = (id for id in seed[bisect(seed, after) :] if Key(collection, id) not in state.records)
    own = sorted(key.id for key, stored in state.records.items() if stored and key.collection == collection)
    for id in merge(unchanged, own[bisect(own, after) :]):
        stored = state.stored(Key(collection, id))
        assert stored
        yield stored.record()


def difference(after: State, before: State) -> dict[str, dict[str, list[Any]]]:
    """What was created, changed and deleted between two states of a world, by collection, sorted by id, for JSON."""
    keys = {*after.records, *before.records}
    if after.base is not before.base:
        keys |= {*after.base.records, *before.base.records}
    found: dict[str, dict[str, list[Any]]] = {"created": {}, "changed": {}, "deleted": {}}
    for key in sorted(keys):
        was, now = before.stored(key), after.stored(key)
        if was is None and now is not None:
            found["created"].setdefault(key.collection, []).append(now.json())
        elif was is not None and now is None:
            found["deleted"].setdefault(key.collection, []).append(was.json())
        elif was and now and was[:2] != now[:2] and (changed := fields(now.record(), was.record())):
            found["changed"].setdefault(key.collection, []).append({"id": key.id, "fields": changed})
    return found


def fields(after: Record, before: Record) -> dict[str, dict[str, Any]]:
    """The fields of a record that are not what they were."""
    return {
        name: {"before": before.get(name), "after": after.get(name)}
        for name in {**before, **after}
        if not same(before.get(name), after.get(name))
    }


def same(value: Any, other: Any) -> bool:
    """Whether two values are the same JSON: names of an object have no order, and 1 is not true, as it is in Python."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS) == orjson.dumps(other, option=orjson.OPT_SORT_KEYS)


def shared(state: State) -> Iterator[tuple[Key, Unique]]:
    """The changed records of a world whose unique values another record has as well."""
    for key, stored in state.records.items():
        for unique in stored.claims if stored else ():
            if state.owner(unique) != key.id or seed_owner(state, unique) not in (None, key.id):
                yield key, unique


def seed_owner(state: State, unique: Unique) -> str | None:
    """The id of the seed's record that had these values and still has them."""
    owner = state.base.owners.get(unique)
    still = state.stored(Key(unique.collection, owner)) if owner else None
    return owner if still and unique in still.claims else None
