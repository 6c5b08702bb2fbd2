"""The JavaScript examples, copied to where a test may add to them, with their tools."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser

from ..chromium import launch
from ..clients.conftest import IN_CI, need_recent
from ..conftest import COMMAND
from ..serving.served import Served
from . import install

ADMIN_TOKEN = "correct-horse"
PATIENCE_S = 500
"""A little more than Playwright has itself, which ends what it started before it gives up."""

Ran = subprocess.CompletedProcess[str]
Copy = Callable[[Path], Path]
Run = Callable[..., Ran]


@pytest.fixture(scope="session")
def copy(program: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """Copies an example, once its tools are there: CI installs them, and a user is told how to."""
    path, _ = program("node"), program("npm")
    need_recent(path)

    def copy(example: Path) -> Path:
        if not install.is_there(example):
            if not IN_CI:
                pytest.skip(f"an example is not installed: run `{install.COMMAND}`")
            install.install(example)
        folder = tmp_path_factory.mktemp("examples") / example.name
        shutil.copytree(
            example, folder, ignore=shutil.ignore_patterns("node_modules", "generated", "api.d.ts", "openapi.json")
        )
        (folder / "node_modules").symlink_to(example / "node_modules")
        return folder

    return copy


@pytest.fixture(scope="session")
def run() -> Run:
    """Runs a program in a folder to its end, as on a user's machine, with `common-apis` on the path."""

    def run(*command: object, cwd: Path, **environment: str) -> Ran:
        path = f"{COMMAND.parent}{os.pathsep}{os.environ['PATH']}"
        settings = {**os.environ, "PATH": path, "CI": "", "NO_COLOR": "1", **environment}
        arguments = [*map(str, command)]
        return subprocess.run(
            arguments, cwd=cwd, env=settings, capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )

    return run


@pytest.fixture
def mock() -> Iterator[httpx.Client]:
    """Asks a `common-apis serve` that nobody else asks."""
    with subprocess.Popen([COMMAND, "serve", "--port", "0", "--quiet"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        with httpx.Client(base_url=process.stdout.readline().split()[2]) as client:
            yield client
        process.terminate()


@pytest.fixture
def guarded() -> Iterator[httpx.Client]:
    """Asks a mock that other machines reach, and whose control plane demands a token."""
    with (
        Served("--port", "0", "--host", "0.0.0.0", "--admin-token", ADMIN_TOKEN) as server,
        httpx.Client(base_url=server.url, headers={"X-Mock-Admin-Token": ADMIN_TOKEN}) as client,
    ):
        yield client
        assert ADMIN_TOKEN not in server.said()


@pytest.fixture(scope="module")
def browser(program: Callable[[str], str]) -> Iterator[Browser]:
    """The Chromium of the machine."""
    with launch(program) as browser:
        yield browser
