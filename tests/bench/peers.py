"""The servers that are compared, and how each is started."""

import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from . import contract, npm, stubs
from .place import BUILD, ROOT

DATABASE = BUILD / "db.json"
LOCAL = "127.0.0.1"
SETTINGS = (
    "--loop uvloop --http httptools --ws none --lifespan off --no-access-log --no-server-header"
    " --no-proxy-headers --log-level warning"
)
"""What `common-apis serve` asks of uvicorn, as options of uvicorn's own command."""


@dataclass(frozen=True)
class Peer:
    """A server: its name, its version, and the command that starts it on a port."""

    name: str
    command: Callable[[int], list[str]]
    version: Callable[[], str] | None = None
    """Its own version, if it is more than the server software's."""
    prefix: str = "/v1"
    validates: bool = True
    announcement: re.Pattern[str] | None = None
    """How it says its address on standard output, if it chooses its port itself."""
    warm_up: int = 3
    """The seconds of load that it gets before it is measured, per workload."""
    loaded: bool = True
    """Whether it takes part in the comparison under load, or of the start-up alone."""


def distribution(name: str) -> Callable[[], str]:
    """The version of an installed Python distribution."""
    return lambda: version(name)


def package(name: str) -> Callable[[], str]:
    """The version of an installed npm package."""
    return lambda: npm.pins()[name]


def common_apis(_: int) -> list[str]:
    """The server of this project, on a port of its own choice, without its log of requests."""
    return [str(contract.PROGRAM), "serve", "--port", "0", "--quiet"]


def uvicorn(application: str) -> Callable[[int], list[str]]:
    """A bare application on the same server software with the same settings."""
    start = [sys.executable, "-m", "uvicorn", application, *SETTINGS.split(), "--host", LOCAL]
    return lambda port: [*start, "--port", str(port)]


def prism(port: int) -> list[str]:
    """Prism, serving the contract without its log of requests."""
    quiet = ["-v", "silent"]
    script = "@stoplight/prism-cli/dist/index.js"
    return npm.node(script, "mock", "-h", LOCAL, "-p", str(port), *quiet, str(contract.FOR_PRISM))


def json_server(port: int) -> list[str]:
    """json-server, each time from a fresh database, which it rewrites at each POST."""
    seeds = {path.stem: json.loads(path.read_text()) for path in mock_data()}
    DATABASE.write_text(json.dumps(seeds))
    script = "json-server/lib/cli/bin.js"
    return npm.node(script, "--quiet", "--host", LOCAL, "--port", str(port), str(DATABASE))


def mockoon(port: int) -> list[str]:
    """Mockoon, serving the contract without its files of logs and its record of requests."""
    quiet = ["--disable-log-to-file", "--disable-admin-api"]
    address = ["--hostname", LOCAL, "--port", str(port)]
    script = "@mockoon/cli/bin/run.js"
    return npm.node(script, "start", "--data", str(contract.FOLDED), *address, *quiet)


def wiremock(port: int) -> list[str]:
    """WireMock with a stub for each workload, and a journal of as many requests as ours."""
    jar = next((npm.MODULES / "wiremock" / "build").glob("*.jar"))
    journal = ["--max-request-journal-entries", "1000"]
    place = ["--bind-address", LOCAL, "--port", str(port), "--root-dir", str(stubs.FOLDER)]
    return ["java", "-jar", str(jar), *place, *journal, "--disable-banner"]


def mock_data() -> list[Path]:
    """The files of seed data, one list of records each."""
    return sorted((ROOT / "mock_data").glob("*.json"))


READY = re.compile(r"ready: (http://[^\s/]+)")
OURS = Peer("common-apis", common_apis, distribution("common-apis"), announcement=READY)
BARE = Peer("bare-asgi", uvicorn("tests.bench.bare:app"))
STARLETTE = Peer("starlette", uvicorn("tests.bench.starlette_app:app"), loaded=False)
PRISM = Peer("prism", prism, package("@stoplight/prism-cli"))
JSON_SERVER = Peer("json-server", json_server, package("json-server"), prefix="", validates=False)
MOCKOON = Peer("mockoon", mockoon, package("@mockoon/cli"), validates=False)

WIREMOCK = Peer("wiremock", wiremock, package("wiremock"), warm_up=15)  # Java compiles as it goes

NPM = [PRISM, JSON_SERVER, MOCKOON, WIREMOCK]
PEERS = [OURS, BARE, STARLETTE, *NPM]


def prepare(peers: list[Peer]) -> None:
    """Make what the peers need before they can start."""
    BUILD.mkdir(parents=True, exist_ok=True)
    if any(peer in (OURS, PRISM, MOCKOON) for peer in peers):
        contract.fold()
    if any(peer in NPM for peer in peers):
        npm.install()
    if WIREMOCK in peers:
        stubs.write()
