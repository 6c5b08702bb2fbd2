"""What is said of a request that HTTP does not allow, or that this server does not read, whatever its path is."""

import logging

from ..handlers.errors import (
    ContentTooLarge,
    ParseException,
    Refused,
    UnsupportedTransfer,
    URITooLong,
)
from .guard import LARGEST_HEADERS
from .response import defect

logger = logging.getLogger("common_apis")

VERSIONS = ("1.0", "1.1")
MOST_TRAILERS = 100
"""Fields after a chunked body."""


def malformed(reason: str = "") -> Refused:
    """Return the refusal of a request that HTTP does not allow."""
    return Refused([ParseException(f"The request is not one that HTTP/1.1 allows.{reason and f' {reason}'}")])


def unknown_version(version: str) -> Refused:
    """Return the refusal of a version of HTTP."""
    return malformed(f"Its version is {version}, and not one of {' and '.join(VERSIONS)}.")


def unknown_coding(value: bytes) -> Refused:
    """Return the refusal of a transfer coding that is not known here (RFC 9112, 6.1)."""
    detail = f"The body is transferred as `{value.decode('latin-1')[:100]}`. Expected `chunked`, or a Content-Length."
    return Refused([UnsupportedTransfer(detail, parameter="Transfer-Encoding")])


def target_too_long() -> Refused:
    """Return the refusal of a target over the bound."""
    detail = f"The target is longer than {LARGEST_HEADERS} bytes. Send what is long in the body."
    return Refused([URITooLong(detail)])


def too_many_trailers() -> Refused:
    """Return the refusal of what stands behind a chunked body."""
    return Refused([ContentTooLarge(f"The body has more than {MOST_TRAILERS} fields behind it.")])


def explain(error: BaseException | None) -> Refused:
    """Return what to say of an exception: it is a refusal itself, or a defect."""
    if isinstance(error, Refused):
        return error
    logger.error("a request cannot be read", exc_info=error)
    return defect()
