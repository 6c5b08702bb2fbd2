"""A refusal: what a mock says to whom it does not let in."""

from typing import NamedTuple

import orjson

from .asking import Answer

PROBLEM = "application/problem+json"
TOKENS = {"Authorization": "--token", "X-Mock-Admin-Token": "--admin-token"}
"""The headers in which a mock demands a token, and the options that name it."""


class Refusal(NamedTuple):
    """The words of a mock, and the option that names the token which it demands, if that is why."""

    detail: str
    option: str | None

    @property
    def advice(self) -> str:
        """The words, with what to do."""
        return f"{self.detail} Name the token with {self.option}." if self.option else self.detail


def read_refusal(answer: Answer) -> Refusal | None:
    """Return the refusal that an answer is, if it is that of a mock."""
    if answer.status not in (401, 403) or answer.media_type != PROBLEM:
        return None
    try:
        return parse_refusal(orjson.loads(answer.body))
    except orjson.JSONDecodeError:
        return None


def parse_refusal(problem: object) -> Refusal | None:
    """Return the refusal that a problem tells of first, if it has the form of the contract."""
    try:
        fault = problem["errors"][0]  # type: ignore[index]  # what has none raises
        return Refusal(str(fault["detail"]), TOKENS.get(fault.get("parameter")))
    except (LookupError, TypeError, AttributeError):
        return None
