"""Proxies of the network: this machine is never asked by one, others are, and errors name the one that was used."""

from collections.abc import Iterator, Mapping

import httpx
import pytest
from click.testing import CliRunner

from common_apis.cli import main
from common_apis.cli.proxies import find_proxy
from common_apis.proof.proxies import is_this_machine
from common_apis.testing.sandbox import Sandbox

from ..mock import A
from ..relay.servers import Proxied
from ..serving.served import Served
from .network import ForwardProxy, forward_proxy

pytestmark = pytest.mark.slow

DEAD = "http://127.0.0.1:1"
VARIABLES = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
NONE = dict.fromkeys((*VARIABLES, "no_proxy", "NO_PROXY"))
"""An environment that names no proxy."""
VERIFY = ("--operation", "workers_get", "--phases", "decisions,examples", "--max-examples", "1")
ASKING = {
    "ready": ["ready", "--url", "{}"],
    "check": ["check", "--url", "{}"],
    "coverage": ["coverage", "--url", "{}"],
    "replay": ["replay", "--url", "{}", "--contract", "{}/openapi.json"],
    "diff": ["diff", "{}/openapi.json", "{}/openapi.json"],
    "verify": ["verify", "{}", *VERIFY],
}
"""The commands that ask a server, at whichever address."""


@pytest.fixture
def proxy() -> Iterator[ForwardProxy]:
    """A proxy that works."""
    with forward_proxy() as proxy:
        yield proxy


@pytest.fixture
def server() -> Iterator[Served]:
    """A mock that has been asked something, so that there is something to check."""
    with Served("--port", "0", "--allow-host", "*.example") as server:
        httpx.get(f"{server.url}/v1/workers/{A}", trust_env=False)
        yield server


def run(command: list[str], url: str, variables: Mapping[str, str | None]) -> tuple[int, str]:
    """The exit code of a command, and what it says."""
    ended = CliRunner(env=NONE | dict(variables)).invoke(main, [each.format(url) for each in command])
    return ended.exit_code, ended.output


def test_this_machine_is_never_asked_by_a_proxy(server: Served, proxy: ForwardProxy) -> None:
    """Whatever the environment says, and by whichever of its names."""
    everything = dict.fromkeys(VARIABLES, proxy.url) | {"NO_PROXY": "other.example"}
    urls = [server.url, server.url.replace("127.0.0.1", "localhost")]
    for name, command in ASKING.items():
        for url in urls if name == "ready" else urls[:1]:
            code, output = run(command, url, everything)
            assert (code, proxy.asked) == (0, []), output


def test_other_hosts_are_asked_by_the_proxy_of_the_environment(server: Served, proxy: ForwardProxy) -> None:
    """The name of the host is one that the proxy alone knows."""
    url = server.url.replace("127.0.0.1", "mock.example")
    for command in ASKING.values():
        proxy.asked.clear()
        code, output = run(command, url, {"HTTP_PROXY": proxy.url})
        assert code == 0, output
        assert {each.startswith(f"{url}/") for each in proxy.asked} == {True}


@pytest.mark.parametrize("name", ASKING)
def test_each_command_repeats_why_a_mock_refuses_its_host_name(name: str, server: Served, proxy: ForwardProxy) -> None:
    """With the option that allows it, and no advice to name a token or to start another one."""
    code, output = run(ASKING[name], server.url.replace("127.0.0.1", "mock.example.com"), {"HTTP_PROXY": proxy.url})
    assert (code, output.count("start the server with `--allow-host mock.example.com`.")) == (
        1 if name == "ready" else 2,
        1,
    )
    assert not any(advice in output for advice in ("no mock", "--auth", "/openapi.json."))


@pytest.mark.parametrize(
    ("variables", "setting"),
    [
        ({"HTTP_PROXY": DEAD}, f"{DEAD} (HTTP_PROXY)"),
        ({"http_proxy": DEAD, "HTTP_PROXY": "http://127.0.0.1:2"}, f"{DEAD} (http_proxy)"),
        ({"ALL_PROXY": "127.0.0.1:1"}, f"{DEAD} (ALL_PROXY)"),
        ({"HTTP_PROXY": "http://me:fixture-password@127.0.0.1:1/"}, f"{DEAD} (HTTP_PROXY)"),
        ({"ALL_PROXY": "socks5://127.0.0.1:1"}, "socks5://127.0.0.1:1 (ALL_PROXY)"),
        ({"ALL_PROXY": "gopher://127.0.0.1:1"}, "gopher://127.0.0.1:1 (ALL_PROXY)"),
        ({"ALL_PROXY": "http://[::1"}, "http://[::1 (ALL_PROXY)"),
    ],
)
def test_an_error_names_the_proxy_that_was_used(variables: dict[str, str], setting: str) -> None:
    """With the variable that has it, and without the password in it."""
    code, output = run(ASKING["ready"], "http://mock.example:4010", variables)
    assert code == 1
    assert f"nothing answers at http://mock.example:4010 through the proxy {setting}: " in output
    assert "fixture-password" not in output


