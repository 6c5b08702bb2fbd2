"""A server that runs out of descriptors: it says so once, and serves on once there are some again."""

import socket
import subprocess
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from ..mock import A
from ..serving.served import COMMAND, Served, clean
from ..waiting import wait_until

pytestmark = pytest.mark.slow

FEW = 'ulimit -n 40; exec "$@"'
WITHOUT_UVLOOP = "import sys; sys.modules['uvloop'] = None; from common_apis.cli import main; main()"
RETRYING = f"import asyncio.constants; asyncio.constants.ACCEPT_RETRY_DELAY = 0.05; {WITHOUT_UVLOOP}"
"""The same, which accepts again sooner than it ends."""
SERVERS = {"uvloop": (COMMAND,), "asyncio": (COMMAND.with_name("python"), "-c", WITHOUT_UVLOOP)}
"""The same server on the event loop of each system."""


@pytest.mark.parametrize("command", [("serve",), ("proxy", "http://127.0.0.1:9")], ids=["serve", "proxy"])
@pytest.mark.parametrize("limit", [8, 10, 12, 14])
def test_a_server_that_lacks_descriptors_from_the_first_says_so_in_a_line(limit: int, command: tuple[str, ...]) -> None:
    """Before an event loop wants them; with what to do, and 2."""
    shell = ("sh", "-c", f'ulimit -n {limit}; exec "$@"', "sh")
    arguments: list[str | Path] = [*shell, COMMAND, *command, "--port", "0"]
    ended = subprocess.run(arguments, capture_output=True, text=True, env=clean({}), timeout=30, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("common-apis: Too many open files. A server needs room for ")
    assert "`ulimit -n 1024`" in ended.stderr
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize("server", SERVERS.values(), ids=SERVERS)
def test_a_shortage_of_descriptors_is_told_of_in_a_line_and_passes(server: tuple[str, ...]) -> None:
    """However many connections there are; the line says what is short."""
    with Served("--port", "0", command=("sh", "-c", FEW, "sh", *server, "serve", "--quiet")) as served:
        port = int(served.url.rpartition(":")[2])
        with ExitStack() as stack:
            for _ in range(60):
                stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            wait_until(served.said)
        assert httpx.get(f"{served.url}/v1/workers/{A}", timeout=10).status_code == 200
        served.process.terminate()
        assert served.process.wait(10) == 0
        assert "Too many open files" in served.said()
        assert served.said().count("\n") == 1


def test_a_server_that_is_short_of_descriptors_ends_quietly() -> None:
    """Though it was about to accept again: there is nothing left to accept at."""
    command = ("sh", "-c", FEW, "sh", COMMAND.with_name("python"), "-c", RETRYING, "serve", "--quiet")
    with Served("--port", "0", command=command) as served, ExitStack() as stack:
        port = int(served.url.rpartition(":")[2])
        for _ in range(60):
            stack.enter_context(socket.create_connection(("127.0.0.1", port)))
        wait_until(served.said)
        served.process.terminate()
        assert served.process.wait(10) == 0
        assert "Too many open files" in served.said()
        assert served.said().count("\n") == 1
