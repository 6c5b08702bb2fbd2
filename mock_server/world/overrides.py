"""Fault rules and the uses of overrides as JSON, as snapshots and data folders have them."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, NamedTuple

from rpds import HashTrieMap

from ..contract.moment import parse_moment
from ..contract.schema import Schema
from .clock import written
from .rule import Rule
from .state import State, Use


def _or_null(schema: Schema) -> Schema:
    """Return a schema that takes null, too."""
    return {**schema, "type": [schema["type"], "null"], "x-expected": f"{schema['x-expected']}, or null"}


COUNT: Schema = {"type": "integer", "minimum": 0, "x-expected": "a whole number, 0 or more"}
NUMBER: Schema = {"type": "integer", "minimum": 1, "x-expected": "a whole number, 1 or more"}
TEXT: Schema = {"type": "string", "x-expected": "a text"}
OBJECT: Schema = {"type": "object", "x-expected": "an object"}
SECONDS: Schema = {"type": "number", "minimum": 0, "x-expected": "seconds"}
DELAY: Schema = {
    "type": "object",
    "properties": dict.fromkeys(("seconds", "low", "high", "mean", "deviation"), SECONDS)
    | {"distribution": {"type": "string", "enum": ["uniform", "normal", "exponential"]}},
    "x-expected": "an object",
}
RULE: Schema = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": NUMBER,
        "operation": _or_null(TEXT),
        "path": _or_null(OBJECT),
        "body": _or_null(OBJECT),
        "times": _or_null(NUMBER),
        "status": _or_null({"type": "integer", "minimum": 100, "maximum": 599, "x-expected": "a status"}),
        "code": _or_null(TEXT),
        "retry_after": _or_null(COUNT),
        "delay": _or_null(DELAY),
        "network": _or_null(TEXT),
        "used": COUNT,
    },
    "additionalProperties": False,
    "x-expected": "an object",
}
VALUE: Schema = {
    "type": "object",
    "required": ["operation", "value", "times", "since"],
    "properties": {
        "operation": TEXT,
        "value": TEXT,
        "times": COUNT,
        "since": _or_null({"type": "string", "format": "date-time", "x-expected": "a moment with its offset"}),
    },
    "x-expected": "an object",
}
PROPERTIES: Mapping[str, Schema] = {
    "faults": {"type": "array", "items": RULE, "x-expected": "a list of fault rules"},
    "last_fault": COUNT,
    "magic_values": {"type": "array", "items": VALUE, "x-expected": "a list of the magic values that were met"},
}
"""The properties of a document that has them; each may be left out."""


class Overrides(NamedTuple):
    """The fault rules of a state, the number of the newest there was, and what was used how often."""

    rules: tuple[Rule, ...] = ()
    last_rule: int = 0
    uses: Mapping[str, Use] = {}


def encode_overrides(state: State) -> dict[str, Any]:
    """Return the overrides of a state as JSON."""
    values = sorted(name for name in state.uses if not _is_of_rule(name))
    return {
        "faults": [asdict(rule) | {"used": _count(state.uses, Rule.name_use(rule.id))} for rule in state.rules],
        "last_fault": state.last_rule,
        "magic_values": [_encode_value(name, state.uses[name]) for name in values],
    }


def decode_overrides(document: Mapping[str, Any]) -> Overrides:
    """Return the overrides that a document has, whose form is right; one that lacks them has none."""
    rules, uses = [], {}
    for fields in document.get("faults", []):
        rule = decode_rule({name: value for name, value in fields.items() if name != "used" and value is not None})
        rules.append(rule)
        if rule.times is not None and fields.get("used"):
            uses[Rule.name_use(rule.id)] = Use(fields["used"])
    for each in document.get("magic_values", []):
        since = parse_moment(each["since"]) if each.get("since") else None
        uses[f"{each['operation']} {each['value']}"] = Use(each["times"], since)
    return Overrides(tuple(rules), find_last(rules, document.get("last_fault", 0)), uses)


def with_overrides(state: State, overrides: Overrides) -> State:
    """Return a state that has these overrides, and no others."""
    rules, last_rule, uses = overrides
    return state._replace(rules=rules, last_rule=last_rule, uses=HashTrieMap(uses))


def encode_rule(rule: Rule) -> dict[str, Any]:
    """Return a rule as JSON, without what it leaves open."""
    return {name: value for name, value in asdict(rule).items() if value is not None}


def decode_rule(fields: Mapping[str, Any]) -> Rule:
    """Return the rule that JSON describes. Raises `TypeError` for a field that there is not."""
    return Rule(**fields)


def find_last(rules: Iterable[Rule], last: int) -> int:
    """Return the number of the newest rule that there was."""
    return max(last, *(rule.id for rule in rules), 0)


def encode_use(use: Use) -> list[Any]:
    """Return a use as a line of a log has it."""
    return [use.times, use.since and written(use.since)]


def decode_use(found: list[Any]) -> Use:
    """Return the use that a line of a log has."""
    times, since = found
    return Use(times, since and parse_moment(since))


def _encode_value(name: str, use: Use) -> dict[str, Any]:
    """Return a magic value that was met, as JSON."""
    operation, _, value = name.partition(" ")
    since = use.since and written(use.since)
    return {"operation": operation, "value": value, "times": use.times, "since": since}


def _is_of_rule(name: str) -> bool:
    """Return whether a use is that of a fault rule."""
    return name.startswith(Rule.name_use(0)[:-1])


def _count(uses: Mapping[str, Use], name: str) -> int:
    """Return how often something was used."""
    return uses[name].times if name in uses else 0
