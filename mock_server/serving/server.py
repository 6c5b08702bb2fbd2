"""The server: uvicorn with our protocol, on a socket that is ours before it starts."""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable

import uvicorn
from starlette.types import ASGIApp

from .failures import FailureHandler
from .protocol import Protocol

TICKS_PER_SECOND = 10
CHORES = 1
"""Seconds between two times that what can wait is done."""


Chores = Callable[[], Awaitable[None]]


class Server(uvicorn.Server):
    """uvicorn, which says when it is ready, looks for connections that keep it waiting, and does chores beside."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], chores: Chores) -> None:
        super().__init__(config)
        self.ready = ready
        self.chores = chores
        self.doing: asyncio.Future[None] | None = None

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until it is told to stop."""
        asyncio.get_running_loop().set_exception_handler(FailureHandler())
        await super().serve(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen, and say so."""
        await super().startup(sockets=sockets)
        if self.started:
            self.ready()

    async def on_tick(self, counter: int) -> bool:
        """Once a second, give up on connections whose headers do not end; now and then, do the chores."""
        if counter % TICKS_PER_SECOND == 0:
            for connection in list(self.server_state.connections):
                if isinstance(connection, Protocol):
                    connection.check_patience()
        if counter % (CHORES * TICKS_PER_SECOND) == 0 and (self.doing is None or self.doing.done()):
            self.doing = asyncio.ensure_future(self.do_chores())
        return await super().on_tick(counter)

    async def do_chores(self) -> None:
        """Do the chores; what fails is tried again the next time."""
        try:
            await self.chores()
        except OSError as error:
            asyncio.get_running_loop().call_exception_handler({"message": "the chores failed", "exception": error})


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; raises `OSError` if the address is taken or not this machine's. Port 0 takes a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=2048)


def url(listening: socket.socket) -> str:
    """The URL at which a socket is reached."""
    host, port = listening.getsockname()[:2]
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{name}:{port}"


def create_server(app: ASGIApp, ready: Callable[[], None], chores: Chores) -> Server:
    """A server; its `run` serves on sockets until it is told to stop, by a signal or by `should_exit`."""
    config = uvicorn.Config(
        app,
        http=Protocol,
        ws="none",
        loop="auto",
        lifespan="on",
        access_log=False,
        proxy_headers=False,
        log_config=None,
        log_level=logging.ERROR,
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    return Server(config, ready, chores)
