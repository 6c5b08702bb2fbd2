"""Hooks of Schemathesis for the control plane: valid data make sense, as in `proof/hooks.py` for the contract of `/v1`.

What is generated as invalid stays so, and what follows a link keeps what it was given.
"""

from typing import Any
from zlib import crc32

import schemathesis
from schemathesis import Case, HookContext

from ..mock import A
from ..resources.clinic import records
from .calls import EMPTY_SNAPSHOT

Body = dict[str, Any]
RULE = {"id": 1, "operation": "workers_get", "path": None, "body": None, "times": 2, "used": 1, "status": 503}
RULE |= {"code": None, "retry_after": None, "delay": None, "network": None}
LIVE = "booking-test"
"""A sandbox that is always there when this is run, with a snapshot and a commit."""


@schemathesis.hook
def map_case(context: HookContext, case: Case[Any]) -> Case[Any]:
    """Put what was generated in order, if it is meant to be valid."""
    if case.meta and case.meta.generation.mode.is_positive:
        put_in_order(case, linked=case.meta.phase.name == "stateful")
    return case


@schemathesis.hook
def before_add_examples(context: HookContext, examples: list[Case[Any]]) -> None:
    """Put examples in order: those of single fields are no records."""
    for case in examples:
        put_in_order(case, linked=False)


def put_in_order(case: Case[Any], linked: bool) -> None:
    """Make a request to the control plane one that it can grant, for what is there unless a link says what for."""
    if not case.operation.path.startswith("/_mock/"):
        return
    if not linked:
        case.path_parameters.update(place(case))
    if case.query and "where" in case.query:
        case.query["where"] = [f"id:{each[:900]}" for each in case.query["where"]]
    if isinstance(case.body, dict) and (sensible := SENSE.get(case.operation.label)):
        case.body = sensible(case, case.body)


def place(case: Case[Any]) -> dict[str, Any]:
    """The names of what is there, three times of four; which, follows from what was generated."""
    known = {"sandbox": "default" if case.method == "DELETE" else LIVE, "snapshot": "booked", "id": A, "commit": 1}
    named = {name: value for name, value in known.items() if name in case.path_parameters}
    return named if crc32(repr(case.path_parameters).encode()) % 4 else {}


def either(case: Case[Any], sent: Body) -> Body:
    """A seed, which is one of those that there are, or a sandbox to fork."""
    body = dict(sent)
    if "from" in body:
        body.pop("seed", None)
    elif "seed" in body:
        body["seed"] = "clinic" if len(body["seed"]) % 2 else "empty"
    return body


def record(case: Case[Any], sent: Body) -> Body:
    """A record of the collection that the path names."""
    found = next(each for each in records(case.path_parameters["collection"]) if each["id"] == A)
    return {name: value for name, value in found.items() if name != "id"}


def snapshot(case: Case[Any], sent: Body) -> Body:
    """A snapshot of few records: any have no form that the schema could say."""
    body = EMPTY_SNAPSHOT | sent | {"records": {"workers": records("workers")[:1]}, "seed": "clinic"}
    body["faults"] = [RULE] if body["faults"] else []
    if isinstance(body["clock"], dict) and body["clock"].get("now") is None:
        body["clock"] = {"now": None, "frozen": False}
    return body


def short(case: Case[Any], sent: Body) -> Body:
    """So little time that no clock comes to its end."""
    return {"seconds": sent["seconds"] % 1000 + 1}


SENSE = {
    "POST /_mock/sandboxes": either,
    "PUT /_mock/sandboxes/{sandbox}/records/{collection}/{id}": record,
    "PUT /_mock/sandboxes/{sandbox}/snapshots/{snapshot}": snapshot,
    "POST /_mock/sandboxes/{sandbox}/clock/advance": short,
}
"""What puts the body of an operation in order."""
