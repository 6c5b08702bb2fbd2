"""Asking a server: a GET whose answer comes whole, within a time and up to a size, or not at all.

httpx bounds each read alone, so it would wait without end for a server that sends a byte now and then.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import aclosing, contextmanager
from typing import Any, NamedTuple

import httpx
from anyio.from_thread import start_blocking_portal

from .proxies import FindProxy, Transport, find_none

PATIENCE_S = 30
LARGEST_ANSWER = 64 << 20
"""Bytes. All that a journal keeps has room in it, with every character escaped."""

LAST_PORT = 65535


class NoAddress(Exception):
    """That is no address of a server."""


class NoAnswer(Exception):
    """No answer came, or not the whole of one; the message says why."""


class Answer(NamedTuple):
    """What a server answered."""

    status: int
    media_type: str
    body: bytes


Ask = Callable[..., Answer]
"""Asks for a path, with parameters by their names. Raises `NoAddress` or `NoAnswer`."""


@contextmanager
def asking(
    url: str = "",
    headers: Mapping[str, str] | None = None,
    patience_s: float | None = None,
    find_proxy: FindProxy = find_none,
) -> Iterator[Ask]:
    """What asks the server at a URL. It has a loop of its own, so it serves whoever has one already, too.

    The `headers` are for that server: another one, to which it leads, does not get them.
    """

    async def keep_headers(request: httpx.Request) -> None:
        if get_origin(request.url) != get_origin(client.base_url):
            for name in headers or ():
                request.headers.pop(name, None)

    with start_blocking_portal() as portal:

        def ask(path: str, **parameters: Any) -> Answer:
            answer: Answer = portal.call(get, client, path, parameters, patience_s or PATIENCE_S)
            return answer

        try:
            client = httpx.AsyncClient(
                base_url=url,
                headers=headers,
                timeout=None,
                follow_redirects=True,
                event_hooks={"request": [keep_headers]},
                transport=Transport(find_proxy),
            )
        except httpx.InvalidURL as error:
            raise NoAddress(url) from error
        with portal.wrap_async_context_manager(client):
            yield ask


def get_origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """Return what makes a server the same one; httpx has None for the default port of a scheme."""
    return url.scheme, url.host, url.port


async def get(client: httpx.AsyncClient, path: str, parameters: Mapping[str, Any], patience_s: float) -> Answer:
    """The answer to a GET. Raises `NoAddress` or `NoAnswer`."""
    try:
        request = client.build_request("GET", path, params=parameters or None)
    except httpx.InvalidURL as error:
        raise NoAddress(path) from error
    if not request.url.host or request.url.scheme not in ("http", "https") or (request.url.port or 0) > LAST_PORT:
        raise NoAddress(path)
    try:
        async with asyncio.timeout(patience_s), aclosing(await client.send(request, stream=True)) as answer:
            body = bytearray()
            async for piece in answer.aiter_bytes():
                body += piece
                if len(body) > LARGEST_ANSWER:
                    raise NoAnswer(f"the answer is larger than {LARGEST_ANSWER >> 20} MiB")
            return Answer(answer.status_code, answer.headers.get("content-type", ""), bytes(body))
    except TimeoutError as error:
        raise NoAnswer(f"no whole answer came within {patience_s:g} seconds") from error
    except ExceptionGroup as error:  # where it led to cannot even be tried
        raise NoAnswer("it leads to an address that is none") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NoAnswer(str(error).removesuffix(".") or type(error).__name__) from error
