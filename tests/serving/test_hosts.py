"""Host names: a name that resolves to this machine, and is none of its own, reaches nothing (DNS rebinding)."""

import httpx
import pytest

from common_apis.serving.app import Settings, create_app

from ..mock import A, Mock
from ..relay.servers import Proxied
from .served import Served
from .wire import Wire, codes

SERVED = [
    *("127.0.0.1", "127.0.0.1:4010", "192.168.1.20:4010", "203.0.113.9", "[::1]:4010", "[2001:db8::1]"),
    *("localhost", "LOCALHOST:4010", "localhost.:4010", "app.localhost", "mock", "mock:8080", "my-laptop"),
    *("laptop.local", "mock.team.internal", "mock.test:4010", "a.b.test."),
]
REFUSED = [
    *("evil.example", "evil.example:4010", "127.0.0.1.evil.example", "localhost.evil.example", "evillocal.example"),
    *("notlocalhost.example", "evil.test.example", "evil.xn--p1ai", "evil.example.", "a.localhosts", "x.internals"),
]
INVALID = [
    *("", ":4010", "a b", "a\tb", 'a"b\\c', "é", "user@127.0.0.1", "127.0.0.1/", "http://127.0.0.1", "127.0.0.1:x"),
    *("[::1", "[::1]x", "[evil.example]", "[]", "a,b.example:1:2", "127.0.0.1:4010, 127.0.0.1", "%zz", "a?b", "."),
]
PATHS = [f"/v1/workers/{A}", "/_mock/sandboxes", "/", "/docs", "/openapi.json", "/nothing", "/s/new/v1/workers/x"]


def raw(host: str | None, path: str = PATHS[0], method: str = "GET", version: str = "1.1", again: str = "") -> bytes:
    """The bytes of a request that names a host, or none."""
    hosts = [f"Host: {host}\r\n"] if host is not None else []
    return f"{method} {path} HTTP/{version}\r\n{''.join(hosts)}{again}\r\n".encode()


@pytest.mark.parametrize("host", SERVED)
def test_addresses_and_private_names_are_served(shared_mock: Mock, host: str) -> None:
    """Nobody else can have a page at such a name."""
    assert shared_mock.get(PATHS[0], headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", REFUSED)
def test_a_foreign_name_is_refused_with_the_option_that_allows_it(shared_mock: Mock, host: str) -> None:
    """403, and the detail can be followed as it stands."""
    answer = shared_mock.get(PATHS[0], headers={"Host": host})
    assert (answer.status_code, codes(answer)) == (403, ["forbidden"])
    assert f"`--allow-host {host.partition(':')[0].removesuffix('.')}`" in answer.json()["detail"]
    assert answer.json()["errors"][0]["parameter"] == "Host"


@pytest.mark.parametrize(
    ("host", "instead"),
    [
        ("0.0.0.0", "127.0.0.1"),
        ("0.0.0.0:4010", "127.0.0.1"),
        ("0.0.0.0.", "127.0.0.1"),
        ("[::]:4010", "[::1]"),
        ("[::ffff:0:0]", "127.0.0.1"),
    ],
)
def test_the_address_for_all_addresses_is_refused_with_the_one_to_ask(host: str, instead: str) -> None:
    """Browsers let any page ask it, and do not say which did; no name that is allowed opens it, but all names do."""
    named = Mock(create_app(Settings(hosts=("0.0.0.0", "::", "[::]"))))
    answer = named.get(PATHS[0], headers={"Host": host})
    assert (answer.status_code, codes(answer)) == (403, ["forbidden"])
    assert answer.json()["detail"].endswith(f"Use {instead}.")
    assert Mock(create_app(Settings(hosts=("*",)))).get(PATHS[0], headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "FOO"])
@pytest.mark.parametrize("path", PATHS)
def test_a_foreign_name_reaches_nothing(shared_mock: Mock, path: str, method: str) -> None:
    """Neither the API, nor the control plane, a page, or what is not there."""
    assert shared_mock.ask(method, path, headers={"Host": "evil.example"}).status_code == 403


def test_what_a_foreign_name_sends_leaves_no_trace(mock: Mock) -> None:
    """No sandbox is made, no record, and no exchange is in the journal."""
    foreign = {"Host": "evil.example"}
    mock.get(f"/s/made/v1/workers/{A}", headers=foreign)
    mock.post("/v1/patient_tasks", {"user_id": A, "task_type": "survey"}, headers=foreign)
    assert [each["name"] for each in mock.get("/_mock/sandboxes").json()["sandboxes"]] == ["default"]
    assert mock.get("/_mock/sandboxes/default/requests").json()["requests"] == []


