"""Numbers as they were written: JSON has any, and a float some seventeen digits of them."""

import json
import re
from typing import Any

import orjson

LONG = re.compile(rb"[0-9.]{16}|[0-9][eE][+-]?[0-9]{2}")
"""What a number has that a float may not hold exactly; texts may have it, too."""
LARGEST_WHOLE = 2**53
"""Up to here a float has every whole number."""


class WrittenNumber(float):
    """A number that a float does not hold as it was written, which is its `text`."""

    text: str


def decode_exactly(content: bytes) -> tuple[Any, bool]:
    """Return the value of JSON that is known to be right, and whether floats hold all of its numbers."""
    if not LONG.search(content):
        return orjson.loads(content), True
    inexact: list[WrittenNumber] = []

    def read(text: str) -> float:
        number = WrittenNumber(text)
        number.text = text
        inexact.append(number)
        return number

    def read_whole(text: str) -> int | float:
        return int(text) if len(text) < len(str(LARGEST_WHOLE)) else read(text)

    def read_fraction(text: str) -> float:
        return float(text) if repr(float(text)) == text else read(text)

    return json.loads(content, parse_int=read_whole, parse_float=read_fraction), not inexact


def encode_exactly(value: Any) -> bytes:
    """Return a value as JSON, its numbers as they were written."""
    return orjson.dumps(value, default=_encode)


def _encode(value: Any) -> orjson.Fragment:
    """Return a number as it was written. Raises `TypeError` for what is none."""
    if isinstance(value, WrittenNumber):
        return orjson.Fragment(value.text)
    raise TypeError
