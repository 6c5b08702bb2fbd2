"""Checks of what Schemathesis does not look at: that a server keeps what it is told.

They take the world for their own, and one request to follow the other. Where others write too, leave the second one out
(`--exclude-checks ReadsWhatWasWritten`), or it mistakes their writes for faults.
"""

import json
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import schemathesis
from schemathesis import Case, CheckContext, Response

from ..contract.moment import parse_moment

Record = dict[str, Any]


@schemathesis.check
def answers_what_was_sent(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """What a create or an update has sent stands in the answer, where the answer has that field."""
    method, answer = response.request.method, record(response)
    if method not in ("POST", "PUT") or answer is None:
        return
    for field, value in sent(response).items():
        absent = value is None and method == "POST"  # as D-36 reads it
        if field in answer and not absent and in_one_form(value) != in_one_form(answer[field]):
            raise AssertionError(f"`{field}` was sent as {value!r}, and the answer has {answer[field]!r}.")


@schemathesis.check
class ReadsWhatWasWritten:
    """What is read of a record is what the last write answered. A refused write changes nothing."""

    def __init__(self) -> None:
        self.records: dict[str, Record | None] = {}

    def after_response(self, ctx: CheckContext, response: Response, case: Case[Any]) -> None:
        """Compare what is read with what is known, and note what is written."""
        method, path = response.request.method, urlsplit(str(response.request.url)).path.lower()
        known, answer = self.records.get(path), record(response)
        if answer is None:
            if response.status_code == 404 and method in ("GET", "DELETE") and known:
                raise AssertionError("The record was answered before, nobody deleted it, and it is not found.")
        elif method == "POST":
            self.records[f"{path}/{answer.get('id')}"] = answer
        elif method == "PUT" and sent(response):
            self.records[path] = answer
        elif method in ("GET", "PUT", "DELETE"):
            if self.records.setdefault(path, answer) != answer:
                raise AssertionError(f"The last answer was {known}, nobody has written since, and this one differs.")
            if method == "DELETE":
                self.records[path] = None


def record(response: Response) -> Record | None:
    """The record in a successful answer; None if there is none, of which other checks tell."""
    if response.status_code not in (200, 201):
        return None
    try:
        answer = response.json()
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def sent(response: Response) -> Record:
    """The body of the request that was answered."""
    body = response.request.body
    fields = json.loads(body) if isinstance(body, str | bytes) else {}
    return fields if isinstance(fields, dict) else {}


def in_one_form(value: Any) -> Any:
    """A value in the form that equal ones share: ids in lower case, times in UTC, great integers as floats (D-55)."""
    if isinstance(value, dict):
        return {name: in_one_form(each) for name, each in value.items()}
    if isinstance(value, list):
        return [in_one_form(each) for each in value]
    if isinstance(value, int) and value.bit_length() > 63:
        return float(value)
    for form in (identifier, parse_moment):
        try:
            return form(value)
        except (TypeError, ValueError, AttributeError, OverflowError):
            continue
    return value


def identifier(text: str) -> UUID:
    """A guid."""
    return UUID(text)
