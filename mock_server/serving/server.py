"""The server: uvicorn with our protocol, on sockets that are ours before it starts."""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Protocol

import uvicorn
from starlette.types import Receive, Scope, Send

from .failures import FailureHandler
from .outgoing import DefaultHeaders
from .protocol import Protocol as Connection
from .request_log import Log
from .responder import Responder

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
                if isinstance(connection, Connection):
                    connection.check_patience()
        if counter % (CHORES * TICKS_PER_SECOND) == 0 and (self.doing is None or self.doing.done()):
            self.doing = asyncio.ensure_future(self.do_chores())
        return await super().on_tick(counter)

    async def do_chores(self) -> None:
        """Do the chores; what fails is tried again the next time."""
        try:
            await self.chores()
        except Exception as error:
            asyncio.get_running_loop().call_exception_handler({"message": "the chores failed", "exception": error})


class Answering(Protocol):
    """An ASGI application whose responder answers without ASGI what can be."""

    responder: Responder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or live as long as the server does."""


def create_server(app: Answering, ready: Callable[[], None], chores: Chores, log: Log | None = None) -> Server:
    """A server; its `run` serves on sockets until it is told to stop, by a signal or by `should_exit`.

    Each request is told to the `log`.
    """
    protocol: Any = partial(Connection, responder=app.responder, default=DefaultHeaders(), log=log)
    config = uvicorn.Config(
        app,
        http=protocol,
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
