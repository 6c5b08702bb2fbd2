"""Verification: the suite as it is run against a server by its address."""

from collections.abc import Callable, Mapping
from pathlib import Path

from schemathesis.engine.recorder import ScenarioRecorder

from ..contract.document import load
from ..contract.source import Source
from . import failures
from .configuration import DECISIONS, Wishes, configured, known
from .findings import Summary
from .references import References
from .refusals import refusals
from .suite import Suite


def verification(
    contract: Path,
    wishes: Wishes,
    given: Mapping[str, str],
    keep: Callable[[ScenarioRecorder], None],
) -> Suite:
    """The suite for a contract; `given` are ids of records by their collection. Raises `ContractError`, `WishError`."""
    document = load(contract)
    references = References(document, given)
    known("collection", given, sorted(references.fields))
    there_are = [*refusals(references)]
    return Suite(
        document,
        configured(wishes, [*references.said], sorted({each.decision for each in there_are})),
        refusals=[each for each in there_are if wishes.runs(DECISIONS) and wishes.checks_for(each.decision)],
        source=Source(contract),
        references=references,
        time_limit=wishes.time_limit,
        keep=keep,
    )


def summary(suite: Suite, wishes: Wishes) -> Summary:
    """What was looked at by a suite that has run."""
    proof = suite.proof
    rules = failures.demands()
    for decision in {each.decision for each in suite.refusals}:
        rules[decision] = " ".join(dict.fromkeys(each.says for each in suite.refusals if each.decision == decision))
    return Summary(
        command="verify",
        scope=f"{sum(proof.asked.values())} requests to {wishes.url}",
        asked=proof.asked,
        notes=(*proof.doubts, *proof.notes, f"The same requests again: --seed {suite.seed}"),
        rules=rules,
    )
