"""An operation of the contract, compiled once: what it takes, who handles it, what it answers."""

from collections.abc import Awaitable
from dataclasses import dataclass
from shlex import quote
from typing import Any, ClassVar

import orjson

from ..control.terms import Answer, Steered
from ..handlers.errors import Fault, Refused
from ..handlers.terms import Request
from ..world.sandbox import Performed, Sandbox
from ..world.sandboxes import Sandboxes
from .address import Address
from .body import Body
from .declared import Declared
from .exchange import Exchange
from .override import find_override
from .request import check_media_type, is_declared_larger
from .response import JSON, Response, Turned


@dataclass(frozen=True)
class Operation:
    """One operation, with all that a request to it needs bound to it."""

    id: str
    method: str
    path: str
    status: int
    address: Address
    body: Body | None
    declared: Declared
    handler: Any
    in_sandbox: ClassVar[bool]
    """Whether it is asked of one world, or else of all of them."""

    def wants_body(self, exchange: Exchange) -> bool:
        """Return whether the response depends on the body."""
        if self.body is None or is_declared_larger(exchange.headers, self.body.largest):
            return False
        try:
            self.check_media_type(exchange, [])
        except Turned:
            return False
        return True

    def answer(self, world: Any, exchange: Exchange) -> Response | Awaitable[Response]:
        """Return the response to a request that was routed here, or what to wait for until there is one.

        Raises `Refused` with every fault of the first stage that finds any (D-33).
        """
        faults: list[Fault] = []
        if self.body:
            if self.body.required or exchange.content:
                self.check_media_type(exchange, faults)
            if exchange.cut:
                raise exchange.cut
        assert exchange.target
        parameters = self.address.read(exchange.target[1], exchange.scope["query_string"], faults)
        body = self.body.parse(exchange.content, faults) if self.body else {}
        if faults:
            body = self.leniently(exchange, faults)
        return self.perform(world, exchange, parameters, body)

    def perform(
        self, world: Any, exchange: Exchange, parameters: dict[str, Any], body: dict[str, Any]
    ) -> Response | Awaitable[Response]:
        """Do what a valid request asks."""
        raise NotImplementedError  # each kind of operation has its own

    def check_media_type(self, exchange: Exchange, faults: list[Fault]) -> None:
        """Refuse a body that is not declared as it ought to be; to be lenient, only note it."""
        try:
            check_media_type(exchange.scope, exchange.headers, self.curl)
        except Turned as turned:
            if not exchange.lenient:
                raise
            faults += turned.faults

    def leniently(self, exchange: Exchange, faults: list[Fault]) -> dict[str, Any]:
        """What is left of a body without what is wrong with it. Raises `Refused` if it cannot be served so either."""
        in_path = {parameter.name for parameter in self.address.path}
        if not exchange.lenient or any(fault.parameter in in_path for fault in faults):
            raise Refused(faults)
        body = self.body.without(exchange.content, faults) if self.body else {}
        if body is None:
            raise Refused(faults)
        exchange.faults = tuple(faults)
        return body

    def curl(self, url: str) -> str:
        """A line for the shell that sends this operation, at the address that was asked for, a body that it takes."""
        example = orjson.dumps(self.body.example if self.body else {}).decode()
        return f"curl -X {self.method} {quote(url)} -H 'Content-Type: application/json' -d {quote(example)}"


class RecordOperation(Operation):
    """An operation of the API, asked of one world."""

    in_sandbox = True

    def perform(
        self, world: Sandbox, exchange: Exchange, parameters: dict[str, Any], body: dict[str, Any]
    ) -> Response | Awaitable[Response]:
        """Have the sandbox perform it: the record answers, unless something overrides it."""
        request = Request(parameters.get("id", "").lower(), body)
        if world.has_override(parameters, body) or b"prefer" in exchange.headers:
            return self.override(world, exchange, parameters, request)
        return self.run(world, exchange, request)

    async def override(
        self, world: Sandbox, exchange: Exchange, parameters: dict[str, Any], request: Request
    ) -> Response:
        """Return what overrides the record, if anything does."""
        response: Response | Awaitable[Response] | None
        response = await find_override(self.declared, world, exchange, parameters, request.body)
        response = response or self.run(world, exchange, request)
        return response if isinstance(response, Response) else await response

    def run(self, world: Sandbox, exchange: Exchange, request: Request) -> Response | Awaitable[Response]:
        """Have the sandbox read or change a record."""
        if self.method == "GET":
            return Response(self.status, [JSON], world.read(self.handler, request).body)
        performed = world.perform_now(self.handler, request, self.id)
        return (
            self.describe(exchange, performed) if isinstance(performed, Performed) else self.wait(exchange, performed)
        )

    async def wait(self, exchange: Exchange, waiting: Awaitable[Performed]) -> Response:
        """Return the response once what it says is durable. Raises `Refused` and `StoreFailed`."""
        return self.describe(exchange, await waiting)

    def describe(self, exchange: Exchange, performed: Performed) -> Response:
        """Return the response that has a record which was changed."""
        key, record, committed = performed
        if committed:
            exchange.add_commit(committed)
            exchange.commit, exchange.changes = committed.number, committed.changes
        if self.status == 201:
            return Response(201, [JSON, (b"location", f"{self.path}/{key.id}".encode())], record)
        return Response(self.status, [JSON], record)


class ControlOperation(Operation):
    """An operation of the control plane, asked of all worlds."""

    in_sandbox = False

    async def perform(
        self, world: Sandboxes, exchange: Exchange, parameters: dict[str, Any], body: dict[str, Any]
    ) -> Response:
        """Have the worlds steered: JSON answers, or nothing."""
        answer: Answer = await self.handler(world, Steered(parameters, body, exchange.headers, self.id))
        exchange.stream = answer.stream
        if answer.content is None:
            return Response(self.status, [])
        location = [(b"location", answer.location.encode())] if answer.location else []
        return Response(self.status, [JSON, *location], orjson.dumps(answer.content))
