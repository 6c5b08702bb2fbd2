"""Verification: the suite as it is run against a server by its address."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from schemathesis.engine.recorder import ScenarioRecorder

from ..contract.document import control, load
from ..contract.pointer import follow
from ..contract.schema import json_schema, validator
from ..contract.source import Source
from ..contract.violation import violations
from . import failures
from .configuration import DECISIONS, WishError, Wishes, configured, known
from .findings import Summary
from .proxies import FindProxy, find_none
from .references import References
from .refusals import refusals
from .suite import Suite


def verification(
    contract: Path,
    wishes: Wishes,
    given: Mapping[str, str],
    keep: Callable[[ScenarioRecorder], None],
    find_proxy: FindProxy = find_none,
) -> Suite:
    """The suite for a contract; `given` are ids of records by their collection. Raises `ContractError`, `WishError`."""
    document = load(contract)
    references = References(document, given)
    known("collection", given, sorted(references.fields))
    for name, id in given.items():
        allowed(document, "Id", id, f"--reference {name}")
    if wishes.sandbox is not None:
        allowed(control(), "Sandbox", wishes.sandbox, "--sandbox-prefix")
    there_are = [*refusals(references)]
    return Suite(
        document,
        configured(wishes, [*references.said], sorted({each.decision for each in there_are})),
        refusals=[each for each in there_are if wishes.runs(DECISIONS) and wishes.checks_for(each.decision)],
        source=Source(contract),
        references=references,
        time_limit=wishes.time_limit,
        keep=keep,
        proxy=find_proxy(wishes.url),
    )


def allowed(document: Mapping[str, Any], parameter: str, value: str, option: str) -> None:
    """Refuse a value of an option that a contract does not allow for a parameter."""
    schema = json_schema(follow(document, f"/components/parameters/{parameter}/schema"), document)
    for violation in violations(validator(schema), schema, value, option):
        raise WishError(violation.detail)


def summary(suite: Suite, wishes: Wishes) -> Summary:
    """What was looked at by a suite that has run."""
    proof = suite.proof
    rules = failures.demands()
    for decision in {each.decision for each in suite.refusals}:
        rules[decision] = " ".join(dict.fromkeys(each.says for each in suite.refusals if each.decision == decision))
    return Summary(
        command="verify",
        scope=f"{sum(proof.asked.values())} requests to {wishes.server}",
        asked=proof.asked,
        notes=(*proof.doubts, *proof.notes, f"The same requests again: --seed {suite.seed}"),
        rules=rules,
    )
