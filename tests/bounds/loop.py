"""A mock whose event loop is watched: how long, in processor time, it is kept from others."""

import asyncio
import time
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import orjson

from common_apis.serving.app import Settings, create_app, create_sandboxes

from ..mock import A

MIB = 1 << 20
LARGE = MIB - 200
GENEROUS = 3
"""How many times as long a request may take as to read the body: computers are busy, and a square takes more."""
GET = f"/v1/workers/{A}"
CUSTOM = "/v1/custom_data_type_records"
JSON = (b"content-type", b"application/json")


class Loop:
    """A mock whose event loop is watched."""

    def __init__(self, contract: dict[str, Any], data: Path | None = None) -> None:
        settings = Settings(data=data)
        self.sandboxes = create_sandboxes(settings, contract)
        self.app = create_app(settings, contract, self.sandboxes)

    async def ask(
        self, method: str, path: str, body: bytes = b"", *headers: tuple[bytes, bytes], query: bytes = b""
    ) -> int:
        """Return the status of the answer."""
        statuses: list[int] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            if "status" in message:
                statuses.append(message["status"])

        heads = [(b"host", b"127.0.0.1:4010"), JSON, *headers]
        raw = path.encode()
        await self.app(
            {
                "type": "http",
                "method": method,
                "path": path,
                "raw_path": raw,
                "query_string": query,
                "headers": heads,
            },
            receive,
            send,
        )
        return statuses[0]

    async def seconds(self, *asked: Any, **more: Any) -> float:
        """Return the least processor time that the loop's thread takes for a request, of three times."""
        found = []
        for _ in range(3):
            began = time.thread_time()
            await self.ask(*asked, **more)
            found.append(time.thread_time() - began)
        return min(found)

    async def watch(self, *asked: Any, **more: Any) -> "Watched":
        """Return what happens from a request to its answer, while somebody else asks again and again."""
        answer, longest, others = asyncio.ensure_future(self.ask(*asked, **more)), 0.0, 0
        before = time.thread_time()
        while not answer.done():
            assert await self.ask("GET", f"/s/other{GET}") == 200
            await asyncio.sleep(0)
            now = time.thread_time()
            longest, before, others = max(longest, now - before), now, others + 1
        return Watched(await answer, longest, others)


class Watched(NamedTuple):
    """The status of an answer, the processor time of the longest turn until then, and how many others were answered."""

    status: int
    turn: float
    others: int


def reading() -> float:
    """Return the processor time of reading a body of 1 MiB that is full of small values."""
    body = orjson.dumps([{"a": number} for number in range(MIB // 13)])

    def once() -> float:
        began = time.thread_time()
        orjson.loads(body)
        return time.thread_time() - began

    return median(once() for _ in range(5))


def listed(item: bytes, size: int = LARGE) -> bytes:
    """Return a list of about so many bytes."""
    return b"[" + b",".join([item] * (size // (len(item) + 1))) + b"]"


def custom(value: bytes) -> bytes:
    """Return the body of a record of custom data."""
    return b'{"user_id":"%s","type_name":"x","body":%s}' % (A.encode(), value)
