"""Readiness: whether a mock answers."""

import time

import httpx

from .exchanges import SERVER

PATH = "/_mock/sandboxes"
PAUSE_S = 0.05
"""Between two tries."""
PATIENCE_S = 5
"""How long one try may take."""


class NotReady(Exception):
    """No mock answers; the message says what does, or why nothing."""


def wait(url: str = SERVER, seconds: float = 0) -> None:
    """Return once a mock answers; raises `NotReady` if none does in so many seconds, `ValueError` for no address."""
    until = time.monotonic() + seconds
    while True:
        try:
            return ask(url)
        except NotReady:
            if time.monotonic() >= until:
                raise
            time.sleep(PAUSE_S)


def ask(url: str) -> None:
    """Ask a mock once. One that demands a token is ready, too."""
    try:
        response = httpx.get(f"{url.rstrip('/')}{PATH}", params={"limit": 1}, timeout=PATIENCE_S)
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        raise ValueError(f"`{url}` is no address. Expected one such as {SERVER}.") from error
    except httpx.HTTPError as error:
        raise NotReady(f"nothing answers at {url}: {str(error) or type(error).__name__}") from error
    kind = response.headers.get("content-type", "")
    guarded = (response.status_code, kind) == (401, "application/problem+json")
    if not guarded and not lists_sandboxes(response):
        raise NotReady(
            f"what answers at {url} is no mock: GET {PATH} was answered {response.status_code} {kind}".rstrip()
        )


def lists_sandboxes(response: httpx.Response) -> bool:
    """Whether an answer is that of a mock, and not of another server that answers all."""
    try:
        return response.status_code == 200 and "sandboxes" in response.json()
    except (ValueError, TypeError):
        return False
