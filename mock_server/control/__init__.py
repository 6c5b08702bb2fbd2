"""The handlers of `openapi/control.yaml`: they steer the worlds of a server."""

from collections.abc import Awaitable, Callable
from importlib import import_module

from ..world.sandboxes import Sandboxes
from .terms import Answer, Steered

Handler = Callable[[Sandboxes, Steered], Awaitable[Answer]]


def handler(operation_id: str) -> Handler:
    """The handler of an operation: `clock_set` is `set` of the module `clock`. Raises `LookupError` if it is absent."""
    noun, _, verb = operation_id.partition("_")
    try:
        found: Handler | None = getattr(import_module(f".{noun}", __package__), verb, None)
    except ModuleNotFoundError as error:
        raise LookupError(f"mock_server/control/{noun}.py does not exist") from error
    if found is None:
        raise LookupError(f"mock_server/control/{noun}.py has no `{verb}`")
    return found
