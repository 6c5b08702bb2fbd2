"""A request as a server hands it to the application: for what HTTP clients hide, such as an answer that has no end."""

import asyncio
from typing import Any

from starlette.types import ASGIApp, Message

Header = tuple[bytes, bytes]


class Asking:
    """One request to an application in this process, and what has been sent of its answer so far."""

    def __init__(self, app: ASGIApp, path: str, *headers: Header, method: str = "GET") -> None:
        self.app = app
        self.scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(b"host", b"127.0.0.1"), *headers],
            "client": ("127.0.0.1", 4711),
            "server": ("127.0.0.1", 4010),
        }
        self.status = 0
        self.headers: dict[bytes, bytes] = {}
        self.body = b""
        self.ended = False
        self.gone = asyncio.Event()
        self.asked = False

    async def answered(self) -> None:
        """Wait for the whole answer."""
        await self.app(self.scope, self.receive, self.send)

    async def receive(self) -> Message:
        """The empty body of the request; after that nothing, until the client goes away."""
        if not self.asked:
            self.asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Take what is sent."""
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])
        else:
            self.body += message.get("body", b"")
            self.ended = not message.get("more_body", False)
