"""An environment that has the wheel and pytest, and what tests do in it."""

import os
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest

from ..conftest import ROOT

PATIENCE_S = 300
SETTINGS = ("-p", "no:cacheprovider", "-W", "error", "-o", "junit_family=xunit1", "--junitxml", "outcomes.xml")


class Run(NamedTuple):
    """A run of tests: its exit code, each test as JUnit has it, and the folder in which it was."""

    code: int
    cases: dict[str, ElementTree.Element]
    folder: Path


Play = Callable[..., Run]


@pytest.fixture(scope="session")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has the wheel, what it needs, and pytest with its workers."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    python = folder / "bin/python"
    pip = (sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check", "--quiet", "install")
    wanted = ("--no-compile", "--constraint", ROOT / "constraints.txt", wheel, "pytest", "pytest-xdist")
    subprocess.run([*pip, *wanted], check=True, timeout=PATIENCE_S)
    return python


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
