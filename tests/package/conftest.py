"""A fresh checkout, and an environment that has what the example image has."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from ..conftest import PATIENCE_S, ROOT, Environment, put_first

DOCKERFILE = (ROOT / "examples/Dockerfile").read_text("utf-8")
RUN = re.search(r"^RUN --mount=type=bind,source=dist,target=/dist (.*?[^\\])$", DOCKERFILE, re.DOTALL | re.MULTILINE)
FILES = ("LICENSE", "MANIFEST.in", "Makefile", "README.md", "constraints.txt", "pyproject.toml", "setup.py")
FOLDERS = ("handlers", "mock_data", "mock_server", "openapi", "scripts")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What a fresh checkout has, but tests and examples, in a folder whose name has a space."""
    folder = tmp_path / "my projects" / "common apis"
    folder.mkdir(parents=True)
    for name in FILES:
        shutil.copy(ROOT / name, folder)
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture(scope="session")
def image(dist: Path, newcomer: Environment, make_environment: Callable[[], Path]) -> Path:
    """The programs of an environment in which the line RUN of the Dockerfile was run."""
    assert RUN
    programs = make_environment()
    command = ("sh", "-c", RUN[1].replace("/dist", str(dist)))
    settings = put_first(newcomer, programs)
    done = subprocess.run(command, env=settings, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 0, done.stderr
    return programs
