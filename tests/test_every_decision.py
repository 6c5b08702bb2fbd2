"""Every decision of the register is tested, or it is said here why it cannot be."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from common_apis.contract.document import CONTRACT

TESTS = Path(__file__).parent

NOT_TESTED: dict[str, str] = {}
"""Decisions that no test can show, and why."""


def decisions() -> list[str]:
    """The ids that head a row of the register's table of decisions."""
    register = CONTRACT.with_name("DECISIONS.md").read_text("utf-8")
    return re.findall(r"^\| (D-\d+) \|", register, re.MULTILINE)


def docstrings() -> Iterator[str]:
    """The docstring of every test, and of every module of tests."""
    for file in (*TESTS.glob("test_*.py"), *TESTS.glob("*/test_*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        yield ast.get_docstring(tree) or ""
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                yield ast.get_docstring(node) or ""


def named(text: str) -> set[str]:
    """The decisions that a text names, one by one or from the first to the last of several."""
    spans = re.findall(r"D-(\d+)(?: to D-(\d+))?", text)
    return {f"D-{number:02}" for first, last in spans for number in range(int(first), int(last or first) + 1)}


def test_every_decision_is_named_by_a_test() -> None:
    """A decision that nothing tests is a wish; one that is said to be untestable, and is tested, is a slip."""
    tested = set[str]().union(*map(named, docstrings()))

    assert sorted(set(decisions()) - tested - set(NOT_TESTED)) == []
    assert sorted(set(NOT_TESTED) & tested) == []


def test_every_decision_that_a_test_names_exists() -> None:
    """A test that names no decision of the register has outlived it."""
    tested = set[str]().union(*map(named, docstrings()))

    assert len(decisions()) >= 60
    assert sorted((tested | set(NOT_TESTED)) - set(decisions())) == []
