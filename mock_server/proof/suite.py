"""The suite: every phase and every check of Schemathesis, run against an application in this process."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import schemathesis
from schemathesis.engine import events, from_schema

from . import hooks  # noqa: F401  # they register themselves


class Finding(NamedTuple):
    """A fault of a server: in which operation, found by which check, what is wrong, and how to see it."""

    operation: str
    check: str
    message: str
    curl: str

    def __str__(self) -> str:
        """All of it, for a person."""
        return f"{self.operation} ({self.check}): {self.message}\n{self.curl}\n"


@dataclass
class Proof:
    """What a run found, and what it did.

    `phases` has their outcome, `scenarios` counts their parts; `checks` counts how often each was made, `answers` the
    statuses that each operation answered.
    """

    findings: list[Finding] = field(default_factory=list)
    phases: dict[str, str] = field(default_factory=dict)
    scenarios: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    answers: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    def note(self, scenario: events.ScenarioFinished) -> None:
        """Add what one scenario did and found."""
        record = scenario.recorder
        self.scenarios[scenario.phase.value] += 1
        operations = {id: node.value.operation.label for id, node in record.cases.items()}
        for id, interaction in record.interactions.items():
            self.answers[operations[id]][interaction.response.status_code if interaction.response else 0] += 1
        for id, nodes in record.checks.items():
            for node in nodes:
                self.checks[node.name] += 1
                if failed := node.failure_info:
                    operation = failed.failure.operation or operations[id]
                    self.findings.append(Finding(operation, node.name, failed.failure.message, failed.code_sample))


def prove(app: Any, configuration: dict[str, Any]) -> Proof:
    """Run the suite against an ASGI application that serves its contract at `/openapi.json`.

    `configuration` is what a `schemathesis.toml` says. Raises what keeps the suite from doing its work.
    """
    config = schemathesis.Config.from_dict(configuration)
    schema = schemathesis.openapi.from_asgi("/openapi.json", app, config=config)
    proof = Proof()
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            proof.note(event)
        elif isinstance(event, events.PhaseFinished):
            proof.phases[event.phase.name.value] = event.status.value
        elif isinstance(event, events.NonFatalError):
            raise event.value
        elif isinstance(event, events.FatalError):
            raise event.exception
    return proof
