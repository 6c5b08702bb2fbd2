"""The end of the way: nothing is at this path."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from starlette.types import Receive, Scope, Send

from ..contract.spelling import correct_path
from ..contract.words import nearest
from ..handlers.errors import NotFound, Refused
from .router import segments
from .routes import not_allowed

PREFIX = "/v1"
"""What all paths have in common, and so says nothing of their likeness."""
LISTED = "The paths are listed at /, and those of the mock itself, such as /_mock/sandboxes, at /docs#mock/."
SANDBOX = re.compile(r"^/s/[^/]*(?=/)")


class NotFoundApp:
    """Refuses every request with 404, naming the path of the contract that is nearest to the one asked for.

    Where the scope has `allow`, there is something at the path, and the method is at fault. Where it has `pages`, one
    of them may have been meant.
    """

    def __init__(self, *documents: Mapping[str, Any]) -> None:
        self.paths = {path.removeprefix(PREFIX): path for document in documents for path in document["paths"]}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse one request. Raises `Refused`, always."""
        raise not_allowed(scope["method"], scope["allow"]) if "allow" in scope else self.nothing(scope)

    def nothing(self, scope: Scope) -> Refused:
        """The refusal of a path that leads nowhere."""
        near, difference = self.find_nearest(scope, scope.get("pages", ()))
        advice = f"Did you mean {near}{difference}?" if near else LISTED
        return Refused([NotFound(f"There is nothing at this path. {advice}")])

    def find_nearest(self, scope: Scope, pages: Iterable[str] = ()) -> tuple[str | None, str]:
        """Return the path that may have been meant, in the same sandbox, if any is like it, and how it is spelled."""
        parts = segments(scope["path"], scope.get("raw_path", b""))
        path = "".join("/" + part.replace("/", "%2F") for part in parts)
        sandbox = "".join(SANDBOX.findall(path))
        corrected, difference = correct_path(path.removeprefix(sandbox))
        paths = self.paths | {page: page for page in pages}
        near = nearest(corrected.removeprefix(PREFIX), list(paths))
        meant = near and paths[near]
        return (f"{sandbox}{meant}" if meant and meant.startswith(PREFIX) else meant), difference

    def is_of_api(self, scope: Scope) -> bool:
        """Whether a path that leads nowhere is like one of the API, such as one without its first part."""
        return (self.find_nearest(scope)[0] or "").startswith(PREFIX)
