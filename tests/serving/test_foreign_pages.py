"""Pages of another origin in a real browser: what they send to a mock or a proxy changes nothing, and tells nothing."""

from collections.abc import Callable, Iterator
from secrets import token_hex
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page
from starlette.types import Receive, Scope, Send

from ..chromium import launch
from ..mock import A
from ..relay.servers import Proxied, listening
from .served import Served

EVIL = "evil.example"
"""A name that leads to this machine: at the port of the attacker, and once it is rebound at that of the mock."""
UNTRUSTED = ("mock.internal", "0.0.0.0")
"""Hosts to which a browser sends no `Sec-Fetch-Site` by plain HTTP."""
NAMED = f"/v1/workers/{A}"
RENAME = f"/v1/patients/{A}"
RESET = "/_mock/sandboxes/default/reset"
RESTORE = "/_mock/sandboxes/default/snapshots/before/restore"

FETCH = """async ([url, options]) => {
    try { const answer = await fetch(url, options); return [answer.status, await answer.text()] }
    catch (error) { return [0, String(error)] }
}"""
FORM = """([url]) => {
    document.body.innerHTML = '<iframe name="away"></iframe><form method="post" target="away" enctype="text/plain">'
        + '<input name="a" value="b"></form>';
    const form = document.querySelector("form");
    form.action = url;
    const sent = new Promise((done) => document.querySelector("iframe").addEventListener("load", done));
    form.submit();
    return sent.then(() => true);
}"""
IMAGE = """([url, { referrerPolicy = "" }]) => new Promise((done) => {
    const image = new Image();
    image.referrerPolicy = referrerPolicy;
    image.onload = image.onerror = () => done(true);
    image.src = url;
})"""


async def empty_page(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve an empty page: what it does, a test says."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": b"<!doctype html><title>evil</title><body></body>"})


@pytest.fixture(scope="module")
def browser(program: Callable[[str], str]) -> Iterator[Browser]:
    """Chromium, in which the name of the attacker and the addresses that it does not trust are this machine."""
    with launch(program, EVIL, *UNTRUSTED) as browser:
        yield browser


@pytest.fixture(scope="module")
def attacker() -> Iterator[str]:
    """The address of the attacker's page."""
    with listening(empty_page) as url:
        yield url.replace("127.0.0.1", EVIL)


