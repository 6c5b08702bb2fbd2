"""The control plane keeps its contract, says Schemathesis."""

from copy import deepcopy
from typing import Any

import pytest

from common_apis.contract.document import operations
from common_apis.proof.configuration import read
from common_apis.proof.outcome import Proof
from common_apis.proof.suite import prove
from common_apis.serving.app import create_app

from . import sense  # they register themselves
from .calls import TAGS, own, prepare
from .form import Form
from .world import Checked

pytestmark = pytest.mark.slow

PHASES = ("examples", "coverage", "fuzzing", "stateful")
OURS = ("answers_what_was_sent", "ReadsWhatWasWritten")
"""Checks of the proof that know records alone."""


def only_own(control: dict[str, Any]) -> dict[str, Any]:
    """The contract without what is tested elsewhere."""
    document = deepcopy(control)
    for path, item in control["paths"].items():
        for method, operation in item.items():
            if method != "parameters" and not TAGS.intersection(operation["tags"]):
                del document["paths"][path][method]
    return document


@pytest.fixture(scope="module")
def proof(contract: dict[str, Any], control: dict[str, Any], form: Form) -> Proof:
    """The suite's run against the control plane of a mock."""
    mock = create_app(contract=contract)
    prepare(Checked(mock, form).world(sense.LIVE)).told("POST", "/clock/advance", {"seconds": 1})
    configuration = read()
    configuration["generation"]["max-examples"] = 5
    configuration["phases"]["stateful"]["generation"]["max-examples"] = 15
    configuration["checks"] |= {check: {"enabled": False} for check in OURS}
    return prove(only_own(control), configuration, mock)


def test_the_control_plane_keeps_its_contract(proof: Proof) -> None:
    """No check of any phase finds anything."""
    assert proof.findings == [], "\n".join(map(str, proof.findings))


def test_every_phase_runs_to_its_end(proof: Proof, control: dict[str, Any]) -> None:
    """None is skipped."""
    count = len([*own(control)])

    assert {phase: proof.phases[phase] for phase in PHASES} == dict.fromkeys(PHASES, "success")
    assert [proof.scenarios[phase] for phase in PHASES[1:3]] == [count] * 2
    assert proof.scenarios["stateful"] > 0


def test_every_operation_is_granted_and_refused(proof: Proof, control: dict[str, Any]) -> None:
    """The data are good enough to be taken, and bad enough to be refused; nothing is a defect."""
    asked = {said["operationId"] for _, _, said in operations(control) if TAGS.intersection(said["tags"])}
    assert {*proof.answers} == asked
    for operation, answers in proof.answers.items():
        assert {2, 4} <= {status // 100 for status in answers} <= {2, 4}, f"{operation} answered {dict(answers)}"
