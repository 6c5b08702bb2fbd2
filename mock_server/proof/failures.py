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

AFTERWARDS = re.compile(r"\n\n(?:Schema\b|Validated against)")
"""What a message of Schemathesis goes on with."""


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
    """The finding that an answer does not come, or not whole."""
    place = line(source, "not_answered", operation, 0, "")
    return Finding(operation=operation, rule="not_answered", message=sentence(message), line=place)


def seen(finding: Finding, curl: str) -> Finding:
    """A finding with a line that shows it: all requests of a sequence, without the advice that stands below them."""
    return replace(finding, curl=" && ".join(curl.split("\n\n")[0].splitlines()))


def told(failure: Any, status: int) -> str:
    """What was wrong, in a line of sentences; the schema and the value are left to the contract and the curl line."""
    said, *_ = AFTERWARDS.split(failure.message or failure.title)
    message = " ".join(sentence(" ".join(each.split())) for each in said.splitlines() if each.strip())
    return message if not status or str(status) in message else f"{message} It was answered {status}."


def sentence(text: str) -> str:
    """A line that ends as a sentence does, unless it goes on."""
    return text if text.endswith((".", ":", ",")) else f"{text}."


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
