"""Cross-site requests: what a page of another site sends changes nothing, and makes nothing."""

import httpx
import pytest

from common_apis.serving.app import Settings, create_app

from ..mock import A, Mock
from ..relay.servers import Proxied
from .wire import codes

WORKER = f"/v1/workers/{A}"
RESET = "/_mock/sandboxes/default/reset"
OWN, ALLOWED, FOREIGN = "http://127.0.0.1:4010", "http://localhost:5173", "https://evil.example"
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0", "Accept-Language": "en-US,en;q=0.9"}
"""What browsers send to an address that they do not trust, with a GET that needs no leave of the server."""
UNSAFE = [
    ("POST", RESET),
    ("POST", "/_mock/sandboxes/default/snapshots/x/restore"),
    ("DELETE", "/_mock/sandboxes/default"),
    ("PUT", "/_mock/sandboxes/default/clock"),
    ("POST", "/v1/patients"),
    ("PUT", f"/v1/patients/{A}"),
    ("DELETE", f"/v1/patient_tasks/{A}"),
    ("POST", "/"),
    ("POST", "/nothing"),
    ("FOO", "/v1/patients"),
]
CAUSED_BY_ANOTHER_SITE = [
    {"Origin": FOREIGN},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": FOREIGN, "Sec-Fetch-Site": "cross-site"},
    {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://127.0.0.1.evil.example", "Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "Same-Origin"},
    BROWSER,
    BROWSER | {"Referer": f"{FOREIGN}/page"},
    BROWSER | {"Referer": "http://localhost@evil.example/"},
    BROWSER | {"Referer": "about:client"},
    {"Referer": "https://127.0.0.1.evil.example"},
    {"Referer": f"{FOREIGN}?{OWN}/"},
]
DIRECT = [
    {},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "same-origin", "Origin": FOREIGN},  # a development server passes the origin of its page on
    {"Sec-Fetch-Site": "none"},
    {"User-Agent": "node", "Accept-Language": "*", "Sec-Fetch-Mode": "cors"},
    {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; en-US) PowerShell/7.4.0"},
    {"User-Agent": "curl/8.5.0", "Accept": "*/*"},
    BROWSER | {"Referer": f"{OWN}/docs"},
    BROWSER | {"Referer": f"{ALLOWED}/"},
    {"Origin": OWN},
    {"Origin": ALLOWED},
    {"Origin": ALLOWED, "Sec-Fetch-Site": "cross-site"},
    {"Origin": "http://mock.test", "Host": "mock.test:80"},
    {"Origin": "https://mock.test", "Host": "mock.test"},
    {"Origin": "http://192.168.1.20:5173", "Host": "192.168.1.20:5173"},
]


@pytest.mark.parametrize("headers", CAUSED_BY_ANOTHER_SITE, ids=str)
@pytest.mark.parametrize(("method", "path"), UNSAFE)
def test_a_page_of_another_site_changes_nothing(
    shared_mock: Mock, method: str, path: str, headers: dict[str, str]
) -> None:
    """Whatever the path is, 403 comes before anything else is looked at, and names a header."""
    answer = shared_mock.ask(method, path, headers=headers)
    assert (answer.status_code, codes(answer)) == (403, ["forbidden"])
    assert answer.json()["errors"][0]["parameter"] in headers


@pytest.mark.parametrize("headers", DIRECT, ids=str)
def test_programs_and_pages_of_this_server_or_machine_pass(shared_mock: Mock, headers: dict[str, str]) -> None:
    """Programs send none of the headers; a page of the mock, or of a development server, may be told by any."""
    assert shared_mock.ask("POST", RESET, headers=headers).status_code == 200


@pytest.mark.parametrize("headers", CAUSED_BY_ANOTHER_SITE, ids=str)
def test_a_page_of_another_site_may_cause_reads(shared_mock: Mock, headers: dict[str, str]) -> None:
    """They change nothing, and the browser keeps the response from it."""
    answer = shared_mock.get(WORKER, headers=headers)
    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer.headers


