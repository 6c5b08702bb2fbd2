"""Rules of the contract, spelled out as JSON Schema. The contract has them in its text, for the sake of other readers.

With them, valid data keep the rules, and data that break one are tried, too.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from ..contract.schema import TIMEZONES, Schema

SOME = {"type": "string"}
NONE = {"type": "string", "nullable": True, "enum": [None]}

EITHER: dict[str, list[Schema]] = {
    "CalendarEventCreate": [
        {"required": ["start_time", "end_time"], "properties": {"start_time": SOME, "end_time": SOME, "day": NONE}},
        {"required": ["day"], "properties": {"start_time": NONE, "end_time": NONE, "day": SOME}},
    ],
    "CalendarEventUpdate": [
        {"properties": {"day": NONE}},
        {"properties": {"start_time": NONE, "end_time": NONE}},
    ],
    "MessageCreate": [
        {"properties": {"direction": {"type": "string", "enum": ["inbound"]}}},
        {"required": ["worker_id"], "properties": {"worker_id": SOME}},
    ],
}
"""The forms of which a body has one (D-08, D-17)."""


def spell_out(document: dict[str, Any]) -> None:
    """Add the rules to the schemas of a contract."""
    schemas: dict[str, Schema] = document.get("components", {}).get("schemas", {})
    for name in schemas.keys() & EITHER.keys():
        schemas[name]["anyOf"] = EITHER[name]
    for schema in schemas.values():
        for field in schema.get("properties", {}).values():
            field.update(narrowed(field))


def narrowed(field: Schema) -> Schema:
    """What there is to say of a field in place of less."""
    if named := field.get("x-propertyNames"):
        return {"patternProperties": {named["pattern"]: field["additionalProperties"]}, "additionalProperties": False}
    if field.get("format") == "timezone":
        lengths = [len(name) for name in TIMEZONES]
        names = one_of(map(re.escape, sorted(TIMEZONES)))
        return {"pattern": f"^{names}$", "minLength": min(lengths), "maxLength": max(lengths)}
    if field.get("x-type") == "birthday":
        return {"pattern": f"^{days_until(date.today())}$"}
    return {}


def days_until(today: date) -> str:
    """A pattern for the days from 1900 to today, each month with 31 (D-13)."""
    month, day = "(0[1-9]|1[0-2])", "(0[1-9]|[12][0-9]|3[01])"
    years = one_of(map(str, range(1900, today.year)))
    months = one_of(f"{number:02}" for number in range(1, today.month))
    days = one_of(f"{number:02}" for number in range(1, today.day + 1))
    return f"({years}-{month}-{day}|{today.year}-{months}-{day}|{today:%Y-%m}-{days})"


def one_of(patterns: Iterable[str]) -> str:
    """A pattern for one of some."""
    return f"({'|'.join(patterns)})"
