"""Hooks of Schemathesis: what it generates as valid data also makes sense.

Some rules of the contract are none that OpenAPI can say: an end lies after its start, a birthday not in the future, a
reference names a record that exists. Data that break them are refused, rightly, and prove little. These hooks tell
Schemathesis of such rules, and put valid data in order. They loosen no check, and what is invalid on purpose stays so.

They serve any server that has the records of the document, one of each collection with the id `aaaaaaaa-…` (for others
there is `common-apis verify`, see `references`), and bring the two checks of `checks` along:

    SCHEMATHESIS_HOOKS=common_apis.hooks st run URL
"""

import json
from datetime import date, datetime, timedelta, timezone
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis import Case, HookContext

from . import checks  # noqa: F401  # they register themselves
from .rules import spell_out
from .sense import A, sensible, without_references

# One id in ten names no record, so that it is tried what comes of that.
ids = st.integers(0, 9).flatmap(lambda n: st.sampled_from((A, A, A, A.upper())) if n < 9 else st.uuids().map(str))

moments = st.builds(
    lambda moment, minutes: moment.replace(tzinfo=timezone(timedelta(minutes=minutes))),
    st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31)),
    st.integers(-14 * 60, 14 * 60),
)
days = st.dates(date(1900, 1, 1), date(2025, 12, 31)) | st.dates(date(1900, 1, 1), date(2199, 12, 31))

# Addresses and numbers that nobody has.
emails = st.sampled_from(("maya@example.com", "m@example.org", "maya.ellery@mail.example.net", "o-c_2+x@example.com"))
phones = st.integers(100, 199).map("+1415555{:04}".format)

schemathesis.openapi.format("uuid", ids)
schemathesis.openapi.format("date-time", moments.map(lambda moment: moment.isoformat().replace("+00:00", "Z")))
schemathesis.openapi.format("date", days.map(date.isoformat))
schemathesis.openapi.format("email", emails)
schemathesis.openapi.format("phone", phones)


@schemathesis.hook
def before_load_schema(context: HookContext, raw_schema: dict[str, Any]) -> None:
    """Say what OpenAPI 3.0 cannot."""
    spell_out(raw_schema)


@schemathesis.hook
def before_add_examples(context: HookContext, examples: list[Case[Any]]) -> None:
    """Put examples in order: those of single fields need not go together."""
    for case in examples:
        put_in_order(case)


@schemathesis.hook
def filter_case(context: HookContext, case: Case[Any]) -> bool:
    """Leave out text with halves of surrogate pairs: two of them that meet are one character once they are sent."""
    try:
        json.dumps(case.body, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        return False
    return True


@schemathesis.hook
def map_case(context: HookContext, case: Case[Any]) -> Case[Any]:
    """Put what was generated in order, if it is meant to be valid."""
    if case.meta and case.meta.generation.mode.is_positive:
        put_in_order(case)
    return case


@schemathesis.hook
def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
    """In a sequence of requests, let no update refer to anything: what a link has put into it, too, goes."""
    if case.meta and case.meta.phase.name == "stateful" and isinstance(case.body, dict):
        change(case, without_references(case.operation.label, case.body))


def put_in_order(case: Case[Any]) -> None:
    """Make the body of a valid request one that a server can take."""
    if isinstance(case.body, dict):
        change(case, sensible(case.operation.label, case.body, case.id))


def change(case: Case[Any], body: dict[str, Any]) -> None:
    """Give a request another body; one that is the same leaves it as it was generated."""
    if body != case.body:
        case.body = body
