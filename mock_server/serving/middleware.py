"""The ASGI side of the way of a request: CORS, the body as it comes, pages, and what is not sent in one piece."""

from collections.abc import AsyncIterator

from starlette.responses import StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ..handlers.errors import Refused
from .breaking import cut
from .cors import CrossOrigin
from .exchange import EXCHANGE, Exchange
from .guard import check_size
from .request import Disconnected, read_body
from .responder import Responder
from .response import Response

UNKEPT = {"cache-control": "no-store"}


class ResponderMiddleware:
    """Answers the requests that a responder is for, and passes all others on to the pages."""

    def __init__(self, app: ASGIApp, responder: Responder) -> None:
        self.app = app
        self.responder = responder
        self.cross_origin = CrossOrigin(self.serve, responder.browser_guard.origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, once it is known not to be made by a foreign page; one with an `Origin` goes by CORS.

        A server that has read the body already gives its exchange in the scope.
        """
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_read = EXCHANGE in scope
        exchange = scope[EXCHANGE] if is_read else self.responder.begin(scope)
        scope = {**exchange.scope, EXCHANGE: exchange}
        try:
            self.responder.check_browser(exchange)
        except Refused as refused:
            await exchange.end(exchange.refused(refused)).send(send)
            return
        try:
            if not is_read:
                await read_body(exchange, receive)
        except Disconnected:
            return
        if b"origin" in exchange.headers:
            self.responder.browser_guard.report_origin(exchange.headers)
            await self.cross_origin(scope, receive, send)
        else:
            await self.serve(scope, receive, send)

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request whose body has been read."""
        exchange: Exchange = scope[EXCHANGE]
        if exchange.is_page:
            await self.show(exchange, scope, receive, send)
            return
        response = self.responder.respond(exchange)
        await send_response(exchange, response if isinstance(response, Response) else await response, receive, send)

    async def show(self, exchange: Exchange, scope: Scope, receive: Receive, send: Send) -> None:
        """Leave a request to the pages; if there is none for it, refuse it."""
        try:
            check_size(scope["headers"])
            await self.app(scope, receive, send)
        except Refused as refused:
            response = await self.responder.refuse_page(exchange, refused)
            await response.send(send)


async def send_response(exchange: Exchange, response: Response, receive: Receive, send: Send) -> None:
    """Send a response: whole, as a stream of events, or broken off as a fault rule has it."""
    if exchange.stream:
        events = exchange.stream if exchange.scope["method"] == "GET" else nothing()
        streaming = StreamingResponse(events, headers=UNKEPT, media_type="text/event-stream")
        await streaming(exchange.scope, receive, send)
    elif exchange.network:
        await cut(exchange.network, response, exchange.scope, send)
    else:
        await response.send(send)


async def nothing() -> AsyncIterator[bytes]:
    """The stream that answers HEAD, which has no events."""
    return
    yield
