"""The clock of a sandbox: get, set, advance."""

from datetime import UTC, datetime, timedelta
from typing import Any

from ...handlers.errors import BadRequest, Refused
from ..world.clock import Clock, written
from ..world.sandbox import Sandbox
from ..world.sandboxes import Sandboxes
from .terms import Answer, Steered, sandbox

FIRST, LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""Between which moments a clock may be, so that the times that it gives can be sent back (D-37)."""


async def get(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """What time it is in a sandbox."""
    return Answer(said(sandbox(sandboxes, asked)))


async def set(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """Set the clock to a moment or back to the machine's time, stop it, or let it run on."""
    found, body = sandbox(sandboxes, asked), asked.body
    machine, clock = sandboxes.machine(), found.store.state.clock
    now = clock.read(lambda: machine)
    frozen = body.get("frozen", clock.frozen is not None)
    if "now" in body:
        frozen = body.get("frozen", clock.frozen is not None and body["now"] is not None)
        now = datetime.fromisoformat(body["now"]) if body["now"] else machine
    if body:
        await found.set_clock(Clock(frozen=now) if frozen else Clock(now - machine))
    return Answer(said(found))


async def advance(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """Let time pass."""
    found, by = sandbox(sandboxes, asked), timedelta(seconds=asked.body["seconds"])
    clock, machine = found.store.state.clock, sandboxes.machine()
    if clock.read(lambda: machine) + by >= LAST:
        detail = f"`seconds` would take the clock beyond {LAST.year - 1}. It is {written(clock.read(lambda: machine))}."
        raise Refused([BadRequest(detail, pointer="/seconds")])
    await found.set_clock(Clock(frozen=clock.frozen + by) if clock.frozen else Clock(clock.ahead + by))
    return Answer(said(found))


def said(sandbox: Sandbox) -> dict[str, Any]:
    """What time it is in a sandbox, and whether it stands still."""
    clock = sandbox.store.state.clock
    return {"now": written(clock.read(sandbox.machine)), "frozen": clock.frozen is not None}
