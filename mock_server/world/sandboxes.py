"""The worlds of a server, by name."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from ..contract.model import Model
from . import cases
from .bounds import Bounds, TooMany
from .clock import Clock, Machine, Monotonic
from .edits import pick_up_edits
from .evictions import Evictions
from .journal import Journal, Journals
from .keeper import Keeper
from .memory import MemoryStore
from .sandbox import Sandbox
from .seeds import Seeds
from .snapshot import resumed
from .state import Origin, Snapshot, State
from .store import StoreFailed
from .usage import Usage

DEFAULT = "default"
SOME = 100
"""How many are deleted at a time, between two moments at which others are served."""


class Sandboxes:
    """The worlds that are in use, and those that are kept; `seed` names what a fresh one begins with.

    `contract` is the folded one that they keep to, `models` are its records. `report` is told of evictions.

    Raises `SeedError` where a seed is named that is not there, and `DataError` or `StoreFailed` as its keeper does.
    """

    def __init__(
        self,
        contract: Mapping[str, Any],
        models: Mapping[str, Model],
        seeds: Seeds,
        keeper: Keeper,
        machine: Machine,
        monotonic: Monotonic,
        seed: str,
        bounds: Bounds,
        report: Callable[[str], None],
    ) -> None:
        self.contract = contract
        self.models = models
        self.seeds = seeds
        self.keeper = keeper
        self.machine = machine
        self.seed = seed
        self.bounds = bounds
        self.usage = Usage(monotonic)
        self.evictions = Evictions(report, monotonic)
        self.cases = cases.load()
        self.journals = Journals(bounds.journals)
        self.live: dict[str, Sandbox] = {}
        self.all = set(keeper.names())
        self.leaving: set[str] = set()
        self.numbers = count(1)  # for names that are made up, none of them twice
        self.find(DEFAULT)

    def find(self, name: str) -> Sandbox:
        """The world of this name, made if need be, to be used now. Raises `TooMany`."""
        sandbox = self.live.get(name) or self.peek(name)
        sandbox.used = self.machine()
        self.usage.touch(name)
        return sandbox

    def peek(self, name: str) -> Sandbox:
        """The same, only to be looked at."""
        if name not in self.live:
            self.check_room(name)
            implicit = name != DEFAULT and not self.keeper.lasting
            self.taken_up(name, self.keeper.open(name, self.origin(self.seed, Clock())), implicit)
        return self.live[name]

    def create(self, name: str | None, seed: str | None, clock: Clock, state: State | None = None) -> Sandbox:
        """A new world, as its seed is or in a state; if it is given no name, one is made up. Raises `TooMany`."""
        name = name or next(each for number in self.numbers if (each := f"sandbox-{number}") not in self.all)
        self.check_room(name)
        origin = self.origin(seed or self.seed, clock)
        return self.taken_up(name, self.keeper.create(name, origin, state))

    def fork(self, source: Sandbox, name: str | None, clock: Clock | None = None) -> Sandbox:
        """A new world that is as another is now, but for its clock if one is given. Raises `TooMany`."""
        origin, state = source.store.origin, source.store.state
        state = state._replace(clock=clock or state.clock, commits=1)
        return self.create(name, origin.base.name, clock or origin.clock, state)

    def keep(self, sandbox: Sandbox) -> None:
        """Never evict a world from now on, as if it had been created: somebody has made it what it is."""
        self.usage.keep(sandbox.name)

    async def reset(self, sandbox: Sandbox) -> None:
        """Have a world be as it began."""
        origin = sandbox.store.origin
        sandbox.store.origin = origin._replace(base=self.seeds.base(origin.base.name))
        sandbox.met.clear()
        sandbox.rules.clear()
        await self.become(sandbox, sandbox.store.origin.state())

    async def save(self, sandbox: Sandbox, name: str, snapshot: Snapshot) -> None:
        """Keep a snapshot of a world, in place of one of its name. Raises `TooMany`."""
        async with sandbox.saving:
            self.check_room_for(snapshot, name, sandbox)
            await sandbox.store.save(name, snapshot)

    def check_room_for(self, snapshot: Snapshot, name: str, sandbox: Sandbox) -> None:
        """Refuse a snapshot of a world if there would be too many, or if they would be too large."""
        others = [each.state.size for other, each in sandbox.store.snapshots.items() if other != name]
        advice = f"Delete those that are not needed (DELETE /_mock/sandboxes/{sandbox.name}/snapshots/NAME)"
        if len(others) >= self.bounds.snapshots:
            raise TooMany(f"The sandbox `{sandbox.name}` has {len(others)} snapshots, as many as it may. {advice}.")
        if snapshot.state.size and sum(others) + snapshot.state.size > self.bounds.largest:
            raise TooMany(
                f"The snapshots of the sandbox `{sandbox.name}` would have more than {self.bounds.largest} bytes"
                f" beside their seeds. {advice}, or start the server with a larger --sandbox-size."
            )

    async def restore(self, sandbox: Sandbox, name: str) -> None:
        """Have a world be as it was when a snapshot of it was saved."""
        await self.become(sandbox, resumed(sandbox.store.snapshots[name], self.machine()))

    async def become(self, sandbox: Sandbox, state: State) -> None:
        """Have a world be in another state; the one that it was in is freed aside, which takes its time."""
        former = [sandbox.store.state]
        await sandbox.store.become(state)
        asyncio.get_running_loop().run_in_executor(None, former.clear)

    def delete(self, name: str) -> None:
        """Throw a world away."""
        self.keeper.remove(name)
        self.close_sandbox(name)
        self.all.discard(name)

    async def delete_many(self, prefix: str) -> int:
        """Delete the worlds whose names begin so, and return how many; others are served meanwhile."""
        names, deleted = [name for name in self.names() if name.startswith(prefix)], 0
        for start in range(0, len(names), SOME):
            deleted += await self.delete_some([name for name in names[start : start + SOME] if name in self.all])
        return deleted

    async def delete_some(self, names: list[str]) -> int:
        """Delete some worlds, and return how many. Others are served meanwhile, and none of them is.

        Raises `StoreFailed`: those that could not be removed are still there.
        """
        left = [*names]
        self.leaving.update(names)
        self.all.difference_update(names)
        try:
            for name in names:
                self.close_sandbox(name)
            await self.keeper.remove_all(left)
        finally:
            self.all.update(left)
            self.leaving.difference_update(names)
        return len(names)

    def close_sandbox(self, name: str) -> None:
        """Hold a world in memory no longer, if it is."""
        self.usage.remove(name)
        if name in self.live:
            self.live.pop(name).journal.end()

    def names(self) -> list[str]:
        """The names of all worlds, sorted."""
        self.expire()
        return sorted(self.all)

    def expires(self, sandbox: Sandbox) -> datetime | None:
        """When a world is thrown away unless it is used, if ever, by the machine's time as it is now."""
        if self.keeper.lasting or sandbox.name == DEFAULT or not self.bounds.idle:
            return None
        return self.machine() + self.bounds.idle - timedelta(seconds=self.usage.measure_idle(sandbox.name))

    def expire(self) -> None:
        """Hold those no longer that nobody has used for long."""
        idle = self.usage.list_idle(self.bounds.idle.total_seconds()) if self.bounds.idle else []
        for name in idle:
            if name != DEFAULT:
                self.close_sandbox(name)
                if not self.keeper.release(name):
                    self.all.discard(name)

    def evict(self) -> None:
        """Throw away the longest unused of those that may be evicted, if there is one."""
        name = self.usage.find_evictable(self.bounds.evictable.total_seconds())
        if name:
            self.delete(name)
            self.evictions.add(name)

    def check_room(self, name: str) -> None:
        """Make room for one more, or refuse it; one that is kept already needs none. Raises `StoreFailed`."""
        if name in self.leaving:
            raise StoreFailed(f"The sandbox `{name}` is being deleted. Send the request again.")
        if name in self.all or len(self.all) < self.bounds.most:
            return
        self.expire()
        if len(self.all) >= self.bounds.most:
            self.evict()
        if len(self.all) >= self.bounds.most:
            raise TooMany(
                f"There are {len(self.all)} sandboxes, as many as there may be, and none that can be evicted. Delete"
                " those that are not needed, many at once with DELETE /_mock/sandboxes?prefix=PREFIX, or start the"
                " server with a larger --max-sandboxes."
            )

    def origin(self, seed: str, clock: Clock) -> Origin:
        """How a world begins that begins now."""
        return Origin(self.seeds.base(seed), clock, self.machine())

    def taken_up(self, name: str, store: MemoryStore, implicit: bool = False) -> Sandbox:
        """A world in use from now on."""
        self.live[name] = sandbox = Sandbox(
            name,
            self.models,
            store,
            self.machine,
            self.bounds.largest,
            self.machine(),
            self.cases,
            Journal(self.journals),
        )
        self.usage.add(name, implicit)
        self.all.add(name)
        return sandbox

    async def chores(self) -> None:
        """Do what can wait."""
        self.expire()
        self.evictions.flush()
        await pick_up_edits(self.seeds, self.live)
        await self.keeper.chores()

    def close(self) -> None:
        """Have all that was answered survive."""
        self.evictions.flush(last=True)
        self.keeper.close()
