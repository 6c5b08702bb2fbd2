"""The address of a request: the parameters in its path and its query."""

import re
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl

from ..contract.schema import Schema, Validator, validator
from ..contract.violation import MOST, violations
from ..contract.words import expected, shortened
from ..handlers.errors import Fault, ParseException
from .telling import redact

WHOLE = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True)
class Parameter:
    """A parameter of the path or the query."""

    name: str
    schema: Schema
    validator: Validator
    whole: bool
    required: bool

    @classmethod
    def of(cls, name: str, schema: Schema, required: bool = False) -> "Parameter":
        """The compiled form of a parameter's schema; `whole` says that it is of whole numbers."""
        return cls(name, schema, validator(schema), schema["type"] == "integer", required)

    def value(self, sent: list[str]) -> Any:
        """What was sent, as its schema types it: a list of all that was sent, or the last."""
        if self.schema["type"] == "array":
            return sent
        last = sent[-1]
        return int(last) if self.whole and WHOLE.fullmatch(last) else last

    def faults(self, value: Any, place: str) -> list[Fault]:
        """What is wrong with a value."""
        found = violations(self.validator, self.schema, value, f"`{self.name}` in the {place}", by_place=False)
        return [ParseException(detail, parameter=self.name) for _, detail in found]

    def missing(self) -> Fault:
        """What is wrong with a query that lacks it."""
        detail = f"`{self.name}` in the query is missing.{expected(self.schema)}"
        return ParseException(detail, parameter=self.name)


@dataclass(frozen=True)
class Address:
    """What an operation takes in its path, and in its query."""

    path: tuple[Parameter, ...]
    query: tuple[Parameter, ...] = ()

    def takes(self, name: str) -> bool:
        """Whether the query may have a parameter of this name."""
        return any(parameter.name == name for parameter in self.query)

    def read(self, values: list[str], query: bytes, faults: list[Fault]) -> dict[str, Any]:
        """The parameters by name, given the values of the path; all that is wrong is added to `faults` (D-34)."""
        read: dict[str, Any] = {}
        for parameter, sent in zip(self.path, values, strict=True):
            read[parameter.name] = value = parameter.value([sent]) if parameter.whole else sent
            if not parameter.validator.is_valid(value):
                faults += parameter.faults(value, "path")
        if query or self.query:
            self.read_query(query, read, faults)
        return read

    def read_query(self, query: bytes, read: dict[str, Any], faults: list[Fault]) -> None:
        """Add the parameters of the query, or what they have for default."""
        sent: dict[str, list[str]] = {}
        for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
            sent.setdefault(name, []).append(value)
        for parameter in self.query:
            if parameter.name in sent:
                read[parameter.name] = value = parameter.value(sent.pop(parameter.name))
                if not parameter.validator.is_valid(value):
                    faults += parameter.faults(value, "query")
            elif "default" in parameter.schema:
                read[parameter.name] = parameter.schema["default"]
            elif parameter.required:
                faults.append(parameter.missing())
        known = ", ".join(f"`{each.name}`" for each in self.query)
        advice = f"This operation has {known}." if known else "This operation has none."
        for name in islice(dict.fromkeys(shortened(redact(each)) for each in sent), MOST):
            faults.append(ParseException(f"`{name}` is not a query parameter here. {advice}", parameter=name))
