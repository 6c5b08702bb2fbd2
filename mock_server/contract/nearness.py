"""Nearness: the operations that a request may have meant which matched none."""

from collections.abc import Mapping
from typing import Any

from .document import operations
from .spelling import correct_path
from .words import likest, template

MOST = 3
"""How many operations are named."""


def nearest(document: Mapping[str, Any], method: str, path: str) -> list[dict[str, str]]:
    """The operations of a contract that are most like what was asked, and what is other about them."""
    known = {(method.upper(), path): said["operationId"] for method, path, said in operations(document)}
    asked, (corrected, difference) = template(path), correct_path(path)
    found = []
    for line in likest(f"{method} {corrected}", [" ".join(each) for each in known], MOST):
        other, _, path = line.partition(" ")
        why = f"the method is {other}" if path == asked else f"the path is {path}{difference}"
        found.append({"operation": known[other, path], "method": other, "path": path, "why": why})
    return found
