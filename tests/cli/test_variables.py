"""What the environment says to the commands: where the mock is, and what is not meant for them."""

import pytest
from click.testing import CliRunner

from common_apis.cli import main

from ..ports import reserve_port
from ..serving.served import Served

pytestmark = pytest.mark.slow

SERVICE = {
    "COMMON_APIS_SERVICE_HOST": "10.96.0.12",
    "COMMON_APIS_SERVICE_PORT": "4010",
    "COMMON_APIS_SERVICE_PORT_HTTP": "4010",
    "COMMON_APIS_PORT": "tcp://10.96.0.12:4010",
    "COMMON_APIS_PORT_4010_TCP": "tcp://10.96.0.12:4010",
    "COMMON_APIS_PORT_4010_TCP_PROTO": "tcp",
    "COMMON_APIS_PORT_4010_TCP_PORT": "4010",
    "COMMON_APIS_PORT_4010_TCP_ADDR": "10.96.0.12",
    "COMMON_APIS_NAME": "/tests/common-apis",
}
"""What Kubernetes sets beside a Service called common-apis, and Docker for a link of this name."""
COMMANDS = (["ready"], ["check"], ["coverage"], ["replay", "--contract", "openapi/openapi.yaml"])
"""Those that ask a mock."""


def run(*arguments: str, **variables: str) -> tuple[int, str, str]:
    """The exit code, the output and the error output of a command with these variables."""
    ended = CliRunner(env=variables).invoke(main, arguments)
    return ended.exit_code, ended.stdout, ended.stderr


@pytest.mark.parametrize(
    ("host", "url"),
    [
        (None, "http://127.0.0.1"),
        ("localhost", "http://localhost"),
        ("0.0.0.0", "http://127.0.0.1"),
        ("::", "http://[::1]"),
    ],
)
def test_a_health_check_follows_the_variables_of_the_server(host: str | None, url: str) -> None:
    """Both are told the same, so the one finds the other."""
    with reserve_port() as port:
        variables = {"COMMON_APIS_PORT": port, **({"COMMON_APIS_HOST": host} if host else {})}
        with Served(**variables):
            assert run("ready", **variables) == (0, f"common-apis ready: {url}:{port}\n", "")


@pytest.mark.parametrize("command", COMMANDS, ids=[each[0] for each in COMMANDS])
def test_each_command_that_asks_a_mock_follows_them(command: list[str]) -> None:
    """The first of several hosts is asked; what is said of the mock itself counts more."""
    with reserve_port() as port, reserve_port() as other_port:
        where = {"COMMON_APIS_PORT": port, "COMMON_APIS_HOST": "0.0.0.0 ::1"}
        assert f"answers at http://127.0.0.1:{port}:" in run(*command, **where)[2]
        other = f"http://127.0.0.1:{other_port}"
        assert f"answers at {other}:" in run(*command, COMMON_APIS_URL=other, **where)[2]
        assert f"answers at {other}:" in run(*command, "--url", other, **where)[2]


def test_the_address_of_a_service_is_no_port() -> None:
    """`serve` listens where it would without it, and `ready` asks there."""
    with Served(COMMON_APIS_HOST="127.0.0.93", **SERVICE) as server:
        assert server.url == "http://127.0.0.93:4010"
        assert run("ready", COMMON_APIS_HOST="127.0.0.93", **SERVICE)[:2] == (0, f"common-apis ready: {server.url}\n")


@pytest.mark.parametrize("command", ["serve", "ready"])
@pytest.mark.parametrize(
    "variables",
    [
        {"COMMON_APIS_PORT": "http"},
        {"COMMON_APIS_PORT": "70000"},
        {"COMMON_APIS_PORT": "http://10.96.0.12:4010"},
        {"COMMON_APIS_PORT": "tcp://10.96.0.12"},
    ],
)
def test_another_value_that_is_wrong_is_named(command: str, variables: dict[str, str]) -> None:
    """With the variable, and the exit code is 2."""
    for name, value in variables.items():
        code, output, error = run(command, **variables)
        assert (code, output) == (2, "")
        assert name in error
        assert value in error


@pytest.mark.parametrize("value", ["abc", "70000", "-1", "1.5"])
@pytest.mark.parametrize("command", ["serve", "ready"])
def test_a_port_that_is_none_is_refused_with_what_is_expected(command: str, value: str) -> None:
    """And with where it was read."""
    expected = f": `{value}` does not fit. Expected a number from 0 to 65535.\n"
    assert run(command, COMMON_APIS_PORT=value)[2].endswith(f"Error: Invalid value for 'COMMON_APIS_PORT'{expected}")
    typed = run("serve", f"--port={value}", COMMON_APIS_PORT="4010")[2]
    assert typed.endswith(f"Error: Invalid value for '--port'{expected}")


def test_a_number_without_a_greatest_is_refused_with_the_least() -> None:
    """Of every option alike."""
    expected = "'COMMON_APIS_MAX_SANDBOXES': `0` does not fit. Expected a number of at least 1.\n"
    assert run("serve", COMMON_APIS_MAX_SANDBOXES="0")[2].endswith(expected)


def test_a_host_that_is_none_is_named() -> None:
    """With the variable that has it."""
    code, _, error = run("ready", COMMON_APIS_HOST="exam/ple")
    assert (code, "COMMON_APIS_HOST" in error, "`exam/ple` is no host." in error) == (2, True, True)
