"""Sense: what no schema can say of a valid body, for each operation that has such a rule.

Each function puts a generated body in order, in place. `mark` is text that no other body is given: a request that is
sent again must get the same answer, or Schemathesis gives up on the sequence of requests that it is part of.
"""

from collections.abc import Callable
from typing import Any

from ..contract.moment import parse_moment

Body = dict[str, Any]

A = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"
"""The id of one record of every collection: the document has it in each of its examples."""
A_DAY = "2031-03-04"
TIMES = ("start_time", "end_time", "day")


def ends_after_it_starts(event: Body, mark: str) -> None:
    """An event has a start and a later end, or else a day (D-17)."""
    start, end, day = (event.get(field) for field in TIMES)
    if start and end and parse_moment(start) != parse_moment(end):
        event["start_time"], event["end_time"] = sorted((start, end), key=parse_moment)
        if day:
            del event["day"]
    elif start or end or (event.keys() & set(TIMES) and not day):
        event["day"] = day or (start or end or A_DAY)[:10]
        event.pop("start_time", None)
        event.pop("end_time", None)


def of_its_own(external_id: Body, mark: str) -> None:
    """An external id is of a namespace of its own, and so unique (D-20)."""
    if "namespace" in external_id:
        external_id["namespace"] = marked(external_id["namespace"], mark, 64)


def known_elsewhere(patient: Body, mark: str) -> None:
    """The external ids that come with a patient are unique, too (D-21)."""
    if patient.get("external_ids"):
        patient["external_ids"] = {name: marked(id, mark, 255) for name, id in patient["external_ids"].items()}


SENSE: dict[str, Callable[[Body, str], None]] = {
    "POST /v1/calendar_events": ends_after_it_starts,
    "PUT /v1/calendar_events/{id}": ends_after_it_starts,
    "POST /v1/external_ids": of_its_own,
    "PUT /v1/external_ids/{id}": of_its_own,
    "POST /v1/patients": known_elsewhere,
}
"""What puts the body of an operation in order."""


REFERENCES = {
    "PUT /v1/external_ids/{id}": ("welkin_id", "resource"),
    "PUT /v1/patients/{id}": ("coach_id",),
}
"""What an update may refer to."""


def sensible(operation: str, body: Body, mark: str) -> Body:
    """The body in order; `operation` is a method and a path of the contract."""
    ordered = dict(body)
    if put_in_order := SENSE.get(operation):
        put_in_order(ordered, mark)
    return ordered


def without_references(operation: str, body: Body) -> Body:
    """An update for a sequence of requests, in which 404 must mean that the record itself is not there."""
    return {field: value for field, value in body.items() if field not in REFERENCES.get(operation, ())}


def marked(text: str, mark: str, longest: int) -> str:
    """A text that no other body has, still in snake case if it was."""
    return f"{text[: longest - 1 - len(mark)].rstrip('_')}_{mark.lower()}"
