"""What `sandbox.json` says of a sandbox and its records do not: seed, counter, clock, fault rules, what is deleted."""

from collections.abc import Callable
from typing import Any, NamedTuple

from ..contract.moment import parse_moment
from ..handlers.terms import Key
from .changes import deleted
from .clock import Clock
from .forms import ABOUT, check_form
from .log_line import clock_read, clock_said
from .overrides import Overrides, decode_overrides, encode_overrides
from .state import Base, Origin, State

NAME = "sandbox.json"


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


def begin(origin: Origin) -> About:
    """Return what would be written of a sandbox that begins, of which there is nothing yet."""
    start = origin.base.start
    overrides = Overrides(start.rules, start.last_rule, start.uses)
    return About(origin, origin.base.name, 0, start.counter, origin.clock, [], overrides)


def read(document: Any, bases: Callable[[str], Base]) -> About:
    """What is written of a world. Raises `ValueError` with a line for each fault, or `SeedError`."""
    check_form(ABOUT, document)
    began = document["began"]
    at = parse_moment(began["at"])
    return About(
        Origin(bases(began["seed"]), clock_read(began["clock"]), at),
        bases(document["seed"]).name,
        int(document["commits"]),
        int(document["counter"]),
        clock_read(document["clock"]),
        [Key(name, id) for name, ids in document["deleted"].items() for id in ids],
        decode_overrides(document),
    )
