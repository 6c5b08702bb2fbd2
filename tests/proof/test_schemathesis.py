"""The mock keeps its contract, says Schemathesis; and Schemathesis, as it is set up, would say so if it did not."""

from typing import Any

import pytest

from common_apis.contract.document import operations
from common_apis.proof.configuration import read
from common_apis.proof.outcome import Proof
from common_apis.proof.suite import prove
from common_apis.serving.app import Settings, create_app
from common_apis.serving.guard import Guard

pytestmark = pytest.mark.slow

PHASES = ("examples", "coverage", "fuzzing", "stateful")
CHECKS = {
    *("not_a_server_error", "max_response_time"),
    *("status_code_conformance", "content_type_conformance"),
    *("response_headers_conformance", "response_schema_conformance"),
    *("positive_data_acceptance", "negative_data_rejection", "missing_required_header"),
    *("unsupported_method", "allow_header_conformance"),
    *("use_after_free", "ensure_resource_availability", "object_level_authorization"),
    *("answers_what_was_sent", "ReadsWhatWasWritten"),
}
"""The checks that look at every answer; `ignored_auth` looks where a token is demanded."""
DECISIONS = {"D-08", "D-13", "D-17", "D-19", "D-20", "D-47"}
"""Those that have a rule which no schema can say."""
TOKEN = "fixture-token"


@pytest.fixture(scope="module")
def configuration() -> dict[str, Any]:
    """What `schemathesis.toml` says. It is shared: a test that changes it works on a copy."""
    return read()


@pytest.fixture(scope="module")
def proof(contract: dict[str, Any], configuration: dict[str, Any]) -> Proof:
    """The suite's run against the mock."""
    return prove(contract, configuration, create_app(contract=contract))


def ids(contract: dict[str, Any]) -> dict[str, str]:
    """The operationId of each operation, by its method and path."""
    return {f"{method.upper()} {path}": said["operationId"] for method, path, said in operations(contract)}


def only(*phases: str) -> dict[str, Any]:
    """A configuration of the phases that leaves others out."""
    return {phase: {"enabled": False} for phase in PHASES if phase not in phases}


def named(proof: Proof) -> set[tuple[str, str]]:
    """The operations that were found at fault, with the checks that found them."""
    return {(finding.operation, finding.rule) for finding in proof.findings}


def test_the_mock_keeps_the_contract(proof: Proof) -> None:
    """No check of any phase finds anything."""
    assert proof.findings == [], "\n".join(map(str, proof.findings))
    assert proof.doubts == []


def test_every_phase_runs_to_its_end(proof: Proof, configuration: dict[str, Any]) -> None:
    """None is skipped, and none ends early, as Schemathesis lets a phase do without a word."""
    assert {phase: proof.phases[phase] for phase in PHASES} == dict.fromkeys(PHASES, "success")
    assert [proof.scenarios[phase] for phase in PHASES[:3]] == [29, 29, 29]
    assert proof.scenarios["stateful"] >= configuration["phases"]["stateful"]["generation"]["max-examples"]


def test_every_check_looks_at_the_answers(proof: Proof) -> None:
    """None is switched off."""
    assert set(proof.checks) == CHECKS | DECISIONS


def test_every_operation_is_accepted_and_refused(proof: Proof, contract: dict[str, Any]) -> None:
    """The data are good enough to be taken, and bad enough to be refused."""
    assert set(proof.answers) == set(ids(contract).values())
    for operation, answers in proof.answers.items():
        statuses = {status // 100 for status in answers}
        assert {2, 4} <= statuses, f"{operation} answered {dict(answers)}"


def test_most_valid_data_are_taken(proof: Proof) -> None:
    """Few requests refer to what does not exist, or collide with others; else the proof would be of refusals."""
    for operation, answers in proof.answers.items():
        taken, lost = answers[200] + answers[201], answers[404] + answers[409]
        assert taken > lost, f"{operation} answered {dict(answers)}"


@pytest.fixture
def demanding(contract: dict[str, Any]) -> dict[str, Any]:
    """The contract, which demands a token."""
    return contract | {"security": [{"bearer": []}]}


@pytest.fixture
def with_token(configuration: dict[str, Any]) -> dict[str, Any]:
    """A configuration that sends a token. The examples are enough: each operation is asked without it once."""
    return configuration | {"auth": {"openapi": {"bearer": {"bearer": TOKEN}}}, "phases": only("examples")}


def test_nobody_is_let_in_without_a_token(demanding: dict[str, Any], with_token: dict[str, Any]) -> None:
    """A mock that demands a token answers no operation without it, or with another one."""
    guard = Guard(demands_token=True, tokens=frozenset({TOKEN}))
    proof = prove(demanding, with_token, create_app(Settings(guard=guard)))
    assert proof.findings == [], "\n".join(map(str, proof.findings))
    assert proof.checks["ignored_auth"] > 0


@pytest.mark.parametrize("guard", [Guard(), Guard(demands_token=True)], ids=["no token", "any token"])
def test_a_server_that_lets_everybody_in_is_found(
    guard: Guard, demanding: dict[str, Any], with_token: dict[str, Any]
) -> None:
    """A server that asks for no token, or takes any, is named at each of its operations."""
    found = named(prove(demanding, with_token, create_app(Settings(guard=guard))))
    assert {operation for operation, check in found if check == "ignored_auth"} == set(ids(demanding).values())
