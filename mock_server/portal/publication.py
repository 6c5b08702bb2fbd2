"""A publication: bytes that are made once and sent with their fingerprint."""

from collections.abc import Callable
from functools import cached_property
from hashlib import sha256
from typing import Any

import orjson
import yaml
from starlette.requests import Request
from starlette.responses import Response

REVALIDATE = "no-cache"
"""A client may keep the bytes, and asks each time whether they are still right."""

FOREVER = "public, max-age=31536000, immutable"
"""The bytes at this address never change: whoever links to them puts the fingerprint into it."""


class Publication:
    """Bytes of one media type. They are made when they are first asked for: start-up is quick."""

    def __init__(self, media_type: str, make: Callable[[], bytes], keep: str = REVALIDATE) -> None:
        self._media_type = media_type
        self._make = make
        self._keep = keep

    @cached_property
    def body(self) -> bytes:
        """The bytes themselves."""
        return self._make()

    @cached_property
    def fingerprint(self) -> str:
        """A short name for exactly these bytes."""
        return sha256(self.body).hexdigest()[:16]

    def answer(self, request: Request) -> Response:
        """The bytes, or 304 to a client that has them."""
        etag = f'"{self.fingerprint}"'
        headers = {"ETag": etag, "Cache-Control": self._keep, "X-Content-Type-Options": "nosniff"}
        if _names(request.headers.get("If-None-Match", ""), etag):
            return Response(status_code=304, headers=headers)
        return Response(self.body, headers=headers, media_type=self._media_type)


class Dumper(yaml.CSafeDumper):
    """YAML without anchors, which not every reader follows."""

    def ignore_aliases(self, _: object) -> bool:
        """Write what stands in two places twice."""
        return True


def as_json(document: dict[str, Any]) -> bytes:
    """The document as JSON."""
    return orjson.dumps(document)


def as_yaml(document: dict[str, Any]) -> bytes:
    """The document as YAML, in its own order."""
    text = yaml.dump(document, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=100)
    return text.encode()


def _names(if_none_match: str, etag: str) -> bool:
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return etag in tags or "*" in tags
