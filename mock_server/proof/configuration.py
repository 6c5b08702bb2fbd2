"""The configuration of the suite: what `schemathesis.toml` says, and what somebody wants otherwise."""

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import SanitizationConfig

from ..contract.words import nearest
from . import checks  # noqa: F401  # they register themselves

FILE = Path(__file__).with_name("schemathesis.toml")
DECISIONS = "decisions"
"""The first phase, which is ours; the others are those of Schemathesis."""
PHASES = (DECISIONS, "examples", "coverage", "fuzzing", "stateful")
SLOWEST = "max_response_time"
SEQUENCES = 4
"""How many sequences of requests there are for each example of an operation."""

Configuration = dict[str, Any]


class WishError(Exception):
    """What is wanted is not there; the message says what is."""


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What somebody wants otherwise; what is empty or None is as the file has it.

    `sandbox` is one of the mock at `url`; `operations` are patterns of operationIds such as `patients_*`; `checks` are
    those of Schemathesis and decisions; `time_limit` is in seconds.
    """

    url: str
    sandbox: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    operations: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    excluded_checks: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    max_examples: int | None = None
    seed: int | None = None
    time_limit: float | None = None

    @property
    def server(self) -> str:
        """The address that /v1 stands behind."""
        return self.url if self.sandbox is None else f"{self.url}/s/{self.sandbox}"

    def asks(self, operation: str) -> bool:
        """Whether an operation is to be asked."""
        return not self.operations or any(fnmatchcase(operation, pattern) for pattern in self.operations)

    def checks_for(self, name: str) -> bool:
        """Whether a check is to be made."""
        return name not in self.excluded_checks and (not self.checks or name in self.checks)

    def runs(self, phase: str) -> bool:
        """Whether a phase is to be run."""
        return not self.phases or phase in self.phases


def read() -> Configuration:
    """What the file says."""
    return tomllib.loads(FILE.read_text("utf-8"))


def configured(wishes: Wishes, operations: Collection[str], decisions: Collection[str]) -> Configuration:
    """What the file says, but for what is wanted otherwise, given the operationIds and the decisions that there are.

    Raises `WishError`.
    """
    load_all_checks()  # Schemathesis has its own registered only once it makes them
    names = sorted({*CHECKS.get_all_names(), SLOWEST})
    known("check", [*wishes.checks, *wishes.excluded_checks], [*names, *decisions])
    known("phase", wishes.phases, PHASES)
    left_out = [each for each in operations if not wishes.asks(each)]
    if len(left_out) == len(operations):
        raise WishError(f"no operation is called {', '.join(wishes.operations)}. `common-apis routes` lists them.")
    configuration = read() | {"base-url": wishes.server, "headers": dict(wishes.headers)}
    configuration["output"] = hiding(wishes.headers)
    configuration["operations"] = [{"include-operation-id": left_out, "enabled": False}] if left_out else []
    configuration["checks"] = chosen(configuration["checks"], {name: wishes.checks_for(name) for name in names})
    ours_alone = not any(wishes.checks_for(name) for name in names)
    for phase in PHASES[1:]:
        configuration["phases"].setdefault(phase, {})["enabled"] = wishes.runs(phase) and not ours_alone
    if wishes.seed is not None:
        configuration["seed"] = wishes.seed
    if wishes.max_examples is not None:
        configuration["generation"]["max-examples"] = wishes.max_examples
        configuration["phases"]["stateful"]["generation"]["max-examples"] = wishes.max_examples * SEQUENCES
    return configuration


def hiding(secrets: Iterable[str]) -> Configuration:
    """What is said of the output: that it hides these headers, too, as it hides those whose names tell."""
    return {"sanitization": {"keys-to-sanitize": [*SanitizationConfig().keys_to_sanitize, *secrets]}}


def known(noun: str, wanted: Collection[str], there_are: Collection[str]) -> None:
    """Refuse a name of what is not there."""
    for name in wanted:
        if name not in there_are:
            near = nearest(name, [*there_are])
            advice = f"Did you mean {near}? " if near else ""
            raise WishError(f"no {noun} is called `{name}`. {advice}There are {', '.join(there_are)}.")


def chosen(said: Configuration, wanted: Mapping[str, bool]) -> Configuration:
    """What is said of the checks, with those alone that are wanted; of the slowest answer a number is said."""
    each = {name: said.get(name, {}) | {"enabled": wanted[name]} for name in wanted if name != SLOWEST}
    return each | ({SLOWEST: said[SLOWEST]} if wanted[SLOWEST] else {})
