"""The problem pages: what each error code means, at the address that an error gives as its type."""

from functools import cached_property

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from .outline import Document, ErrorCode, error_codes
from .pages import page


class Problems:
    """A page for each error code of a contract, and one that lists them."""

    def __init__(self, document: Document, not_found: ASGIApp) -> None:
        self._document = document
        self._not_found = not_found

    def all(self, request: Request) -> Response:
        """The list of all codes."""
        return page(request, "problems.html", info=self._document["info"], codes=self._codes.values())

    def one(self, request: Request) -> Response | ASGIApp:
        """One code; Starlette calls what this returns, so the caller's app can be the answer."""
        code = self._codes.get(request.path_params["code"])
        if code is None:
            return self._not_found
        return page(request, "problem.html", info=self._document["info"], code=code)

    @cached_property
    def _codes(self) -> dict[str, ErrorCode]:
        return error_codes(self._document)
