"""A sample: a value that a schema of the contract allows, drawn by a seed."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from .pointer import follow

NULLS = 0.2
"""The share of values that are null, where they may be."""
FIRST = datetime(2020, 1, 1, tzinfo=UTC)
DAYS = 4000
"""From that moment on, so many days have the moments that are drawn."""


def sample(schema: Mapping[str, Any], document: Mapping[str, Any], draw: Random) -> Any:
    """A value of a schema: of its listed values, of its format, or else its example, which the contract always has."""
    if "$ref" in schema:
        return sample(follow(document, schema["$ref"].removeprefix("#")), document, draw)
    if schema.get("nullable") and draw.random() < NULLS:
        return None
    if "enum" in schema:
        return draw.choice([value for value in schema["enum"] if value is not None])
    if schema.get("format") in FORMATS:
        return FORMATS[schema["format"]](draw)
    kind = schema.get("type")
    if kind == "boolean":
        return draw.random() < 0.5
    if kind == "integer":
        return draw.randint(schema.get("minimum", 0), schema.get("maximum", 1000))
    if kind == "object" and "properties" in schema:
        return {name: sample(each, document, draw) for name, each in schema["properties"].items()}
    return schema["example"] if "example" in schema else blank(schema, document, draw)


def blank(schema: Mapping[str, Any], document: Mapping[str, Any], draw: Random) -> Any:
    """A value of a schema without an example: one item, or one name."""
    if schema.get("type") == "array":
        return [sample(schema["items"], document, draw)]
    return {} if schema.get("type") == "object" else "text"


def moment(draw: Random) -> str:
    """A moment, as responses write it."""
    return (FIRST + timedelta(days=DAYS * draw.random())).isoformat(timespec="microseconds")


def day(draw: Random) -> str:
    """A day."""
    return (FIRST + timedelta(days=draw.randrange(DAYS))).date().isoformat()


FORMATS: dict[str, Callable[[Random], str]] = {
    "uuid": lambda draw: str(UUID(int=draw.getrandbits(128), version=4)),
    "date-time": moment,
    "date": day,
    "timezone": lambda draw: draw.choice(["America/New_York", "US/Pacific", "Europe/Berlin", "Asia/Kolkata", "UTC"]),
}
