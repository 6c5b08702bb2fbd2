"""What a value breaks of its schema, in words that a person can act on."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import orjson
from jsonschema_rs import ValidationError

from .pointer import pointer
from .schema import Schema, Validator

LONGEST = 60
"""How many characters of a value are shown."""


class Violation(NamedTuple):
    """One place in a value that is not as its schema says: a JSON Pointer, and what to do about it."""

    pointer: str
    detail: str


def violations(validator: Validator, schema: Schema, value: Any, whole: str = "The body") -> list[Violation]:
    """Every place in a value that breaks the schema, each once; `whole` names the value in the text."""
    found: dict[str, Violation] = {}
    for error in validator.iter_errors(value):
        for violation in DESCRIBE.get(error.kind.name, not_as_expected)(error, schema, whole):
            found.setdefault(violation.pointer, violation)
    return list(found.values())


def missing(error: ValidationError, schema: Schema, whole: str) -> Iterator[Violation]:
    """A field that ought to be there (D-34: named where it ought to stand)."""
    field = error.kind.value
    place = [*error.instance_path, field]
    yield Violation(
        pointer(place), f"{name(place, whole)} is missing.{expected(at(schema, error)['properties'][field])}"
    )


def unknown(error: ValidationError, schema: Schema, whole: str) -> Iterator[Violation]:
    """A field that the contract does not have, with the nearest that it has (D-09)."""
    fields = list(at(schema, error)["properties"])
    for field in error.kind.value:
        place = [*error.instance_path, field]
        near = nearest(field, fields)
        advice = f" Did you mean `{near}`?" if near else f" Known fields are {', '.join(fields)}."
        yield Violation(pointer(place), f"{name(place, whole)} is not a field here.{advice}")


def not_listed(error: ValidationError, schema: Schema, whole: str) -> Iterator[Violation]:
    """A value that is not one of the listed ones."""
    options = [option for option in error.kind.value if option is not None]
    if len(options) > 20:
        near = nearest(str(error.instance).upper(), options)
        advice = expected(at(schema, error)) + (f" Did you mean `{near}`?" if near else "")
    else:
        near = nearest(str(error.instance), options)
        advice = f" Expected one of {', '.join(options)}." + (f" Did you mean `{near}`?" if near else "")
    yield Violation(
        pointer(error.instance_path), f"{name(error.instance_path, whole)} is {shown(error.instance)}.{advice}"
    )


def wrong_length(error: ValidationError, schema: Schema, whole: str) -> Iterator[Violation]:
    """Text that is too short or too long."""
    length, limit = len(str(error.instance)), error.kind.value
    if length > limit:
        text = f"has {length} characters. Expected at most {limit}."
    else:
        text = f"is {shown(error.instance) if length else 'empty'}.{expected(at(schema, error))}"
    yield Violation(pointer(error.instance_path), f"{name(error.instance_path, whole)} {text}")


def wrong_name(error: ValidationError, schema: Schema, whole: str) -> Iterator[Violation]:
    """A name that an object may not have."""
    field = error.kind.value.instance
    place = [*error.instance_path, field]
    rule = at(schema, error).get("x-expected", "another name")
    yield Violation(pointer(place), f"{name(place, whole)} may not have that name. Expected {rule}.")


def not_as_expected(error: ValidationError, schema: Schema, whole: str) -> Iterator[Violation]:
    """A value of another type or form."""
    advice = expected(at(schema, error)) or f" {error.message}."
    yield Violation(
        pointer(error.instance_path), f"{name(error.instance_path, whole)} is {shown(error.instance)}.{advice}"
    )


def is_wrong(error: ValidationError, whole: str, advice: str) -> Violation:
    """What a value is, and what to do about it."""
    place = error.instance_path
    return Violation(pointer(place), f"{name(place, whole)} is {shown(error.instance)}.{advice}")


DESCRIBE: dict[str, Callable[[ValidationError, Schema, str], Iterator[Violation]]] = {
    "required": missing,
    "additionalProperties": unknown,
    "enum": not_listed,
    "minLength": wrong_length,
    "maxLength": wrong_length,
    "propertyNames": wrong_name,
}


def at(schema: Schema, error: ValidationError) -> Any:
    """The schema that an error speaks of."""
    node: Any = schema
    path = error.schema_path
    keywords = ("propertyNames",) if "propertyNames" in path else ()
    for token in path[: path.index(keywords[0]) + 1] if keywords else path[:-1]:
        node = node[token]
    return node


def expected(schema: Schema) -> str:
    """What a schema expects, in the contract's words."""
    if "x-expected" not in schema:
        return ""
    return f" Expected {schema['x-expected']}{', or null' if 'null' in schema.get('type', '') else ''}."


def name(place: list[str | int], whole: str) -> str:
    """A place in a value, as the text names it."""
    return f"`{'.'.join(map(str, place))}`" if place else whole


def shown(value: Any) -> str:
    """A value, short enough to read."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return f"`{text}`" if len(text) <= LONGEST else f"`{text[:LONGEST]}…`"


def nearest(word: str, known: list[str]) -> str | None:
    """The known word that is most like this one, if any is like it."""
    from rapidfuzz import fuzz, process  # only a request with a fault pays for it

    match = process.extractOne(word, known, scorer=fuzz.ratio, score_cutoff=60)
    return match[0] if match else None
