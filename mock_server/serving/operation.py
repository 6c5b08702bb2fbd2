"""An operation of the contract, compiled once: what it takes, who handles it, what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from starlette.types import Receive

from ...handlers.errors import Refused
from ...handlers.terms import Asked, Handler
from ..world.sandbox import Sandbox
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
    handler: Handler

    async def answer(
        self, sandbox: Sandbox, headers: Mapping[bytes, bytes], values: list[str], query: bytes, receive: Receive
    ) -> Response:
        """The answer to a request that was routed here; `values` are those of its path's parameters.

        Raises `Refused` with every fault of the first stage that finds any (D-33).
        """
        content = None
        if self.body:
            check_media_type(headers, self.curl)
            content = await read_body(headers, receive)
        faults = self.address.faults(values, query)
        body = {} if content is None or self.body is None else self.body.parse(content, faults)
        if faults:
            raise Refused(faults)
        key, record = await sandbox.perform(self.handler, Asked(values[0].lower() if values else "", body))
        if self.status == 201:
            return Response(201, [JSON, (b"location", f"{self.path}/{key.id}".encode())], record)
        return Response(self.status, [JSON], record)

    def curl(self, host: str) -> str:
        """A line for the shell that sends this operation a body that it takes."""
        example = orjson.dumps(self.body.example if self.body else {}).decode().replace("'", r"'\''")
        path = self.path.replace("{id}", "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa")
        return f"curl -X {self.method.upper()} http://{host}{path} -H 'Content-Type: application/json' -d '{example}'"
