"""What every test may ask for: a mock in this process, a server of its own, and the programs of the machine."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from common_apis.mock_server.contract.document import load
from common_apis.mock_server.serving.app import Settings, create_app

from .mock import Mock

ROOT = Path(__file__).parents[1]
COMMAND = Path(sys.executable).with_name("common-apis")


@pytest.fixture(scope="session")
def contract() -> dict[str, Any]:
    """The folded contract. It is shared: a test that changes it works on a copy."""
    return load()


@pytest.fixture
def make_mock(contract: dict[str, Any]) -> Callable[..., Mock]:
    """Makes a mock with settings of one's own, as `Settings` has them."""
    return lambda **settings: Mock(create_app(Settings(**settings), contract))


@pytest.fixture
def mock(make_mock: Callable[..., Mock]) -> Mock:
    """A fresh mock: the clinic, untouched."""
    return make_mock()


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """The address of a running `common-apis serve`, shared by all tests that need real HTTP."""
    with subprocess.Popen([COMMAND, "serve", "--port", "0", "--quiet"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ready = process.stdout.readline()
        assert ready.startswith("common-apis ready: http://"), ready
        yield ready.split()[2]
        process.terminate()


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*build, "--wheel-dir", folder, ROOT], check=True, timeout=300)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="session")
def program() -> Callable[[str], str]:
    """Finds a program that a test needs. Only a user's machine may do without it."""

    def program(name: str) -> str:
        path = shutil.which(name) or shutil.which(name, path="/usr/sbin")  # where Debian has servers
        if path is None:
            lacking = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
            lacking(f"{name} is not installed")
        return path

    return program