@pytest.mark.parametrize("name", ASKING)
def test_each_command_names_it(name: str) -> None:
    """A dead proxy looks like a dead server to all of them."""
    code, output = run(ASKING[name], "http://mock.example:4010", {"HTTP_PROXY": DEAD})
    assert (code, output.count(f"through the proxy {DEAD} (HTTP_PROXY)")) == (1 if name == "ready" else 2, 1)


def test_a_secure_connection_is_made_through_the_proxy(server: Served, proxy: ForwardProxy) -> None:
    """It sees the host and the port alone. Where that is no secure server, both are named."""
    url = server.url.replace("http://127.0.0.1", "https://mock.example")
    code, output = run(ASKING["ready"], url, {"HTTPS_PROXY": proxy.url, "HTTP_PROXY": DEAD})
    assert code == 1
    assert f"nothing answers at {url} through the proxy {proxy.url} (HTTPS_PROXY): " in output
    assert proxy.asked == [url.removeprefix("https://")]


@pytest.mark.parametrize(
    ("no_proxy", "host", "asked"),
    [
        ("mock.example", "mock.example", False),
        (".example", "mock.example", False),
        ("mock.example:4010", "mock.example", False),
        ("other.example, *", "mock.example", False),
        ("10.0.0.0/8", "10.2.3.4", False),
        ("fd00::/8", "[fd00::2]", False),
        ("fd00::2", "[fd00::2]", False),
        ("ample", "mock.example", True),
        ("10.0.0.0/8,nonsense/99", "192.0.2.1", True),
    ],
)
def test_hosts_are_excepted_as_others_do(
    no_proxy: str, host: str, asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NO_PROXY has names, ends of names, addresses and networks."""
    for name in NONE:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", DEAD)
    monkeypatch.setenv("NO_PROXY", no_proxy)
    assert (find_proxy(f"http://{host}:4010") is not None) is asked


def test_what_is_this_machine() -> None:
    """The forms in which it may be written, and what only looks like it."""
    own = ("127.0.0.1", "127.1", "127.9.9.9", "[::1]", "::ffff:127.0.0.1", "localhost", "LocalHost.", "app.localhost")
    others = ("10.0.0.1", "localhost.example", "notlocalhost", "[::2]", "128.0.0.1", "127.example")
    assert [each for each in own if not is_this_machine(each)] == []
    assert [each for each in others if is_this_machine(each)] == []


@pytest.fixture
def behind_proxies(proxy: ForwardProxy, monkeypatch: pytest.MonkeyPatch) -> ForwardProxy:
    """An environment that has a proxy for everything."""
    for name in VARIABLES:
        monkeypatch.setenv(name, proxy.url)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return proxy


def test_the_plugin_asks_its_mock_directly(behind_proxies: ForwardProxy, common_apis: Sandbox) -> None:
    """It is in the same process."""
    assert common_apis.records.get("workers", A)["id"] == A
    assert behind_proxies.asked == []


def test_a_server_and_its_shadow_are_asked_by_the_proxy_if_they_are_elsewhere(
    server: Served, behind_proxies: ForwardProxy
) -> None:
    """Either of them, and neither if it is this machine."""
    elsewhere = server.url.replace("127.0.0.1", "api.example")
    for upstream, mock in ((server.url, server.url), (elsewhere, server.url), (server.url, elsewhere)):
        behind_proxies.asked.clear()
        with Proxied(upstream, "--shadow", mock) as proxied:
            assert httpx.get(f"{proxied.url}/v1/workers/{A}", trust_env=False).status_code == 200
            assert proxied.stop()[0] == 0
        paths = [each.removeprefix(elsewhere).partition("shadow-")[0] for each in behind_proxies.asked]
        assert f"/v1/workers/{A}" in paths if upstream == elsewhere else f"/v1/workers/{A}" not in paths
        assert ("/_mock/sandboxes" in paths) is (mock == elsewhere)


def test_a_server_behind_a_dead_proxy_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks the relay reads which proxy it was."""
    monkeypatch.setenv("HTTP_PROXY", DEAD)
    with Proxied("http://api.example") as proxied:
        answer = httpx.get(f"{proxied.url}/v1/workers/{A}", trust_env=False)
    assert answer.status_code == 502
    assert f"http://api.example through the proxy {DEAD} (HTTP_PROXY) cannot be reached: " in answer.text
