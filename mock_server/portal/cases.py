"""The page of the magic values: what to type, and what happens then."""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from ..contract.answers import Answers, answers
from .outline import Document, Operation, error_codes, resources
from .pages import page

KINDS = {
    r"[0-9a-f-]{36}": "Id, in the path or in a field",
    r"\+[0-9]+": "Phone number",
    r".+@.+": "E-mail address",
    r".+": "Type of a task, an appointment or data; phase",
}
"""What a value is, by what it looks like; the first that fits."""


class Line(NamedTuple):
    """A case as the page shows it: its status and code, if it has any, what happens, where, and its values by kind.

    Where it is in every operation, `operations` is empty.
    """

    status: int | None
    code: str | None
    happens: str
    operations: list[Operation]
    values_by_kind: list[tuple[str, str]]


class Cases:
    """The page of the cases of a mock; `cases` has them by their values."""

    def __init__(self, document: Document, cases: Mapping[str, Any]) -> None:
        self._document = document
        self._cases = list({case.name: case for case in cases.values()}.values())

    def answer(self, request: Request) -> Response:
        """The page."""
        codes = {each.status: each.code for each in reversed(error_codes(self._document).values())}
        lines = [self._line(case, case.code or codes.get(case.status)) for case in self._cases]
        return page(request, "cases.html", info=self._document["info"], cases=lines)

    def _line(self, case: Any, code: str | None) -> Line:
        """A case, with its code or that of its status."""
        operations = [each for resource in resources(self._document) for each in resource.operations]
        where = [each for each in operations if leads(case, each.id, self._answers)]
        values = [(kind(value), value) for value in case.values]
        return Line(case.status, code, happens(case), where if len(where) < len(operations) else [], values)

    @cached_property
    def _answers(self) -> Answers:
        return answers(self._document)


def leads(case: Any, operation: str, declared: Answers) -> bool:
    """Whether a case is answered by an operation: only what the contract declares for it is."""
    codes = declared[operation].get(case.status)
    has = case.status is None or (codes is not None and case.code in (None, *codes))
    return has and case.operation in (None, operation)


def kind(value: str) -> str:
    """What a value is."""
    return next(name for pattern, name in KINDS.items() if re.fullmatch(pattern, value))


def happens(case: Any) -> str:
    """What happens, in a sentence or two."""
    if case.steps:
        moves = [f"`{step['fields']['status']}` after {step['after']} s" for step in case.steps]
        return f"The record moves on by the sandbox's clock: {', '.join(moves)}."
    said = f"Answered after {case.delay:g} seconds, as any other value." if case.delay else ""
    if case.status:
        said = "Refused, and nothing is changed."
    if case.fails:
        said = f"Refused the first {case.fails} times in a sandbox; then it works."
    return said + (f" `Retry-After` says {case.retry_after}." if case.retry_after else "")
