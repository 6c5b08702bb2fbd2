"""The portal in a browser: what a reader sees, and that nothing leaves the reader's machine."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from ..chromium import launch
from ..serving.served import Served
from ..waiting import wait_until

EVENT = "/v1/calendar_events/aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"
TRY_IT = "Test Request (get /v1/calendar_events/{id})"
SEND = re.compile("^Send get request to")


def open_client(page: Page, button: str = TRY_IT) -> Locator:
    """Open the dialog that sends a request, and return it: a page that is still setting itself up may miss a click."""
    dialog = page.get_by_role("dialog", name="API Client")

    def click() -> bool:
        page.get_by_role("button", name=button).click()
        try:
            dialog.get_by_role("button", name=SEND).wait_for(timeout=5_000)
        except PlaywrightTimeoutError:
            return False
        return True

    wait_until(click)
    return dialog


class Recorder:
    """Every request of a browser context: of its pages, frames, service workers and sockets."""

    def __init__(self, context: BrowserContext) -> None:
        self.addresses: list[str] = []
        context.on("request", lambda request: self.addresses.append(request.url))
        context.route_web_socket("**", lambda socket: self.addresses.append(socket.url))

    def elsewhere(self, server_url: str) -> list[str]:
        """What was asked of another origin. `data:` and `blob:` are in the page already."""
        parts = [(address, urlsplit(address)) for address in self.addresses]
        return [
            address
            for address, part in parts
            if part.scheme not in ("data", "blob") and f"{part.scheme}://{part.netloc}" != server_url
        ]


@pytest.fixture(scope="module")
def browser(program: Callable[[str], str]) -> Iterator[Browser]:
    """Debian's Chromium."""
    with launch(program) as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a fresh profile, as a reader has it."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def read_and_try(page: Page, server_url: str) -> None:
    """What a reader does: look around, search, open the try-it dialog and send a request."""
    page.goto(f"{server_url}/docs#api/tag/calendar-events/calendar_events_get")
    page.get_by_role("button", name="Show all").first.click()
    page.get_by_role("button", name="Set dark mode").click()
    page.keyboard.press("Control+k")
    search = page.get_by_role("dialog", name="Reference Search")
    search.get_by_role("combobox").fill("patient")
    expect(search.get_by_role("option", name="/v1/patients").first).to_be_visible()
    page.keyboard.press("Escape")
    dialog = open_client(page)
    dialog.get_by_role("button", name=SEND).click()
    expect(dialog).to_contain_text("200 OK")


@pytest.mark.parametrize("lock", ["settings alone", "settings and policy"])
def test_reading_and_trying_asks_this_server_alone(browser: Browser, server_url: str, lock: str) -> None:
    """The settings of the reference suffice; the policy is sent as well, and breaks nothing."""
    context = browser.new_context(bypass_csp=lock == "settings alone")
    recorder = Recorder(context)
    read_and_try(context.new_page(), server_url)
    context.close()
    assert f"{server_url}/openapi.json" in recorder.addresses
    assert f"{server_url}{EVENT}" in recorder.addresses
    assert recorder.elsewhere(server_url) == []


@pytest.mark.parametrize("place", ["", "#mock/"])
def test_the_commands_of_the_reference_are_for_this_server(page: Page, server_url: str, place: str) -> None:
    """Whatever its port is: one copies them. The contract itself, as a file, has the usual one."""
    page.goto(f"{server_url}/docs{place}")

    expect(page.get_by_text(f"{server_url}/").first).to_be_visible()
    assert "127.0.0.1:4010" not in page.content()
    assert "http://127.0.0.1:4010/" in httpx.get(f"{server_url}/openapi.json").text


@pytest.mark.parametrize("place", ["", "#mock/"])
def test_the_reference_has_nothing_to_complain_of(page: Page, server_url: str, place: str) -> None:
    """Scalar reads both contracts by rules of its own, and logs what it does not understand."""
    logged: list[tuple[str, str]] = []
    page.on("console", lambda message: logged.append((message.type, message.text)))
    page.on("pageerror", lambda error: logged.append(("error", str(error))))
    page.goto(f"{server_url}/docs{place}")
    with page.expect_console_message(lambda message: message.text.startswith("addDocument")):
        page.reload()  # so that what is waited for is logged while somebody listens

    assert [each for each in logged if each[0] in ("error", "warning")] == []


def test_recorder_sees_a_page_that_asks_elsewhere(browser: Browser, server_url: str) -> None:
    """An image and a socket of another host, in a frame, are both found."""
    context = browser.new_context()
    recorder = Recorder(context)
    frame = "<img src='https://images.example/x.png'><script>new WebSocket('wss://sockets.example')"
    context.new_page().set_content(f'<iframe srcdoc="{frame}</script>"></iframe>')
    context.close()
    assert recorder.elsewhere(server_url) == [
        "https://images.example/x.png",
        "wss://sockets.example/",
    ]


def test_recorder_sees_a_reference_with_one_setting_undone(browser: Browser, server_url: str) -> None:
    """With the fonts of Scalar switched on, and no policy, the reference asks another host."""
    boot = httpx.get(f"{server_url}/docs/boot.js").text
    undone = boot.replace("withDefaultFonts: false", "withDefaultFonts: true")
    assert undone != boot
    context = browser.new_context(bypass_csp=True)
    recorder = Recorder(context)
    page = context.new_page()
    page.route("**/docs/boot.js", lambda route: route.fulfill(body=undone))
    read_and_try(page, server_url)
    context.close()
    hosts = {urlsplit(address).netloc for address in recorder.elsewhere(server_url)}
    assert hosts == {"fonts.scalar.com"}


