"""The least that an ASGI application can do: what the server software alone can reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # at run time the bare application imports nothing
    from starlette.types import Receive, Scope, Send

RECORD = (
    b'{"id":"aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa",'
    b'"calendar_id":"aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa",'
    b'"user_id":"aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa",'
    b'"is_all_day":false,"start_time":"2018-09-10T18:56:19.357228+00:00",'
    b'"end_time":"2018-09-10T19:56:19.357540+00:00","day":null,"outcome":"completed",'
    b'"modality":"call","appointment_type":"intake_call",'
    b'"updated_at":"2018-09-12T01:27:32.123172+00:00",'
    b'"created_at":"2018-09-12T01:27:32.123303+00:00"}'
)
PROBLEM = (
    b'{"type":"/problems/parse_exception","title":"The request does not fit the schema",'
    b'"status":400,"detail":"5 faults","instance":"/v1/patients"}'
)


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a GET with one record, a POST with its own body, one without a last name with 400."""
    if scope["method"] == "GET":
        return await answer(send, 200, RECORD)
    body = await read(receive)
    if b'"last_name"' in body:
        return await answer(send, 201, body)
    return await answer(send, 400, PROBLEM, b"application/problem+json")


async def read(receive: Receive) -> bytes:
    """Read the whole body."""
    body = b""
    while True:
        message = await receive()
        piece: bytes = message.get("body", b"")
        body += piece
        if not message.get("more_body"):
            return body


async def answer(send: Send, status: int, body: bytes, media_type: bytes = b"application/json") -> None:
    """Send one response."""
    headers = [(b"content-type", media_type), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
