"""No regular expression that reads what others write takes more than linear time, whatever the text is.

Those that read a contract, a recording or an argument are among them: who names a contract may name anybody's.
"""

import re
from typing import Any

import pytest

from common_apis.contract.schema import validator
from common_apis.proof.changes.taking import Taking
from common_apis.serving.allowed_origins import AllowedOrigins

from .attacks import find_attack
from .patterns import Use, composed, contract_patterns, uses

COMPOSED = {
    "mock_server/contract/moment.py: re.fullmatch(form, text, re.DOTALL)": "the text has at most 100 characters",
    "mock_server/portal/cases.py: re.fullmatch(pattern, value)": "both are the project's own magic values",
    "mock_server/serving/allowed_origins.py: re.compile('|'.join(patterns))": "it is looked at below",
    "mock_server/proof/changes/taking.py: re.compile(_path_pattern(path))": "it is looked at below",
}
"""Expressions that are put together where they are used, and why that is safe."""

PATHS = ["/v1/{a}/{b}", "/v1/{a}-{b}.{c}", "/{a}{b}{c}/x"]
USES = [
    *uses(),
    Use("mock_server/serving/allowed_origins.py", AllowedOrigins(["https://*.example.com"]).pattern, "fullmatch"),
    *(
        Use("mock_server/proof/changes/taking.py", Taking({"paths": {path: {}}}, path, {}).path, "fullmatch")
        for path in PATHS
    ),
]
IN_CONTRACT = contract_patterns()

BAD: list[tuple[str, str]] = [
    (r"(?:^|[;,]) *mock_sandbox=\"?([^;,\"]*?)\"? *(?:[;,]|$)", "search"),
    (r"bearer +sandbox_(.*?) *", "fullmatch"),
    (r"([?&](?=[^=&]*(?:secret|token))[^=&]*)=[^&]*", "sub"),
    (r"([^/]+)-([^/]+)", "fullmatch"),
    (r"[a-z]+@", "search"),
    (r"\s+$", "search"),
    (r"(a|a)*b", "fullmatch"),
    (r"(a+)+$", "match"),
]
"""Expressions that take more than linear time; the first three were used once."""


def validates(pattern: str) -> Any:
    """What the validator of the contract does with a pattern."""
    return validator({"type": "string", "pattern": pattern}).is_valid


@pytest.mark.parametrize("use", USES, ids=[f"{use.file} {use.function} {use.text}" for use in USES])
def test_an_expression_of_the_code_takes_linear_time(use: Use) -> None:
    """As it is used: where a search tries each place, a match tries one."""
    assert find_attack(use.text, use.run) is None


@pytest.mark.parametrize("pattern", IN_CONTRACT)
def test_an_expression_of_the_contract_takes_linear_time(pattern: str) -> None:
    """In the validator that runs it for real."""
    assert find_attack(pattern, validates(pattern)) is None


@pytest.mark.parametrize(("pattern", "function"), BAD, ids=[pattern for pattern, _ in BAD])
def test_an_expression_that_takes_longer_is_found(pattern: str, function: str) -> None:
    """The attacks are good enough to find a square and worse."""
    use = Use("here", re.compile(pattern), function)

    assert find_attack(use.text, use.run)


def test_an_expression_of_a_contract_that_takes_longer_is_found() -> None:
    """The validator's engine backtracks where a pattern looks ahead, up to a bound of its own."""
    pattern = r"(?=a*b)x"

    assert find_attack(pattern, validates(pattern))


def test_every_expression_is_looked_at() -> None:
    """One that is put together where it is used has a reason here why that is safe."""
    assert sorted(composed()) == sorted(COMPOSED)
    assert len(USES) > 40
    assert len(IN_CONTRACT) > 10
