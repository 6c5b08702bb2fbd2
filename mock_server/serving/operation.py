"""An operation of the contract, compiled once: what it takes, who handles it, what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import orjson
from starlette.types import Receive

from ...handlers.errors import Fault, Refused
from ...handlers.terms import Asked
from ..control.terms import Answer, Steered
from ..world.sandbox import Sandbox
from ..world.sandboxes import Sandboxes
from .address import Address
from .body import Body
from .request import check_media_type, read_body
from .response import JSON, Response


@dataclass(frozen=True)
class Operation:
    """One operation, with all that a request to it needs bound to it."""

    id: str
    method: str
    path: str
    status: int
    address: Address
    body: Body | None
    handler: Any
    in_sandbox: ClassVar[bool]
    """Whether it is asked of one world, or else of all of them."""

    async def answer(
        self, world: Any, headers: Mapping[bytes, bytes], values: list[str], query: bytes, receive: Receive
    ) -> Response:
        """The answer to a request that was routed here; `values` are those of its path's parameters.

        Raises `Refused` with every fault of the first stage that finds any (D-33).
        """
        content = None
        if self.body:
            check_media_type(headers, self.curl)
            content = await read_body(headers, receive)
        faults: list[Fault] = []
        parameters = self.address.read(values, query, faults)
        body = {} if content is None or self.body is None else self.body.parse(content, faults)
        if faults:
            raise Refused(faults)
        return await self.perform(world, parameters, body)

    async def perform(self, world: Any, parameters: dict[str, Any], body: dict[str, Any]) -> Response:
        """Do what a valid request asks."""
        raise NotImplementedError

    def curl(self, host: str) -> str:
        """A line for the shell that sends this operation a body that it takes."""
        example = orjson.dumps(self.body.example if self.body else {}).decode().replace("'", r"'\''")
        path = self.path.replace("{id}", "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa")
        return f"curl -X {self.method.upper()} http://{host}{path} -H 'Content-Type: application/json' -d '{example}'"


class RecordOperation(Operation):
    """An operation of the API, asked of one world."""

    in_sandbox = True

    async def perform(self, world: Sandbox, parameters: dict[str, Any], body: dict[str, Any]) -> Response:
        """Have the world perform it: the record answers."""
        key, record = await world.perform(self.handler, Asked(parameters.get("id", "").lower(), body))
        if self.status == 201:
            return Response(201, [JSON, (b"location", f"{self.path}/{key.id}".encode())], record)
        return Response(self.status, [JSON], record)


class ControlOperation(Operation):
    """An operation of the control plane, asked of all worlds."""

    in_sandbox = False

    async def perform(self, world: Sandboxes, parameters: dict[str, Any], body: dict[str, Any]) -> Response:
        """Have the worlds steered: JSON answers, or nothing."""
        answer: Answer = await self.handler(world, Steered(parameters, body))
        if answer.content is None:
            return Response(self.status, [])
        location = [(b"location", answer.location.encode())] if answer.location else []
        return Response(self.status, [JSON, *location], orjson.dumps(answer.content))
