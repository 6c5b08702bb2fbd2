"""A JSON file as a person may have edited it: in UTF-8, with or without a byte order mark."""

from typing import Any

import orjson

MARK = b"\xef\xbb\xbf"


def parse_json(content: bytes) -> Any:
    """Return what the content of a file says. Raises `orjson.JSONDecodeError`."""
    return orjson.loads(content.removeprefix(MARK))
