"""The server behind the proxy: asked what the proxy was asked, within a time and up to a size."""

import asyncio
import re
from collections.abc import AsyncIterator, Collection, Iterable
from secrets import token_hex

import httpx

from ..handlers.errors import BadGateway, Fault, GatewayTimeout, Refused
from ..proof.proxies import FindProxy, Transport, describe_route, find_none
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
FORBIDDEN = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
"""What no header can have (RFC 9110, 5.5)."""
STATUSES = range(200, 600)
SAFE = ("GET", "HEAD")
"""Methods that may be asked twice."""
ASTERISK = "*"
"""What OPTIONS names in place of a path if it asks about the server (RFC 9112, 3.2.4)."""


class Unanswered(Refused):
    """The server gave no answer."""


class Unreadable(Unanswered):
    """The server gave an answer that is none: it is no HTTP, breaks off, or is too large."""


class Relayed(Response):
    """An answer as it came, which has the length that it said if its body is left out."""

    @property
    def whole_headers(self) -> Headers:
        """Return the headers, with the length of the body unless they say one."""
        has_length = any(name == b"content-length" for name, _ in self.headers)
        return self.headers if has_length else super().whole_headers


class Target(httpx.URL):
    """A URL whose path and query are sent as they are written; httpx takes the dots out of a path."""

    def __init__(self, url: httpx.URL, target: bytes) -> None:
        super().__init__(url)
        self.target = target

    @property
    def raw_path(self) -> bytes:
        """The path and the query."""
        return self.target


class Upstream:
    """A server at a URL that answers within so many seconds; a path of the URL stands before each path."""

    def __init__(self, url: str, patience: float, find_proxy: FindProxy = find_none) -> None:
        self.url = httpx.URL(url)
        self.find_proxy = find_proxy
        self.route = describe_route(url, find_proxy(url))
        self.base = self.url.raw_path.partition(b"?")[0].rstrip(b"/")
        self.patience = patience
        self.via = (b"via", b"1.1 common-apis-" + token_hex(8).encode())
        self.opened: httpx.AsyncClient | None = None

    @property
    def client(self) -> httpx.AsyncClient:
        """What asks; it belongs to the loop that first asks for it."""
        if self.opened is None:
            limits = httpx.Limits(max_connections=MOST_CONNECTIONS, keepalive_expiry=IDLE_S)
            self.opened = httpx.AsyncClient(timeout=self.patience, transport=Transport(self.find_proxy, limits))
        return self.opened

    async def ask(self, method: str, target: str, headers: Headers, content: bytes) -> Relayed:
        """What it answers to a method and a path with its query. Raises `Unanswered` or `Unreadable`."""
        passed = [*kept(headers, NOT_ASKED), (b"accept-encoding", b"identity"), self.via]
        request = httpx.Request(method, self.url, headers=passed, content=content or None)
        request.method = method  # httpx writes it in capitals
        request.url = Target(self.url, (b"" if target == ASTERISK else self.base) + target.encode("ascii"))
        try:
            async with asyncio.timeout(self.patience):
                return await self.send(request)
        except (TimeoutError, httpx.TimeoutException) as error:
            advice = "Send the request again, or start the proxy with a larger --timeout."
            detail = f"{self.route} has not answered within {self.patience:g} seconds. {advice}"
            raise Unanswered([GatewayTimeout(detail)]) from error
        except httpx.RemoteProtocolError as error:
            raise Unreadable([BadGateway(f"{self.route} gave an answer that cannot be read: {error}")]) from error
        except httpx.HTTPError as error:
            reason = str(error) or "it broke the connection off"
            raise Unanswered([self.unreachable(reason)]) from error

    def leads_back(self, headers: Headers) -> bool:
        """Whether a message has been here before (RFC 9110, 7.6.3)."""
        return any(name.lower() == b"via" and self.via[1] in value for name, value in headers)

    def itself(self) -> Fault:
        """What to say of a server that is the proxy, by whichever name."""
        return BadGateway(f"{self.url} leads back to this proxy. Name the server that it is to stand before.")

    def unreachable(self, reason: str) -> Fault:
        """What to say of a server that is not there."""
        return BadGateway(f"{self.route} cannot be reached: {reason}. See whether it runs, and at this address.")

    async def send(self, request: httpx.Request) -> Relayed:
        """What it answers to a request, read up to a size."""
        answer = await self.begun(request)
        try:
            self.check(answer.status_code, answer.headers.raw)
            body = await self.body(answer.aiter_raw())
        finally:
            await answer.aclose()
        left = NOT_ANSWERED if request.method == "HEAD" else {*NOT_ANSWERED, b"content-length"}
        return Relayed(answer.status_code, kept(answer.headers.raw, left), body)

    async def begun(self, request: httpx.Request) -> httpx.Response:
        """An answer, its body to be read. A server may end a connection just when it is used again: then ask anew."""
        try:
            return await self.client.send(request, stream=True)
        except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError):
            if request.method not in SAFE:
                raise
            return await self.client.send(request, stream=True)

    def check(self, status: int, headers: Headers) -> None:
        """Refuse an answer that cannot be passed on. Raises `Unanswered` or `Unreadable`."""
        if self.leads_back(headers):
            raise Unanswered([self.itself()])
        if status not in STATUSES:
            raise Unreadable([BadGateway(f"{self.route} gave the status {status}, which is none.")])
        for name, value in headers:
            if FORBIDDEN.search(value):
                detail = f"{self.route} gave a header `{name.decode()}` with a character that none may have."
                raise Unreadable([BadGateway(detail)])

    async def body(self, pieces: AsyncIterator[bytes]) -> bytes:
        """The body of an answer. Raises `Unreadable` if it is too large."""
        body = bytearray()
        async for piece in pieces:
            body += piece
            if len(body) > LARGEST_ANSWER:
                raise Unreadable([BadGateway(f"{self.route} gave an answer of more than {LARGEST_ANSWER} bytes.")])
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
