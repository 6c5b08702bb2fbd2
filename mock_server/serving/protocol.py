"""HTTP/1.1 as uvicorn speaks it, with the bounds that a server needs which anybody may write to.

uvicorn bounds neither the size of headers nor the time that they take, and answers what it cannot parse in plain text.
"""

import re
from asyncio import BaseTransport
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from ...handlers.errors import ParseException, Refused, RequestTimeout
from .guard import LARGEST_HEADERS, headers_too_large
from .operation import Operation
from .response import CLOSE, problem
from .router import Router
from .routes import refuse_method

HEADERS_WAIT, BODY_WAIT = 10.0, 30.0
"""Seconds that the headers and the body of a request may take to arrive (D-54)."""
REQUEST_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) (/[^ ?]*)[^ ]* HTTP/1\.[01]\r\n")


class Protocol(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *args: Any, router: Router[Operation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.router = router
        self.latest = b""
        self.pending = 0
        self.waiting_since: float | None = None
        self.unread: int | None = None
        self.unread_since = 0.0

    def connection_made(self, transport: BaseTransport) -> None:
        """Begin to wait for the first request."""
        super().connection_made(transport)  # type: ignore[arg-type]  # uvicorn narrows what asyncio declares
        self.waiting_since = self.loop.time()

    def data_received(self, data: bytes) -> None:
        """Parse, and count what belongs to headers that have not ended."""
        self.latest = data
        super().data_received(data)
        if self.scope is not None and "path" in self.scope:
            self.pending, self.waiting_since = 0, None
            return
        self.pending += len(data)
        self.waiting_since = self.waiting_since or self.loop.time()
        if self.pending > LARGEST_HEADERS:
            self.refuse(headers_too_large())

    def check_patience(self) -> None:
        """Give up on headers or a body that do not end; the server calls this once a second, a request never does."""
        now = self.loop.time()
        if self.waiting_since is not None:
            if now - self.waiting_since > HEADERS_WAIT:
                self.refuse(too_slow("headers", HEADERS_WAIT))
        elif self.cycle is None or not self.cycle.more_body:
            self.unread = None
        elif self.unread != id(self.cycle):
            self.unread, self.unread_since = id(self.cycle), now
        elif now - self.unread_since > BODY_WAIT:
            self.refuse(too_slow("body", BODY_WAIT), self.cycle.scope["path"])
            self.cycle.disconnected = True
            self.cycle.message_event.set()

    def send_400_response(self, msg: str) -> None:
        """Refuse what the parser does not take: most often a method that it does not know."""
        line = REQUEST_LINE.match(self.latest)
        if line and not self.url:
            method, path = line[1].decode(), line[2].decode("latin-1")
            self.refuse(refuse_method(self.router, method, path), path)
        else:
            self.refuse(Refused([ParseException("The request is not one that HTTP/1.1 allows.")]))

    def refuse(self, refused: Refused, path: str = "/") -> None:
        """Answer without the application, unless an answer is already on its way, and close."""
        if self.transport.is_closing():
            return
        cycle = self.cycle
        if cycle is None or cycle.response_complete or (cycle.more_body and not cycle.response_started):
            status, headers, body = problem(refused, path)
            lines = [*headers, (b"content-length", b"%d" % len(body)), CLOSE]
            head = b"".join(b"%s: %s\r\n" % line for line in lines)
            self.transport.write(STATUS_LINE[status] + head + b"\r\n" + body)
        self.transport.close()


def too_slow(part: str, seconds: float) -> Refused:
    """The refusal of a request that does not arrive whole in time."""
    detail = f"The {part} did not arrive whole within {seconds:.0f} seconds. Send it again, without pauses."
    return Refused([RequestTimeout(detail)])
