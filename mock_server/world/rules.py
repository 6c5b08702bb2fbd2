"""Fault rules: when a world is to answer otherwise than its state has it, and how."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from orjson import dumps

from .comparison import Comparison, TooCostly
from .store import StoreFailed

Declares = Callable[[int | None, str | None], bool]
"""Tells whether an operation has an answer of a status, and with an error code."""
LONGEST = 60.0
"""Seconds that an answer may be delayed."""
MOST, LARGEST = 1000, 1 << 20
"""How many rules a world may have, and how many bytes all that they want of bodies may have as JSON."""
STEPS = 30_000
"""How long the rules of a world may be compared with one request: about a fiftieth of a second."""


class TooManyRules(StoreFailed):
    """There are as many rules as there may be, or they want as much of bodies as they may."""


@dataclass
class Rule:
    """One rule: for which requests it is, how often, and what it does to their answers.

    `path` and `body` are what the parameters of the path and the body have to contain; `delay` says seconds, or how to
    draw them; `network` how the answer breaks.
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
    used: int = field(default=0)

    def fits(
        self, operation: str, declares: Declares, path: Mapping[str, Any], body: Any, comparison: Comparison
    ) -> bool:
        """Whether the rule is for a request, has not been used as often as it may, and has an answer that can be."""
        if self.operation not in (None, operation) or (self.times is not None and self.used >= self.times):
            return False
        fitting = comparison.contains(path, self.path or {}) and comparison.contains(body, self.body or {})
        return fitting and declares(self.status, self.code)

    def wait(self) -> float:
        """How many seconds to wait this time: drawn by the rule and the number of its use, so that two runs agree."""
        if self.delay is None:
            return 0
        said, draw = (
            {name: value for name, value in self.delay.items() if value is not None},
            Random(f"{self.id} {self.used}"),
        )
        drawn = {
            "uniform": lambda: draw.uniform(said["low"], said["high"]),
            "normal": lambda: draw.normalvariate(said["mean"], said["deviation"]),
            "exponential": lambda: draw.expovariate(1 / said["mean"]),
        }
        seconds = drawn[said["distribution"]]() if "distribution" in said else said["seconds"]
        return min(max(seconds, 0.0), LONGEST)


class Rules:
    """The rules of a world, in the order in which they are tried."""

    def __init__(self) -> None:
        self.all: dict[int, Rule] = {}
        self.last = 0

    def add(self, **said: Any) -> Rule:
        """A new rule, the last to be tried. Raises `TooManyRules`."""
        wanted = [said.get("body"), *(rule.body for rule in self.all.values())]
        bodies = sum(len(dumps(body)) for body in wanted if body)
        if len(self.all) >= MOST or bodies > LARGEST:
            raise TooManyRules(
                f"There are {len(self.all)} fault rules, and there may be {MOST} in a sandbox, whose `body` fields have"
                f" {LARGEST} bytes in all. Delete those that are not needed (DELETE /_mock/sandboxes/NAME/faults/ID)."
            )
        self.last += 1
        self.all[self.last] = rule = Rule(self.last, **said)
        return rule

    def clear(self) -> None:
        """Have no rules. Numbers go on."""
        self.all.clear()

    def use(self, operation: str, declares: Declares, path: Mapping[str, Any], body: Any) -> Rule | None:
        """The first rule for a request, which is used now. Raises `TooCostly`."""
        comparison = Comparison(STEPS)
        try:
            for rule in self.all.values():
                if rule.fits(operation, declares, path, body, comparison):
                    rule.used += 1
                    return rule
        except TooCostly as error:
            advice = "Have rules that want less of a body, or fewer of them (DELETE /_mock/sandboxes/NAME/faults)."
            raise TooCostly(f"To compare this request with the fault rules takes too long. {advice}") from error
        return None
