"""A router: from a path to what the contract has there."""

from typing import Generic, TypeVar
from urllib.parse import unquote

T = TypeVar("T")

PARAMETER = None
"""What no segment is."""
END = ""


class Router(Generic[T]):
    """A tree of path segments, built once; finding walks it without comparing paths one by one."""

    def __init__(self) -> None:
        self.root: dict[str | None, dict] = {}  # type: ignore[type-arg]  # a tree of itself, with a T at each END

    def add(self, path: str, method: str, target: T) -> None:
        """Put a target at a path of the contract, such as `/v1/patients/{id}`."""
        node = self.root
        for segment in path.split("/")[1:]:
            node = node.setdefault(PARAMETER if segment.startswith("{") else segment, {})
        node.setdefault(END, {})[method] = target

    def find(self, segments: list[str]) -> tuple[dict[str, T], list[str]] | None:
        """The targets at a path by method, and the values of its parameters; None if the contract has no such path."""
        node, values = self.root, []
        for segment in segments:
            child = node.get(segment) if segment else None
            if child is None:
                child = node.get(PARAMETER) if segment else None
                if child is None:
                    return None
                values.append(segment)
            node = child
        targets = node.get(END)
        return None if targets is None else (targets, values)


def segments(path: str, raw: bytes) -> list[str]:
    """The segments of a path; a slash that is written `%2F` is part of one, and does not part two."""
    if raw.find(b"%") >= 0:  # `in` costs bytes an exception within Python
        return [unquote(segment) for segment in raw.decode("latin-1").split("/")[1:]]
    return path.split("/")[1:]
