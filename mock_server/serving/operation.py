"""An operation of the contract, compiled once: what it takes, who handles it, what it answers."""

from dataclasses import dataclass
from shlex import quote
from typing import Any, ClassVar

import orjson
from starlette.types import Receive

from ..control.terms import Answer, Steered
from ..handlers.errors import Fault, Refused
from ..handlers.terms import Request
from ..world.sandbox import Sandbox
from ..world.sandboxes import Sandboxes
from .address import Address
from .body import Body
from .declared import Declared
from .exchange import Exchange
from .override import find_override
from .request import check_media_type, read_body
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

    async def answer(self, world: Any, exchange: Exchange, values: list[str], receive: Receive) -> Response:
        """The answer to a request that was routed here; `values` are those of its path's parameters.

        Raises `Refused` with every fault of the first stage that finds any (D-33).
        """
        faults: list[Fault] = []
        if self.body and self.body.required:
            self.check_media_type(exchange, faults)
            exchange.content = await read_body(exchange.headers, receive, self.body.largest)
        elif self.body:
            exchange.content = await read_body(exchange.headers, receive, self.body.largest)
            if exchange.content:
                self.check_media_type(exchange, faults)
        parameters = self.address.read(values, exchange.scope["query_string"], faults)
        body = self.body.parse(exchange.content, faults) if self.body else {}
        if faults:
            body = self.leniently(exchange, faults)
        return await self.perform(world, exchange, parameters, body)

    async def perform(
        self, world: Any, exchange: Exchange, parameters: dict[str, Any], body: dict[str, Any]
    ) -> Response:
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

    async def perform(
        self, world: Sandbox, exchange: Exchange, parameters: dict[str, Any], body: dict[str, Any]
    ) -> Response:
        """Have the sandbox perform it: the record answers, unless something overrides it."""
        if world.has_override(parameters, body) or b"prefer" in exchange.headers:
            response = await find_override(self.declared, world, exchange, parameters, body)
            if response:
                return response
        request = Request(parameters.get("id", "").lower(), body)
        if self.method == "GET":
            return Response(self.status, [JSON], world.read(self.handler, request).body)
        key, record, committed = await world.perform(self.handler, request, self.id)
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
