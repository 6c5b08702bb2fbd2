"""A search of a journal: whether an exchange has all that is asked for."""

from collections.abc import Mapping
from typing import Any

from ..contract.words import with_ids_lowered
from ..world.comparison import TEXT, Comparison

STEPS = 1_000_000
"""How long exchanges may be compared with what is asked for: about a second, in which others are answered."""


class Search:
    """What exchanges are to have, prepared once for all of them; a path may have `*` for anything."""

    def __init__(self, wanted: Mapping[str, Any]) -> None:
        self.wanted = {name: each for name, each in wanted.items() if name not in ("path", "headers")}
        self.path = with_ids_lowered(wanted["path"]).split("*") if "path" in wanted else None
        self.headers = {name.lower(): value for name, value in wanted.get("headers", {}).items()}
        self.comparison = Comparison(STEPS)

    def fits(self, exchange: Mapping[str, Any]) -> bool:
        """Return whether an exchange has all of it. Raises `TooCostly`."""
        request, contains = exchange["request"], self.comparison.contains
        return (
            (self.path is None or self._fits_path(exchange["path"], *self.path))
            and contains(request["headers"], self.headers)
            and all(
                contains((request if name == "body" else exchange)[name], each) for name, each in self.wanted.items()
            )
        )

    def _fits_path(self, path: str, first: str, *others: str) -> bool:
        """Return whether a path has each part of what is wanted in turn, where `*` stands between two."""
        self.comparison.count((len(path) + len(others)) // TEXT)
        path = with_ids_lowered(path)
        if not others or not path.startswith(first):
            return path == first and not others
        at = len(first)
        for part in others[:-1]:
            at = path.find(part, at)
            if at < 0:
                return False
            at += len(part)
        return len(path) - at >= len(others[-1]) and path.endswith(others[-1])
