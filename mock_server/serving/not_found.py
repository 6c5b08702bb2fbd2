"""The end of the way: nothing is at this path."""

import re
from collections.abc import Mapping
from typing import Any

from starlette.types import Receive, Scope, Send

from ...handlers.errors import NotFound, Refused
from ..contract.words import nearest, template
from .routes import not_allowed

PREFIX = "/v1"
"""What all paths have in common, and so says nothing of their likeness."""
LISTED = "The paths are listed at /, and those of the mock itself, such as /_mock/sandboxes, at /docs#mock/."
SANDBOX = re.compile(r"^/s/[^/]*(?=/)")


class NotFoundApp:
    """Refuses every request with 404, naming the path of the contract that is nearest to the one asked for.

    Where the scope has `allow`, there is something at the path, and the method is at fault.
    """

    def __init__(self, *documents: Mapping[str, Any]) -> None:
        self.paths = {path.removeprefix(PREFIX): path for document in documents for path in document["paths"]}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse one request. Raises `Refused`, always."""
        raise not_allowed(scope["method"], scope["allow"]) if "allow" in scope else self.nothing(scope["path"])

    def nothing(self, path: str) -> Refused:
        """The refusal of a path that leads nowhere."""
        near = self.meant(path)
        advice = f"Did you mean {near}?" if near else LISTED
        return Refused([NotFound(f"There is nothing at this path. {advice}")])

    def meant(self, path: str) -> str | None:
        """The path that may have been meant, in the same sandbox, if any is like it."""
        sandbox = "".join(SANDBOX.findall(path))
        near = nearest(template(path.removeprefix(sandbox)).removeprefix(PREFIX), list(self.paths))
        meant = near and self.paths[near]
        return f"{sandbox}{meant}" if meant and meant.startswith(PREFIX) else meant

    def is_of_api(self, path: str) -> bool:
        """Whether a path that leads nowhere is like one of the API, such as one without its first part."""
        return (self.meant(path) or "").startswith(PREFIX)
