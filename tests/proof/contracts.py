"""Contracts of one operation, with schemas of one's own."""

from typing import Any

Document = dict[str, Any]


def minimal(request: Document | None = None, response: Document | None = None, **said: Any) -> Document:
    """A contract of one operation, with schemas of one's own."""
    body = {"content": {"application/json": {"schema": request or {}}}}
    answer = {"description": "", "content": {"application/json": {"schema": response or {}}}}
    operation = {"operationId": "tell", "requestBody": body, "responses": {"200": answer}, **said}
    return {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {"/v1/a": {"post": operation}}}


def object_of(**fields: Document) -> Document:
    """The schema of an object that takes these fields."""
    return {"type": "object", "properties": fields, "additionalProperties": False}


TEXT = {"type": "string"}
NUMBER = {"type": "number"}
