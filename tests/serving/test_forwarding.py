"""What a proxy says of a request: whose word counts, and what may be said."""

from collections.abc import Iterator
from ipaddress import ip_network

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from common_apis.serving.app import Settings, create_app
from common_apis.serving.forwarding import Forwarding

from ..mock import A, Mock
from .served import Served
from .test_cli import run
from .wire import Wire, request

TASK = {"user_id": A, "task_type": "survey"}
TRUSTED = Forwarding(trusted=(ip_network("127.0.0.0/8"),))


def location(mock: Mock, **headers: str) -> str:
    """Where a new record is, told to a proxy at 127.0.0.1, which sends headers."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return mock.post("/v1/patient_tasks", TASK, headers=named).headers["Location"]


@pytest.fixture(scope="module")
def behind() -> Mock:
    """A mock that trusts this machine, and is served under a name."""
    return Mock(create_app(Settings(forwarding=TRUSTED, hosts=("api.example.com",))))


@pytest.fixture(scope="module")
def trusting() -> Iterator[str]:
    """The address of a running server that trusts this machine, and is served under a name."""
    with Served("--port", "0", "--trusted-proxy", "127.0.0.1", "--allow-host", "api.example.com") as server:
        yield server.url


@pytest.mark.parametrize(
    ("said", "prefix"),
    [
        ("/api", "/api"),
        ("/api/", "/api"),
        ("/a.b/c-d_e~f/1", "/a.b/c-d_e~f/1"),
        ("/outer, /inner", "/outer/inner"),
        ("/", ""),
        ("/" + "x" * 199, "/" + "x" * 199),
    ],
)
def test_a_prefix_is_told_by_a_trusted_proxy(behind: Mock, said: str, prefix: str) -> None:
    """A path of plain segments; those of several proxies are joined, as each adds its own."""
    assert location(behind, X_Forwarded_Prefix=said).startswith(f"{prefix}/v1/patient_tasks/")


@pytest.mark.parametrize(
    "said",
    [
        "//evil.example",
        "/api//x",
        "https://evil.example",
        "api",
        "/api/../x",
        "/.",
        "/..",
        "/api?x",
        "/api#x",
        "/%2e%2e",
        "/<script>",
        '/"onload="x',
        "/a b",
        "/a\\b",
        "/é",
        "/x, //evil.example",
        "/" + "x" * 200,
        "/v1",
        "/docs/x",
        "/s",
    ],
)
def test_what_is_no_prefix_is_ignored(behind: Mock, said: str) -> None:
    """No link leads to another host, and no page gets a script; nor can it be one of this server's own paths."""
    headers = {"X-Forwarded-Prefix": said.encode()}
    made = behind.ask("POST", "/v1/patient_tasks", json=TASK, headers=headers)
    assert made.headers["Location"].startswith("/v1/patient_tasks/")
    assert 'href="./docs"' in behind.ask("GET", "/", headers=headers).text


@pytest.mark.parametrize(
    ("trusted", "counts"),
    [
        ("127.0.0.1", True),
        ("127.0.0.0/8", True),
        ("::ffff:127.0.0.1", False),
        ("0.0.0.0/0", True),
        ("10.0.0.0/8", False),
        ("::/0", False),
        ("::1", False),
    ],
)
def test_the_address_of_the_peer_decides(trusted: str, counts: bool) -> None:
    """Not what it says of itself."""
    mock = Mock(create_app(Settings(forwarding=Forwarding(trusted=(ip_network(trusted),)))))
    assert location(mock, X_Forwarded_Prefix="/api", X_Forwarded_For="127.0.0.1").startswith("/api/") == counts


def test_an_address_of_ipv4_within_ipv6_is_that_of_ipv4(behind: Mock) -> None:
    """As a socket for both families has it."""
    scope = {"client": ("::ffff:127.0.0.1", 1), "headers": [(b"x-forwarded-prefix", b"/api")], "path": "/"}
    assert TRUSTED.apply(scope)["root_path"] == "/api"
    assert TRUSTED.apply(scope | {"client": None})["root_path"] == ""
    assert TRUSTED.apply(scope | {"client": ("fe80::1%eth0", 1)})["root_path"] == ""


def test_scheme_and_host_are_those_of_the_client(behind: Mock) -> None:
    """Where whole addresses are shown; what is neither is ignored."""
    said = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "api.example.com, inner", "Accept": "application/json"}
    assert behind.get("/", headers=said).json()["reference"] == "https://api.example.com/docs"
    for odd in ({"X-Forwarded-Proto": "javascript"}, {"X-Forwarded-Host": "a/b"}, {"X-Forwarded-Host": "<b>"}):
        assert (
            behind.get("/", headers=odd | {"Accept": "application/json"})
            .json()["reference"]
            .startswith("http://127.0.0.1:4010/")
        )


