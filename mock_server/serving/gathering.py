"""A transport that gathers what is written to it in one turn of the event loop.

uvicorn writes the head and the body of an answer one after the other. Each would be a packet of its own, and wake the
reader; gathered, an answer is one packet, and the answers of one turn go out in a row.
"""

from asyncio import AbstractEventLoop, BaseProtocol, Transport
from typing import Any

MOST = 1 << 16
"""Bytes that are held, at most; with more, the transport decides whether who writes has to pause."""


class Gathering(Transport):
    """Another transport, to which is written when the turn has ended."""

    def __init__(self, transport: Transport, loop: AbstractEventLoop) -> None:
        super().__init__()
        self.transport = transport
        self.loop = loop
        self.held = b""
        self.is_reading_held = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Hold bytes until the turn has ended."""
        if not self.held:
            self.loop.call_soon(self.flush)
        self.held += data
        if len(self.held) > MOST:
            self.flush()

    def flush(self) -> None:
        """Write what is held; the other end may have gone meanwhile."""
        held, self.held = self.held, b""
        if held and not self.transport.is_closing():
            self.transport.write(held)

    def close(self) -> None:
        """Write what is held, and end."""
        self.flush()
        self.transport.close()

    def abort(self) -> None:
        """End at once: what is held is lost."""
        self.held = b""
        self.transport.abort()

    def is_closing(self) -> bool:
        """Whether it has ended, or is about to."""
        return self.transport.is_closing()

    def pause_reading(self) -> None:
        """Hand no more to the protocol."""
        self.transport.pause_reading()

    def resume_reading(self) -> None:
        """Hand on what arrives, unless reading is held."""
        if not self.is_reading_held:
            self.transport.resume_reading()

    def hold_reading(self) -> None:
        """Hand nothing on until it is released, whoever resumes reading meanwhile."""
        self.is_reading_held = True
        self.transport.pause_reading()

    def release_reading(self, is_paused: bool) -> None:
        """Hand on what arrives, unless somebody has paused reading."""
        self.is_reading_held = False
        if not is_paused:
            self.transport.resume_reading()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """What the transport knows of the connection."""
        return self.transport.get_extra_info(name, default)

    def set_protocol(self, protocol: BaseProtocol) -> None:
        """Hand what arrives to another protocol."""
        self.transport.set_protocol(protocol)
