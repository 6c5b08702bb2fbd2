"""What a schema says of one value: whether all that one schema allows, another allows too.

Each rule is asked for a pair: what is *given* and what is *taken*. What was sent is given to the new edition; what the
new edition answers is given to those who know the old one. So one rule serves both directions.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import orjson

from ...contract.words import WORDS, shortened
from ..exchanges import counted

Schema = Mapping[str, Any]

ALL = {"object", "array", "string", "number", "integer", "boolean", "null"}
UPPER = {"maxLength": "character", "maxItems": "item", "maxProperties": "name", "maximum": ""}
LOWER = {"minLength": "character", "minItems": "item", "minProperties": "name", "minimum": ""}
FORM = ("pattern", "format", "x-propertyNames")
WIDER = {("int32", "int64"), ("float", "double")}
"""Formats of which the second has all values of the first."""
LIMITS = ("not", "multipleOf", "uniqueItems", "exclusiveMinimum", "exclusiveMaximum")
"""What takes less than would be taken without it; by how much, no rule says."""
SENSE = ("discriminator", "readOnly", "writeOnly")
"""What gives a value another sense."""


class Broken(NamedTuple):
    """What does not fit: of which kind, what is given, and what is taken."""

    kind: str
    given: str = ""
    taken: str = ""


def broken(given: Schema, taken: Schema) -> Iterator[Broken]:
    """What one schema allows and the other does not, but for what its parts say."""
    lacking = types(given) - types(taken)
    if lacking:
        yield Broken("null" if lacking == {"null"} else "type", words(given), words(taken))
    if lacking <= {"null"}:
        yield from values(given, taken)
        yield from bounds(given, taken)
        yield from forms(given, taken)


def types(schema: Schema) -> set[str]:
    """The types that a value may have; a whole number is a number too."""
    if "type" not in schema:
        return ALL
    named = {"number", "integer"} if schema["type"] == "number" else {schema["type"]}
    return named | ({"null"} if schema.get("nullable") else set())


def values(given: Schema, taken: Schema) -> Iterator[Broken]:
    """Values that are given and not among those listed; null is a matter of the type."""
    if "enum" not in taken:
        return
    unknown = [value for value in given.get("enum", ()) if value is not None and value not in taken["enum"]]
    if unknown:
        yield Broken("values", f"also {listed(unknown)}")
    if "enum" not in given:
        yield Broken("values", words(given), f"one of {listed(taken['enum'])}")


def bounds(given: Schema, taken: Schema) -> Iterator[Broken]:
    """Values that are given, and are too large or too small."""
    for word, keywords in (("at most", UPPER), ("at least", LOWER)):
        for keyword, unit in keywords.items():
            worse = float("inf") if keywords is UPPER else 0 if unit else float("-inf")
            bound, most = given.get(keyword, worse), taken.get(keyword, worse)
            if bound > most if keywords is UPPER else bound < most:
                yield Broken("bound", bounded(given, keyword, word, unit), bounded(taken, keyword, word, unit))


def bounded(schema: Schema, keyword: str, word: str, unit: str) -> str:
    """A bound in words."""
    if keyword not in schema:
        return "without a bound"
    return f"{word} {counted(schema[keyword], unit) if unit else schema[keyword]}"


def forms(given: Schema, taken: Schema) -> Iterator[Broken]:
    """Forms that are demanded and not given. Two that differ are taken to fit not: nobody compares patterns."""
    for keyword in FORM:
        pair = given.get(keyword), taken.get(keyword)
        if pair[1] is not None and pair[0] != pair[1] and pair not in WIDER:
            yield Broken("form", formed(given, keyword), formed(taken, keyword))
    limited = any(taken.get(keyword) not in (None, False, given.get(keyword)) for keyword in LIMITS)
    if limited or any((given.get(keyword) or None) != (taken.get(keyword) or None) for keyword in SENSE):
        yield Broken("unjudged")


def formed(schema: Schema, keyword: str) -> str:
    """A form in words."""
    said = schema.get(keyword)
    said = said["pattern"] if isinstance(said, Mapping) else said
    return f"of the {keyword.removeprefix('x-')} `{said}`" if said else f"of any {keyword.removeprefix('x-')}"


def words(schema: Schema) -> str:
    """What a schema allows, in words: its type, its forms, or the name by which it is referred to."""
    if "$ref" in schema:
        return f"`{schema['$ref'].rpartition('/')[2]}`"
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema and "type" not in schema:
            return " or ".join(dict.fromkeys(map(words, schema[keyword])))
    name = WORDS.get(schema.get("type", ""), "any value")
    return f"{name} or null" if schema.get("nullable") and "type" in schema else name


def said(value: Any) -> str:
    """A value as JSON has it; a text as it is."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def listed(values: list[Any]) -> str:
    """Values in words, as far as there is room."""
    return shortened(", ".join(said(each) for each in values if each is not None))
