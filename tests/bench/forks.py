"""What it costs to fork and to reset a world of a million records, in this process."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from common_apis.contract.document import load
from common_apis.handlers.terms import Key
from common_apis.serving.app import Settings, create_sandboxes
from common_apis.world.clock import Clock
from common_apis.world.sandboxes import Sandboxes
from common_apis.world.state import Base, Commit
from common_apis.world.stored import Stored, Write

from .progress import say

RECORDS, CHANGES = 1_000_000, 100_000
TIMES = 9
NAME = "million"


@dataclass(frozen=True)
class Forks:
    """Medians of several, for a world of a million records of which a tenth was changed."""

    fork: float
    """Seconds."""
    size: float
    """Bytes that the process is larger by for a fork."""
    reset: float
    """Seconds."""


def measure() -> Forks:
    """Fork and reset a large world."""
    say("worlds: fork and reset of a million records")
    sandboxes = create_sandboxes(Settings(), load())
    sandboxes.seeds.bases[NAME] = Base(NAME, writes(RECORDS, b"x"))
    return asyncio.run(run(sandboxes))


def writes(count: int, letter: bytes) -> Iterator[Write]:
    """Records of the usual size."""
    for number in range(count):
        yield Write(Key("patients", f"{number:08x}-aaaa-4aaa-8aaa-aaaaaaaaaaaa"), Stored(letter * 450))


async def run(sandboxes: Sandboxes) -> Forks:
    """The world is changed anew before each reset."""
    world = await sandboxes.create("large", NAME, Clock())
    changed = world.store.head.after(Commit([*writes(CHANGES, b"y")], 0))
    forks, resets, sizes = [], [], []
    for number in range(TIMES):
        world.store.head = world.store.durable = changed
        before = resident()
        began = time.perf_counter()
        await sandboxes.fork(world, world.state, f"fork-{number}")
        forks.append(time.perf_counter() - began)
        sizes.append(resident() - before)
        began = time.perf_counter()
        await sandboxes.reset(world, "sandboxes_reset")
        resets.append(time.perf_counter() - began)
    return Forks(median(forks), median(sizes), median(resets))


def resident() -> int:
    """The bytes of this process in memory."""
    with suppress(OSError):
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
    return 0
