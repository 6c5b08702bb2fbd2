"""What is written to a connection: gathered for a turn of the event loop, and held back while nobody reads."""

import asyncio
from socket import SO_LINGER, SOL_SOCKET
from struct import pack
from time import monotonic

MOST = 1 << 16
"""Bytes that are gathered, at most; with more, the transport decides whether who writes has to pause."""


class Writer:
    """Writes to a transport; paused while the client does not read, since `paused_at` by a clock that does not jump."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self.transport = transport
        self.loop = loop
        self.gathered = b""
        self.is_paused = False
        self.paused_at = 0.0
        self.writable = asyncio.Event()
        self.writable.set()

    def write(self, data: bytes) -> None:
        """Write at the end of the turn: all that is written in one goes out together, so a client is woken once."""
        if not self.gathered:
            self.loop.call_soon(self.flush)
        self.gathered += data
        if len(self.gathered) > MOST:
            self.flush()

    def flush(self) -> None:
        """Write what is gathered; the other end may have gone meanwhile."""
        data, self.gathered = self.gathered, b""
        if data and not self.transport.is_closing():
            self.transport.write(data)

    def pause(self) -> None:
        """Note that the client does not read."""
        self.is_paused, self.paused_at = True, monotonic()
        self.writable.clear()

    def resume(self) -> None:
        """Note that it reads again, or is gone."""
        self.is_paused = False
        self.writable.set()

    async def drain(self) -> None:
        """Wait until the client reads what was written."""
        await self.writable.wait()

    def close(self) -> None:
        """Write what is gathered, and end the connection."""
        self.flush()
        self.transport.close()

    def reset(self) -> None:
        """End the connection as a machine does that has lost it: what is gathered is lost."""
        self.gathered = b""
        if not self.transport.is_closing():
            self.transport.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, pack("ii", 1, 0))
            self.transport.abort()
