"""The tools of other people, ready to run, and the folded contract as a file for them to read."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from . import install

Ran = subprocess.CompletedProcess[str]
Tool = Callable[..., Ran]
Write = Callable[[dict[str, Any]], Path]

CLIENT = "common_apis_client"
TYPES = "api.d.ts"
GENERATOR = install.MODULES / "openapi-typescript/bin/cli.js"
COMPILER = install.MODULES / "typescript/bin/tsc"

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
    """Runs Python in the environment of the Python generators, whose programs are on the path."""
    need(install.generator_is_there, install.install_generator, "a Python generator")
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


@pytest.fixture(scope="session")
def python_client(python: Tool, contract_file: Path) -> Path:
    """The Python package that openapi-python-client makes of the contract, without a warning."""
    ran = generate_client(python, contract_file)
    assert (ran.returncode, ran.stderr) == (0, "")
    return contract_file.parent / CLIENT


@pytest.fixture(scope="session")
def typescript_types(node: Tool, contract_file: Path) -> Path:
    """The types that openapi-typescript makes of the contract, without a warning."""
    ran = generate_types(node, contract_file)
    assert (ran.returncode, ran.stderr) == (0, "")
    return contract_file.parent / TYPES


def generate_client(python: Tool, document: Path) -> Ran:
    """Make the Python client of a contract, beside it; a warning is a failure."""
    options = ("--path", document.name, "--output-path", CLIENT, "--meta", "none", "--fail-on-warning")
    return python("-m", "openapi_python_client", "generate", *options, cwd=document.parent)


def generate_types(node: Tool, document: Path) -> Ran:
    """Make the TypeScript types of a contract, beside it."""
    return node(GENERATOR, document.name, "--output", TYPES, cwd=document.parent)


def compiled(node: Tool, folder: Path, *options: str) -> Ran:
    """Compile the TypeScript of a folder, strictly."""
    return node(COMPILER, "--project", ".", *options, cwd=folder)


def checked(folder: Path, *files: str) -> Ran:
    """Check the types of Python programs on the client, strictly."""
    options = ("--strict", "--config-file=", "--follow-imports=silent", "--python-executable", install.PYTHON)
    return run(sys.executable, "-m", "mypy", *options, *files, cwd=folder)


def furnished(folder: Path, *things: Path) -> Path:
    """A folder, with copies of these files and links to these folders."""
    for thing in things:
        if thing.is_dir():
            (folder / thing.name).symlink_to(thing)
        else:
            shutil.copy(thing, folder)
    return folder


def written(document: dict[str, Any], folder: Path) -> Path:
    """A document as a file in a folder."""
    file = folder / "openapi.json"
    file.write_text(json.dumps(document), "utf-8")
    return file
