"""The snapshots of a sandbox: saved, forgotten and restored within bounds."""

from .bounds import Bounds, TooMany
from .sandbox import Sandbox
from .snapshot import resumed
from .state import Snapshot


async def save_snapshot(sandbox: Sandbox, bounds: Bounds, name: str, snapshot: Snapshot) -> None:
    """Keep a snapshot of a sandbox, in place of one of its name. Raises `TooMany` and `StoreFailed`."""
    async with sandbox.saving:
        check_room_for(sandbox, bounds, name, snapshot)
        await sandbox.store.save(name, snapshot)


async def forget_snapshot(sandbox: Sandbox, name: str) -> None:
    """Keep a snapshot of a sandbox no longer. Raises `StoreFailed`."""
    async with sandbox.saving:
        if name in sandbox.store.snapshots:
            await sandbox.store.forget(name)


async def restore_snapshot(sandbox: Sandbox, snapshot: Snapshot, operation: str) -> None:
    """Have a sandbox be as it was when a snapshot of it was saved. Raises `StoreFailed`."""
    await sandbox.replace(resumed(snapshot, sandbox.machine()), operation)


def check_room_for(sandbox: Sandbox, bounds: Bounds, name: str, snapshot: Snapshot) -> None:
    """Refuse a snapshot of a sandbox if there would be too many, or if they would be too large. Raises `TooMany`."""
    others = [each.state.size for other, each in sandbox.store.snapshots.items() if other != name]
    advice = f"Delete those that are not needed (DELETE /_mock/sandboxes/{sandbox.name}/snapshots/NAME)"
    if len(others) >= bounds.snapshots:
        raise TooMany(f"The sandbox `{sandbox.name}` has {len(others)} snapshots, as many as it may. {advice}.")
    if snapshot.state.size and sum(others) + snapshot.state.size > bounds.largest:
        raise TooMany(
            f"The snapshots of the sandbox `{sandbox.name}` would have more than {bounds.largest} bytes"
            f" beside their seeds. {advice}, or start the server with a larger --sandbox-size."
        )
