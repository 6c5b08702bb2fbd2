"""HTTP/1.1 as uvicorn speaks it, with the bounds that a server needs which anybody may write to.

uvicorn bounds neither the size of headers nor the time that they take, and answers what it cannot parse in plain text.
"""

import asyncio
import re
from asyncio import BaseTransport
from socket import SO_LINGER, SOL_SOCKET
from struct import pack
from typing import Any
from weakref import WeakMethod

from httptools import HttpRequestParser
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from ..handlers.errors import ParseException, Refused, RequestTimeout
from .breaking import CUT, STOPPING
from .forwarding import Forwarding
from .gathering import Gathering
from .guard import LARGEST_HEADERS, headers_too_large
from .request import LARGEST_BODY, too_large
from .request_log import REFUSED, Log, describe
from .response import CLOSE, problem, root_path

HEADERS_WAIT, BODY_WAIT = 10.0, 30.0
"""Seconds that the headers and the body of a request may take to arrive (D-54)."""
LARGEST_REST = 16 * LARGEST_BODY
"""Bytes that are read of a request after its headers: who sends too much is to read why, not to be cut off."""
PIECE = 8 << 10
"""Bytes that are parsed in one turn of the event loop: a packet may have thousands of small requests or fields."""
MOST_TRAILERS = 100
"""Fields after a chunked body."""

UPGRADE = re.compile(rb"\r\nupgrade:", re.IGNORECASE)
BEGUN = re.compile(rb"(?<=\r\n)u(p(g(r(a(de?)?)?)?)?)?\Z", re.IGNORECASE)
LETTERS = b"uUpPgGrRaAdDeE"
METHOD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) /[^ \r\n]* HTTP/1\.[01]\r\n")
ABSOLUTE = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)")
"""The beginning of a target that is a whole URL, with the host of it (RFC 9112, 3.2.2)."""
UNUSED_METHOD = b"SOURCE"
"""A method that the parser knows and the contract does not: it stands in for those that the parser does not know."""