@pytest.mark.parametrize("host", INVALID)
def test_an_invalid_host_is_400(wire: Wire, host: str) -> None:
    """RFC 9112, 3.2; the refusal names the header."""
    answer = wire.ask(f"GET {PATHS[0]} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode("latin-1", "replace"))
    assert (answer.status_code, codes(answer)) == (400, ["parse_exception"])


@pytest.mark.parametrize("path", PATHS)
def test_without_a_host_or_with_two_it_is_400(wire: Wire, path: str) -> None:
    """HTTP/1.1 demands one, also if both say the same."""
    for sent in (raw(None, path), raw("127.0.0.1", path, again="Host: 127.0.0.1\r\n")):
        answer = wire.ask(sent)
        assert (answer.status_code, codes(answer)) == (400, ["parse_exception"])
        assert "`Host`" in answer.json()["detail"]


def test_http_1_0_may_leave_the_host_out(wire: Wire) -> None:
    """It had no such header at first."""
    assert wire.ask(raw(None, version="1.0")).status_code == 200


def test_http_1_0_with_a_foreign_host_is_refused(wire: Wire) -> None:
    """What is sent counts."""
    assert wire.ask(raw("evil.example", version="1.0")).status_code == 403


@pytest.mark.parametrize(
    ("authority", "host", "status"),
    [
        ("127.0.0.1:4010", "evil.example", 200),
        ("LOCALHOST", "127.0.0.1", 200),
        ("evil.example", "127.0.0.1", 403),
        ("evil.example:4010", "localhost", 403),
        ("0.0.0.0", "127.0.0.1", 403),
        ("user@127.0.0.1", "127.0.0.1", 400),
        ("127.0.0.1,evil.example:1:2", "127.0.0.1", 400),
        ("", "127.0.0.1", 400),
    ],
)
@pytest.mark.parametrize("scheme", ["http", "HTTPS"])
def test_the_host_of_a_whole_url_counts_in_place_of_the_header(
    wire: Wire, scheme: str, authority: str, host: str, status: int
) -> None:
    """A server must ignore `Host` beside such a target (RFC 9112, 3.2.2)."""
    assert wire.ask(raw(host, f"{scheme}://{authority}{PATHS[0]}")).status_code == status


def test_a_whole_url_needs_one_host_header_all_the_same(wire: Wire) -> None:
    """HTTP/1.1 demands it of every request (RFC 9112, 3.2)."""
    target = f"http://127.0.0.1{PATHS[0]}"
    for sent in (raw(None, target), raw("127.0.0.1", target, again="Host: 127.0.0.1\r\n")):
        assert wire.ask(sent).status_code == 400


@pytest.mark.parametrize(("authority", "status"), [("127.0.0.1", 200), ("evil.example", 403)])
def test_the_host_of_a_whole_url_is_checked_in_http_1_0_too(wire: Wire, authority: str, status: int) -> None:
    """Which may leave the header out."""
    assert wire.ask(raw(None, f"http://{authority}{PATHS[0]}", version="1.0")).status_code == status


@pytest.mark.parametrize(
    ("allowed", "served", "refused"),
    [
        ("mock.example.com", ["mock.example.com", "MOCK.example.com:4010"], ["example.com", "a.mock.example.com"]),
        ("*.example.com", ["a.example.com", "a.b.example.com"], ["example.com", "aexample.com", "a.example.org"]),
        ("*", ["anything.example", "127.0.0.1"], []),
        ("xn--mnchen-3ya.example", ["xn--mnchen-3ya.example"], ["munchen.example"]),
    ],
)
def test_a_name_can_be_allowed(allowed: str, served: list[str], refused: list[str]) -> None:
    """By itself, by `*.` for all below it, or any."""
    mock = Mock(create_app(Settings(hosts=(allowed,))))
    assert {mock.get(PATHS[0], headers={"Host": host}).status_code for host in served} == {200}
    assert {mock.get(PATHS[0], headers={"Host": host}).status_code for host in refused} <= {403}


def statuses(url: str, path: str, *hosts: str) -> list[int]:
    """What a server answers, by its name."""
    return [httpx.get(url + path, headers={"Host": host}).status_code for host in hosts]


def test_serve_takes_names_by_option_and_by_variable() -> None:
    """Several, and as people write them; the terminal names the option that a refused host needs."""
    with Served("--port", "0", "--allow-host", "mock.example", "--allow-host", "*.Münster.example") as server:
        hosts = ("mock.example", "a.xn--mnster-3ya.example", "evil.example", "evil.example")
        assert statuses(server.url, PATHS[0], *hosts) == [200, 200, 403, 403]
        log = server.end()
    assert "403 GET" in log
    assert "`--allow-host evil.example`" in log
    with Served("--port", "0", COMMON_APIS_ALLOW_HOST="mock.example *.team.example") as server:
        assert statuses(server.url, "/", "mock.example", "a.team.example", "team.example") == [200, 200, 403]


def test_proxy_refuses_a_foreign_name_before_it_asks_its_server(server_url: str) -> None:
    """Neither the journals nor the server behind it are reached; an allowed name reaches both."""
    paths = (f"/s/rebound/v1/workers/{A}", "/_mock/sandboxes/default/requests", "/anything")
    with Proxied(server_url, "--allow-host", "proxy.example") as proxy:
        for path in paths:
            assert statuses(proxy.url, path, "evil.example") == [403]
        assert statuses(proxy.url, paths[0], "proxy.example") == [200]
        asked = httpx.get(f"{proxy.url}/_mock/sandboxes/rebound/requests").json()["requests"]
    assert [each["status"] for each in asked] == [200]


def test_proxy_refuses_a_foreign_name_in_a_whole_url(server_url: str) -> None:
    """Before it asks its server, as one in `Host`."""
    with Proxied(server_url) as proxy:
        for host, status in (("evil.example", 403), ("127.0.0.1", 200)):
            with Wire(proxy.url) as wire:
                assert wire.ask(raw("localhost", f"http://{host}/s/rebound/v1/workers/{A}")).status_code == status
        asked = httpx.get(f"{proxy.url}/_mock/sandboxes/rebound/requests").json()["requests"]
    assert [each["status"] for each in asked] == [200]
