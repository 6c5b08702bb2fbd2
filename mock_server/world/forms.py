"""The forms of what data folders have: the schemas that a file is checked against, which somebody may have edited."""

from collections.abc import Mapping
from typing import Any

from ..contract.schema import Schema, validator
from ..contract.violation import violations

LARGEST = 2**53 - 1
"""The largest whole number that every reader of JSON has."""


def require_all(optional: Mapping[str, Schema] | None = None, /, **properties: Schema) -> Schema:
    """Return the schema of an object that has all of these properties, and may have others."""
    return {"type": "object", "required": [*properties], "properties": properties | dict(optional or {})}


def or_null(schema: Schema) -> Schema:
    """Return a schema that takes null, too."""
    return schema | {"type": [schema["type"], "null"]}


def delay(*needed: str, **others: Schema) -> Schema:
    """Return the schema of a delay that has these fields, and no others."""
    properties = dict.fromkeys(needed, SECONDS) | others
    return {"type": "object", "required": [*properties], "properties": properties, "additionalProperties": False}


COUNT: Schema = {"type": "integer", "minimum": 0, "maximum": LARGEST, "x-expected": "a whole number, 0 or more"}
NUMBER: Schema = COUNT | {"minimum": 1, "x-expected": "a whole number, 1 or more"}
STATUS: Schema = {"type": "integer", "minimum": 100, "maximum": 599, "x-expected": "a status"}
TEXT: Schema = {"type": "string", "x-expected": "a text"}
OBJECT: Schema = {"type": "object", "x-expected": "an object"}
MOMENT: Schema = {"type": "string", "format": "date-time", "x-expected": "a moment with its offset"}
SECONDS: Schema = {"type": "number", "minimum": 0, "maximum": 60, "x-expected": "a number of seconds from 0 to 60"}
DELAY: Schema = {
    "type": ["object", "null"],
    "anyOf": [
        {"type": "null"},
        delay("seconds"),
        delay("low", "high", distribution={"const": "uniform"}),
        delay("mean", "deviation", distribution={"const": "normal"}),
        delay(mean=SECONDS | {"minimum": 0.001}, distribution={"const": "exponential"}),
    ],
    "x-expected": "null, or an object with seconds, or with a distribution and what it needs",
}
RULE: Schema = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": NUMBER,
        "operation": or_null(TEXT),
        "path": or_null(OBJECT),
        "body": or_null(OBJECT),
        "times": or_null(NUMBER),
        "status": or_null(STATUS),
        "code": or_null(TEXT),
        "retry_after": or_null(COUNT | {"maximum": 86_400}),
        "delay": DELAY,
        "network": {"enum": ["reset", "empty", "half_body", None]},
        "used": COUNT,
    },
    "additionalProperties": False,
    "x-expected": "an object",
}
USE = require_all(operation=TEXT, value=TEXT, times=COUNT, since=or_null(MOMENT))
OVERRIDES: Mapping[str, Schema] = {
    "faults": {"type": "array", "items": RULE, "x-expected": "a list of fault rules"},
    "last_fault": COUNT,
    "magic_values": {"type": "array", "items": USE, "x-expected": "a list of the magic values that were used"},
}
"""What earlier versions have not, so that each may be left out."""
IDS: Schema = {"type": "object", "additionalProperties": {"type": "array", "items": TEXT}}
SNAPSHOT_CLOCK = require_all(now=or_null(MOMENT), frozen={"type": "boolean", "x-expected": "true or false"})
CLOCK = require_all(ahead={"type": "number", "x-expected": "seconds"}, frozen=or_null(MOMENT))
ABOUT = require_all(
    OVERRIDES,
    seed=TEXT,
    commits=COUNT,
    counter=COUNT,
    clock=CLOCK,
    began=require_all(seed=TEXT, clock=CLOCK, at=MOMENT),
    deleted=IDS,
)
"""The form of `sandbox.json`."""
SNAPSHOT = require_all(
    OVERRIDES,
    seed=TEXT,
    counter=COUNT,
    clock=SNAPSHOT_CLOCK,
    records={"type": "object", "additionalProperties": {"type": "array", "items": OBJECT}},
    deleted=IDS,
    at=TEXT,
)
"""The form of the file of a snapshot."""


def check_form(schema: Schema, document: Any) -> None:
    """Raise `ValueError` with a line for each fault of a document; most sandboxes are fresh, and have none to check."""
    wrong = violations(validator(schema), schema, document, "It")
    if wrong:
        raise ValueError("\n".join(f"{each.pointer}: {each.detail}".removeprefix(": ") for each in wrong))