@pytest.fixture
def evil(browser: Browser, attacker: str) -> Iterator[Page]:
    """The attacker's page, open."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(attacker)
    yield page
    context.close()


@pytest.fixture(scope="module", params=["serve", "proxy"])
def target(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """The address that is attacked, and that of the mock whose records are at stake."""
    open_to_all = ["--cors", "*", "--allow-host", "*"] if request.param == "proxy" else []  # the proxy alone refuses
    with Served("--port", "0", *open_to_all) as mock:
        httpx.put(mock.url + RENAME, json={"first_name": "Changed"}).raise_for_status()
        httpx.post(f"{mock.url}/_mock/sandboxes/default/snapshots", json={"name": "before"}).raise_for_status()
        httpx.put(mock.url + RENAME, json={"first_name": "Kept"}).raise_for_status()
        if request.param == "serve":
            yield mock.url, mock.url
        else:
            with Proxied(mock.url) as proxy:
                httpx.get(f"{proxy.url}/s/kept{NAMED}").raise_for_status()
                yield proxy.url, mock.url


def first_name(mock: str) -> str:
    """The name that a patient has now; a PUT of `{}` reads it."""
    return str(httpx.put(mock + RENAME, json={}).json()["first_name"])


def sandboxes(url: str) -> list[str]:
    """The names of the sandboxes of a mock, or of the journals of a proxy."""
    return [each["name"] for each in httpx.get(f"{url}/_mock/sandboxes").json()["sandboxes"]]


def let_in(url: str) -> list[str]:
    """What the journal of a mock or a proxy has of a browser that was not refused."""
    exchanges = httpx.get(f"{url}/_mock/sandboxes/default/requests").json()["requests"]
    return [each["path"] for each in exchanges if "Mozilla" in str(each["consumer"]) and each["status"] != 403]


SENT: dict[str, tuple[str, str, dict[str, object]]] = {
    "reset by fetch": (FETCH, RESET, {"method": "POST", "mode": "no-cors"}),
    "restore by fetch": (FETCH, RESTORE, {"method": "POST", "mode": "no-cors"}),
    "reset by beacon": ("([url]) => navigator.sendBeacon(url)", RESET, {}),
    "reset by a form": (FORM, RESET, {}),
    "restore by a form": (FORM, RESTORE, {}),
    "write by a form": (FORM, "/v1/patients", {}),
    "delete by fetch": (FETCH, "/_mock/sandboxes/default", {"method": "DELETE"}),
    "write by fetch": (FETCH, RENAME, {"method": "PUT", "body": '{"first_name":"Evil"}'}),
    "sandbox by an image": (IMAGE, f"/s/imaged{NAMED}", {}),
    "sandbox by fetch": (FETCH, f"/s/fetched{NAMED}", {"mode": "no-cors"}),
    "sandbox by a form": (FORM.replace('method="post"', 'method="get"'), f"/s/formed{NAMED}", {}),
}


@pytest.mark.parametrize("attack", SENT)
def test_a_foreign_page_changes_nothing(evil: Page, target: tuple[str, str], attack: str) -> None:
    """No reset, restore, write or delete, and no new sandbox, whichever way a page has to send them."""
    (url, mock), (script, path, options) = target, SENT[attack]
    before = sandboxes(url), sandboxes(mock)
    with evil.expect_request(lambda request: path.split("?")[0] in request.url):
        evil.evaluate(script, [url + path, options])
    evil.wait_for_load_state("networkidle")
    assert (first_name(mock), (sandboxes(url), sandboxes(mock))) == ("Kept", before)
    assert let_in(url) == []


@pytest.mark.parametrize("policy", ["", "no-referrer"])
@pytest.mark.parametrize("script", [IMAGE, FETCH], ids=["image", "fetch"])
@pytest.mark.parametrize("host", UNTRUSTED)
def test_a_foreign_page_makes_no_sandbox_where_the_browser_says_less(
    evil: Page, target: tuple[str, str], host: str, script: str, policy: str
) -> None:
    """Whether the page has the browser leave its address out or not."""
    url = target[0].replace("127.0.0.1", host)
    before = sandboxes(target[0])
    evil.evaluate(script, [f"{url}/s/{token_hex(8)}{NAMED}", {"mode": "no-cors", "referrerPolicy": policy}])
    assert sandboxes(target[0]) == before


def test_a_page_of_the_mock_makes_a_sandbox_where_the_browser_says_less(browser: Browser) -> None:
    """Its own pages say where they are."""
    with Served("--port", "0") as mock:
        context = browser.new_context()
        page = context.new_page()
        page.goto(mock.url.replace("127.0.0.1", "mock.internal") + "/docs")
        assert page.evaluate(FETCH, [f"/s/own{NAMED}", {}])[0] == 200
        assert sandboxes(mock.url) == ["default", "own"]
        context.close()


def test_a_rebound_name_reads_and_changes_nothing(browser: Browser, target: tuple[str, str]) -> None:
    """The page's own name leads to the mock now, so that the browser takes what it asks for its own origin's."""
    url, mock = target
    context = browser.new_context()
    page = context.new_page()
    rebound = f"http://{EVIL}:{urlsplit(url).port}"
    opened = page.goto(rebound)
    assert opened
    assert opened.status == 403
    before = sandboxes(url)
    asked: list[tuple[str, dict[str, object]]] = [
        ("/_mock/sandboxes/default/requests", {}),
        (NAMED, {}),
        (f"/s/rebound{NAMED}", {}),
        (RENAME, {"method": "PUT", "body": '{"first_name":"E"}', "headers": {"Content-Type": "application/json"}}),
        ("/_mock/sandboxes/default", {"method": "DELETE"}),
    ]
    answers = [page.evaluate(FETCH, [rebound + path, options]) for path, options in asked]
    context.close()
    assert [status for status, _ in answers] == [403] * len(asked)
    assert all("--allow-host evil.example" in text for _, text in answers)
    assert (first_name(mock), sandboxes(url)) == ("Kept", before)


def test_a_page_of_this_machine_does_all_of_it(browser: Browser) -> None:
    """The same scripts from a page that is allowed have their effect: the tests above can fail."""
    with listening(empty_page) as url, Served("--port", "0") as mock:
        context = browser.new_context()
        page = context.new_page()
        page.goto(url)
        page.evaluate(
            FETCH, [mock.url + RENAME, SENT["write by fetch"][2] | {"headers": {"Content-Type": "application/json"}}]
        )
        assert first_name(mock.url) == "Evil"
        page.evaluate(FORM, [mock.url + RESET])
        assert first_name(mock.url) != "Evil"
        page.evaluate(FETCH, [f"{mock.url}/s/fetched{NAMED}", {}])
        assert sandboxes(mock.url) == ["default", "fetched"]
        context.close()


def test_an_allowed_page_reads_and_writes(evil: Page, attacker: str) -> None:
    """`--cors` names its origin, and the mock does what it asks."""
    with Served("--port", "0", "--cors", attacker) as mock:
        assert evil.evaluate(FETCH, [mock.url + RESET, {"method": "POST"}])[0] == 200
        assert evil.evaluate(FETCH, [f"{mock.url}/s/made{NAMED}", {}])[0] == 200
        assert sandboxes(mock.url) == ["default", "made"]
