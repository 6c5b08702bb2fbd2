"""The worlds of a server, by name."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from ..contract.model import Model
from . import cases
from .bounds import Bounds, TooMany
from .clock import Clock, Machine, Monotonic
from .edits import pick_up_edits
from .errors import StoreFailed
from .evictions import Evictions
from .journal import Journals
from .keeper import Keeper
from .log import WRITERS
from .memory import MemoryStore
from .sandbox import Sandbox
from .seeds import Seeds
from .state import Origin, State
from .usage import Usage

T = TypeVar("T")
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
        self.locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.numbers = count(1)  # for names that are made up, none of them twice
        self.check_room(DEFAULT)
        self.taken_up(DEFAULT, keeper.open(DEFAULT, self.origin(seed)))

    async def find(self, name: str) -> Sandbox:
        """The world of this name, made if need be, to be used now. Raises `TooMany`."""
        return self.find_live(name) or self.use(await self.peek(name))

    def find_live(self, name: str) -> Sandbox | None:
        """The same, if it is in use; else it has to be opened first."""
        sandbox = self.live.get(name)
        return self.use(sandbox) if sandbox else None

    def use(self, sandbox: Sandbox) -> Sandbox:
        """Return a world that is used now."""
        sandbox.used = self.machine()
        self.usage.touch(sandbox.name)
        return sandbox

    async def find_known(self, name: str) -> Sandbox | None:
        """The same, unless there is none of this name, or no longer; the default one is always there."""
        if name != DEFAULT and not await self.peek_known(name):
            return None
        return await self.find(name)

    async def peek_known(self, name: str) -> Sandbox | None:
        """The same, only to be looked at."""
        if name in self.all and name not in self.live:
            return await self.complete(self.open_known(name))
        return self.live.get(name)

    async def peek(self, name: str) -> Sandbox:
        """The world of this name, made if need be, only to be looked at. Raises `TooMany`."""
        if name not in self.live:
            self.check_room(name)
            return await self.complete(self.open(name))
        return self.live[name]

    async def open_known(self, name: str) -> Sandbox | None:
        """Return a world once it is in use; None if there is none any more."""
        async with self.lock(name):
            return await self.bring_up(name) if name in self.all else None

    async def open(self, name: str) -> Sandbox:
        """Return a world once it is in use, a fresh one if there is none."""
        async with self.lock(name):
            return await self.bring_up(name)

    async def bring_up(self, name: str) -> Sandbox:
        """The same, by whoever has the lock of the name."""
        if sandbox := self.live.get(name):
            return sandbox
        self.check_room(name)
        implicit = name != DEFAULT and not self.keeper.lasting
        store = await self.read_store(name, self.origin(self.seed))
        return self.taken_up(name, store, implicit)

    async def read_store(self, name: str, origin: Origin) -> MemoryStore:
        """Return the store of a world, whose name counts as taken from now on, unless it cannot be opened."""
        known = name in self.all
        self.all.add(name)
        try:
            return await self.run(partial(self.keeper.open, name, origin))
        except BaseException:
            if not known:
                self.all.discard(name)
            raise

    async def create(
        self, name: str | None, seed: str | None, clock: Clock | None, state: State | None = None
    ) -> Sandbox:
        """A new world, as its seed is or in a state; if it is given no name, one is made up. Raises `TooMany`.

        The seed is one that has been read; it says what the clock is if none is given. Nobody else gets the name from
        the moment in which this is called.
        """
        name = name or next(each for number in self.numbers if (each := f"sandbox-{number}") not in self.all)
        self.check_room(name)
        origin = self.origin(seed or self.seed, clock)
        self.all.add(name)
        return await self.complete(self.make(name, origin, state))

    async def make(self, name: str, origin: Origin, state: State | None) -> Sandbox:
        """Make a world of a name that counts as taken; no longer, if it comes to nothing."""
        async with self.lock(name):
            try:
                store = await self.run(partial(self.keeper.create, name, origin, state))
            except BaseException:
                self.all.discard(name)
                raise
            return self.taken_up(name, store)

    async def fork(self, source: Sandbox, state: State, name: str | None, clock: Clock | None = None) -> Sandbox:
        """A new world that is as another was in a state, but for its clock if one is given. Raises `TooMany`."""
        origin = source.store.origin
        state = state._replace(clock=clock or state.clock, version=1)
        return await self.create(name, origin.base.name, clock or origin.clock, state)

    async def read_seed(self, name: str) -> None:
        """Read a seed that is not read yet. Raises `SeedError`."""
        if not self.seeds.has_read(name):
            await asyncio.get_running_loop().run_in_executor(WRITERS, self.seeds.base, name)

    async def run(self, do: Callable[[], T]) -> T:
        """Have the keeper do what takes as long as its disk does, in a thread; in memory, nothing takes long."""
        if not self.keeper.lasting:
            return do()
        return await asyncio.get_running_loop().run_in_executor(WRITERS, do)

    async def complete(self, doing: Coroutine[Any, Any, T]) -> T:
        """Do to its end what a disk is needed for, though whoever asked for it may leave meanwhile."""
        if not self.keeper.lasting:
            return await doing
        return await asyncio.shield(asyncio.ensure_future(doing))

    def lock(self, name: str) -> asyncio.Lock:
        """Return the lock of a name: one at a time opens, makes or removes what has it."""
        return self.locks.setdefault(name, asyncio.Lock())

    def keep(self, sandbox: Sandbox) -> None:
        """Never evict a world from now on, as if it had been created: somebody has made it what it is."""
        self.usage.keep(sandbox.name)

    async def reset(self, sandbox: Sandbox, operation: str) -> None:
        """Have a world be as it began."""
        former = sandbox.store.origin
        origin = former._replace(base=self.seeds.base(former.base.name))
        await sandbox.replace(origin.state(), operation)
        sandbox.store.origin = origin

    async def reload(self, sandbox: Sandbox) -> None:
        """Open a world anew from its files, which somebody has edited. Raises `DataError`: then it is as it was."""
        await self.complete(self.reopen(sandbox))

    async def reopen(self, sandbox: Sandbox) -> None:
        """The same, to its end."""
        async with self.lock(sandbox.name):
            if self.live.get(sandbox.name) is not sandbox:
                raise StoreFailed(f"The sandbox `{sandbox.name}` was put away meanwhile. Send the request again.")
            former = sandbox.store
            former.pause()
            try:
                store = await self.run(partial(self.keeper.reopen, sandbox.name, former.origin))
            except BaseException:
                former.resume()
                raise
            sandbox.use_store(store)

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
        return await self.complete(self.remove(names))

    async def remove(self, names: list[str]) -> int:
        """The same, to its end."""
        async with AsyncExitStack() as stack:
            for name in names:
                await stack.enter_async_context(self.lock(name))
            left = [name for name in names if name in self.all or name in self.live]
            found = len(left)
            self.leaving.update(left)
            self.all.difference_update(left)
            try:
                for name in left:
                    self.close_sandbox(name)
                await self.keeper.remove_all(left)
            finally:
                self.all.update(left)
                self.leaving.difference_update(names)
        return found

    def close_sandbox(self, name: str) -> None:
        """Hold a world in memory no longer, if it is."""
        self.usage.remove(name)
        if name in self.live:
            sandbox = self.live.pop(name)
            sandbox.store.pause()  # requests that are under way touch its log no more, but in turn with others
            sandbox.close()

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
        """Throw away those that nobody has used for long and of which nothing is kept."""
        for name in self.list_idle():
            if self.keeper.is_blank(name):
                self.delete(name)

    async def release(self) -> None:
        """Hold those no longer in memory that nobody has used for long, and that are kept on a disk."""
        for name in self.list_idle() if self.keeper.lasting else []:
            async with self.lock(name):
                if name in self.list_idle():
                    self.close_sandbox(name)
                    if not await self.run(partial(self.keeper.release, name)):
                        self.all.discard(name)

    def list_idle(self) -> list[str]:
        """Return those that nobody has used for long, without the default one."""
        idle = self.usage.list_idle(self.bounds.idle.total_seconds()) if self.bounds.idle else []
        return [name for name in idle if name != DEFAULT]

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

    def origin(self, seed: str, clock: Clock | None = None) -> Origin:
        """How a world begins that begins now, with the clock of its seed unless one is given."""
        base, at = self.seeds.base(seed), self.machine()
        return Origin(base, clock or base.start.clock(at), at)

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
            self.journals,
        )
        self.usage.add(name, implicit)
        self.all.add(name)
        return sandbox

    async def chores(self) -> None:
        """Do what can wait."""
        self.expire()
        await self.release()
        self.evictions.flush()
        await pick_up_edits(self.seeds, self.live)
        await self.keeper.chores()

    def close(self) -> None:
        """Have all that was answered survive."""
        self.evictions.flush(last=True)
        self.keeper.close()
