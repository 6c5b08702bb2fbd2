"""Failures: what a check of Schemathesis found, as a finding at its line of the contract."""

import re
from dataclasses import replace
from typing import Any

from schemathesis.checks import CHECKS

from ..contract.pointer import pointer
from ..contract.source import Line, Source
from .findings import Finding

OF_THE_ANSWER = ("response_schema_conformance",)
OF_THE_BODY = ("negative_data_rejection", "positive_data_acceptance", "answers_what_was_sent")
"""The checks of what the contract says where it describes the body of an answer, and of a request."""


def finding(check: str, failure: Any, operation: str, status: int, source: Source | None) -> Finding:
    """The finding that a failed check is; `status` is what was answered."""
    place = pointer(getattr(failure, "instance_path", ()))
    return Finding(
        operation=operation,
        rule=check,
        message=told(failure, status),
        place=place,
        line=line(source, check, operation, status, place),
    )


def unanswered(operation: str, message: str, source: Source | None) -> Finding:
    """The finding that an answer does not come."""
    return Finding(
        operation=operation, rule="not_answered", message=message, line=line(source, "not_answered", operation, 0, "")
    )


def seen(finding: Finding, curl: str) -> Finding:
    """A finding with how to see it; what stands below the command is advice on how to type it."""
    return replace(finding, curl=curl.split("\n\n")[0])


def told(failure: Any, status: int) -> str:
    """What was wrong, in a line."""
    first, *_ = (failure.message or failure.title).split("\n\nSchema")
    message = re.sub(r"\s+", " ", first.strip())
    answered = f" It was answered {status}." if status and str(status) not in message else ""
    return f"{message}{'' if message.endswith('.') else '.'}{answered}"


def line(source: Source | None, check: str, operation: str, status: int, place: str) -> Line | None:
    """Where the contract says otherwise; None if nobody knows."""
    if source is None:
        return None
    try:
        if check in OF_THE_ANSWER:
            return source.answer(operation, status, place)
        return source.body(operation, "") if check in OF_THE_BODY else source.operation(operation)
    except LookupError:
        return None


def demands() -> dict[str, str]:
    """What each check demands."""
    said = {check.__name__: (check.__doc__ or "").strip() for check in CHECKS.get_all()}
    return {name: text.splitlines()[0] for name, text in said.items() if text}
