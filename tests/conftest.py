"""What every test may ask for: a mock in this process, a server of its own, and the programs of the machine."""

import os
import shutil
import subprocess
import sys
import tomllib
import venv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from common_apis.contract.document import load
from common_apis.serving.app import Settings, create_app

from .mock import Mock

ROOT = Path(__file__).parents[1]
COMMAND = Path(sys.executable).with_name("common-apis")
INSTALL = "pip install dist/common_apis-*.whl"
"""How the README says that the wheel is installed."""
PATIENCE_S = 600
"""How long something may take that downloads or installs."""

SLOW_FIXTURES = frozenset({"program", "python", "dist"})
"""What a slow test asks for: a program of the machine, Python generators, or what this checkout builds and installs."""

Environment = dict[str, str]


def pytest_xdist_auto_num_workers() -> int:
    """Return one more than there are processors: many tests wait for a server to start."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need a program or an installation as slow; others that take long have the mark themselves."""
    for item in items:
        if SLOW_FIXTURES & {*getattr(item, "fixturenames", ())}:
            item.add_marker(pytest.mark.slow)


def put_first(environment: Environment, folder: Path) -> Environment:
    """Return an environment in which the programs of a folder are found first."""
    return environment | {"PATH": f"{folder}{os.pathsep}{environment['PATH']}"}


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
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make dist` builds of this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, ROOT / "scripts/dist.py", folder], check=True, timeout=PATIENCE_S)
    return folder


@pytest.fixture(scope="session")
def wheel(dist: Path) -> Path:
    """A wheel of this checkout."""
    return next(dist.glob("*.whl"))


def find_uv_cache() -> str:
    """Return the folder in which uv keeps what it has downloaded."""
    ask = (COMMAND.with_name("uv"), "cache", "dir")
    return subprocess.run(ask, capture_output=True, text=True, timeout=30, check=True).stdout.strip()


@pytest.fixture(scope="session")
def downloads(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What tests install, fetched once: what serving and building need, and pytest."""
    folder = tmp_path_factory.mktemp("downloads")
    building = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]["requires"]
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--dest", folder)
    pinned = ("--constraint", ROOT / "constraints.txt", "pytest", "pytest-xdist", *building)
    for wanted in (("--requirement", dist / "requirements.txt"), pinned):
        subprocess.run([*pip, *wanted], check=True, timeout=PATIENCE_S)
    return folder


@pytest.fixture(scope="session")
def newcomer(downloads: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The environment of somebody who has nothing yet, with the project's versions; pip finds them near by."""
    ours = ("COMMON_APIS_", "MAKE", "PYTEST", "PYTHON", "VIRTUAL_ENV")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    constraints = str(ROOT / "constraints.txt")
    return environment | {
        "HOME": str(tmp_path_factory.mktemp("home")),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_CONSTRAINT": constraints,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_FIND_LINKS": str(downloads),
        "PIP_NO_COMPILE": "1",
        "PIP_NO_INDEX": "1",
        "UV_CACHE_DIR": find_uv_cache(),
        "UV_CONSTRAINT": constraints,
        "UV_PYTHON_DOWNLOADS": "never",
    }


@pytest.fixture(scope="session")
def make_environment(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Makes an environment that has nothing but pip, and gives the folder of its programs."""

    def make_environment() -> Path:
        folder = tmp_path_factory.mktemp("environment")
        venv.create(folder, with_pip=True, symlinks=True)
        return folder / "bin"

    return make_environment


@pytest.fixture(scope="session")
def installed(
    dist: Path, newcomer: Environment, make_environment: Callable[[], Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The programs of an environment in which the wheel was installed as the README says, and nothing else."""
    folder = tmp_path_factory.mktemp("checkout")
    (folder / "dist").symlink_to(dist)
    programs = make_environment()
    command = ("sh", "-c", INSTALL)
    subprocess.run(command, cwd=folder, env=put_first(newcomer, programs), check=True, timeout=PATIENCE_S)
    return programs


def do_without(lacking: str) -> NoReturn:
    """End a test for what the machine lacks. Only a user's machine may do without it."""
    if os.environ.get("CI") == "true":
        pytest.fail(lacking)
    pytest.skip(lacking)


@pytest.fixture(scope="session")
def program() -> Callable[[str], str]:
    """Finds a program that a test needs. Only a user's machine may do without it."""

    def program(name: str) -> str:
        path = shutil.which(name) or shutil.which(name, path="/usr/sbin")  # where Debian has servers
        if path is None:
            do_without(f"{name} is not installed")
        return path

    return program
