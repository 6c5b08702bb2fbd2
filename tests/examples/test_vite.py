"""The Vite example: a page behind its proxy meets what the mock does, as a page of the mock itself would."""

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page

from ..mock import A
from ..serving.served import Served
from . import install
from .conftest import Copy

WORKER = f"/v1/workers/{A}"
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
TARGET = "  target: "
FRONTS = {"no proxy": None, "Vite": "", "Vite with changeOrigin": "  changeOrigin: true,\n"}
"""What stands before the mock; of Vite, the lines that its configuration has besides those shown."""
PATIENCE_MS = 10_000
"""A page that waits so long waits forever."""

FETCH = """
async ([path, options, patience]) => {
  const began = performance.now();
  try {
    const response = await fetch(path, { ...options, signal: AbortSignal.timeout(patience) });
    const record = await response.json();
    return {
      status: response.status,
      id: record.id,
      retryAfter: response.headers.get("Retry-After"),
      took: performance.now() - began,
    };
  } catch (error) {
    return { error: error.name };
  }
}
"""
LISTEN = """
([address, path, patience]) => new Promise((resolve, reject) => {
  setTimeout(() => reject(new Error("no event came")), patience);
  const source = new EventSource(address);
  source.addEventListener("exchange", ({ data }) => resolve(JSON.parse(data)));
  source.onopen = () => fetch(path);
})
"""

Fetch = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def mock() -> Iterator[httpx.Client]:
    """Asks the mock of this module."""
    with Served("--port", "0") as server, httpx.Client(base_url=server.url) as client:
        yield client


@contextmanager
def serve_by_vite(folder: Path, node: str, mock: str) -> Iterator[str]:
    """The address at which Vite serves the example."""
    command = (node, "node_modules/vite/bin/vite.js", "--host", "127.0.0.1", "--port", "0")
    settings = {**os.environ, "MOCK": mock, "NO_COLOR": "1"}
    with subprocess.Popen(command, cwd=folder, env=settings, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = map(ADDRESS.search, process.stdout)
        yield next(found[0] for found in lines if found)
        process.terminate()


@pytest.fixture(scope="module", params=FRONTS)
def origin(
    request: pytest.FixtureRequest, copy: Copy, program: Callable[[str], str], mock: httpx.Client
) -> Iterator[str]:
    """Where the page comes from."""
    address = str(mock.base_url).rstrip("/")
    lines = FRONTS[request.param]
    if lines is None:
        yield address
        return
    folder = copy(install.PLAYWRIGHT)
    config = folder / "vite.config.ts"
    text = config.read_text("utf-8")
    assert TARGET in text
    config.write_text(text.replace(TARGET, lines + TARGET), "utf-8")
    with serve_by_vite(folder, program("node"), address) as url:
        yield url


@pytest.fixture
def page(browser: Browser, origin: str, mock: httpx.Client) -> Iterator[Page]:
    """A page, and a sandbox as new."""
    mock.post("/_mock/sandboxes/default/reset").raise_for_status()
    context = browser.new_context(base_url=origin)
    page = context.new_page()
    page.goto("/v1/workers")  # a page of the mock's own forbids itself to fetch, a problem does not
    yield page
    context.close()


@pytest.fixture
def fetch(page: Page) -> Fetch:
    """Has the page fetch something."""
    return lambda path=WORKER, **options: page.evaluate(FETCH, [path, options, PATIENCE_MS])


@pytest.fixture
def fault(mock: httpx.Client) -> Callable[..., None]:
    """Makes a fault rule for reading a worker."""

    def fault(**rule: object) -> None:
        made = mock.post("/_mock/sandboxes/default/faults", json={"operation": "workers_get"} | rule)
        assert made.status_code == 201, made.text

    return fault


@pytest.mark.parametrize("network", ["reset", "empty", "half_body"])
def test_a_connection_that_breaks_is_an_exception(fetch: Fetch, fault: Callable[..., None], network: str) -> None:
    """The page neither meets a status that the mock did not send, nor waits."""
    fault(network=network)
    assert fetch() == {"error": "TypeError"}


def test_a_mock_that_is_slow_is_slow(fetch: Fetch, fault: Callable[..., None]) -> None:
    """The answer is that of the mock, and comes when the mock sends it."""
    fault(delay={"seconds": 0.3})
    response = fetch()
    assert (response["status"], response["id"]) == (200, A)
    assert response["took"] >= 300


def test_an_error_comes_whole(fetch: Fetch, fault: Callable[..., None]) -> None:
    """With its headers."""
    fault(status=503, retry_after=7)
    response = fetch()
    assert (response["status"], response["retryAfter"]) == (503, "7")


def test_a_page_may_write(fetch: Fetch, mock: httpx.Client) -> None:
    """It is of the same origin as what it asks, whichever Host the proxy passes on: records, and its sandbox."""
    headers = {"Content-Type": "application/json"}
    assert fetch("/v1/conversations", method="POST", headers=headers, body=f'{{"user_id": "{A}"}}')["status"] == 201
    assert mock.get("/_mock/sandboxes/default/diff").json()["created"] != {}
    assert fetch("/_mock/sandboxes/default/reset", method="POST")["status"] == 200
    assert mock.get("/_mock/sandboxes/default/diff").json()["created"] == {}


def test_events_come_as_they_happen(page: Page) -> None:
    """The stream of a journal goes through the proxy, event by event."""
    told = page.evaluate(LISTEN, ["/_mock/sandboxes/default/requests/stream", WORKER, PATIENCE_MS])
    assert told["operation"] == "workers_get"
