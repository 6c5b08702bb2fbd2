"""The cost of a request in Python function calls, which no noise of the machine disturbs."""

import asyncio
import gc
import sys
from types import FrameType
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from common_apis.serving.app import create_app
from common_apis.serving.application import Application
from common_apis.serving.outgoing import DefaultHeaders
from common_apis.serving.protocol import Protocol
from common_apis.serving.request_log import Entry, Log
from common_apis.serving.responder import Responder

from .mock import A
from .serving.wire import request

FULL = (
    b'{"phase":"engaged","coach_id":"aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa","timezone":"US/Pacific","first_name":"Maya",'
    b'"last_name":"Ellery","birthday":"1968-04-17","street":"418 Juniper Terrace","street_line_two":"Apt 6",'
    b'"city":"San Francisco","county":"San Francisco County","zip_code":"94110","state":"CA","country":"US"}'
)
FIVE_FAULTS = (
    b'{"phase":"intake","timezone":"US/Pacifc","first_name":"A","nick":"x","birthday":"1890-01-01","phone":"5"}'
)
EVENT = (
    b'{"calendar_id":"aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa","user_id":"aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa",'
    b'"start_time":"2031-03-04T09:30:00-05:00","end_time":"2031-03-04T10:00:00-05:00",'
    b'"modality":"visit","appointment_type":"home_visit"}'
)

RECORDED: dict[str, tuple[str, str, bytes, int, int]] = {
    "get": ("GET", f"/v1/calendar_events/{A}", b"", 200, 85),
    "create": ("POST", "/v1/patients", FULL, 201, 145),
    "event": ("POST", "/v1/calendar_events", EVENT, 201, 163),
    "update": ("PUT", f"/v1/patients/{A}", b'{"phase":"intake"}', 200, 139),
    "five faults": ("POST", "/v1/patients", FIVE_FAULTS, 400, 179),
}
"""Method, path, body, status, and the calls that were counted on Python 3.11; later versions make fewer."""


class Wire(asyncio.Transport):
    """A connection that keeps what is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Keep bytes."""
        self.written += data

    def is_closing(self) -> bool:
        """Return that it never is."""
        return False


@pytest.fixture(scope="module")
def app(contract: dict[str, Any]) -> Application:
    """An application over the clinic."""
    return create_app(contract=contract)


def measure(app: Application, name: str, responder: Responder | None = None, log: Log | None = None) -> tuple[int, int]:
    """The status of a response, and how many Python functions were called for it, from its bytes to its bytes."""
    method, path, body, *_ = RECORDED[name]
    sent = request(method, path, "Content-Type: application/json", "Accept: */*", body=body)
    counted = 0

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal counted
        counted += event == "call" and frame.f_code is not Wire.write.__code__

    async def respond() -> Wire:
        config = uvicorn.Config(app, lifespan="off")
        config.load()
        default = DefaultHeaders()
        protocol = Protocol(config, ServerState(), {}, responder=responder or app.responder, default=default, log=log)
        wire = Wire()
        protocol.connection_made(wire)
        protocol.data_received(sent)  # what is done once, at the first request, does not count
        await asyncio.sleep(0)
        wire.written = b""
        gc.disable()  # what it calls does not count, either
        sys.setprofile(count)
        protocol.data_received(sent)
        protocol.flush()
        sys.setprofile(None)
        gc.enable()
        protocol.connection_lost(None)
        return wire

    return int(asyncio.run(respond()).written.split()[1]), counted


@pytest.mark.parametrize("name", RECORDED)
def test_a_request_costs_no_more_calls_than_recorded(app: Application, name: str) -> None:
    """A rise by a tenth fails: look what is done at each request that could be done at start-up."""
    *_, status, recorded = RECORDED[name]

    answered, counted = measure(app, name)

    assert answered == status
    assert counted <= recorded * 1.1, f"{counted} calls; {recorded} were recorded"


@pytest.mark.parametrize("name", RECORDED)
def test_a_line_for_a_request_costs_few_calls(app: Application, name: str) -> None:
    """Its words are made elsewhere: here it is noted what they will be made of."""
    entries: list[Entry] = []

    plain = measure(app, name)[1]
    logged = measure(app, name, log=entries.append)[1]

    assert len(entries) == 2, "one for each request: the first is not counted"
    assert logged - plain <= 5


def test_a_costlier_request_is_found(app: Application) -> None:
    """The guard can fail: some calls more for a GET are more than a tenth."""
    responder = app.responder

    class Detour(Responder):
        def respond(self, exchange: Any, depth: int = 9) -> Any:
            return self.respond(exchange, depth - 1) if depth else super().respond(exchange)

    detour = Detour.__new__(Detour)
    detour.__dict__ = responder.__dict__
    assert measure(app, "get", detour)[1] > RECORDED["get"][-1] * 1.1