CARRIERS: dict[str, tuple[str, dict[str, str]]] = {
    "path": (f"/s/made{WORKER}", {}),
    "path that leads nowhere": ("/s/made/v1/worker", {}),
    "header": (WORKER, {"X-Mock-Sandbox": "made"}),
    "token": (WORKER, {"Authorization": "Bearer sandbox_made"}),
    "cookie": (WORKER, {"Cookie": "mock_sandbox=made"}),
}


@pytest.mark.parametrize("headers", CAUSED_BY_ANOTHER_SITE, ids=str)
@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_page_of_another_site_makes_no_sandbox(mock: Mock, carrier: str, headers: dict[str, str]) -> None:
    """An image would do it, since the request that makes one may be a GET. One that is there is read."""
    path, carried = CARRIERS[carrier]
    assert mock.get(path, headers=carried | headers).status_code == 403
    assert [each["name"] for each in mock.get("/_mock/sandboxes").json()["sandboxes"]] == ["default"]
    mock.post("/_mock/sandboxes", {"name": "made"})
    assert mock.get(path, headers=carried | headers).status_code != 403


@pytest.mark.parametrize("headers", DIRECT[:9], ids=str)
def test_any_other_request_makes_one(mock: Mock, headers: dict[str, str]) -> None:
    """As ever: a name is enough."""
    assert mock.get(f"/s/made{WORKER}", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("allowed", "passing", "refused"),
    [
        ("https://app.example.com", ["https://app.example.com"], ["http://app.example.com", "https://example.com"]),
        (
            "https://*.example.com",
            ["https://app.example.com", "https://a.b.example.com"],
            ["https://example.com", "https://a.example.com:444", "https://evil.example/.example.com"],
        ),
        ("https://*.example.com:8443", ["https://a.example.com:8443"], ["https://a.example.com"]),
        ("null", ["null"], [FOREIGN]),
        ("*", [FOREIGN, "null"], []),
    ],
)
def test_an_origin_is_allowed_to_read_and_to_write(allowed: str, passing: list[str], refused: list[str]) -> None:
    """One rule for both: who may read what is answered may also change something."""
    mock = Mock(create_app(Settings(origins=(allowed,))))
    for origin in passing:
        answer = mock.ask("POST", RESET, headers={"Origin": origin, "Sec-Fetch-Site": "cross-site"})
        assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, origin)
    for origin in refused:
        answer = mock.ask("POST", RESET, headers={"Origin": origin, "Sec-Fetch-Site": "cross-site"})
        assert (answer.status_code, "Access-Control-Allow-Origin" in answer.headers) == (403, False)


def test_a_read_from_an_origin_that_is_not_allowed_is_reported_once(
    mock: Mock, caplog: pytest.LogCaptureFixture
) -> None:
    """The browser shows nobody why a page cannot read, so the terminal names the option that lets it."""
    for origin in (FOREIGN, FOREIGN, OWN, ALLOWED, "null"):
        mock.get(WORKER, headers={"Origin": origin})
    assert [record.getMessage().partition(". ")[2] for record in caplog.records] == [
        "Start it with `--cors https://evil.example`.",
        "Serve the page over HTTP, or start it with `--cors null`.",
    ]


def test_a_flood_of_origins_does_not_flood_the_terminal(mock: Mock, caplog: pytest.LogCaptureFixture) -> None:
    """A page could make up names without end."""
    for number in range(150):
        mock.get(WORKER, headers={"Origin": f"https://{number}.evil.example"})
    assert len(caplog.records) == 100


def test_proxy_passes_nothing_on_that_another_site_has_caused(server_url: str) -> None:
    """Neither a change, nor what would make a journal; a read of a journal that is there is passed on."""
    with Proxied(server_url) as proxy:
        for headers in CAUSED_BY_ANOTHER_SITE[3:8]:
            for method, path in (*UNSAFE, ("GET", f"/s/imaged{WORKER}")):
                assert httpx.request(method, proxy.url + path, headers=headers).status_code == 403
        assert httpx.get(f"{proxy.url}{WORKER}", headers={"Origin": FOREIGN}).status_code == 200
        names = [each["name"] for each in httpx.get(f"{proxy.url}/_mock/sandboxes").json()["sandboxes"]]
        kept = httpx.get(f"{proxy.url}/_mock/sandboxes/default/requests").json()["requests"]
    assert (names, [each["method"] for each in kept]) == (["default"], ["GET"])
