"""The ways a request can be refused.

Fault                          status  what is wrong
├── ParseException             400     the form of the request (D-33, stage 2)
├── BadRequest                 400     a rule that a schema cannot say
├── Unauthorized               401     no token, or one that the server does not take
├── Forbidden                  403     who asks may not do this
├── NotFound                   404     no such path, or no record with the id of the path
├── ResourceNotFound           404     the body refers to a record that does not exist
├── MethodNotAllowed           405     the path does not have the method
├── RequestTimeout             408     the request did not arrive in time
├── UniquenessException        409     another record has a value that only one may have
├── ContentTooLarge            413     the body
├── URITooLong                 414     the target of the request
├── UnsupportedMediaType       415     the body is not declared to be JSON in UTF-8
├── HeaderFieldsTooLarge       431     the headers in all
├── InternalServerError        500     the server, not the request
├── UnsupportedTransfer        501     a transfer coding that the server does not know
├── BadGateway                 502     the server behind a proxy gave no answer that can be read
├── ServiceUnavailable         503     the server cannot keep what was asked now
└── GatewayTimeout             504     the server behind a proxy did not answer in time

`Refused` carries every fault that was found of one request. The codes and statuses are decision D-05.
"""

from collections.abc import Iterable
from operator import attrgetter
from typing import ClassVar


class Fault:
    """One thing that is wrong with a request, and where: `pointer` into the body, or `parameter`."""

    __slots__ = ("detail", "parameter", "pointer")
    status: ClassVar[int]
    code: ClassVar[str]
    title: ClassVar[str]

    def __init__(self, detail: str, *, pointer: str | None = None, parameter: str | None = None) -> None:
        self.detail = detail
        self.pointer = pointer
        self.parameter = parameter


class ParseException(Fault):
    """The request has not the form that the contract demands."""

    status, code, title = 400, "parse_exception", "Parse Exception"


class BadRequest(Fault):
    """The request has the right form and breaks a rule."""

    status, code, title = 400, "bad_request", "Bad Request"


class Unauthorized(Fault):
    """The server demands a token, and the request has none that it takes."""

    status, code, title = 401, "unauthorized", "Unauthorized"


class Forbidden(Fault):
    """Who asks may not do this."""

    status, code, title = 403, "forbidden", "Forbidden"


class NotFound(Fault):
    """There is no such path, or no record with the id of the path."""

    status, code, title = 404, "not_found", "Not Found"


class ResourceNotFound(Fault):
    """The body refers to a record that does not exist."""

    status, code, title = 404, "resource_not_found", "Resource Not Found"


class MethodNotAllowed(Fault):
    """The path does not have the method."""

    status, code, title = 405, "method_not_allowed", "Method Not Allowed"


class RequestTimeout(Fault):
    """The request did not arrive whole in time."""

    status, code, title = 408, "request_timeout", "Request Timeout"


class UniquenessException(Fault):
    """Another record has a value that only one may have."""

    status, code, title = 409, "uniqueness_exception", "Uniqueness Exception"


class ContentTooLarge(Fault):
    """The body is larger than the server takes."""

    status, code, title = 413, "content_too_large", "Content Too Large"


class URITooLong(Fault):
    """The target of the request is longer than the server takes."""

    status, code, title = 414, "uri_too_long", "URI Too Long"


class UnsupportedMediaType(Fault):
    """The body is not declared to be JSON in UTF-8."""

    status, code, title = 415, "unsupported_media_type", "Unsupported Media Type"


class HeaderFieldsTooLarge(Fault):
    """The headers are larger in all than the server takes."""

    status, code, title = 431, "header_fields_too_large", "Header Fields Too Large"


class InternalServerError(Fault):
    """The server failed, and the request is not at fault."""

    status, code, title = 500, "internal_server_error", "Internal Server Error"


class UnsupportedTransfer(Fault):
    """The body is transferred in a coding that the server does not know."""

    status, code, title = 501, "not_implemented", "Not Implemented"


class BadGateway(Fault):
    """The server behind a proxy gave no answer, or none that can be read."""

    status, code, title = 502, "bad_gateway", "Bad Gateway"


class ServiceUnavailable(Fault):
    """The server cannot do now what was asked."""

    status, code, title = 503, "service_unavailable", "Service Unavailable"


class GatewayTimeout(Fault):
    """The server behind a proxy did not answer in time."""

    status, code, title = 504, "gateway_timeout", "Gateway Timeout"


STATUS = attrgetter("status")
VIOLATIONS = frozenset(
    each.code
    for each in (
        ParseException,
        BadRequest,
        MethodNotAllowed,
        ContentTooLarge,
        UnsupportedMediaType,
        HeaderFieldsTooLarge,
    )
)
"""The codes of faults by which a request breaks the contract; not to find a record is none."""


class Refused(Exception):
    """A request was refused, for every one of `faults`; the first status present of 400, 404, 409 answers (D-33)."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = list(faults)

    def __str__(self) -> str:
        return "; ".join(fault.detail for fault in self.faults)

    @property
    def first(self) -> Fault:
        """The fault whose status and code the whole answer has."""
        return min(self.faults, key=STATUS)
