"""Answers: which statuses, and which error codes, a contract declares for each of its operations."""

from collections.abc import Mapping
from typing import Any

from .document import operations
from .pointer import follow

Answers = dict[str, dict[int, list[str]]]
"""For each operation its statuses, and for each of those its error codes, by which its examples are named."""


def answers(contract: Mapping[str, Any]) -> Answers:
    """The answers of every operation of a folded contract, in its order."""
    found: Answers = {}
    for _, _, operation in operations(contract):
        statuses = found.setdefault(operation["operationId"], {})
        for status, response in operation["responses"].items():
            if "$ref" in response:
                response = follow(contract, response["$ref"].removeprefix("#"))
            problems = response.get("content", {}).get("application/problem+json", {})
            statuses[int(status)] = [*problems.get("examples", {})]
    return found