@pytest.mark.parametrize("path", ["/", "/docs", "/problems"])
def test_policy_refuses_what_a_page_would_ask_elsewhere(page: Page, server_url: str, path: str) -> None:
    """Even a script that got into a page could not send what it read to another host."""
    page.goto(server_url + path)
    refused = page.evaluate(
        """async () => {
            const refusal = new Promise((done) =>
                document.addEventListener("securitypolicyviolation", done, { once: true }));
            const patience = new Promise((done) => setTimeout(done, 5000, {}));
            fetch("https://elsewhere.example/").catch(() => {});
            const { effectiveDirective, blockedURI } = await Promise.race([refusal, patience]);
            return [effectiveDirective, blockedURI];
        }"""
    )
    assert refused == ["connect-src", "https://elsewhere.example/"]


def test_reference_shows_every_operation(page: Page, server_url: str) -> None:
    """Each operation of the contract stands in the reference, under its resource."""
    contract = httpx.get(f"{server_url}/openapi.json").json()
    page.goto(f"{server_url}/docs")
    for path, item in contract["paths"].items():
        for method in item.keys() & {"get", "put", "post", "delete"}:
            endpoints = page.get_by_role("list", name=f"{item[method]['tags'][0]} endpoints")
            line = re.compile(rf"^\s*{method}\s*{re.escape(path)}$", re.IGNORECASE)
            expect(endpoints.get_by_role("listitem").filter(has_text=line)).to_have_count(1)


def test_reference_marks_what_is_assumed(page: Page, server_url: str) -> None:
    """A reader sees which statements are decisions, and where to look them up."""
    contract = httpx.get(f"{server_url}/openapi.json").json()
    decisions = contract["paths"]["/v1/calendar_events"]["post"]["x-decision"]
    page.goto(f"{server_url}/docs#api/tag/calendar-events/calendar_events_create")
    operation = page.get_by_role("region", name="Create a calendar event")
    expect(operation.get_by_text(f"Assumed: {', '.join(decisions)}").first).to_be_visible()


def test_reference_hands_out_the_contract_as_it_is_served(page: Page, server_url: str) -> None:
    """The button downloads the very bytes of /openapi.json."""
    page.goto(f"{server_url}/docs")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download OpenAPI Document").click()
    assert download.value.path().read_bytes() == httpx.get(f"{server_url}/openapi.json").content


def test_first_page_links_to_the_operation_in_the_reference(page: Page, server_url: str) -> None:
    """The link of an operation opens the reference at that operation."""
    page.goto(server_url)
    page.get_by_role("link", name="PUT /v1/patients/{id}").click()
    expect(page.get_by_role("heading", name="Update a patient")).to_be_in_viewport()


def test_try_it_sends_the_request_and_shows_the_answer(page: Page, server_url: str) -> None:
    """The dialog is filled with an example that exists: one click, and the record is there."""
    page.goto(f"{server_url}/docs#api/tag/calendar-events/calendar_events_get")
    dialog = open_client(page)
    with page.expect_response(server_url + EVENT) as answer:
        dialog.get_by_role("button", name=SEND).click()
    assert answer.value.status == 200
    expect(dialog).to_contain_text("200 OK")
    body = dialog.get_by_role("region", name="Body", exact=True)
    expect(body).to_contain_text(answer.value.json()["id"])


@pytest.mark.parametrize("path", ["/", "/docs", "/problems", "/problems/parse_exception"])
def test_page_fits_a_phone_and_reports_no_error(browser: Browser, server_url: str, path: str) -> None:
    """Nothing is cut off at the right of a narrow screen, and the console stays silent."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    said: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            said.append(message.text)

    context.on("console", listen)
    context.on("weberror", lambda error: said.append(str(error.error)))
    page = context.new_page()
    page.goto(server_url + path)
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()
    assert said == []


@pytest.fixture(scope="module")
def guarded() -> Iterator[str]:
    """The address of a mock whose control plane demands a token."""
    with Served("--port", "0", "--admin-token", "correct-horse") as server:
        yield server.url


def test_try_it_sends_the_admin_token(page: Page, guarded: str) -> None:
    """Without it the answer says what is lacking; typed where the reference asks for it, it opens the control plane."""
    page.goto(f"{guarded}/docs#mock/tag/sandboxes/sandboxes_list")
    dialog = open_client(page, "Test Request (get /_mock/sandboxes)")
    dialog.get_by_role("button", name=SEND).click()
    expect(dialog).to_contain_text("403 Forbidden")
    expect(dialog).to_contain_text("demands its admin token. Send `X-Mock-Admin-Token: TOKEN`.")
    dialog.get_by_role("button", name="Select Auth Type").click()
    page.get_by_role("option", name="adminToken").click()
    dialog.get_by_role("region", name="Authentication").get_by_label("Value").fill("correct-horse")
    dialog.get_by_role("button", name=SEND).click()
    expect(dialog).to_contain_text("200 OK")


def test_a_page_follows_the_requests_with_the_admin_token(page: Page, guarded: str) -> None:
    """By the query, since `EventSource` sends no header; without the token, it is told nothing."""
    page.goto(f"{guarded}/docs")
    follow = """(query) => new Promise((resolve) => {
        const source = new EventSource(`/_mock/sandboxes/default/requests/stream${query}`);
        source.onopen = () => fetch("/v1/workers/aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa");
        source.addEventListener("exchange", ({ data }) => resolve(JSON.parse(data).operation));
        source.onerror = () => resolve("refused");
    })"""
    assert page.evaluate(follow, "") == "refused"
    assert page.evaluate(follow, "?admin_token=correct-horse") == "workers_get"
