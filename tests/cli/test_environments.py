"""Broken environments: each command does its work, or says in a line what is wrong, with the exit code for it."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from common_apis.proof import readiness

from ..ports import reserve_port
from ..proof.commands import Consumer
from ..proof.commands import consumer as consumer
from ..serving.served import COMMAND

CONTRACT = Path(__file__).parents[2] / "openapi/openapi.yaml"
CLINIC = CONTRACT.parents[1] / "mock_data"
USAGE = re.compile(r"Usage: .*\nTry .*\n\nError: .*\n")
"""What click says of arguments."""
READY = re.compile(rb"common-apis ready: http://127\.0\.0\.1:\d+ \(.*\)\n")

COMMANDS = {
    "serve": ("serve --port {port}", 0),
    "ready": ("ready --url {url}", 0),
    "check": ("check --journal {journal}", 1),
    "coverage": ("coverage --journal {journal}", 0),
    "verify": ("verify {url} --operation workers_get --phases decisions,examples", 0),
    "proxy": ("proxy {url} --port {port}", 2),
    "diff": (f"diff {CONTRACT} {CONTRACT}", 0),
    "replay": (f"replay {{journal}} --contract {CONTRACT}", 0),
    "bundle": ("bundle", 0),
    "routes": ("routes", 0),
    "seed generate": ("seed generate --patients 1 -o {folder}/seed", 0),
    "seed check": (f"seed check {CLINIC}", 0),
    "seed save": ("seed save --url {url} -o {folder}/saved", 0),
}
"""Each command, and its exit code; nobody asks the proxy, so it has nothing to tell."""
SERVERS = ("serve", "proxy")


@dataclass(frozen=True)
class Environment:
    """What is broken: a shell command around `"$@"`, variables beside or, if it is `bare`, in place of ours.

    `unheard` says whether nothing that is printed arrives, `code` how a command ends that has something to print,
    and `codes` how some commands end.
    """

    shell: str = '"$@"'
    variables: Mapping[str, str] = field(default_factory=dict)
    bare: bool = False
    unheard: bool = False
    code: int | None = None
    codes: Mapping[str, int] = field(default_factory=dict)


ENVIRONMENTS = {
    "bare": Environment(
        'ulimit -n 40; ulimit -v 4000000; cd gone && rmdir "$PWD" && exec "$@" <&-',
        {
            "PATH": os.defpath,
            "HOME": "/nowhere",
            "TMPDIR": "/nowhere",
            "TZ": ":nonsense/xx",
            "TERM": "dumb",
            "LC_ALL": "C",
            "PYTHONUTF8": "0",
            "PYTHONCOERCECLOCALE": "0",
            "PYTHONOPTIMIZE": "2",
            "PYTHONWARNINGS": "error",
            "COMMON_APIS_PORT": "tcp://10.96.0.12:4010",
            "COMMON_APIS_NONSENSE": "x",
        },
        bare=True,
        codes={"verify": 2},  # Schemathesis does not do without a working folder
    ),
    "read-only": Environment(
        'cd locked && exec unshare --user "$@"',
        {"HOME": "locked", "TMPDIR": "locked", "PYTHONIOENCODING": "cp1252", "TERM": "nonsense", "COLUMNS": "0"},
    ),
    "closed": Environment('exec "$@" <&- >&- 2>&-', unheard=True),
    "full": Environment('exec "$@" >/dev/full', unheard=True, code=2),
    "left": Environment('mkfifo pipe; : <pipe & exec 3>pipe; wait; exec "$@" >&3', unheard=True),
    "silent": Environment('exec "$@" 2>/dev/full'),
}
"""Environments as people meet them, several at once where they do not hide each other."""


@pytest.fixture
def values(server_url: str, consumer: Consumer, tmp_path: Path) -> dict[str, str]:
    """What stands in the commands for places."""
    consumer.create(x=1)
    journal = tmp_path / "requests.jsonl"
    assert consumer.check("--save", journal)[0] == 1
    return {"url": server_url, "journal": str(journal)}


def start(arguments: Sequence[str], environment: Environment, folder: Path) -> subprocess.Popen[bytes]:
    """A command in an environment."""
    (folder / "gone").mkdir(parents=True)
    (folder / "locked").mkdir(0o555)
    inherited = {} if environment.bare else {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.Popen(
        [shutil.which("sh") or "sh", "-c", environment.shell, "sh", COMMAND, *arguments],
        env=inherited | dict(environment.variables),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def flaw(name: str, environment: Environment, values: Mapping[str, str], folder: Path) -> str | None:
    """What is wrong with how a command ends; a server is told to once it is ready, or has begun if that is unheard."""
    command, code = COMMANDS[name]
    with ExitStack() as stack:
        places = {**values, "folder": str(folder), "port": stack.enter_context(reserve_port())}
        arguments = [each.format(**places) for each in command.split()]
        process = stack.enter_context(start(arguments, environment, folder))
        assert process.stdout
        output = b""
        try:
            if name in SERVERS and environment.unheard:
                readiness.wait(f"http://127.0.0.1:{places['port']}", 120)
            elif name in SERVERS:
                output = process.stdout.readline()
            if name in SERVERS:
                process.send_signal(signal.SIGTERM)
            rest, error = process.communicate(timeout=120)
        finally:
            process.kill()
    output += rest
    lines = [each for each in error.decode().splitlines() if " s ..." not in each]
    if environment.code is not None and name not in SERVERS:
        code = environment.code
    code = environment.codes.get(name, code)
    if process.returncode != code or len(lines) > 1 or b"Traceback" in error:
        return f"{name} ended with {process.returncode}, not {code}: {error.decode()}"
    if name in SERVERS and not environment.unheard and not READY.match(output):
        return f"{name} was not ready: {output!r}"
    return (
        None if bool(output) is not (environment.unheard or name in environment.codes) else f"{name} printed {output!r}"
    )


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_command_ends_as_it_should_in_a_broken_environment(
    name: str, values: dict[str, str], tmp_path: Path, program: Callable[[str], str]
) -> None:
    """It prints no traceback, at most one line beside its output, and a server that can serve serves."""
    if name == "read-only":
        program("unshare")
    with ThreadPoolExecutor(4) as pool:
        found = pool.map(lambda each: flaw(each, ENVIRONMENTS[name], values, tmp_path / each), COMMANDS)
    assert [each for each in found if each] == []
