"""A request as it comes: its head, and as much of its body as is read."""

import re
from typing import Any
from urllib.parse import unquote

from starlette.types import Scope

from ..handlers.errors import Refused
from .exchange import Exchange
from .malformed import malformed, unknown_coding
from .request import parse_length, too_large
from .request_log import LONGEST

ABSOLUTE = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)(.*)", re.DOTALL)
"""A target that is a whole URL (RFC 9112, 3.2.2): its host, and what follows."""
LINE = 100
"""Bytes that the first line has beside the target, at most: a method is at most so long, and the version."""
REQUEST_LINE = re.compile(rb"(?:\r\n)*([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([^\r\n]*?)(?: HTTP/[0-9.]*)?(?:\r\n|\Z)")
"""The first line of a request, however odd its target is."""


class Incoming:
    """One request. Its `exchange` is there once its headers have ended.

    `has_line` says that its first line has ended. `size` counts the bytes of its head, and then those that follow;
    `remaining` are those of its body that are still to come, if its length was declared. `is_queued` says that it is to
    be answered, or was: what still comes of it is thrown away. `since` is when somebody began to wait for its body.
    """

    def __init__(self, method: str | None) -> None:
        self.method = method
        self.target = b""
        self.headers: list[tuple[bytes, bytes]] = []
        self.exchange: Exchange | None = None
        self.parts: list[bytes] = []
        self.length = self.size = self.trailers = 0
        self.remaining: int | None = None
        self.keep_alive = True
        self.has_line = self.is_upgrade = self.is_queued = False
        self.since: float | None = None
        self.refused: Refused | None = None

    def make_scope(self, version: str, connection: dict[str, Any]) -> Scope:
        """Return the scope of a request whose headers have come. Raises `Refused` for a target that cannot be."""
        target = self.target
        if target[:1] != b"/":
            target = self.find_path(version)
        raw_path, _, query = target.partition(b"?")
        path = raw_path.decode("latin-1")
        return {
            **connection,
            "http_version": version,
            "method": self.method,
            "path": unquote(path) if "%" in path else path,
            "raw_path": raw_path,
            "query_string": query,
            "headers": self.headers,
        }

    def describe_head(self, head: bytes, connection: dict[str, Any]) -> Scope:
        """Return the scope of a request whose head is not whole or malformed, as far as it says which it is."""
        line = REQUEST_LINE.match(head)
        method = self.method or (line[1].decode() if line else "")
        raw_path, _, query = (line[2] if line else self.target)[:LONGEST].partition(b"?")
        return {
            **connection,
            "http_version": "1.1",
            "method": method,
            "path": raw_path.decode("utf-8", "replace"),
            "raw_path": raw_path,
            "query_string": query,
            "headers": self.headers,
        }

    def find_path(self, version: str) -> bytes:
        """Return the path and query of a target of another form. The host of a whole URL takes the place of `Host`.

        HTTP/1.1 demands one `Host` all the same: where there is none, or more than one, the request stays invalid.
        """
        if self.target == b"*" or self.method == "CONNECT":
            return self.target
        found = ABSOLUTE.fullmatch(self.target)
        if found is None:
            raise malformed("Its target is no path, no URL and no `*`.")
        host, path = found.groups()
        sent = [index for index, (name, _) in enumerate(self.headers) if name == b"host"]
        if len(sent) == 1:
            self.headers[sent[0]] = (b"host", host)
        elif not sent and version == "1.0":
            self.headers.append((b"host", host))
        if path[:1] == b"/":
            return bytes(path)
        return b"*" if self.method == "OPTIONS" and not path else b"/" + path

    def read_framing(self) -> None:
        """Note how long the body is. Raises `Refused` for a coding of the transfer that is not known here."""
        for name, value in self.headers:
            if name == b"content-length":
                self.remaining = parse_length(value)
            elif name == b"transfer-encoding" and value.lower() != b"chunked":
                raise unknown_coding(value)

    @property
    def framing_size(self) -> int:
        """Return how many bytes of the head are neither names nor values: the first line, colons and ends of lines."""
        return LINE + (len(self.target) + 4 * len(self.headers) if self.has_line else 0)

    @property
    def framing(self) -> bytes:
        """Return the headers that say how long the body is."""
        return b"".join(
            b"%s: %s\r\n" % each for each in self.headers if each[0] in (b"content-length", b"transfer-encoding")
        )

    @property
    def has_body(self) -> bool:
        """Return whether a body is to come."""
        return bool(self.remaining) or b"transfer-encoding" in dict(self.headers)

    def add_body(self, body: bytes) -> bool:
        """Keep a part of the body; return whether it is too large by now."""
        assert self.exchange
        self.parts.append(body)
        self.length += len(body)
        return self.length > self.exchange.largest

    def end_body(self, cut: Refused | None = None) -> None:
        """Have the exchange have the body, or the first part of one that was `cut`."""
        exchange = self.exchange
        assert exchange
        exchange.content = b"".join(self.parts)[: exchange.largest]
        exchange.cut = too_large(exchange.largest) if cut is None and self.length > exchange.largest else cut
        self.parts = []
