"""JSON Pointer (RFC 6901): the address of a place in a document."""

from collections.abc import Iterable
from typing import Any


def pointer(tokens: Iterable[str | int]) -> str:
    """The pointer to a place, given the names and positions on the way to it."""
    text = ""
    for token in tokens:
        text += "/" + str(token).replace("~", "~0").replace("/", "~1")
    return text


def tokens(pointer: str) -> list[str]:
    """The names and positions on the way that a pointer describes."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def follow(document: Any, pointer: str) -> Any:
    """What stands at a pointer; raises `LookupError` naming the first token that leads nowhere."""
    node = document
    for token in tokens(pointer):
        try:
            node = node[int(token)] if isinstance(node, list) else node[token]
        except (KeyError, IndexError, ValueError, TypeError) as error:
            raise LookupError(f"no `{token}`") from error
    return node
