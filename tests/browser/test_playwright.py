"""The tests of a front end run at once, and do not meet: each has a world of its own."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from ..clients.conftest import IN_CI, need_recent
from ..conftest import COMMAND
from ..mock import A
from . import install

PLAYWRIGHT = install.MODULES / "@playwright/test/cli.js"
COMPILER = install.MODULES / "typescript/bin/tsc"
README = (install.HERE.parents[1] / "README.md").read_text("utf-8")
PATIENCE_S = 500
"""A little more than Playwright has itself, which ends what it started before it gives up."""
ENDS = ("expected", "unexpected", "flaky", "skipped")

Ran = subprocess.CompletedProcess[str]
Node = Callable[..., Ran]
Play = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def node(program: Callable[[str], str]) -> Node:
    """Runs Node beside the front end, once its tools are there."""
    path, _ = program("node"), program("npm")
    need_recent(path)
    if not install.is_there():
        if not IN_CI:
            pytest.skip(f"Playwright is not installed: run `{install.COMMAND}`")
        install.install()

    def run(*command: object, **environment: str) -> Ran:
        settings = {**os.environ, **environment}
        arguments = [path, *map(str, command)]
        return subprocess.run(
            arguments, cwd=install.HERE, env=settings, capture_output=True, text=True, timeout=PATIENCE_S
        )

    return run


@pytest.fixture(scope="module")
def play(node: Node, program: Callable[[str], str]) -> Play:
    """Plays the tests of the front end on a mock, and gives Playwright's report."""
    chromium = program("chromium")

    def play(mock: httpx.Client, *options: str, **environment: str) -> dict[str, Any]:
        settings = {"MOCK": str(mock.base_url), "CHROMIUM": chromium, **environment}
        ran = node(PLAYWRIGHT, "test", "--reporter=json", *options, **settings)
        report: dict[str, Any] = json.loads(ran.stdout)
        return report

    return play


@pytest.fixture
def mock() -> Iterator[httpx.Client]:
    """Asks a `common-apis serve` that nobody else asks."""
    with subprocess.Popen([COMMAND, "serve", "--port", "0"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        with httpx.Client(base_url=process.stdout.readline().split()[2]) as client:
            yield client
        process.terminate()


def ends(report: dict[str, Any]) -> dict[str, int]:
    """How many tests ended how."""
    assert report["errors"] == []
    return {end: report["stats"][end] for end in ENDS if report["stats"][end]}


def leave_worlds(mock: httpx.Client, report: dict[str, Any]) -> None:
    """Leave what a run that was killed in its first worker leaves: worlds that have changed."""
    for spec in report["suites"][0]["specs"]:
        name = f"worker-0-{spec['id']}"
        mock.post("/_mock/sandboxes", json={"name": name}).raise_for_status()
        mock.put(f"/s/{name}/v1/patients/{A}", json={"first_name": "Somebody"}).raise_for_status()


def test_eight_workers_do_not_meet(play: Play, mock: httpx.Client) -> None:
    """Fifty runs, eight at a time: none sees another, nor what a killed run has left; and none leaves anything."""
    leave_worlds(mock, play(mock, "--list"))
    assert ends(play(mock, "--workers=8", "--repeat-each=25")) == {"expected": 50}
    assert [each["name"] for each in mock.get("/_mock/sandboxes").json()["sandboxes"]] == ["default"]
    assert mock.get("/_mock/sandboxes/default/diff").json() == {"created": {}, "changed": {}, "deleted": {}}


def test_in_one_world_they_meet(play: Play, mock: httpx.Client) -> None:
    """Without worlds of their own the same tests pass once, one after the other, and fail together."""
    frozen = {"now": "2031-03-04T09:30:00-08:00", "frozen": True}
    mock.put("/_mock/sandboxes/default/clock", json=frozen).raise_for_status()
    assert ends(play(mock, "--workers=1", ONE_WORLD="yes")) == {"expected": 2}
    mock.post("/_mock/sandboxes/default/reset").raise_for_status()
    mock.put("/_mock/sandboxes/default/clock", json=frozen).raise_for_status()
    together = ends(play(mock, "--workers=8", "--repeat-each=2", ONE_WORLD="yes"))
    assert together["unexpected"] >= 1  # only one of two can take the number


def test_a_strict_compiler_takes_the_front_end(node: Node) -> None:
    """What the README offers to paste compiles, with the page and the tests that use it."""
    ran = node(COMPILER)
    assert (ran.returncode, ran.stdout) == (0, "")


@pytest.mark.parametrize("name", ["vite.config.ts", "sandbox.ts"])
def test_the_readme_shows_what_is_run_here(name: str) -> None:
    """The code in the README is that of this folder, to the letter."""
    code = (install.HERE / name).read_text("utf-8")
    assert f"```ts\n{code}```" in README
