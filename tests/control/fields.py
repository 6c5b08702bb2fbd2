"""The fields of records, as the contract of `/v1` has them."""

from typing import Any

from common_apis.contract.document import operations
from common_apis.contract.pointer import follow

STAMPS = {"created_at", "updated_at"}
"""The times that the server sets."""


def fields(contract: dict[str, Any], collection: str) -> dict[str, Any]:
    """The schema of each field that a response has."""
    said = next(each for _, path, each in operations(contract) if path.split("/")[2] == collection)
    success = next(each for status, each in said["responses"].items() if status.startswith("2"))
    schema = follow(contract, success["content"]["application/json"]["schema"]["$ref"].removeprefix("#"))
    found: dict[str, Any] = schema["properties"]
    return found


def blanks(contract: dict[str, Any], collection: str) -> dict[str, Any]:
    """What a field has that is not sent, of those that need not be: a default, or null if that is allowed."""
    return {
        name: field.get("default")
        for name, field in fields(contract, collection).items()
        if "default" in field or field.get("nullable") or not field.keys() & {"type", "anyOf"}
    }


def needed(contract: dict[str, Any], collection: str) -> set[str]:
    """The fields that must be sent."""
    return fields(contract, collection).keys() - blanks(contract, collection).keys() - STAMPS - {"id"}
