"""The pytest plugin: the fixture `common_apis` gives each test a sandbox, and fails it if it breaks the contract.

It is loaded by every run of pytest where the package is installed, so it imports the rest when a test asks for it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .sandbox import Sandbox
    from .server import Server

JOURNAL = "--common-apis-journal"
JOURNAL_HELP = "Keep all requests of the tests in this file, for `common-apis coverage --journal FILE`."
SEED = "common_apis_seed"
SEEDS = "common_apis_seed_dirs"
MARK = "common_apis"
MARKER = f"{MARK}(now, seed, violations): what the fixture `common_apis` is to be, and what a test may break."
ADMIN_TOKEN = "COMMON_APIS_ADMIN_TOKEN"
"""The variable of the token that the control plane demands; pytest has no other place for a secret."""
LONGEST = 50
"""How many characters of a test's name are in that of its sandbox."""
PASSED = pytest.StashKey[bool]()
"""Whether a test came to its end."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Have settings for seeds of one's own."""
    group = parser.getgroup("common-apis", "a mock of the Common APIs")
    group.addoption(JOURNAL, type=Path, metavar="FILE", help=JOURNAL_HELP)
    parser.addini(SEEDS, "Folders of seeds, as `common-apis serve --seed-dir` has them.", type="paths", default=[])
    parser.addini(SEED, "The seed that tests begin with, as `common-apis serve --seed` has it.", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Have a marker, and an empty journal; parallel workers find it empty."""
    config.addinivalue_line("markers", MARKER)
    file = journal(config)
    try:
        if file and not hasattr(config, "workerinput"):
            file.write_bytes(b"")
    except OSError as error:
        raise pytest.UsageError(f"{JOURNAL}: cannot write {file}: {error.strerror}") from error


def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Note whether a test came to its end: one that did not need not have broken what it means to."""
    if call.when == "call":
        item.stash[PASSED] = call.excinfo is None


@pytest.fixture(scope="session")
def common_apis_server(pytestconfig: pytest.Config) -> Iterator[Server]:
    """A mock in this process, on a free port; `url` is its address. Parallel workers have one each."""
    from .server import CannotStart, Server

    folders: list[Path] = pytestconfig.getini(SEEDS)
    try:
        with Server(tuple(folders), os.environ.get(ADMIN_TOKEN), pytestconfig.getini(SEED)) as server:
            yield server
    except CannotStart as error:
        raise told(f"The mock cannot start. {error}") from None


@pytest.fixture
def common_apis(request: pytest.FixtureRequest, common_apis_server: Server) -> Iterator[Sandbox]:
    """A sandbox for this test alone. The test fails at its end if a request broke the contract."""
    from .control import Control, ControlError
    from .marker import MarkerError, wanted
    from .sandbox import Sandbox
    from .verdict import ContractBroken, Judge

    node: pytest.Item = request.node
    control = Control(common_apis_server.url, name(node.nodeid), common_apis_server.admin_token)
    try:
        asked = wanted(((mark.args, mark.kwargs) for mark in node.iter_markers(MARK)), common_apis_server.contract)
        others = control.names()
        control.create(asked.created)
    except (MarkerError, ControlError) as error:
        raise told(f"@pytest.mark.{MARK}: {error}") from None
    judge = Judge(common_apis_server.contract, asked, journal(request.config), common_apis_server.over)
    yield Sandbox(control, judge)
    try:
        judge.judge(control)
        if means_to_break(node):
            asked.check(judge.broken)
    except (ContractBroken, ControlError) as error:
        raise told(str(error)) from None
    except MarkerError as error:
        raise told(f"@pytest.mark.{MARK}: {error}") from None
    finally:
        common_apis_server.over.add(control.name)
        control.clear(others)


def means_to_break(node: pytest.Item) -> bool:
    """Whether a test says of itself what it breaks, and came to its end."""
    own = (mark for mark in node.own_markers if mark.name == MARK)
    return node.stash.get(PASSED, False) and any("violations" in mark.kwargs for mark in own)


def journal(config: pytest.Config) -> Path | None:
    """The file for the requests of all tests, if there is to be one."""
    file: Path | None = config.getoption(JOURNAL)
    return file


def told(message: str) -> BaseException:
    """A failure that says this, and shows no code."""
    return pytest.fail.Exception(message, pytrace=False)


def name(nodeid: str) -> str:
    """The name of a test's sandbox: the end of its node id as far as that can be in a name, and what no other has.

    It has no dots: a name whose first word is `con` or `aux` must not have one behind it.
    """
    readable = re.sub(r"(\.py)?[^a-z0-9_]+", "-", nodeid.lower())[-LONGEST:].strip("-_")
    return f"{readable}-{sha256(nodeid.encode('utf-8', 'backslashreplace')).hexdigest()[:8]}".lstrip("-")
