"""What a path of the contract answers to a method that is not one of its operations."""

from collections.abc import Iterable

from ..handlers.errors import MethodNotAllowed, Refused
from .response import Turned

METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT")
"""The methods that the paths of the contract have."""


def allowed(methods: Iterable[str]) -> str:
    """The value of `Allow`: HEAD goes with GET, and OPTIONS with everything (D-53)."""
    own = set(methods)
    return ", ".join(sorted(own | {"OPTIONS"} | ({"HEAD"} if "GET" in own else set())))


def not_allowed(method: str, allow: str) -> Refused:
    """The refusal of a method that a path does not have."""
    detail = f"`{method}` is not a method of this path. It has {allow}."
    if method == "GET" and "PUT" in allow:
        detail += " A PUT of {} changes nothing, and answers the record."
    return Turned(MethodNotAllowed(detail), (b"allow", allow.encode()))
