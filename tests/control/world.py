"""A mock whose every answer is held against its contract, and a sandbox of it, asked by its name."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from starlette.types import ASGIApp

from ..mock import Mock
from ..mock import faults as named
from ..resources.clinic import COLLECTIONS
from .form import Form

Record = dict[str, Any]
AT = "2031-03-04T17:30:00.000000+00:00"
"""When it is in a world whose clock stands still."""


BEGAN = datetime(2026, 11, 22, 9, tzinfo=UTC)


class Machine:
    """The clocks of a machine, which go when they are told to. To set one of them is not to have time go by."""

    def __init__(self) -> None:
        self.now = BEGAN
        self.set_by = timedelta()

    def __call__(self) -> datetime:
        """The time as it is set."""
        return self.now + self.set_by

    def monotonic(self) -> float:
        """The seconds that went by."""
        return (self.now - BEGAN).total_seconds()


class Checked(Mock):
    """A mock that is asked as any other, and whose answers must be as the contract of the control plane says."""

    def __init__(self, app: ASGIApp, form: Form) -> None:
        super().__init__(app)
        self.form = form

    async def send(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """The answer to one request."""
        answer = await super().send(method, path, **sent)
        self.form.check(answer)
        return answer

    def world(self, name: str | None = None, **body: Any) -> "World":
        """A new sandbox, whose clock stands still unless it is told to run."""
        body = {"now": AT, "name": name} | body
        made = done(self.post("/_mock/sandboxes", {field: value for field, value in body.items() if value is not None}))
        return World(self, made["name"])


class World:
    """A sandbox of a mock."""

    def __init__(self, mock: Checked, name: str) -> None:
        self.mock = mock
        self.name = name

    def ask(self, method: str, path: str = "", **sent: Any) -> httpx.Response:
        """The answer of the control plane, the path being below that of the sandbox."""
        return self.mock.ask(method, f"/_mock/sandboxes/{self.name}{path}", **sent)

    def api(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """The answer of the API, the path being below `/v1`."""
        return self.mock.ask(method, f"/s/{self.name}/v1/{path}", **sent)

    def said(self, path: str = "", **sent: Any) -> Any:
        """What a GET of the control plane answers; it must have succeeded."""
        return done(self.ask("GET", path, **sent))

    def told(self, method: str, path: str, json: Any = None) -> Any:
        """What another request to the control plane answers; it must have succeeded."""
        return done(self.ask(method, path, json=json))

    def record(self, collection: str, id: str) -> Record:
        """A record, with all its fields."""
        record: Record = self.said(f"/records/{collection}/{id}")
        return record

    def put(self, collection: str, id: str, record: Record) -> Record:
        """A record that is put; it must have succeeded."""
        answered: Record = self.told("PUT", f"/records/{collection}/{id}", record)
        return answered

    def create(self, collection: str, body: Record) -> Record:
        """A record that is made by the API; it must have succeeded."""
        record: Record = done(self.api("POST", collection, json=body))
        return record

    def records(self) -> dict[str, list[Record]]:
        """All records, by collection."""
        return {each: self.said(f"/records/{each}?limit=1000")["records"] for each in COLLECTIONS}


def done(answer: httpx.Response) -> Any:
    """What an answer says; it must have succeeded."""
    assert answer.status_code < 300, answer.text
    return answer.json() if answer.content else None


def detail(answer: httpx.Response) -> str:
    """The sentences of a refusal."""
    text: str = answer.json()["detail"]
    return text


def faults(answer: httpx.Response) -> list[tuple[str, str | None]]:
    """The code and the place, if any, of each fault that a problem document names."""
    return [*named(answer)]
