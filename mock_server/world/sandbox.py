"""A sandbox: a state that only commits change, and the journal of the requests to it."""

from asyncio import Lock, get_running_loop
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from ..contract.model import Model
from ..handlers.errors import Refused
from ..handlers.terms import Handler, Key, Outcome, Record, Request
from .cases import Cases, leading
from .clock import Machine
from .errors import StoreFailed, VersionMoved
from .history import Committed, History
from .journal import Journal, Journals
from .memory import MemoryStore
from .state import Commit, State
from .stored import write
from .view import View


class Performed(NamedTuple):
    """The record that answers, by its key and in bytes, and the commit, if there was one."""

    key: Key
    body: bytes
    committed: Committed | None = None


class Sandbox:
    """The state of a sandbox in its store, its journal and its history.

    `largest` bounds the bytes of the records that differ from the seed; `used` is when it was last used, by the
    machine's time; `uncounted` has the uses of fault rules that have no `times`: they are no part of the state.
    """

    def __init__(
        self,
        name: str,
        models: Mapping[str, Model],
        store: MemoryStore,
        machine: Machine,
        largest: int,
        used: datetime,
        cases: Cases,
        journals: Journals,
    ) -> None:
        self.name = name
        self.models = models
        self.store = store
        self.machine = machine
        self.largest = largest
        self.used = used
        self.saving = Lock()  # one snapshot after the other: each is counted before the next one is
        self.uncounted: Counter[int] = Counter()
        self.cases = cases
        self.journals = journals
        self.journal: Journal[Any] = Journal(journals)
        self.blanks: Mapping[str, Record] = {name: model.blank for name, model in models.items()}
        self.unique: Mapping[str, tuple[tuple[str, ...], ...]] = {name: model.unique for name, model in models.items()}
        self._history: History | None = None

    @property
    def state(self) -> State:
        """Return the state that survives, which is what all requests that were answered have led to."""
        return self.store.durable

    @property
    def history(self) -> History:
        """Return the latest commits; most sandboxes are never changed, and have none."""
        if self._history is None:
            self._history = History(self.journals, self.store.durable.version)
        return self._history

    def find_state(self, version: int) -> State | None:
        """Return the state of a version that survives, if it is still known."""
        if version == self.state.version:
            return self.state
        return self.history.find_state(version) if version < self.state.version else None

    def use_store(self, store: MemoryStore) -> None:
        """Use another store from now on; its history begins there."""
        self.store = store
        self.forget_history()

    def forget_history(self) -> None:
        """Hold no commits any more."""
        if self._history:
            self._history.clear()
        self._history = None

    def close(self) -> None:
        """Hold no more exchanges and commits: it is gone, or will be opened again."""
        self.journal.end()
        self.forget_history()

    def read(self, handler: Handler, request: Request) -> Performed:
        """Run a handler that changes nothing. Raises `Refused`."""
        state = self.store.durable
        key, _ = handler(request, View(state, self.machine, self.blanks, self.unique))
        stored = state.stored(key)
        assert stored
        return Performed(key, stored.body)

    async def perform(self, handler: Handler, request: Request, operation: str | None = None) -> Performed:
        """Run a handler and commit its changes, for an operation. Raises as `perform_now` does."""
        performed = self.perform_now(handler, request, operation)
        return performed if isinstance(performed, Performed) else await performed

    def perform_now(
        self, handler: Handler, request: Request, operation: str | None
    ) -> Performed | Awaitable[Performed]:
        """The same at once, if nothing has to be waited for; else return what to wait for.

        The handler runs again if the state has moved on meanwhile. What comes of it is held until the state that it was
        made from is durable. Raises `Refused`, and `StoreFailed` if that cannot be.
        """
        state: State
        outcome: Outcome

        def make(head: State) -> Commit | None:
            nonlocal state, outcome
            view = View(head, self.machine, self.blanks, self.unique)
            state, outcome = head, handler(request, view)
            return self.make_commit(head, outcome, view.counter) if outcome.changes else None

        committed, waiting = self.change_now(make, operation)
        if waiting is None:
            return _describe(outcome, state, committed)

        async def wait() -> Performed:
            committed = await waiting
            return _describe(outcome, state, committed)

        return wait()

    async def change(self, make: Callable[[State], Commit | None], operation: str | None) -> Committed | None:
        """Commit what is made from the head, if anything is. Raises as `change_now` does."""
        committed, waiting = self.change_now(make, operation)
        return committed if waiting is None else await waiting

    def change_now(
        self, make: Callable[[State], Commit | None], operation: str | None
    ) -> tuple[Committed | None, Awaitable[Committed | None] | None]:
        """Return the commit, if it is one, or else what to wait for, whose result that is.

        It is made again if the state has moved on meanwhile. Raises what `make` raises, and `StoreFailed`.
        """
        state = self.store.head
        try:
            commit = make(state)
        except Refused as refused:
            if (waiting := self.store.wait(state)) is None:
                raise
            return None, _wait_and_raise(waiting, refused)
        if commit is None:
            waiting = self.store.wait(state)
            return None, waiting and _wait(waiting, None)
        try:
            waiting = self.store.append([commit], state.version)
        except VersionMoved:
            return None, self.change_again(make, operation)
        committed = Committed(state, commit, self.store.head, self.machine(), operation)
        (self._history or self.history).record(state, commit, committed)
        return committed, waiting and _wait(waiting, committed)

    async def change_again(self, make: Callable[[State], Commit | None], operation: str | None) -> Committed | None:
        """Catch up with a state that has moved on, and change that."""
        await self.store.catch_up()
        return await self.change(make, operation)

    async def replace(self, state: State, operation: str) -> None:
        """Have another state; the former one is freed in a thread, which takes its time. Raises `StoreFailed`."""
        former = [self.store.head]
        await self.change(lambda _: Commit(replacement=state), operation)
        self.uncounted.clear()
        get_running_loop().run_in_executor(None, former.clear)

    @property
    def has_rules(self) -> bool:
        """Return whether there are fault rules, or may be if a change that is under way fails."""
        return bool(self.store.head.rules or self.store.durable.rules)

    def has_override(self, parameters: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
        """Return whether a fault rule or a magic value may answer a request."""
        store = self.store
        rules = store.head.rules or store.durable.rules
        return bool(rules or leading(self.cases, parameters.values(), body.values()))

    def make_commit(self, state: State, outcome: Outcome, counter: int) -> Commit:
        """Return the commit of what a handler changes. Raises `StoreFailed` if there is no room for more."""
        writes = [write(self.models, *change) for change in outcome.changes]
        if state.size > self.largest and any(each.stored for each in writes):
            raise StoreFailed(
                f"The sandbox `{self.name}` holds {state.size} bytes beside its seed, as many as it may."
                f" Reset it (POST /_mock/sandboxes/{self.name}/reset),"
                " or start the server with a larger --sandbox-size."
            )
        return Commit(writes, None if counter == state.counter else counter)


async def _wait(waiting: Awaitable[None], committed: Committed | None) -> Committed | None:
    """Return a commit once it is durable. Raises `StoreFailed`."""
    await waiting
    return committed


async def _wait_and_raise(waiting: Awaitable[None], refused: Refused) -> None:
    """Raise a refusal once the state that it was made from is durable. Raises `StoreFailed` if that cannot be."""
    await waiting
    raise refused


def _describe(outcome: Outcome, state: State, committed: Committed | None) -> Performed:
    """Return what a handler has led to, which ran on a state; a record that it deleted answers as it was."""
    stored = (committed.state.stored(outcome.key) if committed else None) or state.stored(outcome.key)
    assert stored
    return Performed(outcome.key, stored.body, committed)
