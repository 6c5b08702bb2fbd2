"""A mock in this process, asked as a client would over HTTP."""

import asyncio
from typing import Any

import httpx
from starlette.types import ASGIApp

A = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"
"""The id that each of the fourteen collections has."""
NOBODY = "00000000-0000-4000-8000-000000000000"
"""An id that no record has."""


class Mock:
    """A world of its own: what one sends, the next one finds."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    def ask(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """The answer to one request; `json`, `content`, `headers` and `params` are as httpx has them."""
        return asyncio.run(self.send(method, path, **sent))

    async def send(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """The same, for those who already wait."""
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:4010") as client:
            return await client.request(method, path, **sent)

    def get(self, path: str, **sent: Any) -> httpx.Response:
        """The answer to a GET."""
        return self.ask("GET", path, **sent)

    def post(self, path: str, json: Any, **sent: Any) -> httpx.Response:
        """The answer to a POST of JSON."""
        return self.ask("POST", path, json=json, **sent)

    def put(self, path: str, json: Any, **sent: Any) -> httpx.Response:
        """The answer to a PUT of JSON."""
        return self.ask("PUT", path, json=json, **sent)

    def delete(self, path: str, **sent: Any) -> httpx.Response:
        """The answer to a DELETE."""
        return self.ask("DELETE", path, **sent)


def faults(answer: httpx.Response) -> list[tuple[str, str | None]]:
    """The code and the place (pointer or parameter) of each fault that a problem document names."""
    return [(each["code"], each.get("pointer", each.get("parameter"))) for each in answer.json()["errors"]]
