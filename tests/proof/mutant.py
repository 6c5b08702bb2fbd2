"""A mutant: a mock with defects, which stand between it and whoever asks it."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Record = dict[str, Any]


class Request(NamedTuple):
    """What is asked."""

    method: str
    path: str
    body: Any = None
    """The JSON of the body, or None."""

    @property
    def fields(self) -> Record:
        """The fields of the body."""
        return self.body if isinstance(self.body, dict) else {}

    def sending(self, **fields: Any) -> "Request":
        """The same with other fields."""
        return self._replace(body=self.fields | fields)

    def without(self, *fields: str) -> "Request":
        """The same without some fields."""
        if not fields:
            return self
        return self._replace(body={name: value for name, value in self.fields.items() if name not in fields})


class Answer(NamedTuple):
    """What is answered."""

    status: int
    headers: dict[bytes, bytes]
    record: Record
    """The JSON of the body, or an empty object."""

    def saying(self, **fields: Any) -> "Answer":
        """The same with other fields."""
        return self._replace(record=self.record | fields)

    def without(self, field: str) -> "Answer":
        """The same without a field."""
        return self._replace(record={name: value for name, value in self.record.items() if name != field})

    def with_header(self, name: bytes, value: bytes) -> "Answer":
        """The same with another header."""
        return self._replace(headers=self.headers | {name: value})


Ask = Callable[[Request], Awaitable[Answer]]
Change = Callable[[Ask, Request], Awaitable[Answer]]


class Mutant:
    """An application that does some things in another way: the changes are by method and path of the contract."""

    def __init__(self, app: ASGIApp, changes: Mapping[str, Change]) -> None:
        self.app = app
        self.changes = changes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        change = self.changes.get(place(scope)) if scope["type"] == "http" else None
        if change is None:
            await self.app(scope, receive, send)
            return
        content = (await receive()).get("body", b"")

        async def ask(request: Request) -> Answer:
            return await self.answer(scope, request, content)

        answer = await change(ask, Request(scope["method"], scope["path"], decoded(content)))
        body = orjson.dumps(answer.record) if answer.record else b""
        await send({"type": "http.response.start", "status": answer.status, "headers": [*answer.headers.items()]})
        await send({"type": "http.response.body", "body": body})

    async def answer(self, scope: Scope, request: Request, content: bytes) -> Answer:
        """What the mock itself answers; `content` is the body as it came, in case that it is not JSON."""
        sent: list[Message] = []
        body = content if request.body == decoded(content) else orjson.dumps(request.body)

        async def receive() -> Message:
            return {"type": "http.request", "body": body}

        async def send(message: Message) -> None:
            sent.append(message)

        await self.app({**scope, "method": request.method, "path": request.path}, receive, send)
        start, end = sent
        headers = {name: value for name, value in start["headers"] if name != b"content-length"}
        return Answer(start["status"], headers, decoded(end["body"]) or {})


def place(scope: Scope) -> str:
    """The method and the path of a request, as the contract has it."""
    path = re.sub("^(/v1/[^/]+)/[^/]+$", r"\1/{id}", scope["path"])
    return f"{scope['method']} {path}"


def decoded(content: bytes) -> Any:
    """The JSON of a body; None if it is none."""
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
