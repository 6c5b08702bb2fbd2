"""A request in process, from the bytes that come in to those that go out, with the functions that are called for it."""

import asyncio
import gc
import sys
from types import CodeType, FrameType
from typing import Any

import uvicorn
from uvicorn.server import ServerState

from common_apis.serving.application import Application
from common_apis.serving.outgoing import DefaultHeaders
from common_apis.serving.protocol import Protocol
from common_apis.serving.request_log import Log
from common_apis.serving.responder import Responder


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


def trace(
    app: Application, sent: bytes, responder: Responder | None = None, log: Log | None = None
) -> tuple[int, list[CodeType]]:
    """Return the status of a response, and the functions that were called for it, in their order.

    The request is sent twice: what is done once, at the first, does not count.
    """
    called: list[CodeType] = []

    def note(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call" and frame.f_code is not Wire.write.__code__:
            called.append(frame.f_code)

    async def respond() -> Wire:
        config = uvicorn.Config(app, lifespan="off")
        config.load()
        default = DefaultHeaders()
        protocol = Protocol(config, ServerState(), {}, responder=responder or app.responder, default=default, log=log)
        wire = Wire()
        protocol.connection_made(wire)
        protocol.data_received(sent)
        await asyncio.sleep(0)
        wire.written = b""
        gc.disable()  # what it calls does not count, either
        sys.setprofile(note)
        protocol.data_received(sent)
        protocol.writer.flush()
        sys.setprofile(None)
        gc.enable()
        protocol.connection_lost(None)
        return wire

    return int(asyncio.run(respond()).written.split()[1]), called
