"""The control plane of a mock, asked for one sandbox over HTTP, as an outside program would."""

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

from ..world.sandboxes import DEFAULT

__tracebackhide__ = True  # what fails here was asked in a line of the test: pytest shows that one
SANDBOXES = "/_mock/sandboxes"
PATIENCE_S = 30
PAGE = 1000
"""How many entries of a list are asked for at once."""


class ControlError(Exception):
    """The control plane refused; the message says what was asked, and what was wrong with it."""


class Control:
    """Asks the mock at `origin` for the sandbox `name`. Everything raises `ControlError` if it is refused.

    `admin_token` is the one that the mock demands, if it does.
    """

    def __init__(self, origin: str, name: str, admin_token: str | None = None) -> None:
        self.origin = origin
        self.name = name
        self.admin_token = admin_token

    def for_sandbox(self, name: str) -> "Control":
        """Return what asks the same mock for another sandbox."""
        return Control(self.origin, name, self.admin_token)

    def create(self, wanted: dict[str, Any]) -> None:
        """Make the sandbox; `wanted` has what *Create a sandbox* takes beside its name."""
        self.send("POST", SANDBOXES, {"name": self.name, **wanted})

    def names(self) -> set[str]:
        """The names of all sandboxes of the mock."""
        return {each["name"] for each in self.listed(SANDBOXES, "sandboxes")}

    def delete(self) -> None:
        """Throw the sandbox away."""
        self.ask("DELETE", "")

    def clear(self, others: set[str]) -> None:
        """Throw all sandboxes away but these others, and have the one begin anew that is always there."""
        for name in self.names() - others:
            self.for_sandbox(name).delete()
        self.for_sandbox(DEFAULT).ask("POST", "/reset")

    def ask(self, method: str, path: str, body: Any = None, **query: object) -> Any:
        """What is answered for a path below the sandbox, or None; a query of None is not sent."""
        return self.send(method, f"{SANDBOXES}/{self.name}{path}", body, **query)

    def pages(self, path: str, entries: str, **query: object) -> Iterator[Any]:
        """All entries of a list below the sandbox."""
        return self.listed(f"{SANDBOXES}/{self.name}{path}", entries, **query)

    def listed(self, path: str, entries: str, **query: object) -> Iterator[Any]:
        """All entries of a list, which comes in pages."""
        after: object = None
        while True:
            page = self.send("GET", path, limit=PAGE, after=after, **query)
            yield from page[entries]
            after = page["next"]
            if after is None:
                return

    def send(self, method: str, path: str, body: Any = None, **query: object) -> Any:
        """What is answered as JSON, or None; a query of None is not sent, and a body that is no JSON a `TypeError`."""
        asked = urlencode({name: value for name, value in query.items() if value is not None}, doseq=True)
        path = f"{path}?{asked}".removesuffix("?")
        try:
            sent = None if body is None else json.dumps(body)
        except (TypeError, ValueError) as error:
            raise TypeError(f"{method} {path}: {error}") from None
        headers = {"Content-Type": b"application/json", "Connection": b"close"}
        if self.admin_token:
            headers["X-Mock-Admin-Token"] = self.admin_token.encode()
        connection = HTTPConnection(urlsplit(self.origin).netloc, timeout=PATIENCE_S)
        try:
            connection.request(method, path, sent, headers)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        answer: Any = json.loads(content) if content else None
        if response.status >= 400:
            details = " ".join(fault["detail"] for fault in answer["errors"])
            raise ControlError(f"{method} {path} was answered {response.status}: {details}")
        return answer
