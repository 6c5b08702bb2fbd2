"""Cases: magic values, declared as data, each of which leads to an answer that is hard to get otherwise."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from ..contract.pointer import tokens
from ..contract.schema import validator
from ..contract.source import Source
from ..contract.text import TextError, parsed
from ..contract.text import read as read_text
from ..contract.violation import Violation, violations
from .seed import CLINIC, SeedError

CASES = CLINIC / "cases.yaml"


class CasesError(SeedError):
    """The file of cases cannot be read; the message says what to mend."""


@dataclass(frozen=True)
class Case:
    """One case; what its fields say, the head of the file tells."""

    name: str
    values: tuple[str, ...]
    operation: str | None = None
    status: int | None = None
    code: str | None = None
    retry_after: int | None = None
    delay: float = 0
    fails: int | None = None
    steps: tuple[Mapping[str, Any], ...] = ()

    def step(self, passed: timedelta) -> Mapping[str, Any]:
        """The fields of a record that moves on, when so much time has passed since it was first asked for."""
        passed = max(passed, timedelta())  # a clock may have been set back
        reached = [step["fields"] for step in self.steps if passed >= timedelta(seconds=step["after"])]
        found: Mapping[str, Any] = reached[-1]
        return found


Cases = dict[str, Case]
"""Cases by the values that lead to them."""


def load(file: Path = CASES) -> Cases:
    """The cases of a file. Raises `CasesError`."""
    cases: Cases = {}
    for said in read(file):
        case = Case(**said | {"values": tuple(said["values"]), "steps": tuple(said.get("steps", ()))})
        for value in case.values:
            if value in cases:
                raise CasesError(f"{file}: `{value}` leads to {cases[value].name} and to {case.name}.")
            cases[value] = case
    return cases


STEP = {
    "type": "object",
    "required": ["after", "fields"],
    "properties": {
        "after": {"type": "number", "minimum": 0, "x-expected": "seconds"},
        "fields": {
            "type": "object",
            "required": ["status"],
            "properties": {"status": {"type": "string", "x-expected": "a status"}},
        },
    },
}
CASE: dict[str, Any] = {
    "name": {"type": "string", "x-expected": "a name"},
    "values": {"type": "array", "minItems": 1, "items": {"type": "string"}, "x-expected": "a list of values"},
    "operation": {"type": "string", "x-expected": "the id of an operation"},
    "status": {"type": "integer", "minimum": 100, "maximum": 599, "x-expected": "a status"},
    "code": {"type": "string", "x-expected": "an error code"},
    "retry_after": {"type": "integer", "minimum": 0, "x-expected": "seconds"},
    "delay": {"type": "number", "minimum": 0, "x-expected": "seconds"},
    "fails": {"type": "integer", "minimum": 1, "x-expected": "how often it fails"},
    "steps": {"type": "array", "minItems": 1, "items": STEP, "x-expected": "a list of steps"},
}
SCHEMA = {
    "type": "array",
    "items": {"type": "object", "required": ["name", "values"], "properties": CASE, "additionalProperties": False},
    "x-expected": "a list of cases",
}
"""What a file of cases says."""


def read(file: Path) -> list[dict[str, Any]]:
    """What a file says of each case."""
    try:
        found: list[dict[str, Any]] = parsed(read_text(file), json=False)
    except (TextError, OSError) as error:
        raise CasesError(f"{file} cannot be read: {error}") from error
    wrong = violations(validator(SCHEMA), SCHEMA, found, "It")
    if wrong:
        raise CasesError("\n".join(describe(file, found, each) for each in wrong))
    return found


def describe(file: Path, found: Any, wrong: Violation) -> str:
    """Return a line that says what is wrong with a file: where, and with which case."""
    number = Source(file).nearest(wrong.pointer).number if found else 1
    position = "".join(tokens(wrong.pointer)[:1])
    case = found[int(position)] if position else None
    name = case.get("name") if isinstance(case, dict) else None
    return f"{file}:{number}: {f'{name}: ' if name else ''}{wrong.detail}"


def leading(cases: Cases, *sent: Iterable[Any]) -> list[tuple[str, Case]]:
    """The values among those sent that lead to a case, and the cases."""
    return [(value, cases[value]) for values in sent for value in values if value.__class__ is str and value in cases]
