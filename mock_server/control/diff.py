"""What has come of a sandbox."""

from ..world.changes import difference
from ..world.sandboxes import Sandboxes
from ..world.state import State
from .snapshots import named
from .terms import Answer, Steered, aside, sandbox


async def get(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """What was created, changed and deleted since a snapshot, or since the seed."""
    state = (await sandbox(sandboxes, asked)).state
    before = State(state.base)
    if "against" in asked.parameters:
        before = (await named(sandboxes, asked, "against")).state
    return await aside(lambda: difference(state, before))
