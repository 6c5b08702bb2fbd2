"""The clock of a sandbox: get, set, advance."""

from datetime import datetime, timedelta
from typing import Any

from ..handlers.errors import BadRequest, Refused
from ..world.clock import LAST, Clock, written
from ..world.sandbox import Sandbox
from ..world.sandboxes import Sandboxes
from ..world.state import Commit, State
from .terms import Answer, Steered, kept_sandbox, sandbox

LAST_RUNNING = LAST.replace(year=LAST.year - 1)
"""Where a clock that runs may be set at the latest: it has a year to go."""


async def get(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """What time it is in a sandbox."""
    return Answer(said(await sandbox(sandboxes, asked)))


async def set(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """Set the clock to a moment or back to the machine's time, stop it, or let it run on."""
    found, body, machine = await kept_sandbox(sandboxes, asked), asked.body, sandboxes.machine()

    def turn(state: State) -> Commit | None:
        now, frozen = state.clock.read(lambda: machine), body.get("frozen", state.clock.frozen is not None)
        if "now" in body:
            frozen = body.get("frozen", state.clock.frozen is not None and body["now"] is not None)
            now = datetime.fromisoformat(body["now"]) if body["now"] else machine
        clock = clock_at(now, frozen, machine, "/now" if "now" in body else "/frozen") if body else None
        return clock and Commit(clock=clock)

    await found.change(turn, asked.operation)
    return Answer(said(found))


async def advance(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """Let time pass."""
    found, by = await kept_sandbox(sandboxes, asked), timedelta(seconds=asked.body["seconds"])
    machine = sandboxes.machine()

    def turn(state: State) -> Commit:
        now = state.clock.read(lambda: machine) + by
        return Commit(clock=clock_at(now, state.clock.frozen is not None, machine, "/seconds"))

    await found.change(turn, asked.operation)
    return Answer(said(found))


def clock_at(now: datetime, frozen: bool, machine: datetime, pointer: str) -> Clock:
    """A clock that is at a moment, and stands still or runs on. Raises `Refused` if that is too late."""
    if now > latest(frozen):
        detail = (
            f"The clock would be at {written(now)}. One that {'stands still' if frozen else 'runs'}"
            f" may be at {written(latest(frozen))} at the latest."
        )
        raise Refused([BadRequest(detail, pointer=pointer)])
    return Clock(frozen=now) if frozen else Clock(now - machine)


def latest(frozen: bool) -> datetime:
    """Where a clock may be at the latest when it is set."""
    return LAST if frozen else LAST_RUNNING


def said(sandbox: Sandbox) -> dict[str, Any]:
    """What time it is in a sandbox, and whether it stands still."""
    clock = sandbox.state.clock
    return {"now": written(clock.read(sandbox.machine)), "frozen": clock.frozen is not None}
