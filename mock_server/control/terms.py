"""The terms between the handlers of the control plane and whoever serves them."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, NamedTuple

from ...handlers.errors import NotFound, Refused
from ..world.sandbox import Sandbox
from ..world.sandboxes import DEFAULT, Sandboxes


class Steered(NamedTuple):
    """What a valid request asks: its parameters by name, the object of its body, and its headers."""

    parameters: Mapping[str, Any]
    body: dict[str, Any]
    headers: Mapping[bytes, bytes]


class Answer(NamedTuple):
    """What answers: something that JSON can say, or nothing; where what was made is; or a stream of events."""

    content: Any = None
    location: str = ""
    stream: AsyncIterator[bytes] | None = None


def sandbox(sandboxes: Sandboxes, asked: Steered) -> Sandbox:
    """The sandbox that the path names; `default` is always there. Raises `Refused`."""
    name = asked.parameters["sandbox"]
    if not known(sandboxes, name):
        raise Refused([NotFound(f"There is no sandbox `{name}`.", parameter="sandbox")])
    return sandboxes.find(name)


def known(sandboxes: Sandboxes, name: str) -> bool:
    """Whether there is a sandbox of this name; `default` begins afresh if it was deleted."""
    return name == DEFAULT or name in sandboxes.all