class Protocol(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *args: Any, log: Log | None, forwarding: Forwarding, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.log = log
        self.forwarding = forwarding
        self.tail = self.held = self.unparsed = self.backlog = b""
        self.deaf = False
        self.stopping = asyncio.Event()
        self.running: RequestResponseCycle | None = None
        self.trailers: list[tuple[bytes, bytes]] = []
        self.answered: object = None
        self.pending = 0
        self.waiting_since: float | None = None
        self.unread: object = None
        self.unread_since = 0.0

    def connection_made(self, transport: BaseTransport) -> None:
        """Begin to wait for the first request."""
        self.gathering = Gathering(transport, self.loop)  # type: ignore[arg-type]  # asyncio declares less than it gives
        super().connection_made(self.gathering)
        # Weakly: journals keep scopes, and are not to keep connections.
        self.app_state = self.app_state | {CUT: WeakMethod(self.cut), STOPPING: self.stopping}
        self.waiting_since = self.loop.time()

    def cut(self, reset: bool) -> None:
        """End the connection without another byte, or as a machine does that has lost it."""
        self.leave()
        if reset:
            self.transport.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, pack("ii", 1, 0))
            self.transport.abort()
        else:
            self.transport.close()

    def leave(self) -> None:
        """Have the request that is being answered know that nobody waits for it, or wonders at half an answer."""
        if self.running is not None and not self.running.response_complete:
            self.running.disconnected = True
            self.running.message_event.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the request that is being answered; uvicorn tells the latest, which may wait behind it."""
        super().connection_lost(exc)
        self.leave()

    def data_received(self, data: bytes) -> None:
        """Parse what arrives; more than a piece of it in several turns, so that other connections have theirs."""
        if self.backlog:
            self.backlog += data
        elif len(data) <= PIECE:
            self.parse(data)
        else:
            self.backlog = data
            self.parse_piece()

    def parse_piece(self) -> None:
        """Parse a piece of what has arrived, and read on once there is no more of it."""
        piece, self.backlog = self.backlog[:PIECE], self.backlog[PIECE:]
        self.parse(piece)
        if self.transport.is_closing():
            self.backlog = b""
        elif self.backlog:
            self.gathering.hold_reading()
            self.loop.call_soon(self.parse_piece)
        else:
            self.gathering.release_reading(self.flow.read_paused)

    def parse(self, data: bytes) -> None:
        """Parse, and count what belongs to a request that has not ended."""
        if self.deaf:
            return  # what follows nonsense is none
        before, self.answered = self.scope, self.cycle
        self.unparsed = data = self.decline_upgrade(data)
        super().data_received(data)
        if self.held and self.cycle and self.cycle.more_body and not self.within_headers:
            self.release_held()
        if self.scope is not before and "path" in self.scope and not self.cycle.more_body:
            self.pending, self.waiting_since = 0, None  # the usual case: a whole request
        else:
            self.count(len(data), self.scope is not before)

    def count(self, size: int, new: bool) -> None:
        """Note bytes of a request that is not whole, and refuse it when it is too large."""
        if new:
            self.pending = 0
        if not new or self.cycle is self.answered:  # what came before it in the same packet does not count
            self.pending += size
        if self.within_headers or self.cycle.response_complete:
            self.waiting_since = self.waiting_since or self.loop.time()
        else:
            self.waiting_since = None
        if self.within_headers and self.pending > LARGEST_HEADERS:
            self.refuse(headers_too_large())
        elif self.pending > LARGEST_REST or len(self.trailers) > MOST_TRAILERS:
            self.refuse(too_large())

    @property
    def within_headers(self) -> bool:
        """Whether the headers of the latest request have not ended, or no request has begun."""
        return self.scope is None or "path" not in self.scope

    def decline_upgrade(self, data: bytes) -> bytes:
        """The bytes without the offer to speak another protocol (Java's client makes it with each first request).

        The parser would stop at it and leave the body unread; RFC 9110 allows to ignore it. The length stays the same.
        What may be the beginning of its name, at the end of a packet within the headers, is held for the next one.
        """
        known = len(self.tail)
        data = self.tail + self.held + data
        self.held = b""
        if data[-1:] in LETTERS and not (self.cycle and self.cycle.more_body) and (begun := BEGUN.search(data)):
            self.held = begun[0]
            data = data[: begun.start()]
        self.tail = data[-2:]
        if b"pgrade:" in data or b"PGRADE:" in data:
            data = UPGRADE.sub(b"\r\nIgnored:", data)
        return data[known:]

    def release_held(self) -> None:
        """Parse what was held: it is no name of a header, but the end of a body."""
        held, self.held = self.held, b""
        self.tail = (self.tail + held)[-2:]
        super().data_received(held)

    def on_headers_complete(self) -> None:
        """Note which request is being answered, if it is this one."""
        if not self.url.startswith(b"/"):
            self.replace_host()
        super().on_headers_complete()
        if not self.pipeline:
            self.running = self.cycle

    def replace_host(self) -> None:
        """Have the host of a target that is a whole URL count in place of `Host`, so that it is checked.

        HTTP/1.1 demands one `Host` all the same: where there is none, or more than one, the request stays invalid.
        """
        target = ABSOLUTE.match(self.url)
        sent = [index for index, (name, _) in enumerate(self.headers) if name == b"host"]
        if target and len(sent) == 1:
            self.headers[sent[0]] = (b"host", target[1])
        elif target and not sent and self.parser.get_http_version() == "1.0":
            self.headers.append((b"host", target[1]))

    def on_chunk_header(self) -> None:
        """What follows a chunked body are no headers (RFC 9110, 6.5.1): they are kept apart."""
        self.headers = self.trailers = []

    def on_response_complete(self) -> None:
        """Go on, but read no more while requests that have come are waiting: uvicorn would heap them up."""
        self.running = self.pipeline[-1][0] if self.pipeline else None
        super().on_response_complete()
        if self.pipeline:
            self.flow.pause_reading()

    def shutdown(self) -> None:
        """End, without waiting for what has not come whole, or for a stream, which has no end."""
        super().shutdown()
        self.stopping.set()
        if self.running is not None and (self.running.more_body or self.running.chunked_encoding):
            self.transport.close()

    def eof_received(self) -> bool:  # type: ignore[override]  # uvicorn's does not answer a client that has said all
        """A client has sent all that it will; it still gets the answer to a request that is whole."""
        cycle = self.cycle
        if cycle is None or cycle.response_complete or cycle.more_body:
            self.gathering.flush()  # the connection is closed now
            return False
        cycle.keep_alive = False
        return True

    def check_patience(self) -> None:
        """Give up on headers or a body that do not end; the server calls this once a second, a request never does."""
        now = self.loop.time()
        if self.waiting_since is not None:
            if now - self.waiting_since > HEADERS_WAIT:
                self.give_up("headers", HEADERS_WAIT)
        elif self.cycle is None or not self.cycle.more_body:
            self.unread = None
        elif self.unread is not self.cycle:
            self.unread, self.unread_since = self.cycle, now
        elif now - self.unread_since > BODY_WAIT:
            self.give_up("body", BODY_WAIT)

    def give_up(self, part: str, seconds: float) -> None:
        """Answer a request that does not arrive, if there is one that is not answered yet, and close."""
        if self.scope is None:
            self.transport.close()  # browsers open connections that they may never use: no answer to take for another
            return
        detail = f"The {part} did not arrive whole within {seconds:.0f} seconds. Send it again, without pauses."
        self.refuse(Refused([RequestTimeout(detail)]))
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()

    def send_400_response(self, msg: str) -> None:
        """Refuse what the parser does not take; a method that it does not know is for the application to refuse."""
        line = METHOD.match(self.unparsed)
        if line is None or self.url or self.cycle is not self.answered:
            self.refuse(Refused([ParseException("The request is not one that HTTP/1.1 allows.")]))
            return
        rest, self.unparsed = self.unparsed[line.end(1) :], b""
        self.parser = HttpRequestParser(self)
        super().data_received(UNUSED_METHOD + rest)
        if self.cycle is not self.answered:
            self.cycle.scope["method"] = line[1].decode()

    def refuse(self, refused: Refused) -> None:
        """Answer without the application, unless an answer is on its way, and close."""
        cycle, self.deaf = self.cycle, True
        if self.transport.is_closing():
            return
        if cycle is not None and cycle.response_complete and not self.within_headers:
            self.transport.close()  # the rest of a request that was answered before it was whole
            return
        if cycle is not None and not cycle.response_complete and not cycle.more_body:
            cycle.keep_alive = False  # the request before this one is whole: it is answered, then the connection ends
            return
        if cycle is None or cycle.response_complete or not cycle.response_started:
            sent: Any = self.scope or {"headers": []}
            scope = self.forwarding.apply(sent)
            status, headers, body = problem(refused, root_path(scope) + scope.get("path", "/"), root_path(scope))
            if self.log:
                self.log(describe(scope, status, None, refused.faults))
            sent[REFUSED] = True
            length = (b"content-length", b"%d" % len(body))
            lines = [*self.server_state.default_headers, *headers, length, CLOSE]
            head = b"".join(b"%s: %s\r\n" % line for line in lines)
            self.transport.write(STATUS_LINE[status] + head + b"\r\n" + body)
        self.transport.close()
