"""The contract as a file, which says where it is served."""

from collections.abc import Callable
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response

from .outline import Document
from .publication import Publication

KEPT = 8
"""Prefixes for which the bytes are kept. A server has one, or is behind a few proxies."""


class Contract:
    """A folded contract in one form. Below a prefix, that is the address of its server."""

    def __init__(self, document: Document, media_type: str, write: Callable[[Document], bytes]) -> None:
        self._document = document
        self._media_type = media_type
        self._write = write
        self._publish = lru_cache(KEPT)(self._publication)

    def answer(self, request: Request) -> Response:
        """The bytes, or 304 to a client that has them."""
        return self._publish(request.scope.get("root_path", "")).answer(request)

    def _publication(self, prefix: str) -> Publication:
        """The bytes below a prefix."""
        return Publication(self._media_type, lambda: self._write(move_servers(self._document, prefix)))


def move_servers(document: Document, prefix: str) -> Document:
    """Return a contract whose servers are below a prefix."""
    if not prefix:
        return document
    servers = [
        server | {"url": f"{prefix}{server['url']}".rstrip("/")} for server in document.get("servers", [{"url": "/"}])
    ]
    return document | {"servers": servers}
