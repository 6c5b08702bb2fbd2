"""Content codings (RFC 9110, 8.4.1): taken off an answer to judge it, and left on the one that is passed on."""

import zlib
from collections.abc import Callable

from ..serving.response import Response
from .upstream import LARGEST_ANSWER

GZIP, ZLIB, DEFLATE = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS
"""What `zlib` calls the forms of what it packs."""
MOST_PARTS = 100
"""Of what gzip packed: each is copied with all that follows."""


class Unknown(Exception):
    """A coding that is none of ours, so that nothing can be told of the body. The message names it."""


class Damaged(Exception):
    """A body has not the coding that is named. The message says so."""


def readable(response: Response) -> Response:
    """The same without the codings of its body; its headers stay. Raises `Unknown` or `Damaged`."""
    named = b",".join(value for name, value in response.headers if name == b"content-encoding")
    body = response.body
    for coding in reversed([each.strip().lower().decode("latin-1") for each in named.split(b",")]):
        if coding in ("", "identity") or not body:
            continue
        if coding not in CODINGS:
            raise Unknown(coding)
        try:
            body = CODINGS[coding](body)
        except zlib.error as error:
            raise Damaged(f"The body is no {coding}, as its Content-Encoding says: {error}.") from error
    return response if body is response.body else response._replace(body=body)


def gunzipped(body: bytes) -> bytes:
    """What was packed by gzip, of one part or more."""
    found = b""
    for _ in range(MOST_PARTS):
        part, body = unpacked(body, GZIP, LARGEST_ANSWER - len(found))
        found += part
        if not body.strip(b"\0"):  # some pad it
            return found
    raise zlib.error(f"more than {MOST_PARTS} parts are in it")


def inflated(body: bytes) -> bytes:
    """What was packed as `deflate`: with a frame around it as RFC 9110 has it, or without, as some servers do."""
    try:
        return unpacked(body, ZLIB)[0]
    except zlib.error:
        return unpacked(body, DEFLATE)[0]


def unpacked(body: bytes, form: int, most: int = LARGEST_ANSWER) -> tuple[bytes, bytes]:
    """The first part of a body, up to a size, and what follows it. Raises `zlib.error` if it is none."""
    unpacking = zlib.decompressobj(form)
    found = unpacking.decompress(body, most + 1)
    if len(found) > most:
        raise zlib.error(f"more than {LARGEST_ANSWER} bytes are in it")
    if not unpacking.eof:
        raise zlib.error("it ends too early")
    return found, unpacking.unused_data


CODINGS: dict[str, Callable[[bytes], bytes]] = {"gzip": gunzipped, "x-gzip": gunzipped, "deflate": inflated}
