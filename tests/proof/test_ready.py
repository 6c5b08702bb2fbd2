"""`common-apis ready`: for health checks, and for jobs that have just started a mock."""

import re
import signal
import socket
import subprocess
import time

import pytest

from ..conftest import COMMAND
from ..ports import reserve_port
from ..serving.served import Served
from .commands import run


def test_a_mock_that_answers_is_ready(server_url: str) -> None:
    """At once, and without a word too many."""
    assert run("ready", "--url", server_url) == (0, f"common-apis ready: {server_url}\n", "")


def test_a_mock_that_demands_a_token_is_ready() -> None:
    """A health check need not know the token."""
    with Served("--port", "0", "--require-token") as server:
        assert run("ready", "--url", server.url)[0] == 0


def test_it_waits_for_a_mock_that_is_about_to_start() -> None:
    """Started before the mock, it ends once the mock answers."""
    with reserve_port() as port:
        command = [str(COMMAND), "ready", "--url", f"http://127.0.0.1:{port}", "--wait", "30"]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as waiting:
            assert waiting.poll() is None
            with Served("--port", port):
                assert waiting.wait(30) == 0


def test_what_is_not_ready_is_said(server_url: str) -> None:
    """Nothing there, or something else, and what to do; it waits no longer than it is told, and says that it does."""
    began = time.monotonic()
    code, _, error = run("ready", "--url", "http://127.0.0.1:1", "--wait", "1", quiet_s=0.1)
    assert 1 <= time.monotonic() - began < 20
    assert (code, "nothing answers at http://127.0.0.1:1" in error) == (1, True)
    assert "Start one with `common-apis serve`, or name it with --url." in error
    assert re.match(r"common-apis: waiting for http://127\.0\.0\.1:1, \d+ s \.\.\.\n", error)
    code, _, error = run("ready", "--url", f"{server_url}/docs")
    assert (code, "is no mock: GET /_mock/sandboxes was answered 404" in error) == (1, True)
    assert run("ready", "--url", "localhost")[0] == 2
    assert run("ready", "--wait", "inf")[0] == 2


@pytest.mark.parametrize("command", ["ready", "check"])
@pytest.mark.parametrize("path", ["/v1", "/v1/workers", "/docs", "/s/booking", "/_mock/sandboxes"])
def test_a_path_too_much_is_told_with_the_address_to_name(command: str, path: str, server_url: str) -> None:
    """People copy what their program asks; a prefix of a reverse proxy is none of it."""
    assert run(command, "--url", f"{server_url}{path}")[2].endswith(f" Did you mean {server_url}?\n")
    assert run(command, "--url", f"{server_url}/api{path}")[2].endswith(f" Did you mean {server_url}/api?\n")
    assert "Did you mean" not in run(command, "--url", f"{server_url}/something")[2]


def test_a_command_that_is_broken_off_tells_nothing() -> None:
    """Its exit code is that of an interrupt, and no verdict."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with subprocess.Popen([COMMAND, "check", "--url", url], stderr=subprocess.PIPE) as asking:
            asked, _ = silent.accept()
            asking.send_signal(signal.SIGINT)
            assert asking.wait(30) == 130
            assert asking.stderr is not None
            assert b"Traceback" not in asking.stderr.read()
            asked.close()


def test_a_command_that_nobody_reads_on_says_nothing_of_it() -> None:
    """As with `common-apis bundle | head`: it is no error."""
    with subprocess.Popen([COMMAND, "bundle"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as read:
        assert read.stdout is not None
        assert read.stderr is not None
        read.stdout.close()
        assert (read.stderr.read(), read.wait(30)) == (b"", 0)
