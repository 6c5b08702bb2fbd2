"""The least that a Starlette application can do: what a framework costs at start-up."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .bare import RECORD


async def event(_: Request) -> Response:
    """Answer with one record."""
    return Response(RECORD, media_type="application/json")


app = Starlette(routes=[Route("/v1/calendar_events/{id}", event)])
