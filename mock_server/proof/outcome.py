"""What a run of the suite found, and what it did."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import requests
from schemathesis.engine import events
from schemathesis.engine.recorder import ScenarioRecorder

from ..contract.source import Source
from . import failures
from .findings import Finding


@dataclass
class Proof:
    """What a run found, and what it did.

    `ids` are the operationIds by method and path, `source` tells where the contract says what was broken. `phases` has
    their outcome, `scenarios` counts their parts; `checks` counts how often each was made, `answers` the statuses that
    each operation answered (0 if it did not). `doubts` say of what nothing can be told, and why; `notes` what else is
    to be known.
    """

    ids: Mapping[str, str]
    source: Source | None = None
    findings: list[Finding] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    phases: dict[str, str] = field(default_factory=dict)
    scenarios: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    answers: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    @property
    def asked(self) -> dict[str, int]:
        """How often each operation was asked."""
        return {operation: answers.total() for operation, answers in sorted(self.answers.items())}

    @property
    def refused(self) -> list[str]:
        """The operations that were asked and never granted."""
        return [name for name, answers in self.answers.items() if not answers[200] + answers[201]]

    def note(self, recorder: ScenarioRecorder) -> None:
        """Add what was recorded."""
        asked = {id: self.ids[node.value.operation.label] for id, node in recorder.cases.items()}
        statuses = {id: each.response.status_code if each.response else 0 for id, each in recorder.interactions.items()}
        for id, status in statuses.items():
            self.answers[asked[id]][status] += 1
        for id, nodes in recorder.checks.items():
            for node in nodes:
                self.checks[node.name] += 1
                if failed := node.failure_info:
                    operation = self.ids.get(failed.failure.operation or "", asked[id])
                    found = failures.finding(node.name, failed.failure, operation, statuses.get(id, 0), self.source)
                    self.findings.append(failures.seen(found, failed.code_sample))

    def lack(self, error: events.NonFatalError) -> None:
        """Add what kept some part from being done: an answer that does not come is a finding, all else a doubt."""
        if error.related_to_operation and isinstance(error.value, requests.RequestException):
            operation = self.ids.get(error.label, error.label)
            found = failures.unanswered(operation, error.info.message, self.source)
            self.findings.append(failures.seen(found, error.info.code_sample or ""))
        else:
            self.doubts.append(f"{error.label}: {error.info.title}. {error.info.message}")
