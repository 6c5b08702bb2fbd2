"""The requests of one connection, parsed by httptools: each by itself, and none larger than it may be."""

import re
from collections.abc import Callable
from time import monotonic
from typing import Any

import httptools

from ..handlers.errors import Refused
from .guard import LARGEST_HEADERS, headers_too_large
from .incoming import Incoming
from .malformed import (
    MOST_TRAILERS,
    VERSIONS,
    explain,
    malformed,
    target_too_long,
    too_many_trailers,
    unknown_version,
)
from .request import LARGEST_BODY, too_large
from .responder import Responder

LARGEST_REST = 32 * LARGEST_BODY
"""Bytes that are read of a request after its headers, with what chunks add: who sends too much is to read why."""

KNOWN = (b"GET ", b"POST ", b"PUT ", b"DELETE ", b"HEAD ", b"OPTIONS ", b"PATCH ", b"CONNECT ", b"TRACE ", b"PRI ")
"""How requests begin whose methods the parser surely knows."""
METHOD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,64})( |\Z)")
"""What a request begins with, or may begin with when more has come."""
UNUSED_METHOD = b"PURGE "
"""A method that the parser knows and the contract does not: it stands in for those that the parser does not know."""
END = b"\r\n\r\n"
"""What headers end with, and a chunked body with its trailers."""


