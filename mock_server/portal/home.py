"""The first page: what this is, where to go, and a first request that works."""

import json
from functools import cached_property
from shlex import quote
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .outline import Document, Resource, request_example, resources
from .pages import page

SAMPLE_ID = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"
"""The id of the first record of every collection that the server starts with."""


class Home:
    """The first page of a contract's server, for people; for programs, its links as JSON."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def answer(self, request: Request) -> Response:
        """The page, or the links if JSON is what the client would rather have."""
        server = str(request.base_url).rstrip("/")
        wants_json = prefers_json(request.headers.get("Accept", ""))
        response = self._links(server) if wants_json else self._page(request, server)
        response.headers["Vary"] = "Accept"
        return response

    def _links(self, server: str) -> Response:
        return JSONResponse(
            {
                "title": self._document["info"]["title"],
                "version": self._document["info"]["version"],
                "reference": f"{server}/docs",
                "contract": {
                    "json": f"{server}/openapi.json",
                    "yaml": f"{server}/openapi.yaml",
                },
                "cases": f"{server}/cases",
                "problems": f"{server}/problems",
            }
        )

    def _page(self, request: Request, server: str) -> Response:
        return page(
            request,
            "home.html",
            info=self._document["info"],
            resources=self._resources,
            read=curl_read(server),
            create=curl_create(server, self._patient),
            check=f"common-apis check --url {quote(server)}",
        )

    @cached_property
    def _resources(self) -> list[Resource]:
        return resources(self._document)

    @cached_property
    def _patient(self) -> Any:
        return request_example(self._document, "/v1/patients", "post")


def curl_read(server: str) -> str:
    """The command that reads a calendar event of the world that the server starts with."""
    return f"curl {quote(f'{server}/v1/calendar_events/{SAMPLE_ID}')}"


def curl_create(server: str, body: Any) -> str:
    """The command that creates a patient, and shows the headers too: one says where it now is."""
    return (
        f"curl -i {quote(f'{server}/v1/patients')} \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        f"  -d {quote(json.dumps(body, indent=2, ensure_ascii=False))}"
    )


def prefers_json(accept: str) -> bool:
    """Whether an Accept header names JSON, and does not like HTML as much."""
    weights = dict(_weight(entry) for entry in accept.lower().split(","))
    return weights.get("application/json", 0.0) > weights.get("text/html", 0.0)


def _weight(entry: str) -> tuple[str, float]:
    media_type, *parameters = (part.strip() for part in entry.split(";"))
    quality = next((text for text in parameters if text.startswith("q=")), "q=1")
    try:
        return media_type, float(quality.removeprefix("q="))
    except ValueError:
        return media_type, 0.0
