"""A response in bytes, as HTTP/1.1 has it."""

from http import HTTPStatus

from .response import Headers, Response

STATUS_LINES = {status: b"HTTP/1.1 %d \r\n" % status for status in range(100, 600)} | {
    each.value: b"HTTP/1.1 %d %s\r\n" % (each.value, each.phrase.encode()) for each in HTTPStatus
}
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
CLOSING = b"connection: close\r\n\r\n"


class DefaultHeaders:
    """The headers of every response of a server, in bytes; it makes others each second, for the date."""

    def __init__(self) -> None:
        self.headers: Headers = []
        self.encoded = b""

    def encode(self, headers: Headers) -> bytes:
        """Return the headers in bytes, made once for each list."""
        if headers is not self.headers:
            self.headers, self.encoded = headers, b"".join([b"%s: %s\r\n" % each for each in headers])
        return self.encoded


def encode_response(response: Response, default: bytes, is_head: bool, keep_alive: bool) -> bytes:
    """Return a whole response; `default` are its first headers, and one to HEAD has no body."""
    head = encode_head(response.status, response.whole_headers, default, keep_alive)
    return head if is_head else head + response.body


def encode_head(status: int, headers: Headers, default: bytes, keep_alive: bool) -> bytes:
    """Return the head of a response. Raises `ValueError` for a header that would be more than one."""
    lines = [b"%s: %s\r\n" % each for each in headers]
    head = b"".join(lines)
    if not len(lines) == head.count(b"\n") == head.count(b"\r"):
        raise ValueError(f"A header of the response has a line break: {headers}")
    return STATUS_LINES[status] + default + head + (b"\r\n" if keep_alive else CLOSING)
