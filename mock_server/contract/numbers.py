"""Numbers as they were written: JSON has any, and a float some seventeen digits of them."""

import json
import re
from decimal import Decimal
from typing import Any

import orjson

ODD = re.compile(rb"[0-9][.eE]|[0-9]{16}|-0")
"""What a number has that may be written otherwise than it was, once it is read; texts may have it, too."""


class WrittenNumber(float):
    """A number that would be written otherwise than it was, which is its `text`."""

    text: str


def decode_exactly(content: bytes) -> tuple[Any, bool]:
    """Return the value of JSON that is known to be right, and whether floats hold all of its numbers."""
    if not ODD.search(content):
        return orjson.loads(content), True
    is_held = True

    def read(text: str) -> float:
        nonlocal is_held
        number = WrittenNumber(text)
        is_held = is_held and Decimal(text) == Decimal(repr(float(text)))
        if orjson.dumps(float(text)).decode() == text:
            return float(text)
        number.text = text
        return number

    def read_whole(text: str) -> int | float:
        return int(text) if len(text) < 16 and text != "-0" else read(text)

    return json.loads(content, parse_int=read_whole, parse_float=read), is_held


def encode_exactly(value: Any) -> bytes:
    """Return a value as JSON, its numbers as they were written."""
    return orjson.dumps(value, default=_encode)


def _encode(value: Any) -> orjson.Fragment:
    """Return a number as it was written. Raises `TypeError` for what is none."""
    if isinstance(value, WrittenNumber):
        return orjson.Fragment(value.text)
    raise TypeError
