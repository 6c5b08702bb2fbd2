"""The scrubber: replaces all that tells of people by what is made up, and the same by the same.

What stands for a text follows from it by a key that nobody keeps: it cannot be told from the one what the other was.
Times move by one and the same span, so that their order and what lies between them stay. What is not known to be safe
is replaced, names of unknown fields included.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from hmac import digest
from secrets import randbelow, token_bytes
from typing import Any

from ..contract.model import Model, Record
from ..contract.schema import Schema, Validator, validator
from ..contract.words import ID
from ..world.clock import machine_time, written
from . import synthetic

SAFE_TYPES = frozenset({"timezone", "provider_code"})
"""The types whose values tell of nobody, beside those that the contract lists: codes of the care program, zones."""
SAFE_FIELDS = frozenset(
    {
        ("assessment_responses", "spec_id"),
        ("calendar_events", "appointment_type"),
        ("custom_data_type_records", "type_name"),
        ("patient_tasks", "task_type"),
    }
)
"""Fields that the document calls text, and that hold such values all the same."""
CODE = re.compile(r"[a-z]+(_[a-z]+)*(_?[0-9]{1,2})?")
"""A code of a program: words in snake case, and no number that could be somebody's."""
LONGEST_AGO = 520
"""Weeks by which times move to the past, at most."""

MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}.*)?")
MAKERS: dict[str, Callable[[bytes, str], str]] = {
    "email": synthetic.email,
    "phone": synthetic.phone,
    "name": synthetic.name,
}
"""What makes the values of a type."""
OTHERS = (synthetic.words, synthetic.code, synthetic.zip_code)
"""What makes all other text: the first that fits counts."""


class Scrubber:
    """Scrubs records. `key` and `shift` are drawn anew for each, and kept by nobody, unless they are given."""

    def __init__(self, key: bytes | None = None, shift: timedelta | None = None) -> None:
        self.key = key or token_bytes(32)
        self.shift = shift or -timedelta(weeks=1 + randbelow(LONGEST_AGO))
        self.validators: dict[int, tuple[Schema, Validator]] = {}

    def record(self, model: Model, record: Record) -> Record:
        """A record with the fields that the contract has, and nothing of what it told."""
        fields: dict[str, Schema] = model.schema["properties"]
        exact = {field for fields in model.unique for field in fields}
        found: Record = {}
        for name in fields.keys() & record.keys():
            safe = (model.collection, name) in SAFE_FIELDS
            found[name] = self.value(fields[name], record[name], safe=safe, exact=name in exact)
        return found

    def id(self, id: str) -> str:
        """What stands for an id, wherever it is met."""
        return synthetic.guid(self.drawn("id", id.lower()))

    def value(self, schema: Schema, value: Any, *, safe: bool = False, exact: bool = False) -> Any:
        """What stands for a value; `safe` says that a valid one may stay, `exact` that no two texts may get one.

        Where the contract has values that nothing is made up for, it is one that the contract forbids.
        """
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, dict):
            return self.object(schema, value)
        if isinstance(value, list):
            return [self.value(schema.get("items", {}), each) for each in value]
        if isinstance(value, int | float):
            return synthetic.number(self.drawn("number", repr(value)), value)
        coded = safe or schema.get("x-type") == "provider_code"
        listed = "enum" in schema or schema.get("x-type") in SAFE_TYPES
        if (CODE.fullmatch(value) if coded else listed) and self.valid(schema, value):
            return value
        texts = (each for each in self.texts(schema, value, exact) if each != value and self.valid(schema, each))
        return next(texts, synthetic.code(self.drawn("text", value), value))

    def object(self, schema: Schema, value: dict[str, Any]) -> dict[str, Any]:
        """What stands for an object: names that the contract has stay."""
        known: dict[str, Schema] = schema.get("properties", {})
        return {
            name if name in known else synthetic.code(self.drawn("name", name), name): self.value(
                known.get(name, {}), each
            )
            for name, each in value.items()
        }

    def texts(self, schema: Schema, text: str, exact: bool) -> Iterator[str]:
        """What may stand for a text, the best first."""
        kind = schema.get("format") or schema.get("x-type", "")
        if kind == "uuid" or ID.fullmatch(text):
            yield self.id(text)
        if schema.get("x-type") == "birthday":
            yield from self.birthdays(text)
        if kind in ("date", "date-time") or MOMENT.fullmatch(text):
            yield from self.moments(text)
        if maker := MAKERS.get(kind) or MAKERS.get(schema.get("x-type", "")):
            yield maker(self.drawn(kind, text), text)
        longest = schema.get("maxLength", len(text) + 100)
        makers = OTHERS[1:] if exact else OTHERS
        for maker in makers:
            for turn in range(3):
                yield maker(self.drawn(f"text {turn}", text), text)[:longest]
        yield from ("1999-12-31", "1999-12-31T00:00:00.000000+00:00")

    def moments(self, text: str) -> Iterator[str]:
        """A time or a day, as much earlier as all others."""
        try:
            if len(text) <= len("2031-03-04"):
                yield (date.fromisoformat(text) + self.shift).isoformat()
            else:
                moved = datetime.fromisoformat(text.upper()) + self.shift
                yield moved.isoformat()
                yield written(moved.astimezone(UTC))
        except (ValueError, OverflowError):
            return

    def birthdays(self, text: str) -> Iterator[str]:
        """A day of birth within a year of the one that it stands for."""
        days = timedelta(days=1 + int.from_bytes(self.drawn("birthday", text)[:4]) % 363)
        try:
            born = date.fromisoformat(text)
            yield from ((born + days).isoformat(),) if born + days < machine_time().date() and self.odd(text) else ()
            yield (born - days).isoformat()
            yield (born + days).isoformat()
        except (ValueError, OverflowError):
            return

    def odd(self, text: str) -> bool:
        """One of two, by chance."""
        return bool(self.drawn("odd", text)[0] & 1)

    def drawn(self, kind: str, text: str) -> bytes:
        """32 bytes that follow from a text, by the key."""
        return digest(self.key, f"{kind}\0{text}".encode("utf-8", "surrogatepass"), sha256)

    def valid(self, schema: Schema, value: Any) -> bool:
        """Whether a value is as a schema has it."""
        if not schema:
            return True
        if id(schema) not in self.validators:
            self.validators[id(schema)] = (schema, validator(schema))
        return self.validators[id(schema)][1].is_valid(value)
