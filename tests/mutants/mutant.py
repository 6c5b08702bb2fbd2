"""A mutant: a line of a module that says something wrong."""

from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
MACHINE = ROOT / "mock_server"


@dataclass(frozen=True)
class Mutant:
    """What stands in a file `before` and `after`, and the tests of which one has to fail."""

    file: str
    before: str
    after: str
    tests: tuple[str, ...]

    def apply(self, text: str) -> str:
        """Return a module with its line broken. Raises ValueError if the line is not there, or not once."""
        if text.count(self.before) != 1:
            raise ValueError(f"{self.file} has {self.before!r} {text.count(self.before)} times. Expected it once.")
        return text.replace(self.before, self.after)

    def describe(self) -> str:
        """Return the mutant in a line."""
        return f"{self.file}: {self.before.strip()!r} → {self.after.strip()!r}"


def read_mutants() -> list[Mutant]:
    """Return the mutants of `mutants.yaml`."""
    found = yaml.safe_load(Path(__file__).with_name("mutants.yaml").read_text("utf-8"))
    return [Mutant(**each | {"tests": tuple(each["tests"])}) for each in found]
