"""An environment that has the wheel and pytest, and what tests do in it."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest

from ..conftest import PATIENCE_S, Environment

SETTINGS = ("-p", "no:cacheprovider", "-W", "error", "-o", "junit_family=xunit1", "--junitxml", "outcomes.xml")


class Run(NamedTuple):
    """A run of tests: its exit code, each test as JUnit has it, and the folder in which it was."""

    code: int
    cases: dict[str, ElementTree.Element]
    folder: Path


Play = Callable[..., Run]


@pytest.fixture(scope="session")
def environment(installed: Path, newcomer: Environment) -> Path:
    """A Python that has the wheel, what it needs, and pytest with its workers."""
    pip = (installed / "pip", "install", "--quiet", "pytest", "pytest-xdist")
    subprocess.run(pip, env=newcomer, check=True, timeout=PATIENCE_S)
    return installed / "python"


@pytest.fixture(scope="session")
def play(environment: Path, tmp_path_factory: pytest.TempPathFactory) -> Play:
    """Runs tests in that environment, in a folder of their own."""

    def play(tests: str, *options: str, settings: str = "") -> Run:
        folder = tmp_path_factory.mktemp("partner")
        (folder / "test_sample.py").write_text(tests, "utf-8")
        (folder / "pytest.ini").write_text(f"[pytest]\n{settings}", "utf-8")
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
        command: tuple[str | Path, ...] = (environment, "-m", "pytest", *SETTINGS, *options)
        done = subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, timeout=PATIENCE_S)
        assert (folder / "outcomes.xml").exists(), done.stdout + done.stderr
        cases = ElementTree.parse(folder / "outcomes.xml").iter("testcase")
        named = {f"{case.get('classname')}.{case.get('name')}".removeprefix("test_sample."): case for case in cases}
        return Run(done.returncode, named, folder)

    return play
