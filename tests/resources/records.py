"""What every create and update answers, whatever the resource."""

import re
from datetime import UTC, datetime

import httpx

from ..mock import Mock
from .bodies import Record

GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00")


def now() -> str:
    """The time, as responses write it."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def created(mock: Mock, collection: str, body: Record) -> Record:
    """The record that a create answers; it must have succeeded."""
    answer = mock.post(f"/v1/{collection}", body)
    assert answer.status_code == 201, answer.text
    record: Record = answer.json()
    return record


def updated(mock: Mock, collection: str, id: str, body: Record) -> Record:
    """The record that an update answers; it must have succeeded."""
    answer = mock.put(f"/v1/{collection}/{id}", body)
    assert answer.status_code == 200, answer.text
    record: Record = answer.json()
    return record


def read(mock: Mock, collection: str, id: str) -> Record:
    """The record with an id; where there is no GET, an empty PUT answers it unchanged (D-36)."""
    path = f"/v1/{collection}/{id}"
    answer = mock.put(path, {}) if collection in ("external_ids", "patients") else mock.get(path)
    assert answer.status_code == 200, answer.text
    record: Record = answer.json()
    return record


def codes(answer: httpx.Response) -> list[str]:
    """The codes of a problem document, where there is no place in the request to name."""
    return [fault["code"] for fault in answer.json()["errors"]]
