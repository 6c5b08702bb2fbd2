"""The tools of other people, ready to run, and the folded contract as a file for them to read."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from . import install

Ran = subprocess.CompletedProcess[str]
Tool = Callable[..., Ran]
Write = Callable[[dict[str, Any]], Path]

QUIET = {
    "NODE_NO_WARNINGS": "1",  # what Node has to say of its own version is not about the contract
    "REDOCLY_TELEMETRY": "off",
    "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
}
OLDEST_NODE = (20, 19)
PATIENCE_S = 120
IN_CI = os.environ.get("CI") == "true"


def run(*command: str | Path, cwd: Path, **environment: str) -> Ran:
    """Run a program to its end, whatever that is."""
    settings = {**os.environ, **environment}
    return subprocess.run(command, cwd=cwd, env=settings, capture_output=True, text=True, timeout=PATIENCE_S)


def need(there: Callable[[], bool], make: Callable[[], None], what: str) -> None:
    """Have a tool: CI installs it, and on a user's machine the test is skipped, saying how to."""
    if there():
        return
    if not IN_CI:
        pytest.skip(f"{what} is not installed: run `{install.COMMAND}`")
    make()


def need_recent(node: str) -> None:
    """Have a Node.js that the tools run on."""
    version = run(node, "--version", cwd=install.HERE).stdout.strip()
    if tuple(map(int, version.lstrip("v").split(".")[:2])) < OLDEST_NODE:
        lacking = pytest.fail if IN_CI else pytest.skip
        lacking(f"Node.js is {version}, and the tools need 20.19 or later")


@pytest.fixture(scope="session")
def node(program: Callable[[str], str]) -> Tool:
    """Runs Node, once the Node tools are there."""
    path, _ = program("node"), program("npm")
    need_recent(path)
    need(install.node_tools_are_there, install.install_node_tools, "a Node tool")
    return lambda *arguments, cwd: run(path, *arguments, cwd=cwd, **QUIET)


@pytest.fixture(scope="session")
def python() -> Tool:
    """Runs Python in the environment of the Python generator, whose programs are on the path."""
    need(install.generator_is_there, install.install_generator, "openapi-python-client")
    path = f"{install.PYTHON.parent}{os.pathsep}{os.environ['PATH']}"
    return lambda *arguments, cwd, **environment: run(install.PYTHON, *arguments, cwd=cwd, PATH=path, **environment)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a document to a file, for a tool to read."""
    return lambda document: written(document, tmp_path)


@pytest.fixture(scope="session")
def contract_file(contract: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folded contract as a file."""
    return written(contract, tmp_path_factory.mktemp("contract"))


def written(document: dict[str, Any], folder: Path) -> Path:
    """A document as a file in a folder."""
    file = folder / "openapi.json"
    file.write_text(json.dumps(document), "utf-8")
    return file
