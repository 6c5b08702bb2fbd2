"""The Python client, as openapi-python-client makes it."""

import json
import re
from collections import defaultdict
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from common_apis.contract.document import operations

from . import install
from .conftest import CLIENT, Tool, Write, checked, furnished, generate_client
from .story import TOLD

FAULT = re.compile(r"^(\w+)\.py:\d+: error: .* \[([a-z-]+)\]$", re.MULTILINE)

DEFECTS = {
    "wrong_value": ("CreateModality.VIDEO", "CreateModality.PHONE", "attr-defined"),
    "missing_field": ('        appointment_type="intake_call",\n', "", "call-arg"),
    "unknown_field": ('        appointment_type="intake_call",', '        kind="intake_call",', "call-arg"),
    "null_unseen": ('"outcome": met.outcome', '"outcome": met.outcome.value', "union-attr"),
}
"""What a partner may do wrong: the right text of the consumer, a wrong one, and what mypy calls it."""


@pytest.fixture(scope="module")
def workshop(python_client: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the client of the contract and the consumer."""
    return furnished(tmp_path_factory.mktemp("python"), python_client, install.HERE / "consumer.py")


@pytest.fixture(scope="module")
def faults(workshop: Path) -> dict[str, set[str]]:
    """What mypy finds wrong with the consumer and with each way to break it, all checked at once."""
    right = (workshop / "consumer.py").read_text("utf-8")
    for name, (before, after, _) in DEFECTS.items():
        assert before in right
        (workshop / f"{name}.py").write_text(right.replace(before, after), "utf-8")
    ran = checked(workshop, *(f"{name}.py" for name in ("consumer", *DEFECTS)))
    found = defaultdict(set)
    for name, code in FAULT.findall(ran.stdout):
        found[name].add(code)
    return found


def test_all_operations_have_functions(workshop: Path, contract: dict[str, Any]) -> None:
    """Each of the 29 operations is there under its name."""
    modules = (workshop / CLIENT / "api").glob("*/[a-z]*.py")
    names = sorted(module.stem for module in modules if "def sync(" in module.read_text("utf-8"))
    assert names == sorted(operation["operationId"] for _, _, operation in operations(contract))
    assert len(names) == 29


def test_the_consumer_tells_its_story(
    python: Tool, workshop: Path, faults: dict[str, set[str]], server_url: str
) -> None:
    """A strictly typed program keeps to the types of the client as it is, and does its work on the server."""
    assert faults["consumer"] == set()
    ran = python("consumer.py", server_url, cwd=workshop)
    assert ran.stderr == ""
    assert json.loads(ran.stdout) == TOLD


@pytest.mark.parametrize("name", DEFECTS)
def test_a_wrong_consumer_is_found_out(name: str, faults: dict[str, set[str]]) -> None:
    """The client's types show what the server would refuse, and a null that nobody looked for."""
    _, _, code = DEFECTS[name]
    assert faults[name] == {code}


def test_a_broken_contract_gives_no_client(python: Tool, write: Write, contract: dict[str, Any]) -> None:
    """What the generator only warns of makes it fail."""
    broken = deepcopy(contract)
    broken["components"]["schemas"]["Worker"]["properties"]["gender"]["enum"] = ["Female", 1]
    assert generate_client(python, write(broken)).returncode == 1
