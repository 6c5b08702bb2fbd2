"""Below a prefix of a reverse proxy: real nginx before the server, and a reader with a browser before that."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urljoin

import httpx
import pytest
from playwright.sync_api import Browser, expect

from ..mock import A
from ..serving.served import COMMAND, Served
from ..serving.test_cli import run
from .nginx import DOCUMENTED, KEEPING, SILENT, STRIPPING, before
from .test_browser import EVENT, SEND, Recorder, browser, open_client

__all__ = ["browser"]

TASK = {"user_id": A, "task_type": "survey"}
PAGES = ("/", "/docs", "/cases", "/problems", "/problems/parse_exception")
TOLD = (STRIPPING, KEEPING, DOCUMENTED)


@pytest.fixture(scope="module")
def outside(program: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of nginx before a mock that trusts it."""
    nginx, folder = program("nginx"), tmp_path_factory.mktemp("nginx")
    with Served("--port", "0", "--trusted-proxy", "127.0.0.0/8") as server, before(server.url, nginx, folder) as url:
        yield url


@pytest.mark.parametrize("prefix", TOLD)
@pytest.mark.parametrize("sandbox", ["", "/s/booking"])
def test_a_location_leads_to_what_was_made(outside: str, prefix: str, sandbox: str) -> None:
    """Of a record, in the sandbox that the path names; and of what the control plane makes."""
    made = httpx.post(f"{outside}{prefix}{sandbox}/v1/patient_tasks", json=TASK)
    assert made.headers["Location"] == f"{prefix}{sandbox}/v1/patient_tasks/{made.json()['id']}"
    assert httpx.get(urljoin(outside, made.headers["Location"])).json() == made.json()
    forked = httpx.post(f"{outside}{prefix}/_mock/sandboxes/default/fork", json={})
    assert httpx.get(urljoin(outside, forked.headers["Location"])).json()["name"] == forked.json()["name"]


@pytest.mark.parametrize("prefix", TOLD)
@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/v1/workers/me", {}),
        ("GET", f"/s/booking/v1/workers/{A}", {"Prefer": "code=503"}),
        ("GET", "/nothing", {}),
        ("POST", "/docs", {}),
        ("OPTIONS", "/v1/workers/me", {"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}),
    ],
    ids=["refused", "steered", "no page", "no method", "preflight"],
)
def test_a_problem_leads_to_its_page(
    outside: str, prefix: str, method: str, path: str, headers: dict[str, str]
) -> None:
    """Whoever refused: `type` is the address of a page, `instance` the path that was asked for."""
    problem = httpx.request(method, f"{outside}{prefix}{path}", headers=headers).json()
    assert problem["instance"] == f"{prefix}{path}"
    assert httpx.get(urljoin(outside, problem["type"])).status_code == 200


@pytest.mark.parametrize("prefix", [*TOLD, SILENT])
@pytest.mark.parametrize("path", PAGES)
def test_the_links_of_a_page_stay_below_the_prefix(outside: str, prefix: str, path: str) -> None:
    """Each leads to something, also if nobody tells the server of its prefix."""
    address = f"{outside}{prefix}{path}"
    links = set(re.findall(r'(?:href|src)="((?!data:)[^"]+)"', httpx.get(address).text))
    targets = {urljoin(address, link).partition("#")[0] for link in links}
    assert all(target.startswith(f"{outside}{prefix}/") for target in targets)
    assert {httpx.get(target).status_code for target in targets} == {200}


@pytest.mark.parametrize("prefix", TOLD)
def test_the_first_page_has_addresses_that_work_outside(outside: str, prefix: str) -> None:
    """Its commands and its JSON name the host that the client knows, however the proxy asks."""
    assert f"curl {outside}{prefix}{EVENT}" in httpx.get(f"{outside}{prefix}/").text
    links = httpx.get(f"{outside}{prefix}/", headers={"Accept": "application/json"}).json()
    assert httpx.get(links["contract"]["json"]).json()["servers"][0]["url"] == prefix
    assert httpx.get(links["contract"]["yaml"]).status_code == httpx.get(links["reference"]).status_code == 200
    assert httpx.get(f"{outside}{prefix}/_mock/openapi.json").json()["servers"][0]["url"] == prefix


@pytest.mark.parametrize("header", ["Host", "Proto", "Prefix"])
def test_the_documented_proxy_passes_on_nothing_that_its_client_says_of_a_proxy(outside: str, header: str) -> None:
    """The block of the page for those who deploy sets each header that counts."""
    forged = {"Host": "forged.internal", "Proto": "https", "Prefix": "/forged"}[header]
    page = httpx.get(f"{outside}{DOCUMENTED}/", headers={f"X-Forwarded-{header}": forged})
    assert f"curl {outside}{DOCUMENTED}{EVENT}" in page.text


