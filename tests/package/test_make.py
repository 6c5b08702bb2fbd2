"""Set-up by make: each installs what it needs, once, and says what is wrong if it cannot."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from ..conftest import PATIENCE_S, Environment
from ..serving.served import Served

Ran = subprocess.CompletedProcess[str]

FULL = ("serving", "building", "installed")
NEEDED = {"serve": "serving", "dist": "building", "install": "installed", "test": "installed"}
"""What each target needs to be there."""


def make(checkout: Path, *arguments: str, environment: Environment) -> Ran:
    """Run make in a checkout to its end."""
    environment = {
        name: value for name, value in environment.items() if not name.startswith("MAKE")
    }  # of no other make
    command = ("make", *arguments)
    return subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, timeout=PATIENCE_S)


def list_installs(checkout: Path, target: str) -> list[str]:
    """Return what make would install for a target."""
    dry = make(checkout, "--dry-run", target, environment={**os.environ}).stdout
    return re.findall(r"scripts/install\.py (\w+)$", dry, re.MULTILINE)


def set_times(checkout: Path, installed: tuple[str, ...], changed: str = "") -> None:
    """Lay out a checkout in which something is installed, and a file was changed since."""
    (checkout / ".venv").mkdir(exist_ok=True)
    for file in ("pyproject.toml", "constraints.txt"):
        os.utime(checkout / file, (1_700_000_000 + 200 * (file == changed),) * 2)
    for name in installed:
        (checkout / ".venv" / name).touch()
        os.utime(checkout / ".venv" / name, (1_700_000_100,) * 2)


@pytest.mark.parametrize("target", NEEDED)
def test_a_target_installs_what_it_needs_once(target: str, checkout: Path, program: Callable[[str], str]) -> None:
    """Nothing if it, or more, is there; again, when a file that says what is needed has changed."""
    program("make")
    assert list_installs(checkout, target) == [NEEDED[target]]
    set_times(checkout, FULL[: FULL.index(NEEDED[target]) + 1])
    assert list_installs(checkout, target) == []
    for changed in ("pyproject.toml", "constraints.txt"):
        set_times(checkout, FULL, changed)
        assert list_installs(checkout, target) == [NEEDED[target]]


def test_the_rest_is_added_to_what_serves(checkout: Path, program: Callable[[str], str]) -> None:
    """`make test` after `make serve` installs what is lacking; `make serve` after it installs nothing."""
    program("make")
    set_times(checkout, ("serving",))
    assert list_installs(checkout, "test") == ["installed"]
    set_times(checkout, FULL)
    assert list_installs(checkout, "serve") == []


def test_make_serve_installs_what_serving_needs_and_nothing_else(
    checkout: Path, newcomer: Environment, program: Callable[[str], str]
) -> None:
    """In a folder with a space in its name; no tool of development comes along, and it serves."""
    command = (program("make"), "--silent", "--directory", checkout, ".venv/serving")
    done = subprocess.run(command, env=newcomer, capture_output=True, text=True, timeout=PATIENCE_S)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Installing what serving needs into .venv, once ")
    assert {file.name for file in (checkout / ".venv").iterdir()} & {*FULL} == {"serving"}
    packages = {file.name.partition("-")[0].lower() for file in (checkout / ".venv").rglob("*.dist-info")}
    assert "connexion" in packages
    assert not packages & {"mypy", "playwright", "pytest", "ruff", "schemathesis", "uv"}
    serve = ("make", "--silent", "--directory", checkout, "serve")
    with Served(command=serve, COMMON_APIS_PORT="0", HOME=newcomer["HOME"]) as server:
        assert httpx.get(f"{server.url}/docs").status_code == 200


def write_python(file: Path, program: str) -> str:
    """Make a Python that runs some lines before anything else, and give its address."""
    file.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "$(cat <<\'EOF\'\n{program}\n{START}\nEOF\n)" "$@"\n')
    file.chmod(0o755)
    return str(file)


START = """
import runpy
del sys.argv[0]
if sys.argv[0] == "-c":
    exec(sys.argv[1])
else:
    runpy.run_path(sys.argv[0], run_name="__main__")
"""
LACKING = {
    "an old Python": (
        "import sys; sys.version_info = (3, 10)",
        "Python 3.11 or later is needed. Name one: make serve PYTHON=",
    ),
    "no ensurepip": ("import sys; sys.modules['ensurepip'] = None", "On Debian and Ubuntu: apt install python3-venv"),
}


@pytest.mark.parametrize(("program", "words"), LACKING.values(), ids=LACKING)
def test_a_python_that_cannot_do_it_is_told(program: str, words: str, checkout: Path, tmp_path: Path) -> None:
    """In one line, with what to do, and nothing is left behind."""
    python = write_python(tmp_path / "python", program)
    done = make(checkout, "serve", f"PYTHON={python}", environment={**os.environ})
    assert done.returncode == 2
    assert words in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert not (checkout / ".venv").exists()


def test_no_python_at_all_is_told(checkout: Path) -> None:
    """As an old one is."""
    done = make(checkout, "serve", "PYTHON=/nonexistent/python3", environment={**os.environ})
    assert done.returncode == 2
    assert "Python 3.11 or later is needed." in done.stdout


def test_a_registry_that_does_not_answer_is_told(checkout: Path, newcomer: Environment) -> None:
    """In two lines: what failed, and where pip says more. The next call begins again."""
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "1", "PIP_NO_CACHE_DIR": "1"}
    near = {"PIP_NO_INDEX": "0", "PIP_FIND_LINKS": "", "HTTP_PROXY": "", "http_proxy": ""}
    done = make(checkout, "--silent", "serve", environment=newcomer | nowhere | near)
    assert done.returncode == 2
    reason, more, last = done.stderr.splitlines()
    assert reason.startswith("pip cannot reach the package registry. Is there a network,")
    assert more == f"All that pip said: {checkout}/.venv/install.log"
    assert last.startswith("make: *** ")
    assert not (checkout / ".venv/serving").exists()
    assert list_installs(checkout, "serve") == ["serving"]
