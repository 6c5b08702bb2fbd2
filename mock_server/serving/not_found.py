"""The end of the way: nothing is at this path."""

import re
from collections.abc import Mapping
from typing import Any

from starlette.types import Receive, Scope, Send

from ...handlers.errors import NotFound, Refused
from ..contract.words import nearest
from .response import instance, problem
from .routes import not_allowed

PREFIX = "/v1"
"""What all paths have in common, and so says nothing of their likeness."""
SANDBOX = re.compile(r"^/s/[^/]*(?=/)")
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class NotFoundApp:
    """Answers every request with 404, naming the path of the contract that is nearest to the one asked for.

    Where the scope has `allow`, there is something at the path, and the method is at fault.
    """

    def __init__(self, *documents: Mapping[str, Any]) -> None:
        self.paths = {path.removeprefix(PREFIX): path for document in documents for path in document["paths"]}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope["path"]
        refused = not_allowed(scope["method"], scope["allow"]) if "allow" in scope else self.nothing(path)
        await problem(refused, instance(scope)).send(send)

    def nothing(self, path: str) -> Refused:
        """The refusal of a path that leads nowhere."""
        within = SANDBOX.sub("", path.rstrip("/"))
        near = nearest(GUID.sub("{id}", within).removeprefix(PREFIX), list(self.paths))
        advice = f" Did you mean {self.paths[near]}?" if near else " The paths are listed at /."
        return Refused([NotFound(f"There is nothing at this path.{advice}")])
