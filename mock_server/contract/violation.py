"""What a value breaks of its schema, in words that a person can act on."""

from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import Any, NamedTuple

from jsonschema_rs import ValidationError

from .moment import EXPLAIN
from .pointer import pointer
from .schema import Schema, Validator
from .words import SLIP, expected, known, shortened, shown, suggestion

FAR = 400
"""How many characters a pointer may have before the names in it are cut: clients may send very long ones."""
MOST = 100
"""How many places are named: an answer is not to be larger than what it answers (D-06)."""
LOOKED_AT = 3000
"""How many values are looked at: the validator copies what is wrong for each fault, before it tells the first."""
TEXT = 40
"""How many characters of a text are looked at for each of those: more than any text of the contract may have."""

NESTED = (dict, list)
Place = list[str | int]


class Violation(NamedTuple):
    """One place in a value that is not as its schema says: a JSON Pointer, and what to do about it."""

    pointer: str
    detail: str


def violations(
    validator: Validator, schema: Schema, value: Any, whole: str = "The body", by_place: bool = True
) -> list[Violation]:
    """Every place in a value that breaks the schema, each once, up to `MOST`.

    In the text, `whole` names the value, and a place in it is named by itself, unless `by_place` is false.
    """
    found: dict[str, Violation] = {}
    most = LOOKED_AT
    while not found:
        for error in validator.iter_errors(cut(value, most)):
            describe = DESCRIBE.get(error.kind.name, not_as_expected)
            for place, sentence in describe(error, at(schema, error.schema_path), value):
                where, name = addressed(place)
                if describe is not missing or not there(value, place):  # it may have been cut off
                    name = name if by_place and name else whole
                    found.setdefault(where, Violation(where, f"{name} {sentence}"))
            if len(found) >= MOST:
                break
        if not found and validator.is_valid(value):
            break
        most *= 4
    return list(found.values())


def cut(value: Any, most: int) -> Any:
    """Return a value with the first of its parts, level by level and so many in all, and the beginning of its texts."""
    longest = most * TEXT
    whole = _shell(value, longest)
    waiting = deque([(value, whole)] if isinstance(value, NESTED) else [])
    while waiting and most:
        original, copy = waiting.popleft()
        parts = original.items() if isinstance(original, dict) else enumerate(original)
        for name, each in islice(parts, most):
            part = _shell(each, longest)
            if isinstance(copy, dict):
                copy[name] = part
            else:
                copy.append(part)
            if isinstance(each, NESTED):
                waiting.append((each, part))
            most -= 1
    return whole


def _shell(value: Any, longest: int) -> Any:
    """Return an empty list or object for one, the beginning of a text, and anything else as it is."""
    return type(value)() if isinstance(value, NESTED) else value[:longest] if isinstance(value, str) else value


def there(value: Any, place: Place) -> bool:
    """Whether a value has such a place."""
    for token in place:
        if not isinstance(value, NESTED) or (isinstance(value, dict) and token not in value):
            return False
        value = value[token]  # type: ignore[index]  # a number in a list, a name in an object
    return True


def addressed(place: Place) -> tuple[str, str]:
    """The pointer to a place, and its name in a text; what a client calls a field may be very long."""
    where = pointer(place)
    if len(where) > FAR:
        place = [token if isinstance(token, int) else shortened(token) for token in place]
        where = pointer(place)
    name = ".".join(map(str, place)) if "~" in where else where[1:].replace("/", ".")
    return where, f"`{name}`" if where else ""


def missing(error: ValidationError, schema: Schema, value: Any) -> list[tuple[Place, str]]:
    """A field that ought to be there (D-34: named where it ought to stand)."""
    field = error.kind.value
    return [([*error.instance_path, field], f"is missing.{expected(schema.get('properties', {}).get(field, {}))}")]


def unknown(error: ValidationError, schema: Schema, value: Any) -> list[tuple[Place, str]]:
    """Fields that may not be sent (D-07, D-09): each with why, and with those that may."""
    return [([*error.instance_path, field], unwanted(field, schema)) for field in error.kind.value[:MOST]]


def unwanted(field: str, schema: Schema) -> str:
    """What to say of a field that may not be sent; `x-fixed` has those that the contract knows elsewhere."""
    if "x-propertyNames" in schema:
        return f"may not have this name.{expected(schema['x-propertyNames'])}"
    fields = list(schema.get("properties", {}))
    if field in schema.get("x-fixed", {}):
        return f"{schema['x-fixed'][field]}{suggestion(field, fields, SLIP)}{known(fields)}"
    return f"is not a field here.{suggestion(field, fields) or known(fields)}"


def not_listed(error: ValidationError, schema: Schema, value: Any) -> list[tuple[Place, str]]:
    """A value that is not one of the listed ones."""
    value = error.instance
    near = suggestion(value, [option for option in error.kind.value if option]) if isinstance(value, str) else ""
    return [(error.instance_path, f"is {shown(value)}.{expected(schema)}{near}")]


def too_much(error: ValidationError, schema: Schema, value: Any) -> list[tuple[Place, str]]:
    """Text, a list or an object that is too long, as the whole value tells; a day is so only in another form."""
    if schema.get("format") == "date":
        return not_as_expected(error, schema, value)
    parts = {"maxLength": "characters", "maxItems": "items", "maxProperties": "names"}[error.kind.name]
    advice = expected(schema).removesuffix(".") or " Expected less"
    for token in error.instance_path:
        value = value[token]
    return [(error.instance_path, f"has {len(value)} {parts}.{advice}; at most {error.kind.value} {parts}.")]


def wrong_type(error: ValidationError, schema: Schema, value: Any) -> list[tuple[Place, str]]:
    """A value of another type."""
    value = error.instance
    kind = "the text " if isinstance(value, str) else "the number " if type(value) in (int, float) else ""
    text = "an empty text" if value == "" else f"{kind}{shown(value)}"
    return [(error.instance_path, f"is {text}.{expected(schema)}")]


def fits_none(error: ValidationError, schema: Schema, value: Any) -> list[tuple[Place, str]]:
    """A value that is none of what it may be; if it has the type of one, what is wrong with it as that."""
    for [first, *_] in error.kind.value:
        if first.kind.name in ("maxLength", "maxItems"):
            return too_much(first, schema, value)
    return not_as_expected(error, schema, value)


def not_as_expected(error: ValidationError, schema: Schema, value: Any) -> list[tuple[Place, str]]:
    """A value of another form; of a moment or a day it is said what is wrong with it."""
    value, explain = error.instance, EXPLAIN.get(schema.get("format", ""))
    wrong = explain(value) if explain and isinstance(value, str) else ""
    why = f", which {wrong}" if wrong else ""
    return [(error.instance_path, f"is {shown(value)}{why}.{expected(schema) or f' {error.message}.'}")]


Describe = Callable[[ValidationError, Schema, Any], list[tuple[Place, str]]]
"""Tells the places that a fault is of, and what is wrong there; it is given the schema there, and the whole value."""
DESCRIBE: dict[str, Describe] = {
    "required": missing,
    "additionalProperties": unknown,
    "enum": not_listed,
    "type": wrong_type,
    "maxLength": too_much,
    "maxItems": too_much,
    "maxProperties": too_much,
    "anyOf": fits_none,
}


def at(schema: Schema, path: Place) -> Schema:
    """The schema that an error speaks of, given the way to its keyword."""
    node: Any = schema
    for token in path[:-1]:
        node = node[token]
    return node  # type: ignore[no-any-return]  # the way leads through a schema, to a schema
