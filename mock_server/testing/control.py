"""The control plane of a mock, asked for one sandbox over HTTP, as an outside program would."""

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

PATIENCE_S = 30
PAGE = 1000
"""How many entries of a list are asked for at once."""


class ControlError(Exception):
    """The control plane refused; the message says what was asked, and what was wrong with it."""


class Control:
    """Asks the mock at `origin` for the sandbox `name`. Everything raises `ControlError` if it is refused."""

    def __init__(self, origin: str, name: str) -> None:
        self.origin = origin
        self.name = name

    def create(self, wanted: dict[str, Any]) -> None:
        """Make the sandbox; `wanted` has what *Create a sandbox* takes beside its name."""
        self.send("POST", "/_mock/sandboxes", {"name": self.name, **wanted})

    def delete(self) -> None:
        """Throw the sandbox away."""
        self.send("DELETE", f"/_mock/sandboxes/{self.name}", None)

    def ask(self, method: str, path: str, body: Any = None, **query: object) -> Any:
        """What is answered for a path below the sandbox, or None; a query of None is not sent."""
        asked = urlencode({name: value for name, value in query.items() if value is not None}, doseq=True)
        return self.send(method, f"/_mock/sandboxes/{self.name}{path}?{asked}".removesuffix("?"), body)

    def pages(self, path: str, entries: str, **query: object) -> Iterator[Any]:
        """All entries of a list, which comes in pages."""
        after: object = None
        while True:
            page = self.ask("GET", path, limit=PAGE, after=after, **query)
            yield from page[entries]
            after = page["next"]
            if after is None:
                return

    def send(self, method: str, path: str, body: Any) -> Any:
        """What is answered as JSON, or None."""
        connection = HTTPConnection(urlsplit(self.origin).netloc, timeout=PATIENCE_S)
        try:
            sent = None if body is None else json.dumps(body)
            connection.request(method, path, sent, {"Content-Type": "application/json", "Connection": "close"})
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        answer: Any = json.loads(content) if content else None
        if response.status >= 400:
            details = " ".join(fault["detail"] for fault in answer["errors"])
            raise ControlError(f"{method} {path} was answered {response.status}: {details}")
        return answer
