"""Asks an application in this process, as a client would over HTTP."""

import asyncio
from collections.abc import Callable

import httpx
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

Ask = Callable[..., httpx.Response]
"""Sends one request to a portal: a path, a method and headers by name."""


def ask(app: ASGIApp, path: str, method: str = "GET", **headers: str) -> httpx.Response:
    """The answer of an application. Headers are named with underscores."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return asyncio.run(_send(app, method, path, names))


async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers what the portal does not know, as its caller would."""
    status = 405 if "allow" in scope else 404
    headers = {"Allow": scope["allow"]} if "allow" in scope else None
    answer = JSONResponse({"status": status}, status, headers, "application/problem+json")
    await answer(scope, receive, send)


async def _send(app: ASGIApp, method: str, path: str, headers: dict[str, str]) -> httpx.Response:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:4010") as client:
        return await client.request(method, path, headers=headers)
