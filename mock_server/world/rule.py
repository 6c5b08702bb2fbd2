"""A fault rule: for which requests it is, how often, and what it does to their responses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from .comparison import Comparison

Declares = Callable[[int | None, str | None], bool]
"""Tells whether an operation declares a response of a status, and with an error code."""
RULE = "rule "
"""How the name of a use begins that is that of a rule; those of magic values begin otherwise."""
LONGEST = 60.0
"""Seconds that a response may be delayed."""


@dataclass(frozen=True)
class Rule:
    """One fault rule, which never changes: how often it was used is part of the state.

    `path` and `body` are what the parameters of the path and the body have to contain; `delay` has seconds, or how to
    draw them; `network` how the response breaks.
    """

    id: int
    operation: str | None = None
    path: Mapping[str, Any] | None = None
    body: Mapping[str, Any] | None = None
    times: int | None = None
    status: int | None = None
    code: str | None = None
    retry_after: int | None = None
    delay: Mapping[str, Any] | None = None
    network: str | None = None

    @staticmethod
    def name_use(number: int) -> str:
        """Return the name under which a state counts the uses of the rule of a number."""
        return f"{RULE}{number}"

    def fits(
        self, operation: str, declares: Declares, path: Mapping[str, Any], body: Any, comparison: Comparison
    ) -> bool:
        """Return whether the rule is for a request, and has a response that the operation declares."""
        if self.operation not in (None, operation):
            return False
        fitting = comparison.contains(path, self.path or {}) and comparison.contains(body, self.body or {})
        return fitting and declares(self.status, self.code)

    def wait(self, number: int) -> float:
        """Return how many seconds its use of a `number` waits: the same in each run."""
        if self.delay is None:
            return 0
        delay = {name: value for name, value in self.delay.items() if value is not None}
        draw = Random(f"{self.id} {number}")
        drawn = {
            "uniform": lambda: draw.uniform(delay["low"], delay["high"]),
            "normal": lambda: draw.normalvariate(delay["mean"], delay["deviation"]),
            "exponential": lambda: draw.expovariate(1 / delay["mean"]),
        }
        seconds = drawn[delay["distribution"]]() if "distribution" in delay else delay["seconds"]
        return min(max(seconds, 0.0), LONGEST)
