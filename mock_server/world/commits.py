"""A commit as a line of a log: JSON that one can read, with a sum that tells whether it is whole."""

from datetime import timedelta
from typing import Any, NamedTuple
from zlib import crc32

import orjson

from ..contract.moment import parse_moment
from ..handlers.terms import Key
from .clock import FIRST, LAST, Clock, machine_time, written
from .store import Stored

SUMMED = len(b'{"sum":"00000000",')
"""Where the part of a line begins that its sum is of."""


class Entry(NamedTuple):
    """A line of a log: the commit of this number; if it is `anew`, nothing of what was before it counts.

    `seed` is what the world rests on from then on, if it is `anew`.
    """

    number: int
    records: dict[Key, Stored | None]
    counter: int
    clock: Clock | None = None
    seed: str | None = None


def line(entry: Entry) -> bytes:
    """An entry as it is written, with its end of line."""
    said: dict[str, Any] = {"commit": entry.number, "counter": entry.counter}
    if entry.clock:
        said["clock"] = clock_said(entry.clock)
    if entry.seed is not None:
        said["anew"] = entry.seed
    said["put"] = [[key.collection, *parts(stored)] for key, stored in entry.records.items() if stored]
    said["delete"] = [[*key] for key, stored in entry.records.items() if stored is None]
    rest = orjson.dumps(said)[1:]
    return b'{"sum":"%08x",%b\n' % (crc32(rest), rest)


def parts(stored: Stored) -> list[orjson.Fragment]:
    """A record as it is stored, in one part or two."""
    return [orjson.Fragment(part) for part in (stored.body, stored.kept) if part]


def entry(line: bytes) -> Entry:
    """What a line says; raises `ValueError` if it is not what was written."""
    rest = line[SUMMED:]
    if line[:SUMMED] != b'{"sum":"%08x",' % crc32(rest):
        raise ValueError("its sum is not that of its content")
    said = orjson.loads(line)
    records: dict[Key, Stored | None] = {Key(*key): None for key in said["delete"]}
    for collection, record, *kept in said["put"]:
        records[Key(collection, record["id"])] = Stored(orjson.dumps(record), orjson.dumps(kept[0]) if kept else b"")
    clock = clock_read(said["clock"]) if "clock" in said else None
    return Entry(said["commit"], records, said["counter"], clock, said.get("anew"))


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
