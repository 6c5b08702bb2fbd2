"""The uses of fault rules and magic values: those that are counted are commits, made before the response is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from .cases import Case
from .history import Committed
from .overrides import name_value_use
from .rule import Declares, Rule
from .rules import count_uses, find_rule
from .sandbox import Sandbox
from .state import Commit, State, Use


class RuleUse(NamedTuple):
    """A rule that is used, how often it was by then, and the commit that says so, if it is counted."""

    rule: Rule
    number: int
    committed: Committed | None


class ValueUse(NamedTuple):
    """A magic value that is used, since when it was, and the commit that says so, if there was one."""

    since: datetime
    committed: Committed | None


async def use_rule(
    sandbox: Sandbox, operation: str, declares: Declares, path: Mapping[str, Any], body: Any
) -> RuleUse | None:
    """Use the first fault rule that is for a request, if there is one. Raises `TooCostly` and `StoreFailed`."""
    rule: Rule | None = None
    number = 0

    def count(state: State) -> Commit | None:
        nonlocal rule, number
        rule = find_rule(state, operation, declares, path, body)
        if rule is None or rule.times is None:
            return None
        number = count_uses(state, rule) + 1
        return Commit(uses={Rule.name_use(rule.id): Use(number)})

    committed = await sandbox.change(count, operation)
    if rule is None:
        return None
    if committed is None:
        sandbox.uncounted[rule.id] += 1
        number = sandbox.uncounted[rule.id]
    return RuleUse(rule, number, committed)


async def use_value(sandbox: Sandbox, operation: str, value: str, case: Case) -> ValueUse | None:
    """Use a magic value; None if it was used as often as it may be. Raises `StoreFailed`.

    Only a use that changes what the next one leads to is counted: one of those that fail, or the first of one that
    moves on.
    """
    name = name_value_use(operation, value)
    now = sandbox.state.clock.read(sandbox.machine)
    use: Use | None = None

    def count(state: State) -> Commit | None:
        nonlocal use
        use = state.uses.get(name)
        if (case.fails is None or is_used_up(case, use)) and (not case.steps or (use and use.since)):
            return None
        return Commit(uses={name: Use(use.times + 1 if use else 1, use.since or now if use else now)})

    committed = await sandbox.change(count, operation)
    if is_used_up(case, use):
        return None
    return ValueUse(use.since if use and use.since else now, committed)


def is_used_up(case: Case, use: Use | None) -> bool:
    """Return whether a magic value that fails a number of times has failed as often, before this use."""
    return case.fails is not None and use is not None and use.times >= case.fails
