"""A request that an ASGI application answers, over a connection: pages, streams, and what is broken off."""

import asyncio
from typing import TYPE_CHECKING

from starlette.types import Message, Scope

from .outgoing import encode_head
from .response import WITHOUT_BODY, Headers

if TYPE_CHECKING:
    from .incoming import Incoming
    from .protocol import Protocol


class AsgiCall:
    """The call of an application for one request whose body has been read.

    `status` is that of its response, which is a stream if nobody knows its length.
    """

    def __init__(self, protocol: "Protocol", request: "Incoming", scope: Scope) -> None:
        self.protocol = protocol
        self.request = request
        self.scope = scope
        self.gone = asyncio.Event()
        self.status: int | None = None
        self.is_read = self.is_stream = self.is_chunked = self.is_complete = False

    async def receive(self) -> Message:
        """Give the body, and then the end of the connection."""
        if self.is_read:
            await self.gone.wait()
            return {"type": "http.disconnect"}
        self.is_read = True
        assert self.request.exchange
        return {"type": "http.request", "body": self.request.exchange.content, "more_body": False}

    async def send(self, message: Message) -> None:
        """Write the head of the response, or a part of its body, once the client reads."""
        await self.protocol.writer.drain()
        if self.gone.is_set():
            return
        if message["type"] == "http.response.start":
            self.write_head(message["status"], [*message.get("headers", [])])
        else:
            self.write_body(message.get("body", b""), message.get("more_body", False))

    def write_head(self, status: int, headers: Headers) -> None:
        """Write the head; a body whose length is not said is sent in chunks."""
        named = dict(headers)
        self.status = status
        if named.get(b"connection", b"").lower() == b"close":
            self.request.keep_alive = False
            headers = [each for each in headers if each[0] != b"connection"]
        has_length = b"content-length" in named or status in WITHOUT_BODY
        self.is_stream = not has_length and self.scope["method"] != "HEAD"
        self.is_chunked = self.is_stream and self.scope["http_version"] != "1.0"  # there, the connection ends the body
        if self.is_chunked:
            headers = [*headers, (b"transfer-encoding", b"chunked")]
        self.protocol.log_response(self.request, status)
        self.protocol.writer.write(encode_head(status, headers, self.protocol.default_headers, self.request.keep_alive))

    def write_body(self, body: bytes, is_more: bool) -> None:
        """Write a part of the body; HEAD has none."""
        self.is_complete = not is_more
        if self.scope["method"] == "HEAD":
            return
        if self.is_chunked:
            body = (b"%x\r\n%s\r\n" % (len(body), body) if body else b"") + (b"" if is_more else b"0\r\n\r\n")
        self.protocol.writer.write(body)
