"""Where a server listens: at several addresses, by IPv4 and IPv6, with one port."""

import socket
from urllib.parse import urlsplit

import httpx
import pytest

from ..mock import A
from .served import COMMAND, Served
from .test_cli import run

WORKER = f"/v1/workers/{A}"
BOTH = ("127.0.0.1", "[::1]")


def status(host: str, port: int | None) -> int:
    """The status of an answer at an address; 0 if nobody listens there."""
    try:
        return httpx.get(f"http://{host}:{port}{WORKER}").status_code
    except httpx.ConnectError:
        return 0


@pytest.mark.parametrize(
    ("hosts", "first", "answers"),
    [
        (["127.0.0.1", "::1"], "127.0.0.1", (200, 200)),
        (["[::1]", "127.0.0.1"], "::1", (200, 200)),
        (["::"], "::1", (200, 200)),
        (["0.0.0.0", "::"], "127.0.0.1", (200, 200)),
        (["::", "0.0.0.0", "127.0.0.1", "localhost", "::1"], "::1", (200, 200)),
        (["0.0.0.0"], "127.0.0.1", (200, 0)),
        (["::1", "::1"], "::1", (0, 200)),
    ],
)
def test_several_hosts_have_one_port(hosts: list[str], first: str, answers: tuple[int, int]) -> None:
    """A free one, too; the ready line has the first; nothing clashes, and nobody listens where he was not told to."""
    with Served("--port", "0", *(part for host in hosts for part in ("--host", host))) as server:
        address = urlsplit(server.url)
        assert address.hostname == first
        assert tuple(status(host, address.port) for host in BOTH) == answers


def test_a_name_is_listened_at_by_all_its_addresses() -> None:
    """Whatever the machine has for `localhost`."""
    found = {each[4][0] for each in socket.getaddrinfo("localhost", 0, type=socket.SOCK_STREAM)}
    with Served("--port", "0", COMMON_APIS_HOST="localhost") as server:
        port = urlsplit(server.url).port
        assert {status(f"[{host}]" if ":" in str(host) else str(host), port) for host in found} == {200}


def test_the_environment_has_hosts_with_spaces_between() -> None:
    """As it has other lists."""
    with Served("--port", "0", COMMON_APIS_HOST="127.0.0.1 [::1]") as server:
        port = urlsplit(server.url).port
        assert [status(host, port) for host in BOTH] == [200, 200]


def test_a_proxy_listens_at_several_hosts(server_url: str) -> None:
    """As a mock does; what says where the mock listens says nothing to it."""
    command = (COMMAND, "proxy", server_url)
    arguments = ("--port", "0", "--host", "127.0.0.1", "--host", "::1")
    with Served(*arguments, command=command, COMMON_APIS_HOST="203.0.113.1") as proxy:
        port = urlsplit(proxy.url).port
        assert [status(host, port) for host in BOTH] == [200, 200]


@pytest.mark.parametrize(
    ("hosts", "named"),
    [
        (["127.0.0.1", "203.0.113.1"], "203.0.113.1:0: Cannot assign requested address."),
        (["127.0.0.1", "2001:db8::1"], "[2001:db8::1]:0: Cannot assign requested address."),
        (["host.invalid"], "host.invalid:0: "),
        (["a..b"], "a..b:0: that is no name of a host."),
    ],
)
def test_a_host_that_cannot_be_listened_at_is_named(hosts: list[str], named: str) -> None:
    """In one line with the port, whichever of several it is."""
    code, output, error = run("serve", "--port", "0", *(part for host in hosts for part in ("--host", host)))
    assert (code, output, error.count("\n")) == (2, "", 1)
    assert error.startswith(f"common-apis: cannot listen at {named}")


def test_a_port_that_is_taken_at_one_of_the_hosts_is_said_so() -> None:
    """Somebody else listens there by IPv6 alone."""
    other = socket.create_server(("::1", 0), family=socket.AF_INET6)
    with other:
        port = str(other.getsockname()[1])
        code, _, error = run("serve", "--port", port, "--host", "127.0.0.1", "--host", "::1")
    assert code == 2
    assert error.startswith(f"common-apis: cannot listen at [::1]:{port}: Address already in use. Try --port 0")


def test_an_empty_host_is_none() -> None:
    """It would be every address to the system."""
    code, _, error = run("serve", "--host", "")
    assert code == 2
    assert "--host" in error
