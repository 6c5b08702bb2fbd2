"""A comparison: whether JSON has all that is wanted, within a number of steps, since both may be very large."""

from typing import Any

from ..contract.words import with_ids_lowered
from .errors import StoreFailed

NESTED = (dict, list)
TEXT = 8
"""Characters of a text that are looked through for ids in one step, about."""
LOWERED = 64
"""Characters of a text that are made lower case in one step, about: those beyond ASCII take the longest."""


class TooCostly(StoreFailed):
    """A comparison takes more steps than it may."""


class Comparison:
    """Compares values, until all that were compared have taken so many steps."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def contains(self, found: Any, wanted: Any) -> bool:
        """Return whether objects have at least the names, and lists the items, that are wanted; ids in any case (D-35).

        Raises `TooCostly`.
        """
        self.count(1)
        if isinstance(wanted, dict):
            return isinstance(found, dict) and all(
                name in found and self.contains(found[name], each) for name, each in wanted.items()
            )
        if isinstance(wanted, list):
            return isinstance(found, list) and self._contains_items(found, wanted)
        if isinstance(wanted, str) and isinstance(found, str):
            return self._is_same_text(found, wanted)
        return bool(found == wanted) and isinstance(found, bool) == isinstance(wanted, bool)

    def _contains_items(self, found: list[Any], wanted: list[Any]) -> bool:
        """Return whether a list has an item for each that is wanted; only those are compared that may be the same."""
        self.count(len(found) + len(wanted))
        lengths = {len(each) for each in wanted if isinstance(each, str)}
        alike: dict[object, list[Any]] = {}
        for each in found:
            if not isinstance(each, str) or len(each) in lengths:
                alike.setdefault(self._hint(each), []).append(each)
        return all(any(self.contains(item, each) for item in alike.get(self._hint(each), ())) for each in wanted)

    def _is_same_text(self, found: str, wanted: str) -> bool:
        """Return whether texts are the same but for the case of ids, which is that of ASCII: it changes no length."""
        if found == wanted or len(found) != len(wanted):
            return found == wanted
        self.count(len(found) // LOWERED)
        if found.lower() != wanted.lower():
            return False
        self.count(len(found) // TEXT)
        return with_ids_lowered(found) == with_ids_lowered(wanted)

    def _hint(self, value: Any) -> object:
        """Return what values have in common of which one may contain the other."""
        if isinstance(value, str):
            self.count(len(value) // LOWERED)
            return value.lower()
        return type(value) if isinstance(value, NESTED) else value

    def count(self, steps: int) -> None:
        """Take steps. Raises `TooCostly` if there are none left."""
        self.steps -= steps
        if self.steps < 0:
            raise TooCostly("The comparison takes too long.")
