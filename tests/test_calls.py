"""The cost of a request in Python function calls, which no noise of the machine disturbs."""

import asyncio
import sys
from types import FrameType
from typing import Any

import pytest
from starlette.types import ASGIApp, Message

from common_apis.serving.request_log import Entry, LoggedApp

from .mock import A, Mock

FULL = (
    b'{"phase":"engaged","coach_id":"aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa","timezone":"US/Pacific","first_name":"Maya",'
    b'"last_name":"Ellery","birthday":"1968-04-17","street":"418 Juniper Terrace","street_line_two":"Apt 6",'
    b'"city":"San Francisco","county":"San Francisco County","zip_code":"94110","state":"CA","country":"US"}'
)
FIVE_FAULTS = (
    b'{"phase":"intake","timezone":"US/Pacifc","first_name":"A","nick":"x","birthday":"1890-01-01","phone":"5"}'
)

RECORDED: dict[str, tuple[str, str, bytes, int, int]] = {
    "get": ("GET", f"/v1/calendar_events/{A}", b"", 200, 41),
    "create": ("POST", "/v1/patients", FULL, 201, 93),
    "update": ("PUT", f"/v1/patients/{A}", b'{"phase":"intake"}', 200, 93),
    "five faults": ("POST", "/v1/patients", FIVE_FAULTS, 400, 132),
}
"""Method, path, body, status, and the calls that were counted on Python 3.11; later versions make fewer."""


def calls(app: ASGIApp, method: str, path: str, body: bytes) -> tuple[int, int]:
    """The status of an answer, and how many Python functions were called, and coroutines resumed, for it."""
    headers = [(b"host", b"127.0.0.1:4010"), (b"content-type", b"application/json"), (b"accept", b"*/*")]
    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": headers}
    sent: list[Message] = []
    counted = 0

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal counted
        counted += event == "call" and frame.f_code not in (receive.__code__, send.__code__)

    async def measured() -> None:
        await app(dict(scope), receive, send)  # what is done once, at the first request, does not count
        sent.clear()
        sys.setprofile(count)
        await app(dict(scope), receive, send)
        sys.setprofile(None)

    asyncio.run(measured())
    return sent[0]["status"], counted


@pytest.mark.parametrize("name", RECORDED)
def test_a_request_costs_no_more_calls_than_recorded(mock: Mock, name: str) -> None:
    """A rise by a tenth fails: look what is done at each request that could be done at start-up."""
    method, path, body, status, recorded = RECORDED[name]

    answered, counted = calls(mock.app, method, path, body)

    assert answered == status
    assert counted <= recorded * 1.1, f"{counted} calls; {recorded} were recorded"


@pytest.mark.parametrize("name", RECORDED)
def test_a_line_for_a_request_costs_few_calls(mock: Mock, name: str) -> None:
    """Its words are made elsewhere: here it is noted what they will be made of."""
    method, path, body, *_ = RECORDED[name]
    entries: list[Entry] = []

    plain = calls(mock.app, method, path, body)[1]
    logged = calls(LoggedApp(mock.app, entries.append), method, path, body)[1]

    assert len(entries) == 2, "one for each request: the first is not counted"
    assert logged - plain <= 8


def test_a_costlier_request_is_found(mock: Mock) -> None:
    """The guard can fail: seven calls more for a GET are more than a tenth."""
    method, path, body, _, recorded = RECORDED["get"]

    async def detour(depth: int, *asgi: Any) -> None:
        await (detour(depth - 1, *asgi) if depth else mock.app(*asgi))

    async def wrapped(*asgi: Any) -> None:
        await detour(5, *asgi)

    assert calls(wrapped, method, path, body)[1] > recorded * 1.1
