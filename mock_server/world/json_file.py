"""A JSON file as a person may have edited it: in UTF-8, with or without a byte order mark.

A long list is read and written a piece at a time, so that other threads have their turn: the parser has none while it
works.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import orjson

T = TypeVar("T")
MARK = b"\xef\xbb\xbf"
BETWEEN = b"\n  },\n  {"
"""What stands between two objects of a list that is written here."""
PIECE = 1 << 20
"""Bytes of a list that are parsed at once, about."""
SOME = 1000
"""Items of a list that are encoded at once."""


def parse_json(content: bytes) -> Any:
    """Return what the content of a file says. Raises `orjson.JSONDecodeError`."""
    content = content.removeprefix(MARK)
    if len(content) > PIECE and content.startswith(b"["):
        try:
            return [item for piece in _split_list(content) for item in orjson.loads(piece)]
        except orjson.JSONDecodeError:
            pass  # it is written in another way, or is no JSON: the parser says where
    return orjson.loads(content)


def encode_json(content: Any) -> bytes:
    """Return JSON that one can read, edit and commit, with an end of line."""
    return orjson.dumps(content, option=orjson.OPT_INDENT_2) + b"\n"


def encode_list(items: Sequence[T], read: Callable[[T], Any]) -> bytes:
    """Return the same of a list, each item of which is `read` first: no more of them at once than are encoded."""
    if not items:
        return b"[]\n"
    pieces = [encode_json([*map(read, items[start : start + SOME])])[1:-3] for start in range(0, len(items), SOME)]
    return b"[" + b",".join(pieces) + b"\n]\n"


def _split_list(content: bytes) -> Iterator[bytes]:
    """Yield the pieces of a list of objects, each a list, as far as the file is written as we do.

    Should the parts between which it is split not be items, no piece is JSON.
    """
    start = 0
    while start < len(content):
        split = content.find(BETWEEN, start + PIECE)
        if split < 0:
            yield content[start:] if start == 0 else b"[" + content[start:]
            return
        end = split + BETWEEN.index(b",")
        yield (content[start:end] if start == 0 else b"[" + content[start:end]) + b"]"
        start = end + 1
