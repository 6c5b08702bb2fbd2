"""What a value breaks of its schema, in words that a person can act on."""

from collections.abc import Callable
from typing import Any, NamedTuple

import orjson
from jsonschema_rs import ValidationError

from .pointer import pointer
from .schema import Schema, Validator

LONGEST = 60
"""How many characters of a value are shown."""
MANY = 20
"""From how many known words on, only the nearest is named."""

WORDS = {
    "object": "a JSON object",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}
"""What a type is called."""

Place = list[str | int]


class Violation(NamedTuple):
    """One place in a value that is not as its schema says: a JSON Pointer, and what to do about it."""

    pointer: str
    detail: str


def violations(validator: Validator, schema: Schema, value: Any, whole: str = "The body") -> list[Violation]:
    """Every place in a value that breaks the schema, each once; `whole` names the value in the text."""
    found: dict[str, Violation] = {}
    for error in validator.iter_errors(value):
        describe = DESCRIBE.get(error.kind.name, not_as_expected)
        for place, sentence in describe(error, at(schema, error.schema_path)):
            where = pointer(place)
            name = f"`{where[1:].replace('/', '.')}`" if where else whole
            found.setdefault(where, Violation(where, f"{name} {sentence}"))
    return list(found.values())


def missing(error: ValidationError, schema: Schema) -> list[tuple[Place, str]]:
    """A field that ought to be there (D-34: named where it ought to stand)."""
    field = error.kind.value
    return [([*error.instance_path, field], f"is missing.{expected(schema['properties'][field])}")]


def unknown(error: ValidationError, schema: Schema) -> list[tuple[Place, str]]:
    """Fields that the contract does not have, each with the nearest that it has (D-09)."""
    fields = list(schema["properties"])
    return [
        ([*error.instance_path, field], f"is not a field here.{suggestion(field, fields) or known(fields)}")
        for field in error.kind.value
    ]


def not_listed(error: ValidationError, schema: Schema) -> list[tuple[Place, str]]:
    """A value that is not one of the listed ones."""
    options = [option for option in error.kind.value if option is not None]
    advice = expected(schema) if len(options) > MANY else f" Expected one of {', '.join(options)}."
    value = error.instance
    near = suggestion(value, options) or suggestion(value.upper(), options) if isinstance(value, str) else ""
    return [(error.instance_path, f"is {shown(value)}.{advice}{near}")]


def wrong_length(error: ValidationError, schema: Schema) -> list[tuple[Place, str]]:
    """Text that is too short or too long."""
    length, limit = len(str(error.instance)), error.kind.value
    if length > limit:
        return [(error.instance_path, f"has {length} characters. Expected at most {limit}.")]
    return [(error.instance_path, f"is {shown(error.instance) if length else 'empty'}.{expected(schema)}")]


def wrong_name(error: ValidationError, schema: Schema) -> list[tuple[Place, str]]:
    """A name that an object may not have."""
    return [([*error.instance_path, error.kind.value.instance], f"may not have this name.{expected(schema)}")]


def not_as_expected(error: ValidationError, schema: Schema) -> list[tuple[Place, str]]:
    """A value of another type or form."""
    return [(error.instance_path, f"is {shown(error.instance)}.{expected(schema) or f' {error.message}.'}")]


DESCRIBE: dict[str, Callable[[ValidationError, Schema], list[tuple[Place, str]]]] = {
    "required": missing,
    "additionalProperties": unknown,
    "enum": not_listed,
    "minLength": wrong_length,
    "maxLength": wrong_length,
    "propertyNames": wrong_name,
}


def at(schema: Schema, path: Place) -> Schema:
    """The schema that an error speaks of, given the way to its keyword."""
    node: Any = schema
    for token in path[:-1]:
        node = node[token]
    return node  # type: ignore[no-any-return]  # the way leads through a schema, to a schema


def expected(schema: Schema) -> str:
    """What a schema expects, in the contract's words, or else by its type."""
    types = schema.get("type", "")
    words = schema.get("x-expected") or next((WORDS[name] for name in WORDS if name in types), "")
    return f" Expected {words}{', or null' if 'null' in types else ''}." if words else ""


def shown(value: Any) -> str:
    """A value, short enough to read."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return f"`{text}`" if len(text) <= LONGEST else f"`{text[:LONGEST]}…`"


def known(words: list[str]) -> str:
    """The words that would have been right."""
    return f" Known are {', '.join(words)}." if words else ""


def suggestion(word: str, words: list[str]) -> str:
    """The word that may have been meant, if any is like it."""
    near = nearest(word, words)
    return f" Did you mean `{near}`?" if near else ""


def nearest(word: str, words: list[str]) -> str | None:
    """The word that is most like this one, if any is like it."""
    from rapidfuzz import fuzz, process  # only a request with a fault pays for it

    match = process.extractOne(word, words, scorer=fuzz.ratio, score_cutoff=60)
    return match[0] if match else None
