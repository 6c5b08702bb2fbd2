"""HTTP/1.1 over one connection: requests are answered in their order, and the time that they take is bounded.

uvicorn makes a protocol for each connection. `ARCHITECTURE.md` says what it expects of one.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Coroutine
from time import monotonic, perf_counter
from typing import Any
from weakref import WeakMethod

from uvicorn import Config
from uvicorn.server import ServerState

from ..handlers.errors import Refused, RequestTimeout
from .asgi_call import AsgiCall
from .breaking import CUT, STOPPING
from .exchange import EXCHANGE
from .incoming import Incoming
from .middleware import send_response
from .outgoing import CONTINUE, DefaultHeaders, encode_response
from .reader import Reader
from .request_log import Log, describe_exchange, is_health_check
from .responder import Responder
from .response import Response
from .writer import Writer

logger = logging.getLogger("common_apis")

HEADERS_WAIT, BODY_WAIT = 10.0, 30.0
"""Seconds that the headers and the body of a request may take to arrive (D-54)."""
KEEP_ALIVE = 120.0
"""Seconds that a connection may be idle: more than clients allow, so that none ends just as it is used again."""
PIECE = 8 << 10
"""Bytes that are parsed in one turn of the event loop: a packet may have thousands of small requests or fields."""
MOST_BEHIND = 1 << 16
"""Bytes that are read behind a request for a stream, at most."""


class Protocol(asyncio.Protocol):
    """One connection."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        responder: Responder,
        default: DefaultHeaders,
        log: Log | None,
    ) -> None:
        self.app = config.loaded_app
        self.server_state = server_state
        self.app_state = app_state
        self.loop = _loop or asyncio.get_running_loop()
        self.responder = responder
        self.default = default
        self.log = log
        self.backlog = b""
        self.queue: deque[Incoming] = deque()
        self.current: Incoming | None = None
        self.call: AsgiCall | None = None
        self.is_parsing_later = False
        self.stopping = asyncio.Event()
        self.idle_since: float | None = None

    # What uvicorn and asyncio call

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the first request."""
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]  # asyncio declares less than it gives
        self.writer = Writer(self.transport, self.loop)
        self.server_state.connections.add(self)  # type: ignore[arg-type]  # it lists uvicorn's own
        # Weakly: journals keep scopes, and are not to keep connections.
        state = self.app_state | {CUT: WeakMethod(self.cut), STOPPING: self.stopping}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "scheme": "http",
            "root_path": "",
            "server": find_address(self.transport, "sockname"),
            "client": find_address(self.transport, "peername"),
            "state": state,
        }
        self.reader = Reader(self.responder, scope, self.queue.append)

    def connection_lost(self, exc: Exception | None) -> None:
        """Have whoever answers know that nobody reads it."""
        self.server_state.connections.discard(self)
        request = self.reader.incoming
        if request and not request.is_queued:
            self.log_response(request, None)
        self.reader.close()
        self.queue.clear()
        self.backlog = b""
        self.leave()
        self.writer.resume()

    def data_received(self, data: bytes) -> None:
        """Parse what arrives; more than a piece of it in several turns, so that other connections have theirs."""
        self.idle_since = None
        if self.reader.is_deaf:
            return
        if self.backlog or self.queue or len(data) > PIECE:
            self.backlog += data
            self.parse_piece()
        else:
            self.reader.parse(data)
            self.answer_queue()

    def eof_received(self) -> bool:
        """Stay as long as there is a whole request to be answered: a client has sent all that it will.

        Not for a stream, which has no end: a client that listens sends no end either, unless it goes.
        """
        self.end_after_latest()
        if (self.queue or self.current) and not self.is_streaming:
            return True
        self.leave()
        self.writer.flush()  # the connection is closed now
        return False

    def pause_writing(self) -> None:
        """Answer no more until the client reads."""
        self.writer.pause()

    def resume_writing(self) -> None:
        """Go on answering."""
        self.writer.resume()
        self.answer_queue()

    def shutdown(self) -> None:
        """End, once requests that were read are answered; not for a stream, or a client that does not read.

        What has arrived and was not read is dropped, as HTTP allows: none of it has happened.
        """
        self.stopping.set()
        self.end_after_latest()
        if self.writer.is_paused and self.current is None:
            self.transport.abort()
        elif self.is_streaming or (self.current is None and not self.queue):
            self.leave()
            self.close()

    @property
    def is_streaming(self) -> bool:
        """Return whether the response that is sent has no end that is known."""
        return self.call is not None and self.call.is_stream

    def end_after_latest(self) -> None:
        """Have the connection end once the requests that have come whole are answered."""
        self.reader.is_deaf = True
        for request in [*([self.current] if self.current else []), *self.queue][-1:]:
            request.keep_alive = False

    # What is received

    def parse_piece(self) -> None:
        """Parse a piece of what has arrived, unless requests wait to be answered, and read on once there is no more."""
        if self.is_parsing_later or not self.backlog:
            return
        if self.queue and self.is_streaming:  # read on, to see the client go; nobody answers what waits behind a stream
            if len(self.backlog) > MOST_BEHIND:
                self.close()
            return
        if not self.transport.is_closing():
            self.transport.pause_reading()
        if not self.queue:
            piece, self.backlog = self.backlog[:PIECE], self.backlog[PIECE:]
            self.reader.parse(piece)
            self.answer_queue()
        if self.reader.is_deaf or self.transport.is_closing():
            self.backlog = b""
        elif self.backlog and not self.is_streaming:
            self.parse_later()
        else:
            self.transport.resume_reading()

    def parse_later(self) -> None:
        """Have the next piece parsed in another turn, unless requests are still to be answered."""
        if not self.is_parsing_later and not self.queue:
            self.is_parsing_later = True
            self.loop.call_soon(self.parse_next)

    def parse_next(self) -> None:
        """Parse the next piece, in another turn."""
        self.is_parsing_later = False
        self.parse_piece()

    # What is answered

    def answer_queue(self) -> None:
        """Answer requests in their order, as long as nothing has to be waited for."""
        while self.queue and self.current is None and not self.writer.is_paused:
            if self.transport.is_closing():
                self.queue.clear()
                return
            self.answer(self.queue.popleft())
        if self.current is None and not self.queue and not self.writer.is_paused:
            if self.reader.is_asking:
                self.reader.is_asking = False
                self.writer.write(CONTINUE)
            if self.backlog:
                self.parse_later()
            elif self.reader.is_deaf:
                self.close()

    def answer(self, request: Incoming) -> None:
        """Answer a request at once, if nothing has to be waited for."""
        exchange = request.exchange
        assert exchange
        response: Response | Awaitable[Response]
        if request.refused:
            response = self.responder.reject(exchange, request.refused)
        elif exchange.is_page or b"origin" in exchange.headers:
            scope = {**exchange.scope, EXCHANGE: exchange, "state": dict(exchange.scope["state"])}
            call = AsgiCall(self, request, scope)
            self.start(request, self.wait_for_call(request, call, self.app(scope, call.receive, call.send)))
            return
        else:
            response = self.responder.respond(exchange)
        if isinstance(response, Response) and not exchange.stream and not exchange.network:
            self.send(request, response)
        else:
            self.start(request, self.answer_later(request, response))

    def start(self, request: Incoming, answering: Coroutine[Any, Any, None]) -> None:
        """Answer a request in a task; those behind it wait."""
        self.current = request
        task = self.loop.create_task(answering)
        self.server_state.tasks.add(task)
        task.add_done_callback(self.finish)

    def finish(self, task: asyncio.Task[None]) -> None:
        """Go on with the next request."""
        self.server_state.tasks.discard(task)
        self.current = self.call = None
        if task.cancelled():
            self.transport.abort()
        elif error := task.exception():
            if not isinstance(error, ConnectionError):
                logger.error("a request failed", exc_info=error)
            self.close()
        self.answer_queue()

    async def answer_later(self, request: Incoming, response: Response | Awaitable[Response]) -> None:
        """Answer a request once there is a response; it may be sent in parts, or broken off."""
        exchange = request.exchange
        assert exchange
        if not isinstance(response, Response):
            response = await response
        if exchange.stream or exchange.network:
            call = AsgiCall(self, request, exchange.scope)
            await self.wait_for_call(request, call, send_response(exchange, response, call.receive, call.send))
        else:
            await self.writer.drain()
            self.send(request, response)

    async def wait_for_call(self, request: Incoming, call: AsgiCall, calling: Awaitable[None]) -> None:
        """Have an application answer a request."""
        self.call = call
        if self.transport.is_closing():
            call.gone.set()
        try:
            await calling
        finally:
            if call.status is None:
                self.log_response(request, None)
            if not call.is_complete:
                self.close()
            elif not request.keep_alive:
                self.end(request)
            self.server_state.total_requests += 1

    def send(self, request: Incoming, response: Response) -> None:
        """Write a whole response."""
        assert request.exchange
        self.server_state.total_requests += 1
        if self.log:
            self.log_response(request, response.status)
        is_head = request.exchange.scope["method"] == "HEAD"
        self.writer.write(encode_response(response, self.default_headers, is_head, request.keep_alive))
        if not request.keep_alive:
            self.end(request)

    def end(self, request: Incoming) -> None:
        """Close after the last response, but not before all of its request has come: else a reset may overtake it."""
        if self.reader.is_deaf or self.reader.incoming is not request:
            self.close()

    @property
    def default_headers(self) -> bytes:
        """Return the headers that every response begins with."""
        return self.default.encode(self.server_state.default_headers)

    def log_response(self, request: Incoming, status: int | None) -> None:
        """Tell the log that a response begins, or that there is none; a health check that finds all well is no news."""
        exchange = request.exchange
        if self.log and exchange and not is_health_check(exchange, status):
            self.log(describe_exchange(exchange, status, perf_counter() - exchange.began))

    def close(self) -> None:
        """Write what is held, and end the connection."""
        self.reader.is_deaf = True
        self.queue.clear()
        self.writer.close()

    def cut(self, reset: bool) -> None:
        """End the connection without another byte, or as a machine does that has lost it."""
        self.leave()
        if reset:
            self.writer.reset()
        else:
            self.close()

    def leave(self) -> None:
        """Have the application that answers know that nobody waits for it."""
        if self.call:
            self.call.gone.set()

    def check_patience(self) -> None:
        """Give up on what takes too long: headers, a body, a client that reads, silence. It is called once a second."""
        now, reader = monotonic(), self.reader
        request = reader.incoming
        if self.writer.is_paused and now - self.writer.paused_at > KEEP_ALIVE:
            self.transport.abort()
        elif self.queue or self.current or self.backlog:  # nobody reads on for now
            reader.since = reader.since and now
            if request:
                request.since = None
        elif request and request.exchange:
            request.since = request.since or now
            if now - request.since > BODY_WAIT:
                self.give_up("body", BODY_WAIT)
        elif reader.since is not None:
            if now - reader.since > HEADERS_WAIT:
                self.give_up("headers", HEADERS_WAIT)
        else:
            self.idle_since = self.idle_since or now
            if now - self.idle_since > KEEP_ALIVE:
                self.close()

    def give_up(self, part: str, seconds: float) -> None:
        """Answer a request that does not arrive, and close; no answer, if there is none to take for another."""
        if not self.reader.has_begun:
            self.close()  # browsers open connections that they may never use
            return
        detail = f"The {part} did not arrive whole within {seconds:.0f} seconds. Send it again, without pauses."
        self.reader.give_up(Refused([RequestTimeout(detail)]))
        self.answer_queue()


def find_address(transport: asyncio.Transport, name: str) -> tuple[str, int] | None:
    """Return an end of a connection, if it has an address."""
    found = transport.get_extra_info(name)
    return (str(found[0]), int(found[1])) if isinstance(found, list | tuple) else None
