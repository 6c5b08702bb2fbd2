"""Fault rules and the uses of overrides as JSON, as snapshots and data folders have them."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, NamedTuple

from rpds import HashTrieMap

from ..contract.moment import parse_moment
from .clock import written
from .rule import Rule
from .state import State, Use

VALUE = "value "
"""How the name of a use begins that is that of a magic value."""
WHOLE = ("id", "times", "status", "retry_after")
"""The fields of a rule that have whole numbers."""


class Overrides(NamedTuple):
    """The fault rules of a state, the number of the newest there was, and what was used how often."""

    rules: tuple[Rule, ...] = ()
    last_rule: int = 0
    uses: Mapping[str, Use] = {}


def encode_overrides(state: State) -> dict[str, Any]:
    """Return the overrides of a state as JSON."""
    values = sorted(name for name in state.uses if name.startswith(VALUE))
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
            uses[Rule.name_use(rule.id)] = Use(int(fields["used"]))
    for each in document.get("magic_values", []):
        since = parse_moment(each["since"]) if each.get("since") else None
        uses[name_value_use(each["operation"], each["value"])] = Use(int(each["times"]), since)
    return Overrides(tuple(rules), find_last(rules, int(document.get("last_fault", 0))), uses)


def name_value_use(operation: str, value: str) -> str:
    """Return the name under which a state counts the uses of a magic value in an operation, whose name has no space."""
    return f"{VALUE}{operation} {value}"


def with_overrides(state: State, overrides: Overrides) -> State:
    """Return a state that has these overrides, and no others."""
    rules, last_rule, uses = overrides
    return state._replace(rules=rules, last_rule=last_rule, uses=HashTrieMap(uses))


def encode_rule(rule: Rule) -> dict[str, Any]:
    """Return a rule as JSON, without what it leaves open."""
    return {name: value for name, value in asdict(rule).items() if value is not None}


def decode_rule(fields: Mapping[str, Any]) -> Rule:
    """Return the rule that JSON describes. Raises `TypeError` for a field that there is not."""
    return Rule(**{**fields, **{name: int(fields[name]) for name in WHOLE if name in fields}})


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
    operation, _, value = name.removeprefix(VALUE).partition(" ")
    since = use.since and written(use.since)
    return {"operation": operation, "value": value, "times": use.times, "since": since}


def _count(uses: Mapping[str, Use], name: str) -> int:
    """Return how often something was used."""
    return uses[name].times if name in uses else 0
