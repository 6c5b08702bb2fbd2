"""The application: the mock's own, with the relay in the place of its worlds."""

from functools import partial
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from ..serving.app import Settings, create_app
from ..serving.application import Application
from ..world.sandboxes import Sandboxes
from .doors import door
from .relay import Relay
from .responder import RelayResponder

SEED = "empty"
"""What the sandboxes of a proxy begin with: they have journals, and no records."""


class Closing:
    """An application that ends what still goes on before the server has stopped."""

    def __init__(self, app: Application, relay: Relay) -> None:
        self.app = app
        self.responder = app.responder
        self.relay = relay

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the life of the server."""

        async def told(message: Message) -> None:
            if message["type"] == "lifespan.shutdown.complete":
                await self.relay.close()
            await send(message)

        await self.app(scope, receive, told if scope["type"] == "lifespan" else send)


def create_proxy(settings: Settings, contract: dict[str, Any], sandboxes: Sandboxes, relay: Relay) -> Closing:
    """The ASGI application; `sandboxes` are its journals."""
    responder = partial(RelayResponder, relay=relay)
    return Closing(create_app(settings, contract, sandboxes, responder, door), relay)
