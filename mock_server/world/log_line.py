"""A commit as a line of a log: JSON that one can read, with a sum that tells whether it is whole."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple
from zlib import crc32

import orjson

from ..contract.moment import parse_moment
from ..handlers.terms import Key
from .clock import FIRST, LAST, Clock, machine_time, written
from .overrides import decode_rule, decode_use, encode_rule, encode_use
from .rule import Rule
from .state import Commit, State, Use
from .stored import Stored

SUMMED = len(b'{"sum":"00000000",')
"""Where the part of a line begins that its sum is of."""


class Entry(NamedTuple):
    """What a line of a log says of the commit of a number; None stands for what stays as it is.

    Where it has a `seed`, nothing of what was before it counts, and the sandbox rests on that from then on.
    """

    number: int
    records: dict[Key, Stored | None]
    counter: int | None
    clock: Clock | None
    seed: str | None
    rules: dict[int, Rule | None]
    last_rule: int
    uses: dict[str, Use]


def encode_line(number: int, commit: Commit) -> bytes:
    """Return the line of a commit, with its end."""
    content: dict[str, Any] = {"commit": number}
    if state := commit.replacement:
        content |= {"anew": state.base.name, "counter": state.counter, "clock": clock_said(state.clock)}
        content |= _encode_records(state.records) | _encode_overrides(state)
    else:
        if commit.counter is not None:
            content["counter"] = commit.counter
        if commit.clock:
            content["clock"] = clock_said(commit.clock)
        if commit.writes:
            content |= _encode_records(dict(commit.writes))
        if commit.rules:
            content["rules"] = _encode_rules(commit.rules)
        if commit.uses:
            content["uses"] = {name: encode_use(use) for name, use in commit.uses.items()}
    rest = orjson.dumps(content)[1:]
    return b'{"sum":"%08x",%b\n' % (crc32(rest), rest)


def decode_line(line: bytes) -> Entry:
    """Return what a line says. Raises `ValueError`, `KeyError` or `TypeError` if it is not what was written."""
    rest = line[SUMMED:]
    if line[:SUMMED] != b'{"sum":"%08x",' % crc32(rest):
        raise ValueError("its sum is not that of its content")
    content = orjson.loads(line)
    records: dict[Key, Stored | None] = {Key(*key): None for key in content.get("delete", [])}
    for collection, record, *kept in content.get("put", []):
        records[Key(collection, record["id"])] = Stored(orjson.dumps(record), orjson.dumps(kept[0]) if kept else b"")
    rules: dict[int, Rule | None] = {}
    for each in content.get("rules", []):
        rules |= {each: None} if isinstance(each, int) else {each["id"]: decode_rule(each)}
    return Entry(
        content["commit"],
        records,
        content.get("counter"),
        clock_read(content["clock"]) if "clock" in content else None,
        content.get("anew"),
        rules,
        content.get("last_rule", 0),
        {name: decode_use(use) for name, use in content.get("uses", {}).items()},
    )


def _encode_records(records: Mapping[Key, Stored | None]) -> dict[str, Any]:
    """Return the records that are put, each in one part or two, and the keys of those that are deleted."""
    return {
        "put": [[key.collection, *_encode_parts(stored)] for key, stored in records.items() if stored],
        "delete": [[*key] for key, stored in records.items() if stored is None],
    }


def _encode_parts(stored: Stored) -> list[orjson.Fragment]:
    """Return a record as it is stored."""
    return [orjson.Fragment(part) for part in (stored.body, stored.kept) if part]


def _encode_rules(rules: Mapping[int, Rule | None]) -> list[Any]:
    """Return the rules that are new, and the numbers of those that are removed."""
    return [encode_rule(rule) if rule else number for number, rule in rules.items()]


def _encode_overrides(state: State) -> dict[str, Any]:
    """Return all fault rules and uses of a state."""
    return {
        "rules": [encode_rule(rule) for rule in state.rules],
        "last_rule": state.last_rule,
        "uses": {name: encode_use(use) for name, use in state.uses.items()},
    }


def clock_said(clock: Clock) -> dict[str, Any]:
    """How a clock is set, as JSON: seconds ahead of the machine's time, and the moment at which it stands still."""
    return {"ahead": clock.ahead.total_seconds(), "frozen": written(clock.frozen) if clock.frozen else None}


def clock_read(said: Any) -> Clock:
    """The clock that JSON says; raises `ValueError` or another if it says none that can tell the time."""
    try:
        frozen = parse_moment(said["frozen"]) if said["frozen"] else None
        clock = Clock(timedelta(seconds=said["ahead"]), frozen)
        now = clock.read(machine_time)
    except OverflowError as error:
        raise ValueError("the clock is set to a time that is none") from error
    if not FIRST <= now <= LAST:
        raise ValueError(f"the clock is at {written(now)}, and not in the years 1900 to 2199")
    return clock
