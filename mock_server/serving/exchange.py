"""An exchange: a request and what has become of it, as the way of a request fills it in and the journal keeps it."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from time import perf_counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.types import Scope

from ..handlers.errors import VIOLATIONS, Fault, Refused
from ..handlers.terms import Key
from ..world.clock import Clock, written
from ..world.history import Committed
from ..world.sandbox import Sandbox
from . import telling
from .request import LARGEST_BODY
from .response import Response, entry, instance, problem, root_path

if TYPE_CHECKING:
    from .operation import Operation

LONGEST = 1000
"""Bytes of a header that says where a request broke the contract."""
AROUND, HEADER, FAULT = 1500, 200, 400
"""Bytes that an exchange takes beside what was sent, about; and each of its headers and faults."""


EXCHANGE = "common_apis.exchange"
"""Where a scope has its exchange, for those who answer it in place of the responder."""


class Exchange:
    """One exchange. What is not filled in has not happened.

    `target` has the operations at its path by method, and the values of the path's parameters; `matched` is the one of
    them that its method has. `prefix` is the name of a sandbox that the path begins with. At most `largest` bytes are
    read of its body; if that has more, or did not arrive, `content` is the first part of it and `cut` says why.
    `received` are the headers before a proxy's word counted, if that has changed any.

    `commits` are those that it has led to, and `commit` is the one of them that changed records. `lenient` asks to
    serve it if that can be, though it breaks the contract; `applied` says which preferences were followed, `network`
    how the answer is to break, `steered` who made the answer other than the state of the sandbox; `answer_faults` are
    what somebody between found wrong with the answer.
    """

    target: tuple[Mapping[str, "Operation"], list[str]] | None = None
    matched: "Operation | None" = None
    prefix: str | None = None
    is_page: bool = False
    received: Mapping[bytes, bytes] | None = None
    largest: int = LARGEST_BODY
    cut: Refused | None = None
    is_cut: bool = False
    sandbox: Sandbox | None = None
    operation: str | None = None
    heads: int = 0
    content: bytes = b""
    faults: tuple[Fault, ...] = ()
    answer_faults: tuple[dict[str, str], ...] = ()
    commit: int | None = None
    commits: tuple[int, ...] = ()
    committed: tuple[Committed, ...] = ()
    changes: tuple[tuple[Key, str], ...] = ()
    steered: tuple[str, str] | None = None
    applied: str = ""
    lenient: bool = False
    network: str | None = None
    stream: AsyncIterator[bytes] | None = None
    response: Response | None = None
    number: int = 0
    weight: int = 0
    at: datetime
    clock: Clock
    duration: float = 0

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        headers = scope["headers"]
        self.headers: Mapping[bytes, bytes] = dict(headers)
        if len(self.headers) < len(headers):
            self.headers = index_headers(headers)
        self.began = perf_counter()

    def enter(self, sandbox: Sandbox) -> Sandbox:
        """The sandbox that it is for, which has it at this moment."""
        self.sandbox, self.at, self.clock = sandbox, sandbox.used, sandbox.store.durable.clock
        return sandbox

    def add_commit(self, committed: Committed | None) -> None:
        """Note that it has led to a commit, if it has."""
        if committed:
            self.commits = (*self.commits, committed.number)
            self.committed = (*self.committed, committed)

    def refused(self, refused: Refused) -> Response:
        """The answer to a request that is refused."""
        self.faults = (*self.faults, *refused.faults)
        return problem(refused, instance(self.scope), root_path(self.scope))

    def end(self, response: Response) -> Response:
        """The answer as it is sent; the journal of the sandbox has the exchange from now on."""
        if self.prefix is not None:
            response = response.below(f"/s/{self.prefix}")
        if root := self.scope.get("root_path"):
            response = response.below(root)
        if self.applied:
            response = response.saying((b"preference-applied", self.applied.encode("latin-1")))
        if self.faults and response.status < 400:
            response = response.saying((b"x-mock-violations", self.violations()))
        if self.sandbox:
            self.response = response
            self.is_cut, self.cut = self.cut is not None, None  # what was raised holds on to much
            self.duration = perf_counter() - self.began
            asked = len(self.scope["path"]) + len(self.scope["query_string"]) + self.heads + len(self.content)
            beside = AROUND + HEADER * len(self.headers) + FAULT * (len(self.faults) + len(self.answer_faults))
            self.sandbox.journal.add(self, asked + beside + len(response.body))
            for committed in self.committed:
                committed.exchange = self.number
            self.committed = ()  # the journal is to hold no states
        return response

    def violations(self) -> bytes:
        """How a request that was served broke the contract all the same: how often, and where."""
        places = [quote(fault.pointer or fault.parameter or "", safe="/~") for fault in self.faults]
        return f"{len(places)}: {', '.join(places)}".encode()[:LONGEST]

    @property
    def status(self) -> int | None:
        """Return the status of the response, unless a fault rule cut the connection before it was sent."""
        return self.response.status if self.response and self.network not in ("reset", "empty") else None

    @property
    def consumer(self) -> str | None:
        """Return who asked."""
        return telling.consumer(self.headers)

    @property
    def is_violation(self) -> bool:
        """Return whether the request broke the contract."""
        return self.operation is None or any(fault.code in VIOLATIONS for fault in self.faults)

    def told(self) -> dict[str, Any]:
        """The exchange as the contract of the control plane has it."""
        response = self.response or Response(0, [])
        return {
            "id": self.number,
            "at": written(self.clock.read(lambda: self.at)),
            "operation": self.operation,
            "method": self.scope["method"],
            "path": telling.path(self.scope),
            "consumer": self.consumer,
            "request": telling.message(self.headers.items(), self.content, self.is_cut),
            "status": self.status,
            "response": telling.message(response.headers, response.body),
            "faults": [entry(fault) for fault in self.faults],
            "violation": self.is_violation,
            "answer_faults": [*self.answer_faults],
            "commit": self.commit,
            "commits": [*self.commits],
            "changes": [{"collection": key.collection, "id": key.id, "change": how} for key, how in self.changes],
            "duration": round(self.duration * 1000, 3),
            "steered": self.steered and dict(zip(("by", "name"), self.steered, strict=True)),
        }


def index_headers(headers: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Return headers by their name; the values of one that is sent more than once are joined, as RFC 9110 has it."""
    values: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        values.setdefault(name, []).append(value)
    return {name: b", ".join(each) for name, each in values.items()}
