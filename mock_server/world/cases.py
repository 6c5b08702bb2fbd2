"""Cases: magic values, declared as data, each of which leads to an answer that is hard to get otherwise."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from ..contract.text import Loader
from .seed import CLINIC

CASES = CLINIC / "cases.yaml"


class CasesError(Exception):
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


def read(file: Path) -> list[dict[str, Any]]:
    """What a file says of each case."""
    try:
        found = yaml.load(file.read_text("utf-8"), Loader)
    except yaml.YAMLError as error:
        raise CasesError(f"{file}: {error}") from error
    if not isinstance(found, list) or not all(isinstance(said, dict) for said in found):
        raise CasesError(f"{file}: a list of cases is expected.")
    known = {field.name for field in fields(Case)}
    for said in found:
        if unknown := said.keys() - known:
            raise CasesError(f"{file}: {said.get('name')}: unknown: {', '.join(sorted(unknown))}")
        if "name" not in said or not isinstance(said.get("values"), list):
            raise CasesError(f"{file}: {said.get('name')}: it needs a name, and a list of values.")
    return found


@dataclass
class Met:
    """How often a value was met in a world, and when first, by the world's clock."""

    since: datetime
    times: int = 0


def leading(cases: Cases, *sent: Iterable[Any]) -> list[tuple[str, Case]]:
    """The values among those sent that lead to a case, and the cases."""
    return [(value, cases[value]) for values in sent for value in values if value.__class__ is str and value in cases]
