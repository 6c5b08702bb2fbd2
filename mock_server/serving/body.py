"""The body that an operation takes: its schema, compiled, and the one form in which its values are stored."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..contract.moment import parse_moment
from ..contract.pointer import tokens
from ..contract.schema import Schema, Validator, validator
from ..contract.violation import violations
from ..handlers.errors import Fault, ParseException
from ..world.clock import written
from .extent import MOST_VALUES
from .request import DEEPEST, LARGEST_BODY, decode


def in_utc(moment: str) -> str:
    """A moment with its offset, as responses write it."""
    return written(parse_moment(moment))


FORMS: dict[str, Callable[[str], str]] = {"uuid": str.lower, "date-time": in_utc}
"""For a format, the one way in which its values are stored (D-12, D-35, D-65)."""

YEARS = ("1900", "2200")
"""From the beginning of the one to that of the other year, in UTC: so that an answer can be sent back (D-37)."""


@dataclass(frozen=True)
class Body:
    """A request body of the contract; `example` is one that is valid, for a message to show.

    It has at most so many bytes as are `largest`, so many levels as are `deepest`, and so many values as are `most`.
    One that is not `required` may be left out: to send none is to send an object without fields.
    """

    schema: Schema
    validator: Validator
    forms: tuple[tuple[str, Callable[[str], str]], ...]
    example: Any
    largest: int
    deepest: int
    most: int
    required: bool

    @classmethod
    def of(
        cls,
        schema: Schema,
        example: Any,
        largest: int = LARGEST_BODY,
        deepest: int = DEEPEST,
        most: int = MOST_VALUES,
        required: bool = True,
    ) -> "Body":
        """The compiled form of a body's schema."""
        fields = schema["properties"].items()
        forms = tuple((name, FORMS[field["format"]]) for name, field in fields if field.get("format") in FORMS)
        return cls(schema, validator(schema), forms, example, largest, deepest, most, required)

    @property
    def absent(self) -> bytes:
        """What a request without a body says."""
        return b"" if self.required else b"{}"

    def parse(self, content: bytes, faults: list[Fault]) -> dict[str, Any]:
        """The object that a body says; what is wrong with it is added to `faults`."""
        value, unreadable = decode(content or self.absent, self.deepest, self.most)
        if unreadable:
            faults.append(unreadable)
        elif self.validator.is_valid(value):
            return self.normal(value, faults)
        else:
            found = violations(self.validator, self.schema, value)
            faults += [ParseException(detail, pointer=pointer) for pointer, detail in found]
        return {}

    def without(self, content: bytes, faults: list[Fault]) -> dict[str, Any] | None:
        """The object without its fields that are at fault; None if it is not valid then, either."""
        value, _ = decode(content or self.absent, self.deepest, self.most)
        if isinstance(value, dict):
            bad = {next(iter(tokens(fault.pointer or "")), "") for fault in faults}
            value = {name: value[name] for name in self.schema["properties"] if name in value and name not in bad}
        further: list[Fault] = []
        body = self.normal(value, further) if self.validator.is_valid(value) else None
        return None if further else body

    def normal(self, value: dict[str, Any], faults: list[Fault]) -> dict[str, Any]:
        """A valid object, its ids in lower case and its times in UTC."""
        for field, form in self.forms:
            sent = value.get(field)
            if sent is not None:
                value[field] = form(sent)
                if form is in_utc and not YEARS[0] <= value[field] < YEARS[1]:
                    detail = (
                        f"`{field}` is `{sent}`, in UTC `{value[field]}`. Expected a moment in the years 1900 to 2199."
                    )
                    faults.append(ParseException(detail, pointer=f"/{field}"))
        return value
