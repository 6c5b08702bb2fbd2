"""Cross-origin requests: which pages may call the mock, and that they can read whatever it answers."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from common_apis.serving.app import Settings, create_app
from common_apis.serving.guard import Guard
from common_apis.world.sandbox import Sandbox

from ..mock import NOBODY, A, Mock
from .served import Served

LOCAL = (
    "http://localhost",
    "http://localhost:3000",
    "https://localhost:8443",
    "http://127.0.0.1:5173",
    "https://127.0.0.1",
    "http://[::1]:8080",
    "http://app.localhost:3000",
    "http://a.b-c.localhost",
)
FOREIGN = (
    "https://app.example.com",
    "http://example.com:3000",
    "http://localhost.example.com",
    "http://localhost.example.com:3000",
    "http://notlocalhost",
    "http://evil-localhost:3000",
    "http://127.0.0.1.example.com",
    "http://127.0.0.10:3000",
    "http://localhost@example.com",
    "http://localhost:3000@example.com",
    "http://localhost:3000.example.com",
    "http://localhost:",
    "http://localhost:3000/",
    "http://localhost\thttp://example.com",
    "ftp://localhost",
    "null",
    "*",
    "",
)
PAGE = "http://localhost:3000"
WORKER = f"/v1/workers/{A}"


@pytest.fixture(scope="module")
def starred(contract: dict[str, Any]) -> Mock:
    """A mock that any page may call."""
    return Mock(create_app(Settings(origins=("*",)), contract))


def allowed(answer: httpx.Response, origin: str) -> bool:
    """Whether a page of that origin may read an answer."""
    return answer.headers.get("Access-Control-Allow-Origin") in (origin, "*")


def preflight(mock: Mock, path: str, origin: str, method: str, headers: str = "") -> httpx.Response:
    """What a browser asks before it sends a request that a form could not send."""
    asked = {"Origin": origin, "Access-Control-Request-Method": method}
    return mock.ask("OPTIONS", path, headers=asked | ({"Access-Control-Request-Headers": headers} if headers else {}))


@pytest.mark.parametrize("origin", LOCAL)
def test_pages_of_this_machine_may_read_answers(shared_mock: Mock, origin: str) -> None:
    """A developer's page works without a setting, on whatever port."""
    answer = shared_mock.get(WORKER, headers={"Origin": origin})
    assert answer.status_code == 200
    assert allowed(answer, origin)
    assert "origin" in answer.headers["Vary"].lower()


@pytest.mark.parametrize("origin", FOREIGN)
def test_other_pages_may_not(shared_mock: Mock, origin: str) -> None:
    """They get the answer as programs do; their browser keeps it from them. Nor does a name that looks local help."""
    answer = shared_mock.get(WORKER, headers={"Origin": origin})
    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Access-Control-Allow-Origin" not in preflight(shared_mock, WORKER, origin, "GET").headers


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "HEAD"])
def test_a_preflight_allows_every_method_of_the_contract(shared_mock: Mock, method: str) -> None:
    """The methods are the same for every path: what a path does not have is refused with 405, readably."""
    answer = preflight(shared_mock, "/v1/patients", PAGE, method)
    assert answer.is_success
    assert allowed(answer, PAGE)
    assert method in answer.headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize(
    "headers", ["content-type", "authorization,content-type", "x-anything", "traceparent, x-mock-sandbox, prefer"]
)
def test_a_preflight_allows_every_header_that_is_asked_for(shared_mock: Mock, headers: str) -> None:
    """A client library may send headers of its own."""
    answer = preflight(shared_mock, WORKER, PAGE, "PUT", headers)
    assert answer.is_success
    granted = answer.headers["Access-Control-Allow-Headers"].replace(" ", "").lower().split(",")
    assert set(headers.replace(" ", "").split(",")) <= set(granted)


def test_a_preflight_needs_no_token(make_mock: Callable[..., Mock]) -> None:
    """A browser sends none with it."""
    demanding = make_mock(guard=Guard(demands_token=True))
    assert preflight(demanding, WORKER, PAGE, "GET", "authorization").is_success


def test_a_preflight_for_a_page_in_the_open_reaches_this_machine(make_mock: Callable[..., Mock]) -> None:
    """Browsers ask once more before a public page may call a private address; they are told yes."""
    mock = make_mock(origins=("https://app.example.com",))
    asked = {
        "Origin": "https://app.example.com",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Private-Network": "true",
    }
    answer = mock.ask("OPTIONS", WORKER, headers=asked)
    assert answer.headers["Access-Control-Allow-Private-Network"] == "true"


def test_a_page_may_send_cookies(shared_mock: Mock) -> None:
    """A front end that always sends its cookies is not refused by its browser."""
    answer = shared_mock.get(WORKER, headers={"Origin": PAGE, "Cookie": "a=b"})
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE


def test_a_page_may_read_where_its_record_is(mock: Mock) -> None:
    """`Location` is no header that a page may read unless it is exposed; so are the others that say what to do."""
    task = {"user_id": A, "task_type": "survey"}
    answer = mock.post("/v1/patient_tasks", task, headers={"Origin": PAGE})
    assert answer.status_code == 201
    exposed = {each.strip().lower() for each in answer.headers["Access-Control-Expose-Headers"].split(",")}
    assert {"location", "allow", "retry-after", "www-authenticate"} <= exposed


