"""A response: a status, headers and bytes, and how it is sent; a refused request's problem document."""

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote

import orjson
from starlette.types import Scope, Send

from ..contract.pointer import tokens
from ..contract.violation import MOST
from ..handlers.errors import Fault, InternalServerError, Refused

Headers = list[tuple[bytes, bytes]]

JSON = (b"content-type", b"application/json")
PROBLEM = (b"content-type", b"application/problem+json")
CLOSE = (b"connection", b"close")
"""For an answer to a request that did not arrive whole: what is left of it must not be read as the next one."""
LATER = (b"retry-after", b"2")
"""For an answer that another time might be a better one: seconds."""

WITHOUT_BODY = (204, 304)
"""The statuses of responses that have no body."""
STRAY = re.compile(rb"%(?![0-9A-Fa-f]{2})")
IN_PATH = "/%:@!$&'()*+,;="
"""What stands in the path of a URI as it is (RFC 3986), beside letters, digits and -._~."""
SHOWN = 3
"""How many faults the summary of many tells; `errors` has them all."""


class Response(NamedTuple):
    """What is sent back."""

    status: int
    headers: Headers
    body: bytes = b""

    async def send(self, send: Send) -> None:
        """Send it, whole."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.whole_headers})
        await send({"type": "http.response.body", "body": self.body})

    @property
    def whole_headers(self) -> Headers:
        """Return the headers, with the length of the body, if there can be one."""
        length = (b"content-length", b"%d" % len(self.body))
        return self.headers if self.status in WITHOUT_BODY else [*self.headers, length]

    def saying(self, header: tuple[bytes, bytes]) -> "Response":
        """The same with a header, in place of one of its name."""
        return self._replace(headers=[*(each for each in self.headers if each[0] != header[0]), header])

    def retried(self, seconds: int | None) -> "Response":
        """The same with another `Retry-After`, if one is given."""
        return self if seconds is None else self.saying((b"retry-after", b"%d" % seconds))

    def below(self, prefix: str) -> "Response":
        """The same with its `Location` below a prefix, if it is a path."""
        return self._replace(
            headers=[(name, below(prefix, value) if name == b"location" else value) for name, value in self.headers]
        )


def below(prefix: str, location: bytes) -> bytes:
    """A path below a prefix; a location on another server is what it was."""
    is_path = location.startswith(b"/") and not location.startswith(b"//")
    return prefix.encode() + location if is_path else location


class Turned(Refused):
    """A request was refused for how it was sent, and the answer carries headers that say more."""

    def __init__(self, fault: Fault, *headers: tuple[bytes, bytes]) -> None:
        super().__init__([fault])
        self.headers = headers


def defect() -> Refused:
    """Return the refusal of a request that the mock has failed at."""
    return Refused([InternalServerError("The mock has a defect: its log says more. The request is not at fault.")])


def problem(refused: Refused, instance: str, root_path: str = "") -> Response:
    """The problem document (D-04) that names every fault of a request; `instance` is the request's path.

    `root_path` is what the paths of this server begin with for its client; `instance` has it already.
    """
    first, faults = refused.first, refused.faults
    document = {
        "type": f"{root_path}/problems/{first.code}",
        "title": first.title,
        "status": first.status,
        "detail": first.detail if len(faults) == 1 else summary(faults),
        "instance": instance,
        "errors": [entry(fault) for fault in faults],
    }
    headers: Iterable[tuple[bytes, bytes]] = refused.headers if isinstance(refused, Turned) else ()
    return Response(first.status, [PROBLEM, *headers], orjson.dumps(document))


def root_path(scope: Scope) -> str:
    """Return what stands before the paths of this server for the client of a request."""
    path: str = scope.get("root_path", "")
    return path


def instance(scope: Scope) -> str:
    """The path of a request as its client knows it, for a problem document to name."""
    return root_path(scope) + sent_path(scope)


def sent_path(scope: Scope) -> str:
    """The path of a request as it was sent, without a prefix: what no URI has is escaped."""
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    return quote(STRAY.sub(b"%25", raw), safe=IN_PATH)


def summary(faults: list[Fault]) -> str:
    """Many faults in a few sentences: how many, and the first of them."""
    count = f"{len(faults)} faults" if len(faults) < MOST else f"{len(faults)} faults or more"
    first = " ".join([fault.detail for fault in faults[:SHOWN]])
    return f"The request has {count}. {first}{' …' if len(faults) > SHOWN else ''}"


def entry(fault: Fault) -> dict[str, object]:
    """A fault in the provider's form, with the pointer or the parameter that tells its place (D-04, D-56)."""
    entry: dict[str, object] = {
        "status": fault.status,
        "code": fault.code,
        "title": fault.title,
        "detail": fault.detail,
    }
    if fault.pointer is not None:
        entry["extra"] = {"path": "." + ".".join(tokens(fault.pointer))}
        entry["pointer"] = fault.pointer
    elif fault.parameter is not None:
        entry["extra"] = {"path": f".{fault.parameter}"}
        entry["parameter"] = fault.parameter
    return entry
