"""What `sandbox.json` says of a sandbox and its records do not: seed, counter, clock, fault rules, what is deleted."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

from ..contract.moment import parse_moment
from ..contract.schema import Schema, Validator, validator
from ..contract.violation import violations
from ..handlers.terms import Key
from .changes import deleted
from .clock import Clock
from .log_line import clock_read, clock_said
from .overrides import PROPERTIES, Overrides, decode_overrides, encode_overrides
from .state import Base, Origin, State

NAME = "sandbox.json"


def whole(optional: Mapping[str, Schema] | None = None, /, **properties: Schema) -> Schema:
    """The schema of an object that has all of these, and may have others."""
    return {"type": "object", "required": [*properties], "properties": properties | dict(optional or {})}


NUMBER = {"type": "integer", "minimum": 0, "x-expected": "a whole number, 0 or more"}
MOMENT = {"type": "string", "format": "date-time", "x-expected": "a moment with its offset"}
TEXT = {"type": "string", "x-expected": "a text"}
CLOCK = whole(
    ahead={"type": "number", "x-expected": "seconds"},
    frozen=MOMENT | {"type": ["string", "null"], "x-expected": "a moment with its offset, or null"},
)
SCHEMA = whole(
    PROPERTIES,
    seed=TEXT,
    commits=NUMBER,
    counter=NUMBER,
    clock=CLOCK,
    began=whole(seed=TEXT, clock=CLOCK, at=MOMENT),
    deleted={"type": "object", "additionalProperties": {"type": "array", "items": TEXT}},
)


class About(NamedTuple):
    """What is said of a world: its own seed may be another than that of its origin."""

    origin: Origin
    seed: str
    commits: int
    counter: int
    clock: Clock
    deleted: list[Key]
    overrides: Overrides


def said(state: State, origin: Origin) -> dict[str, Any]:
    """What to write of a world."""
    return {
        "seed": state.base.name,
        "commits": state.version,
        "counter": state.counter,
        "clock": clock_said(state.clock),
        "began": {
            "seed": origin.base.name,
            "clock": clock_said(origin.clock),
            "at": origin.at.isoformat(timespec="microseconds"),
        },
        "deleted": deleted(state),
        **encode_overrides(state),
    }


def read(document: Any, bases: Callable[[str], Base]) -> About:
    """What is written of a world. Raises `ValueError` with a line for each fault, or `SeedError`."""
    wrong = violations(check(), SCHEMA, document, "It")
    if wrong:
        raise ValueError("\n".join(f"{each.pointer}: {each.detail}".removeprefix(": ") for each in wrong))
    began = document["began"]
    at = parse_moment(began["at"])
    return About(
        Origin(bases(began["seed"]), clock_read(began["clock"]), at),
        bases(document["seed"]).name,
        document["commits"],
        document["counter"],
        clock_read(document["clock"]),
        [Key(name, id) for name, ids in document["deleted"].items() for id in ids],
        decode_overrides(document),
    )


@cache
def check() -> Validator:
    """What checks it; most worlds are fresh, and do without."""
    return validator(SCHEMA)
