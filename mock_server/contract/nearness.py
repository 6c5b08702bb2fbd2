"""Nearness: the operations that a request may have meant which matched none."""

import re
from collections.abc import Mapping
from typing import Any

from .document import operations
from .words import likest

MOST = 3
"""How many operations are named."""
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def nearest(document: Mapping[str, Any], method: str, path: str) -> list[dict[str, str]]:
    """The operations of a contract that are most like what was asked, and what is other about them."""
    known = {(method.upper(), path): said["operationId"] for method, path, said in operations(document)}
    asked = template(path)
    found = []
    for line in likest(f"{method} {asked}", [" ".join(each) for each in known], MOST):
        other, _, path = line.partition(" ")
        why = f"the method is {other}" if path == asked else f"the path is {path}"
        found.append({"operation": known[other, path], "method": other, "path": path, "why": why})
    return found


def template(path: str) -> str:
    """A path as the contract would have it: without its query, and `{id}` for an id."""
    return GUID.sub("{id}", path.partition("?")[0])
