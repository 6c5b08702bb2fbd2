"""Expectations: how often an operation is to have been asked."""

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from ..contract.source import Source
from ..contract.words import likest, nearest
from .findings import Finding

COMPARE: dict[str, Callable[[int, int], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
FORM = re.compile(r"\s*(\w+)\s*(==|!=|>=|<=|>|<)\s*(\d{1,9})\s*")
SHOWN = 5
"""How many of the other operations that were called are named."""


class Expectation(NamedTuple):
    """How often an operation is to have been asked: `==1`, `>=2` and so on."""

    operation: str
    sign: str
    number: int

    def holds(self, asked: Mapping[str, int]) -> bool:
        """Whether it was asked so often."""
        return COMPARE[self.sign](asked.get(self.operation, 0), self.number)


def expectation(text: str, known: Iterable[str]) -> Expectation:
    """What a text such as `messages_create==1` expects; raises `ValueError` that says what is wrong with it."""
    found = FORM.fullmatch(text)
    if found is None:
        raise ValueError(
            f"`{text}` is no expectation. Expected one such as messages_create==1, with {', '.join(COMPARE)}."
        )
    operation, sign, number = found.groups()
    names = [*known]
    if operation not in names:
        near = nearest(operation, names)
        advice = f"Did you mean {near}?" if near else "`common-apis routes` lists them."
        raise ValueError(f"no operation is called `{operation}`. {advice}")
    return Expectation(operation, sign, int(number))


def misses(expectations: Iterable[Expectation], asked: Mapping[str, int], source: Source) -> list[Finding]:
    """A finding for each expectation that does not hold, with the nearest calls that there were."""
    return [
        Finding(
            operation=each.operation,
            rule="expectation",
            place=f"{each.sign} {each.number}",
            message=f"It was called {times(asked.get(each.operation, 0))}. {nearest_calls(each.operation, asked)}",
            line=source.operation(each.operation),
        )
        for each in expectations
        if not each.holds(asked)
    ]


def nearest_calls(operation: str, asked: Mapping[str, int]) -> str:
    """What else was asked, the likest operations first."""
    others = [name for name in asked if name != operation]
    shown = [*dict.fromkeys([*likest(operation, others, SHOWN), *others])][:SHOWN]
    more = f" and {len(others) - len(shown)} more" if len(others) > len(shown) else ""
    counts = ", ".join(f"{name} {times(asked[name])}" for name in shown)
    return f"Other calls: {counts}{more}." if counts else "There were no other calls."


def times(number: int) -> str:
    """A number of times, in words."""
    return "once" if number == 1 else f"{number} times"
