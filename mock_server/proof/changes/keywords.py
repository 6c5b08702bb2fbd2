"""What a schema says of one value: whether all that one schema allows, another allows too.

Each rule is asked for a pair: what is *given* and what is *taken*. What was sent is given to the new edition; what the
new edition answers is given to those who know the old one. So one rule serves both directions.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ...contract.words import WORDS, shortened

Schema = Mapping[str, Any]

ALL = {"object", "array", "string", "number", "integer", "boolean", "null"}
UPPER = {"maxLength": "characters", "maxItems": "items", "maxProperties": "names", "maximum": ""}
LOWER = {"minLength": "characters", "minItems": "items", "minProperties": "names", "minimum": ""}
FORM = ("pattern", "format", "x-propertyNames")
UNJUDGED = (
    *("not", "multipleOf", "uniqueItems", "exclusiveMinimum", "exclusiveMaximum"),
    *("discriminator", "readOnly", "writeOnly"),
)


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
    for word, keywords, worse in (("at most", UPPER, float("inf")), ("at least", LOWER, float("-inf"))):
        for keyword, unit in keywords.items():
            bound, most = given.get(keyword, worse), taken.get(keyword, worse)
            if bound > most if keywords is UPPER else bound < most:
                yield Broken("bound", bounded(given, keyword, word, unit), bounded(taken, keyword, word, unit))


def bounded(schema: Schema, keyword: str, word: str, unit: str) -> str:
    """A bound in words."""
    return f"{word} {schema[keyword]} {unit}".rstrip() if keyword in schema else "without a bound"


def forms(given: Schema, taken: Schema) -> Iterator[Broken]:
    """Forms that are demanded and not given. Two that differ are taken to fit not: nobody compares patterns."""
    for keyword in FORM:
        if keyword in taken and given.get(keyword) != taken[keyword]:
            yield Broken("form", formed(given, keyword), formed(taken, keyword))
    if any(given.get(keyword) != taken.get(keyword) for keyword in UNJUDGED):
        yield Broken("unjudged")


def formed(schema: Schema, keyword: str) -> str:
    """A form in words."""
    said = schema.get(keyword)
    said = said["pattern"] if isinstance(said, Mapping) else said
    return f"of the {keyword.removeprefix('x-')} `{said}`" if said else f"of any {keyword.removeprefix('x-')}"


def words(schema: Schema) -> str:
    """The type of a schema in words."""
    name = WORDS.get(schema.get("type", ""), "any value")
    return f"{name} or null" if schema.get("nullable") and "type" in schema else name


def listed(values: list[Any]) -> str:
    """Values in words, as far as there is room."""
    return shortened(", ".join(str(each) for each in values if each is not None))
