"""The terms between the handlers of the control plane and whoever serves them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ...handlers.errors import NotFound, Refused
from ..world.sandbox import Sandbox
from ..world.sandboxes import DEFAULT, Sandboxes


class Steered(NamedTuple):
    """What a valid request asks: its parameters by name, and the object of its body."""

    parameters: Mapping[str, Any]
    body: dict[str, Any]


class Answer(NamedTuple):
    """What answers: something that JSON can say, or nothing; and where what was made is."""

    content: Any = None
    location: str = ""


def sandbox(sandboxes: Sandboxes, asked: Steered) -> Sandbox:
    """The sandbox that the path names; `default` is always there. Raises `Refused`."""
    name = asked.parameters["sandbox"]
    if name != DEFAULT and name not in sandboxes.all:
        raise Refused([NotFound(f"There is no sandbox `{name}`.", parameter="sandbox")])
    return sandboxes.find(name)