REFUSALS: dict[int, tuple[str, str, dict[str, str], bytes]] = {
    400: ("POST", "/v1/patients", {"Content-Type": "application/json"}, b"{}"),
    404: ("GET", f"/v1/workers/{NOBODY}", {}, b""),
    405: ("PUT", "/v1/patients", {}, b""),
    413: ("POST", "/v1/patients", {"Content-Type": "application/json"}, b" " * 1_048_577),
    415: ("POST", "/v1/patients", {"Content-Type": "text/plain"}, b"x"),
    431: ("GET", WORKER, {"Cookie": "c" * 65536}, b""),
}


@pytest.mark.parametrize("status", REFUSALS)
def test_a_page_may_read_every_refusal(shared_mock: Mock, status: int) -> None:
    """Without the headers a page would learn of a fault only that there was one."""
    method, path, headers, body = REFUSALS[status]
    answer = shared_mock.ask(method, path, headers={"Origin": PAGE} | headers, content=body)
    assert answer.status_code == status
    assert allowed(answer, PAGE)


@pytest.mark.parametrize("path", ["/v1/nothing", "/nothing", "/v1/patients/"])
def test_a_page_may_read_that_there_is_nothing(shared_mock: Mock, path: str) -> None:
    """Also where no operation is."""
    answer = shared_mock.get(path, headers={"Origin": PAGE})
    assert answer.status_code == 404
    assert allowed(answer, PAGE)


def test_a_page_may_read_that_it_lacks_a_token(make_mock: Callable[..., Mock]) -> None:
    """A 401, too."""
    answer = make_mock(guard=Guard(demands_token=True)).get(WORKER, headers={"Origin": PAGE})
    assert answer.status_code == 401
    assert allowed(answer, PAGE)


def test_a_page_may_read_of_a_defect(
    mock: Mock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A 500, made here by breaking the sandbox: a problem document that a page may read, and a traceback."""

    def broken(*_: object) -> None:
        raise RuntimeError("broken by a test")

    monkeypatch.setattr(Sandbox, "read", broken)
    answer = mock.get(WORKER, headers={"Origin": PAGE})
    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert allowed(answer, PAGE)
    assert "broken by a test" not in answer.text
    assert "RuntimeError: broken by a test" in caplog.text


@pytest.mark.parametrize("path", ["/openapi.json", "/openapi.yaml", "/problems/not_found"])
def test_a_page_may_read_the_contract(shared_mock: Mock, path: str) -> None:
    """Tools that run in a browser load it from here."""
    assert allowed(shared_mock.get(path, headers={"Origin": PAGE}), PAGE)


def test_an_origin_can_be_added(make_mock: Callable[..., Mock]) -> None:
    """It and this machine's may read; others, and others of the same host, may not."""
    mock = make_mock(origins=("https://app.example.com", "http://10.0.0.5:3000"))
    for origin in ("https://app.example.com", "http://10.0.0.5:3000", PAGE):
        assert allowed(mock.get(WORKER, headers={"Origin": origin}), origin)
        assert allowed(preflight(mock, WORKER, origin, "GET"), origin)
    for origin in ("http://app.example.com", "https://app.example.com:444", "https://example.com"):
        assert not allowed(mock.get(WORKER, headers={"Origin": origin}), origin)


@pytest.mark.parametrize("origin", ["https://anything.example", "null", PAGE])
def test_a_star_allows_every_origin(starred: Mock, origin: str) -> None:
    """Also a page that was opened from a file, whose origin is `null`; also one that sends cookies."""
    assert allowed(starred.get(WORKER, headers={"Origin": origin}), origin)
    answer = starred.get(WORKER, headers={"Origin": origin, "Cookie": "a=b"})
    assert answer.headers["Access-Control-Allow-Origin"] == origin


def test_options_without_a_preflight_is_answered_as_ever(shared_mock: Mock) -> None:
    """An OPTIONS that is no preflight gets `Allow`, from a page as well."""
    answer = shared_mock.ask("OPTIONS", "/v1/patients", headers={"Origin": PAGE})
    assert (answer.status_code, answer.headers["Allow"]) == (204, "OPTIONS, POST")
    assert allowed(answer, PAGE)


def test_a_program_gets_no_such_headers(shared_mock: Mock) -> None:
    """Where no page asks, nothing is said to pages."""
    assert not [name for name in shared_mock.get(WORKER).headers if name.startswith("access-control")]


def test_a_preflight_that_is_refused_is_a_problem(shared_mock: Mock) -> None:
    """A person who looks for the reason finds it, and the option that mends it, in the one form of every refusal."""
    answer = preflight(shared_mock, WORKER, "https://app.example.com", "GET")
    assert answer.status_code in (400, 403)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "--cors" in answer.json()["detail"]


def test_it_is_so_over_the_wire() -> None:
    """A running server, with one origin named, answers a preflight and a refusal to that page."""
    with Served("--port", "0", "--cors", "https://app.example.com") as server:
        origin = {"Origin": "https://app.example.com"}
        asked = origin | {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "content-type"}
        assert allowed(httpx.options(server.url + "/v1/patients", headers=asked), origin["Origin"])
        answer = httpx.post(server.url + "/v1/patients", headers=origin)
        assert answer.status_code == 415
        assert allowed(answer, origin["Origin"])
