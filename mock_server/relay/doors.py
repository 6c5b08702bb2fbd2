"""The control plane of a proxy: its journals are read like those of a mock, and there is no world to steer."""

from ..control import Handler, handler
from ..control.terms import Answer, Steered
from ..handlers.errors import NotFound, Refused
from ..world.sandboxes import Sandboxes

OPEN = ("sandboxes_list", "sandboxes_get", "sandboxes_delete", "sandboxes_delete_many")
"""What is served beside the journals."""


def door(operation: str) -> Handler:
    """The handler of an operation: the mock's own, or one that says why there is none."""
    if operation in OPEN or operation.startswith("requests_"):
        return handler(operation)

    async def closed(sandboxes: Sandboxes, asked: Steered) -> Answer:
        detail = f"`{operation}` steers a world, and this is a proxy: it has journals alone. Ask a mock for it."
        raise Refused([NotFound(detail)])

    return closed
