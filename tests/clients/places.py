"""The places of a contract that a change may befall: fields and operations that pass some tests."""

from collections.abc import Callable, Iterable
from typing import Any

from .fields import Call, Document, Field, calls, typescript


def having(find: Callable[[Document], Iterable[Field]], *tests: Callable[[Field], object]) -> Any:
    """Finds the fields that pass some tests."""
    return lambda document: [field for field in find(document) if all(test(field) for test in tests)]


def those(*tests: Callable[[Call], object]) -> Any:
    """Finds the operations that pass some tests."""
    return lambda document: [call for call in calls(document) if all(test(call) for test in tests)]


def required(field: Field) -> bool:
    """Whether the field has to be there."""
    return field.required


def optional(field: Field) -> bool:
    """Whether the field may be left out."""
    return not field.required


def listed(field: Field) -> bool:
    """Whether the values of the field are listed."""
    return len(field.schema.get("enum", ())) > 1


def nullable(field: Field) -> bool:
    """Whether the field may be null."""
    return field.schema.get("nullable", False) is True


def never_null(field: Field) -> bool:
    """Whether the field is never null."""
    return "type" in field.schema and not nullable(field)


def text(field: Field) -> bool:
    """Whether the field is any text."""
    return field.schema.get("type") == "string" and "enum" not in field.schema


def typed(field: Field) -> bool:
    """Whether TypeScript knows the type of the field, and whether it is there."""
    return typescript(field.schema) != "unknown" and "default" not in field.schema


def writes(call: Call) -> bool:
    """Whether the operation takes a body."""
    return "requestBody" in call.said


def reads(call: Call) -> bool:
    """Whether the operation takes no body."""
    return not writes(call)


def has_id(call: Call) -> bool:
    """Whether the operation is about a record."""
    return "{id}" in call.path


def creates(call: Call) -> bool:
    """Whether the operation makes a record."""
    return call.method == "post"


def lengthy(field: Field) -> bool:
    """Whether the length of the field is bounded, and by no pattern."""
    return text(field) and field.schema.get("maxLength", 0) > 100
