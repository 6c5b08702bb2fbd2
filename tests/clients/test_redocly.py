"""Redocly's linter, with the rules that it recommends, has nothing to say of the contract."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from . import install
from .conftest import Tool, Write

LINTER = install.MODULES / "@redocly/cli/bin/cli.js"


def lint(node: Tool, file: Path) -> tuple[int, set[str]]:
    """The exit status, which alone tells of a file that cannot be read, and the rules that are broken."""
    ran = node(LINTER, "lint", "--format=json", file.name, cwd=file.parent)
    problems = json.loads(ran.stdout)["problems"] if ran.stdout else []
    return ran.returncode, {problem["ruleId"] for problem in problems}


def test_redocly_is_silent(node: Tool, contract_file: Path) -> None:
    """The folded contract breaks no rule, be it one for errors or one for warnings."""
    assert lint(node, contract_file) == (0, set())


def test_redocly_names_what_is_broken(node: Tool, write: Write, contract: dict[str, Any]) -> None:
    """Defects of a contract are not passed over, errors and warnings alike."""
    broken = deepcopy(contract)
    del broken["paths"]["/v1/patients"]["post"]["summary"]
    del broken["paths"]["/v1/workers/{id}"]["get"]["operationId"]
    broken["components"]["schemas"]["Nobody"] = {"type": "string"}
    broken["components"]["schemas"]["Calendar"]["required"].append("colour")
    status, rules = lint(node, write(broken))
    assert status == 1
    assert rules == {
        "operation-summary",
        "operation-operationId",
        "no-unused-components",
        "no-invalid-media-type-examples",
        "no-required-schema-properties-undefined",
    }


def test_a_file_that_cannot_be_read_is_no_pass(node: Tool, tmp_path: Path) -> None:
    """Redocly prints no count of problems then: its exit status tells."""
    assert lint(node, tmp_path / "absent.json") == (1, set())
