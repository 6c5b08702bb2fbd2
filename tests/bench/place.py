"""Where things are, and on which processors they run."""

import os
import shutil
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
BUILD = ROOT / "build" / "bench"
"""What a run makes for itself: the folded contract, json-server's database."""

SERVER, LOAD = 0, 1
"""The two seats of a comparison: the servers' processor and the load's."""


def can_pin() -> bool:
    """Whether servers and load can have a processor each."""
    return shutil.which("taskset") is not None and len(os.sched_getaffinity(0)) > LOAD


def pinned(command: list[str], seat: int) -> list[str]:
    """Keep a command on the processor of its seat, where that can be done."""
    if not can_pin():
        return command
    cpu = sorted(os.sched_getaffinity(0))[seat]
    return ["taskset", "--cpu-list", str(cpu), *command]
