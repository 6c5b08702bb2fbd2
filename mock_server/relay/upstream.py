"""The server behind the proxy: asked what the proxy was asked, within a time and up to a size."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable

import httpx
from starlette.types import Send

from ...handlers.errors import BadGateway, Fault, GatewayTimeout, Refused
from ..serving.response import Headers, Response

LARGEST_ANSWER = 16 << 20
"""Bytes."""
IDLE_S = 2
"""Seconds after which a connection is not used again: shorter than servers wait before they close one."""
MOST_CONNECTIONS = 200

HOP_BY_HOP = {
    *(b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"proxy-connection"),
    *(b"te", b"trailer", b"transfer-encoding", b"upgrade"),
}
"""Headers that are of a connection, and not of what is sent over it (RFC 9110, 7.6.1)."""
NOT_ASKED = HOP_BY_HOP | {b"host", b"content-length", b"expect", b"accept-encoding"}
NOT_ANSWERED = HOP_BY_HOP | {b"date"}
"""Headers that the next connection has anew; the server that we are sets the date."""
READABLE = (b"gzip", b"deflate")
"""Encodings that are taken off an answer which has them although nobody asked."""
STATUSES = range(100, 600)


class Unanswered(Refused):
    """The server gave no answer."""


class Unreadable(Refused):
    """The server gave an answer that is none: it is no HTTP, breaks off, or is too large."""


class Relayed(Response):
    """An answer as it came, which has the length that it said if its body is left out."""

    async def send(self, send: Send) -> None:
        """Send it, whole."""
        said = self.status in (204, 304) or any(name == b"content-length" for name, _ in self.headers)
        headers = self.headers if said else [*self.headers, (b"content-length", b"%d" % len(self.body))]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


class Upstream:
    """A server at a URL that answers within so many seconds; a path of the URL stands before each path."""

    def __init__(self, url: str, patience: float) -> None:
        self.url = httpx.URL(url)
        self.base = self.url.raw_path.partition(b"?")[0].rstrip(b"/")
        self.patience = patience
        self.opened: httpx.AsyncClient | None = None

    @property
    def client(self) -> httpx.AsyncClient:
        """What asks; it belongs to the loop that first asks for it."""
        if self.opened is None:
            limits = httpx.Limits(max_connections=MOST_CONNECTIONS, keepalive_expiry=IDLE_S)
            self.opened = httpx.AsyncClient(timeout=self.patience, limits=limits)
        return self.opened

    async def ask(self, method: str, target: str, headers: Headers, content: bytes) -> Relayed:
        """What it answers to a method and a path with its query. Raises `Unanswered` or `Unreadable`."""
        url = self.url.copy_with(raw_path=self.base + target.encode("ascii"))
        passed = [*kept(headers, NOT_ASKED), (b"accept-encoding", b"identity")]
        request = httpx.Request(method, url, headers=passed, content=content or None)
        try:
            async with asyncio.timeout(self.patience):
                return await self.send(request)
        except (TimeoutError, httpx.TimeoutException) as error:
            advice = "Send the request again, or start the proxy with a larger --timeout."
            detail = f"{self.url} has not answered within {self.patience:g} seconds. {advice}"
            raise Unanswered([GatewayTimeout(detail)]) from error
        except (httpx.RemoteProtocolError, httpx.DecodingError) as error:
            raise Unreadable([BadGateway(f"{self.url} gave an answer that cannot be read: {error}")]) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            reason = str(error) or type(error).__name__
            raise Unanswered([self.unreachable(reason)]) from error

    def unreachable(self, reason: str) -> Fault:
        """What to say of a server that is not there."""
        return BadGateway(f"{self.url} cannot be reached: {reason}. See whether it runs, and at this address.")

    async def send(self, request: httpx.Request) -> Relayed:
        """What it answers to a request, read up to a size."""
        answer = await self.client.send(request, stream=True)
        try:
            if answer.status_code not in STATUSES:
                raise Unreadable([BadGateway(f"{self.url} gave the status {answer.status_code}, which is none.")])
            encoded = answer.headers.get("content-encoding", "").encode() in READABLE
            body = await self.body(answer.aiter_bytes() if encoded else answer.aiter_raw())
        finally:
            await answer.aclose()
        left = NOT_ANSWERED if request.method == "HEAD" else {*NOT_ANSWERED, b"content-length"}
        if encoded and request.method != "HEAD":
            left = {*left, b"content-encoding"}
        return Relayed(answer.status_code, kept(answer.headers.raw, left), body)

    async def body(self, pieces: AsyncIterator[bytes]) -> bytes:
        """The body of an answer. Raises `Unreadable` if it is too large."""
        body = bytearray()
        async for piece in pieces:
            body += piece
            if len(body) > LARGEST_ANSWER:
                raise Unreadable([BadGateway(f"{self.url} gave an answer of more than {LARGEST_ANSWER} bytes.")])
        return bytes(body)

    async def close(self) -> None:
        """Ask nothing more."""
        if self.opened:
            await self.opened.aclose()


def kept(headers: Iterable[tuple[bytes, bytes]], left: Collection[bytes]) -> Headers:
    """Headers in lower case without those that are left out, and those that `Connection` names."""
    lower = [(name.lower(), value) for name, value in headers]
    named = {each.strip().lower() for name, value in lower if name == b"connection" for each in value.split(b",")}
    return [(name, value) for name, value in lower if name not in left and name not in named]
