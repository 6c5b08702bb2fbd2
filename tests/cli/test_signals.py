"""Signals: at once while a server starts, in order when it serves, and for the first process of a container, too."""

import importlib
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from common_apis import cli
from common_apis.cli import main

from ..mock import A
from ..proof.commands import TASK
from ..relay.servers import Proxied
from ..serving.served import COMMAND, Served, clean

pytestmark = pytest.mark.slow

ENDING = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
FIRST = ("unshare", "--user", "--map-root-user", "--pid", "--fork")
"""Runs a command as the first process of a namespace of its own, as a container does."""


@contextmanager
def starting(tmp_path: Path, *before: str) -> Iterator[subprocess.Popen[bytes]]:
    """A server that has begun to read its seed, and does not come to the end of it."""
    seed = tmp_path / "endless"
    seed.mkdir()
    pipe = seed / "patients.json"
    os.mkfifo(pipe)
    command: list[str | Path] = [*before, COMMAND, "serve", "--port", "0", "--seed-dir", seed, "--seed", "endless"]
    output = subprocess.PIPE
    with subprocess.Popen(command, stdout=output, stderr=output, env=clean({})) as process:
        try:
            with pipe.open("wb"):  # which takes until the server opens it
                yield process
        finally:
            process.kill()


def child(process: subprocess.Popen[bytes]) -> int:
    """The process that another one has started."""
    return int(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0])


@pytest.mark.parametrize("number", ENDING)
def test_a_server_that_starts_ends_at_once_and_quietly(number: signal.Signals, tmp_path: Path) -> None:
    """One may change one's mind: the signal does what it does by default."""
    with starting(tmp_path) as process:
        process.send_signal(number)
        assert process.communicate(timeout=10) == (b"", b"")
        assert process.returncode == -number


SLOW_IMPORT = "import time\nprint('importing', flush=True)\ntime.sleep(60)\n"
"""A module that takes long to import."""


@pytest.mark.parametrize("command", ["serve", "ready", "check", "routes", "--help"])
def test_ctrl_c_while_python_imports_ends_a_command_quietly(command: str, tmp_path: Path) -> None:
    """Of the moment before a command begins there is nothing to tell, and no traceback."""
    (tmp_path / "click.py").write_text(SLOW_IMPORT)
    environment = clean({"PYTHONPATH": str(tmp_path)})
    output = subprocess.PIPE
    with subprocess.Popen([COMMAND, command], stdout=output, stderr=output, env=environment) as process:
        assert process.stdout
        assert process.stdout.readline() == b"importing\n"
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=10) == (b"", b"")
        assert process.returncode == -signal.SIGINT


def test_whoever_imports_the_commands_has_ctrl_c_as_before() -> None:
    """And whoever runs one within a program."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a server that was run in this process has left its own
    importlib.reload(cli)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert CliRunner().invoke(main, ["routes"]).exit_code == 0
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("number", ENDING)
def test_so_does_the_first_process_of_a_container(
    number: signal.Signals, tmp_path: Path, program: Callable[[str], str]
) -> None:
    """To which signals do nothing by default. Its exit code is what a shell has for the others."""
    program("unshare")
    with starting(tmp_path, *FIRST) as process:
        os.kill(child(process), number)
        assert process.communicate(timeout=10) == (b"", b"")
        assert process.returncode == 128 + number


def test_the_first_process_of_a_container_ends_in_order_once_it_serves(program: Callable[[str], str]) -> None:
    """With 0, as any other."""
    program("unshare")
    with Served("--port", "0", command=(*FIRST, COMMAND, "serve", "--quiet")) as server:
        os.kill(child(server.process), signal.SIGTERM)  # type: ignore[arg-type]
        assert server.process.wait(10) == 0
        assert server.said() == ""


def test_a_terminal_that_is_closed_ends_a_server_in_order(tmp_path: Path) -> None:
    """As if it were told to terminate: what was kept has no log to be read any more, and the exit code is 0."""
    with Served("--port", "0", "--quiet", "--data", str(tmp_path)) as server:
        made = httpx.post(f"{server.url}/v1/patient_tasks", json=TASK).json()
        assert [*tmp_path.rglob("log-*")]
        server.process.send_signal(signal.SIGHUP)
        assert server.process.wait(10) == 0
        assert server.said() == ""
    assert [*tmp_path.rglob("log-*")] == []
    assert made["id"] in (tmp_path / "default/patient_tasks.json").read_text("utf-8")


def test_a_terminal_that_is_closed_ends_a_proxy_with_its_verdict(server_url: str) -> None:
    """As Ctrl-C does."""
    with Proxied(server_url) as proxy:
        assert proxy.http.post("/v1/patient_tasks", json=TASK | {"x": 1}).status_code == 400
        code, report = proxy.stop(signal.SIGHUP)
        assert (code, "proxy: 1 finding" in report) == (1, True)


def test_nohup_is_heeded() -> None:
    """A server that was started to outlive its terminal does."""
    with Served("--port", "0", command=("sh", "-c", "trap '' HUP; exec \"$@\"", "sh", COMMAND, "serve")) as server:
        server.process.send_signal(signal.SIGHUP)
        assert httpx.get(f"{server.url}/v1/workers/{A}").status_code == 200
        status = Path(f"/proc/{server.process.pid}/status").read_text()
        ignored = next(line.split()[1] for line in status.splitlines() if line.startswith("SigIgn:"))
        assert int(ignored, 16) & 1 << signal.SIGHUP - 1