class Reader:
    """Parses requests; `queue` takes each that is to be answered, in their order.

    It is deaf once nothing more is to be read, as after what cannot be parsed, and between requests once one has come
    whole. It is asking for a body while a client waits for that. `since` is when it began to wait for headers, by a
    clock that does not jump.
    """

    def __init__(self, responder: Responder, connection: dict[str, Any], queue: Callable[[Incoming], None]) -> None:
        self.responder = responder
        self.scope = connection
        self.queue = queue
        self.parser: httptools.HttpRequestParser | None = self.make_parser()
        self.incoming: Incoming | None = None
        self.held = self.tail = b""
        self.method: str | None = None
        self.is_deaf = self.is_muted = self.is_between = self.is_asking = False
        self.since: float | None = monotonic()

    @property
    def has_begun(self) -> bool:
        """Return whether a request has begun that has not come whole."""
        return bool(self.incoming or self.held)

    def close(self) -> None:
        """Parse nothing more, and hold on to nothing."""
        self.is_deaf = True
        self.parser = self.incoming = None

    def parse(self, data: bytes) -> None:
        """Parse what has come: each request by itself, so that it is known where one ends."""
        data, self.held = self.held + data, b""
        while data and not self.is_deaf:
            if self.incoming is None and not data.startswith(KNOWN):
                data = self.replace_method(data)
            end = self.find_end(data)
            self.is_between = False
            self.feed(data[:end])
            data = data[end:]
        if self.is_between and not self.held:
            self.since = None
        elif self.since is None:
            self.since = monotonic()

    def replace_method(self, data: bytes) -> bytes:
        """Return what begins with a request, with another method in the place of one that the parser does not know.

        Empty lines before it are left out (RFC 9112, 2.2), and a method that has not come whole is held.
        """
        data = data.lstrip(b"\r\n")
        found = METHOD.match(data)
        if found is None or data.startswith(KNOWN):
            return data
        if not found[2]:
            self.held = data
            return b""
        self.method = found[1].decode()
        return UNUSED_METHOD + data[found.end() :]

    def find_end(self, data: bytes) -> int:
        """Return where data ends that may belong to the latest request, and surely not to the next but one."""
        request = self.incoming
        if request is not None and request.exchange and request.remaining is not None:
            return request.remaining
        known = len(self.tail)
        end = (self.tail + data).find(END)
        return len(data) if end < 0 else end + len(END) - known

    def feed(self, data: bytes) -> None:
        """Have the parser parse what belongs to one request, and count it."""
        if not data:
            return
        assert self.parser
        request = self.incoming
        head = data if request is None else b""
        is_body = request is not None and request.exchange is not None
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self.decline_upgrade()
        except httptools.HttpParserCallbackError as error:
            self.refuse(explain(error.__context__), head)
        except httptools.HttpParserError:
            self.refuse(malformed(), head)
        request = self.incoming
        self.tail = (self.tail + data)[-3:] if request else b""
        if request:
            self.count(request, data, is_body)

    def count(self, request: Incoming, data: bytes, is_body: bool) -> None:
        """Count bytes of a request that is not whole, and refuse it when it is too large."""
        if request.exchange and not is_body:
            return  # its headers have just ended
        request.size += len(data)
        if request.exchange is None:
            request.has_line = request.has_line or b"\n" in data
            if request.size - request.framing_size > LARGEST_HEADERS:
                self.refuse(headers_too_large() if request.has_line else target_too_long())
            return
        if request.remaining is not None:
            request.remaining -= len(data)
        if request.size > LARGEST_REST:
            self.refuse(too_large(request.exchange.largest))

    def decline_upgrade(self) -> None:
        """Go on as if no other protocol were offered, as Java's client does with each first request (RFC 9110, 7.8).

        The parser has stopped behind the headers; another one is told how long the body is.
        """
        request = self.incoming
        assert request
        request.is_upgrade = False
        self.parser = self.make_parser()
        self.is_muted = True
        self.parser.feed_data(b"POST / HTTP/1.1\r\n" + request.framing + b"\r\n")
        self.is_muted = False

    def make_parser(self) -> httptools.HttpRequestParser:
        """Return a parser that calls this reader."""
        parser = httptools.HttpRequestParser(self)
        parser.set_dangerous_leniencies(lenient_data_after_close=True)  # what follows is not looked at
        return parser

    def on_message_begin(self) -> None:
        """Note that a request begins."""
        if not self.is_muted:
            self.incoming, self.method = Incoming(self.method), None

    def on_url(self, url: bytes) -> None:
        """Note a part of the target."""
        if self.incoming and self.parser and not self.is_muted:
            self.incoming.target += url
            self.incoming.method = self.incoming.method or self.parser.get_method().decode()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Note a header; those that follow a body are counted, and are none (RFC 9110, 6.5.1). Raises `Refused`."""
        request = self.incoming
        assert request
        if self.is_muted:
            return
        if request.exchange:
            request.trailers += 1
            if request.trailers > MOST_TRAILERS:
                raise too_many_trailers()
        else:
            request.headers.append((name.lower(), value.rstrip(b" \t")))

    def on_headers_complete(self) -> None:
        """Find out where a request leads, and ask for its body if it is wanted. Raises `Refused`."""
        request, parser = self.incoming, self.parser
        if self.is_muted:
            return
        assert request
        assert parser
        version = parser.get_http_version()
        if version not in VERSIONS:
            raise unknown_version(version)
        if len(request.target) > LARGEST_HEADERS:
            raise target_too_long()
        request.keep_alive = version != "1.0" and parser.should_keep_alive() and request.method != "CONNECT"
        request.is_upgrade = parser.should_upgrade()
        request.exchange = self.responder.begin(request.make_scope(version, self.scope))
        request.size = 0
        request.read_framing()
        expected = request.exchange.headers.get(b"expect")
        if expected and expected.lower() == b"100-continue" and version != "1.0" and request.has_body:
            self.answer_expectation(request)

    def on_body(self, body: bytes) -> None:
        """Keep a part of the body, as far as it is read."""
        request = self.incoming
        if request and not request.is_queued and request.add_body(body):
            self.enqueue(request)

    def on_message_complete(self) -> None:
        """Have a request answered that has come whole; not the headers of one that offers another protocol."""
        request = self.incoming
        if request is None or request.is_upgrade:
            return
        self.is_between, self.is_asking = True, False
        if not request.is_queued:
            self.enqueue(request)
        if not request.keep_alive:
            self.is_deaf = True
        self.incoming = None

    def answer_expectation(self, request: Incoming) -> None:
        """Ask for the body that a client holds back, or answer without it; then nobody knows whether it will come."""
        assert request.exchange
        if not self.responder.wants_body(request.exchange):
            request.keep_alive = False
            self.enqueue(request, too_large(request.exchange.largest))
        else:
            self.is_asking = True

    def enqueue(self, request: Incoming, cut: Refused | None = None) -> None:
        """Have a request answered after those before it, as far as it has come."""
        request.end_body(cut)
        request.is_queued = True
        self.queue(request)

    def give_up(self, refused: Refused) -> None:
        """Have the latest request answered without what has not come of it."""
        request = self.incoming
        if request and request.exchange and not request.is_queued:
            self.is_deaf, request.keep_alive = True, False
            self.enqueue(request, refused)
        else:
            self.refuse(refused, self.held)

    def refuse(self, refused: Refused, head: bytes = b"") -> None:
        """Refuse the latest request, whose `head` may tell which it is, after those before it; then close."""
        request, self.is_deaf = self.incoming or Incoming(self.method), True
        if request.is_queued:
            return  # the rest of a request that is answered without it
        if request.exchange is None:
            request.exchange = self.responder.make_exchange(request.describe_head(head, self.scope))
        request.refused, request.keep_alive = refused, False
        request.is_queued = True
        self.queue(request)
