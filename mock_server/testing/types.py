"""What the control plane takes and gives, as types for those who write tests; `openapi/control` describes it."""

from typing import Any, Literal, TypedDict

Record = dict[str, Any]
"""A record, with the fields of its resource."""


class Message(TypedDict):
    """The headers and the body of a request or an answer; a body is what it says as JSON, its text, or None."""

    headers: dict[str, str]
    body: Any


class Exchange(TypedDict):
    """A request, what it was answered, and what came of it: the schema `Exchange`."""

    id: int
    at: str
    operation: str | None
    method: str
    path: str
    consumer: str | None
    request: Message
    status: int | None
    response: Message
    faults: list[dict[str, Any]]
    violation: bool
    answer_faults: list[dict[str, str]]
    commit: int | None
    commits: list[int]
    changes: list[dict[str, str]]
    duration: float
    steered: dict[str, str] | None


class Rule(TypedDict, total=False):
    """A fault rule: the schema `FaultRuleCreate`."""

    operation: str
    path: dict[str, str]
    body: dict[str, Any]
    times: int
    status: int
    code: str
    retry_after: int
    delay: dict[str, Any]
    network: Literal["reset", "empty", "half_body"]