def test_the_example_of_a_refusal_can_be_pasted(outside: str) -> None:
    """It has the address that was asked for."""
    problem = httpx.post(f"{outside}{STRIPPING}/v1/patient_tasks", content=b"{}").json()
    assert f"curl -X POST {outside}{STRIPPING}/v1/patient_tasks " in problem["detail"]


@pytest.mark.parametrize("prefix", [STRIPPING, KEEPING, SILENT])
def test_the_reference_works_below_a_prefix(browser: Browser, outside: str, prefix: str) -> None:
    """It shows commands for the address outside, sends there what a reader tries, and asks nothing beside it."""
    context = browser.new_context()
    recorder, page = Recorder(context), context.new_page()
    page.goto(f"{outside}{prefix}/")
    page.get_by_role("link", name="GET /v1/calendar_events/{id}").click()
    dialog = open_client(page)
    with page.expect_response(f"{outside}{prefix}{EVENT}") as answer:
        dialog.get_by_role("button", name=SEND).click()
    assert answer.value.status == 200
    expect(dialog).to_contain_text("200 OK")
    assert "127.0.0.1:4010" not in page.content()
    page = context.new_page()
    page.goto(f"{outside}{prefix}/docs#mock/")
    expect(page.get_by_text(f"{outside}{prefix}/_mock/").first).to_be_visible()
    context.close()
    addresses = [each for each in recorder.addresses if not each.startswith(("data:", "blob:"))]
    assert [each for each in addresses if not each.startswith(f"{outside}{prefix}/")] == []


def test_the_commands_that_ask_a_mock_ask_below_a_prefix(outside: str) -> None:
    """`check` finds there what was asked in a sandbox."""
    httpx.post(f"{outside}{KEEPING}/s/prefixed/v1/patient_tasks", json={"user_id": A})
    code, said, _ = run("check", "--url", f"{outside}{KEEPING}", "--sandbox", "prefixed")
    assert code == 1
    assert "/task_type: `task_type` is missing." in said


@pytest.mark.parametrize("option", [["--root-path", "/api"], ["--root-path", "/api/"], []])
def test_a_prefix_by_option_counts_with_and_without_it_in_the_path(option: list[str], server_url: str) -> None:
    """A proxy strips it or not. Nobody is trusted, so a header says nothing; a proxy of ours has the same options."""
    environment = {} if option else {"COMMON_APIS_ROOT_PATH": "/api"}
    with Served("--port", "0", *option, **environment) as server:
        for sent in ("", "/api"):
            made = httpx.post(
                f"{server.url}{sent}/v1/patient_tasks", json=TASK, headers={"X-Forwarded-Prefix": "/evil"}
            )
            assert made.headers["Location"] == f"/api/v1/patient_tasks/{made.json()['id']}"
            assert httpx.get(f"{server.url}{made.headers['Location']}").status_code == 200
            problem = httpx.get(f"{server.url}{sent}/v1/workers/me").json()
            assert (problem["type"], problem["instance"]) == ("/api/problems/parse_exception", "/api/v1/workers/me")
        assert httpx.get(f"{server.url}/api").text == httpx.get(f"{server.url}/").text
        assert httpx.get(f"{server.url}/apis").json()["instance"] == "/api/apis"
        assert httpx.get(f"{server.url}/openapi.json").json()["servers"][0]["url"] == "/api"


def test_a_proxy_of_ours_is_below_a_prefix_too(server_url: str) -> None:
    """What it passes on has no prefix; what it makes and what it is told leads below it."""
    command = (COMMAND, "proxy", server_url)
    with Served("--port", "0", "--root-path", "/api", command=command) as proxy:
        made = httpx.post(f"{proxy.url}/api/s/below/v1/patient_tasks", json=TASK)
        assert made.headers["Location"] == f"/api/s/below/v1/patient_tasks/{made.json()['id']}"
        assert httpx.get(f"{proxy.url}{made.headers['Location']}").json() == made.json()
        [kept, _] = httpx.get(f"{proxy.url}/api/_mock/sandboxes/below/requests").json()["requests"]
        assert kept["path"] == "/v1/patient_tasks"
        assert httpx.get(f"{proxy.url}/api/_mock/sandboxes/none").json()["type"] == "/api/problems/not_found"
