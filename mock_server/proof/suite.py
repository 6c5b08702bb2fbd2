"""The suite: every phase and every check of Schemathesis, run against an application in this process."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from schemathesis.engine import events, from_schema

from ..contract.document import operations
from . import hooks  # noqa: F401  # they register themselves
from .findings import Finding


@dataclass
class Proof:
    """What a run found, and what it did.

    `phases` has their outcome, `scenarios` counts their parts; `checks` counts how often each was made, `answers` the
    statuses that each operation answered. `ids` are the operationIds by method and path.
    """

    ids: dict[str, str]
    findings: list[Finding] = field(default_factory=list)
    phases: dict[str, str] = field(default_factory=dict)
    scenarios: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    answers: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    def note(self, scenario: events.ScenarioFinished) -> None:
        """Add what one scenario did and found."""
        record = scenario.recorder
        self.scenarios[scenario.phase.value] += 1
        asked = {id: self.ids[node.value.operation.label] for id, node in record.cases.items()}
        for id, interaction in record.interactions.items():
            self.answers[asked[id]][interaction.response.status_code if interaction.response else 0] += 1
        for id, nodes in record.checks.items():
            for node in nodes:
                self.checks[node.name] += 1
                if failed := node.failure_info:
                    operation = self.ids.get(failed.failure.operation or "", asked[id])
                    message, curl = failed.failure.message, failed.code_sample
                    self.findings.append(Finding(operation=operation, rule=node.name, message=message, curl=curl))


def prove(app: Any, configuration: dict[str, Any]) -> Proof:
    """Run the suite against an ASGI application that serves its contract at `/openapi.json`.

    `configuration` is what a `schemathesis.toml` says. Raises what keeps the suite from doing its work.
    """
    config = schemathesis.Config.from_dict(configuration)
    schema = schemathesis.openapi.from_asgi("/openapi.json", app, config=config)
    proof = Proof(
        {f"{method.upper()} {path}": said["operationId"] for method, path, said in operations(schema.raw_schema)}
    )
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
