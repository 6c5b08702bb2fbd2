"""What networks do to an answer: it is late, nothing arrives, half of it does, or the connection is reset."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from starlette.types import Scope, Send

from .response import Response

CUT = "common_apis.cut"
"""In the state of a scope: a weak reference to what cuts the connection, if the server is ours. It is told whether to
reset it."""
STOPPING = "common_apis.stopping"
"""In the state of a scope: the event that the server stops, if it is ours."""


async def hold(seconds: float, scope: Scope) -> None:
    """Hold an answer back; it is given at once when the server stops."""
    stopping: asyncio.Event = scope.get("state", {}).get(STOPPING) or asyncio.Event()
    if seconds:
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), seconds)


async def cut(network: str, response: Response, scope: Scope, send: Send) -> None:
    """Break an answer off; raises `ConnectionError` where there is no connection to cut."""
    if network == "half_body":
        head = [*response.headers, (b"content-length", b"%d" % len(response.body))]
        half = response.body[: len(response.body) // 2]
        await send({"type": "http.response.start", "status": response.status, "headers": head})
        await send({"type": "http.response.body", "body": half, "more_body": True})
    reference: Callable[[], Callable[[bool], None] | None] = scope.get("state", {}).get(CUT, lambda: None)
    cutting = reference()
    if cutting is None:
        raise ConnectionResetError(f"A fault rule breaks this answer: {network}.")
    cutting(network == "reset")