def test_the_host_that_a_proxy_names_has_to_be_served(behind: Mock) -> None:
    """A page of another name gets no further than without a proxy."""
    assert behind.get("/", headers={"X-Forwarded-Host": "evil.example"}).status_code == 403


@pytest.mark.parametrize(
    ("hosts", "status"),
    [
        (["evil.example"], 403),
        (["127.0.0.1", "127.0.0.1"], 400),
        ([], 400),
        (["a b"], 400),
        (["mock"], 200),
        (["127.0.0.1:4010"], 200),
        (["api.example.com"], 200),
    ],
)
def test_the_host_by_which_a_proxy_asks_has_to_be_served_as_well(trusting: str, hosts: list[str], status: int) -> None:
    """A browser beside the proxy has the address of the proxy, and a page in it can send the header."""
    for forwarded in ("localhost", "api.example.com"):
        sent = [*(f"Host: {host}" for host in hosts), f"X-Forwarded-Host: {forwarded}", "Sec-Fetch-Site: same-origin"]
        for line in (f"GET /v1/workers/{A}", "GET /_mock/sandboxes", "POST /_mock/sandboxes/default/reset"):
            with Wire(trusting) as wire:
                answer = wire.ask("\r\n".join([f"{line} HTTP/1.1", *sent, "", ""]).encode())
            assert answer.status_code == status
            if status != 200:
                assert answer.json()["errors"][0]["parameter"] == "Host"


def test_nothing_is_said_by_anybody_unless_a_proxy_is_trusted(mock: Mock) -> None:
    """By default no header of this kind counts."""
    assert location(mock, X_Forwarded_Prefix="/api").startswith("/v1/")


def test_an_application_around_it_may_say_the_prefix() -> None:
    """Mounted, it has its paths below that of the mount, and leads there."""
    mock = Mock(Starlette(routes=[Mount("/mocks/clinic", app=create_app())]))
    made = mock.post("/mocks/clinic/v1/patient_tasks", TASK)
    assert made.headers["Location"] == f"/mocks/clinic/v1/patient_tasks/{made.json()['id']}"
    assert mock.get(made.headers["Location"]).status_code == 200
    assert mock.get("/mocks/clinic/docs").status_code == 200


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--root-path", "api"),
        ("--root-path", "//api"),
        ("--root-path", "https://api.example.com"),
        ("--root-path", "/v1"),
        ("--root-path", "/docs"),
        ("--trusted-proxy", "proxy.example.com"),
        ("--trusted-proxy", "10.0.0.0/99"),
        ("--trusted-proxy", ""),
    ],
)
def test_what_is_neither_a_prefix_nor_an_address_is_refused_at_the_start(option: str, value: str) -> None:
    """With the option, and what was expected."""
    code, output, error = run("serve", "--port", "0", option, value)
    assert (code, output) == (2, "")
    assert option in error
    assert "Expected" in error


def test_a_proxy_that_is_not_trusted_is_named_once() -> None:
    """Whoever runs the server sees which address it has."""
    with Served("--port", "0", "--quiet", "--trusted-proxy", "10.0.0.0/8", "--trusted-proxy", "[::1]") as server:
        for _ in range(3):
            httpx.get(f"{server.url}/v1/workers/{A}", headers={"X-Forwarded-Prefix": "/api"})
        server.process.terminate()
        server.process.wait(10)
        assert server.said() == (
            "X-Forwarded headers of 127.0.0.1 are ignored: no `--trusted-proxy` has this address.\n"
        )


def test_what_never_reaches_the_application_leads_below_the_prefix_too() -> None:
    """A request that is none, and one whose headers are too large."""
    with Served("--port", "0", "--root-path", "/api", "--trusted-proxy", "127.0.0.1") as server:
        with Wire(server.url) as wire:
            assert wire.ask(b"NONSENSE\r\n\r\n").json()["type"] == "/api/problems/parse_exception"
        head = request("GET", "/api/v1/x", "X-Forwarded-Prefix: /other", f"X-Long: {'x' * 70_000}")
        for sent in (head, head[:-4]):  # whole, or still within its headers
            with Wire(server.url) as wire:
                assert wire.ask(sent).json()["type"] == "/other/problems/header_fields_too_large"
