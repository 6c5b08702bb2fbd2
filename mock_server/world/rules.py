"""The fault rules of a state: adding one, and finding the one that a request meets."""

from collections.abc import Mapping
from typing import Any

from orjson import dumps

from .comparison import Comparison, TooCostly
from .errors import StoreFailed
from .rule import Declares, Rule
from .state import Commit, State

MOST, LARGEST = 1000, 1 << 20
"""How many rules a sandbox may have, and how many bytes all that they want of bodies may have as JSON."""
LAST_NUMBER = 2**53 - 1
"""The number of the last rule that there can be."""
STEPS = 30_000
"""How long the rules of a sandbox may be compared with one request: about a fiftieth of a second."""


class TooManyRules(StoreFailed):
    """There are as many rules as there may be, or they want as much of bodies as they may."""


def add_rule(state: State, fields: Mapping[str, Any]) -> Commit:
    """Return the commit that adds a rule, the last to be tried. Raises `TooManyRules`."""
    bodies = sum(len(dumps(body)) for body in (fields.get("body"), *(rule.body for rule in state.rules)) if body)
    if len(state.rules) >= MOST or bodies > LARGEST or state.last_rule >= LAST_NUMBER:
        raise TooManyRules(
            f"There are {len(state.rules)} fault rules, and there may be {MOST} in a sandbox, whose `body` fields have"
            f" {LARGEST} bytes in all. Delete those that are not needed (DELETE /_mock/sandboxes/NAME/faults/ID)."
        )
    number = state.last_rule + 1
    return Commit(rules={number: Rule(number, **fields)})


def find_rule(state: State, operation: str, declares: Declares, path: Mapping[str, Any], body: Any) -> Rule | None:
    """Return the first rule that is for a request and has not been used as often as it may. Raises `TooCostly`."""
    comparison = Comparison(STEPS)
    try:
        for rule in state.rules:
            if not is_used_up(state, rule) and rule.fits(operation, declares, path, body, comparison):
                return rule
    except TooCostly as error:
        advice = "Have rules that want less of a body, or fewer of them (DELETE /_mock/sandboxes/NAME/faults)."
        raise TooCostly(f"To compare this request with the fault rules takes too long. {advice}") from error
    return None


def count_uses(state: State, rule: Rule) -> int:
    """Return how often a rule that has `times` was used."""
    use = state.uses.get(Rule.name_use(rule.id))
    return use.times if use else 0


def is_used_up(state: State, rule: Rule) -> bool:
    """Return whether a rule was used as often as it may."""
    return rule.times is not None and count_uses(state, rule) >= rule.times
