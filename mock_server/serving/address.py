"""The address of a request: the parameters in its path and its query."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import parse_qsl

from ...handlers.errors import Fault, ParseException
from ..contract.schema import Schema, Validator, validator
from ..contract.violation import MOST, violations
from ..contract.words import shortened


@dataclass(frozen=True)
class Parameter:
    """A parameter of the path."""

    name: str
    schema: Schema
    validator: Validator

    @classmethod
    def of(cls, name: str, schema: Schema) -> "Parameter":
        """The compiled form of a parameter's schema."""
        return cls(name, schema, validator(schema))


@dataclass(frozen=True)
class Address:
    """What an operation takes in its path. No operation takes anything in the query."""

    parameters: tuple[Parameter, ...]

    def faults(self, values: list[str], query: bytes) -> list[Fault]:
        """Everything that is wrong with the values of the path and with the query (D-34)."""
        faults: list[Fault] = []
        for parameter, value in zip(self.parameters, values, strict=True):
            if not parameter.validator.is_valid(value):
                found = violations(parameter.validator, parameter.schema, value, f"`{parameter.name}` in the path")
                faults += [ParseException(detail, parameter=parameter.name) for _, detail in found]
        if query:
            faults += unknown(query)
        return faults


def unknown(query: bytes) -> Iterator[Fault]:
    """The parameters of a query, each of them unknown."""
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    for name in islice(dict.fromkeys(shortened(name) for name, _ in pairs), MOST):
        detail = f"`{name}` is not a query parameter here. This operation has none."
        yield ParseException(detail, parameter=name)
