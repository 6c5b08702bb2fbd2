"""A connection of one's own, for requests that no HTTP client would send, or not so."""

import socket
import struct
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import httpx

PATIENCE = 10.0
"""Seconds after which a server that does not answer hangs."""


def request(method: str, target: str, *headers: str, body: bytes = b"") -> bytes:
    """The bytes of a request, whole; a body comes with its length."""
    length = [f"Content-Length: {len(body)}"] if body else []
    return "\r\n".join([f"{method} {target} HTTP/1.1", "Host: 127.0.0.1", *headers, *length, "", ""]).encode() + body


def codes(answer: httpx.Response) -> list[str]:
    """The code of each fault that a problem document names."""
    return [each["code"] for each in answer.json()["errors"]]


class Wire:
    """One connection to a server."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        assert address.hostname
        assert address.port
        self.socket = socket.create_connection((address.hostname, address.port), PATIENCE)
        self.incoming = self.socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.incoming.close()
        self.socket.close()

    def send(self, data: bytes) -> None:
        """Send bytes, as they are."""
        self.socket.sendall(data)

    def ask(self, data: bytes) -> httpx.Response:
        """Send bytes, and read the answer to them."""
        self.send(data)
        return self.answer(bodiless=data.startswith(b"HEAD "))

    def ask_stream(self, data: bytes) -> bytes:
        """Send a request for a stream, and read the head of its answer."""
        self.send(data)
        return b"".join(iter(self.incoming.readline, b"\r\n"))

    def answer(self, *, bodiless: bool = False) -> httpx.Response:
        """The next answer; fails if the server closes the connection instead, or stays silent."""
        line = self.incoming.readline()
        assert line, "the server closed the connection without an answer"
        status, headers = int(line.split()[1]), self.headers()
        length = int(headers.get("content-length", 0)) if not bodiless else 0
        content = self.incoming.read(length)
        assert len(content) == length, "the server closed the connection within an answer"
        return httpx.Response(status, headers=headers, content=content)

    def headers(self) -> httpx.Headers:
        """The headers that come next."""
        lines = iter(lambda: self.incoming.readline().rstrip(b"\r\n"), b"")
        return httpx.Headers([(name, value.strip()) for name, _, value in (line.partition(b":") for line in lines)])

    def ended(self) -> bool:
        """Whether the server closes the connection, with nothing more to say."""
        try:
            return self.incoming.read(1) == b""
        except ConnectionResetError:
            return True

    def stop_sending(self) -> None:
        """Close one half of the connection: an answer can still be read."""
        self.socket.shutdown(socket.SHUT_WR)

    def break_off(self) -> None:
        """Go away at once, as a program does that is killed: what was not read is thrown away."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.incoming.close()
        self.socket.close()
