"""A store whose every commit is in a log before it is answered."""

import asyncio
import logging
from asyncio import Future
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from threading import Lock
from typing import NamedTuple, TypeVar

from .errors import StoreFailed, VersionMoved
from .log import WRITERS, Log, Sync
from .memory import MemoryStore
from .state import Base, Commit, Origin, State

logger = logging.getLogger("common_apis")
T = TypeVar("T")


class Queued(NamedTuple):
    """Commits that are not written yet, and the states before and after them."""

    before: State
    commits: Sequence[Commit]
    after: State


class LogStore(MemoryStore):
    """A sandbox in memory, and the log of its commits.

    A small commit is written at once, in the turn of the event loop in which it comes; what takes longer is queued, and
    written in a thread, as is all that comes after it. `written` is the state after the last commit that was written.
    While it is `paused`, all commits are queued: somebody else uses the log. Who does so in a thread holds `writing`.
    """

    def __init__(self, origin: Origin, state: State, log: Log) -> None:
        super().__init__(origin, state)
        self.log = log
        self.written = state
        self.queue: deque[Queued] = deque()
        self.waiting: list[tuple[int, Future[None]]] = []
        self.flushing: asyncio.Task[None] | None = None
        self.paused = 0
        self.reverting = False
        self.writing = Lock()

    def append(self, commits: Sequence[Commit], after: int) -> Awaitable[None] | None:
        """Apply commits to the head, and write them to the log. Raises `VersionMoved` and `StoreFailed`."""
        if after != self.head.version:
            raise VersionMoved
        self.check()
        state = before = self.head
        for commit in commits:
            state = state.after(commit)
        if self.queue or self.paused or not self.log.open or any(commit.replacement for commit in commits):
            self.queue.append(Queued(before, commits, state))
        else:
            self.log.write(before.version + 1, commits)
            self.written = state
            if self.log.mode is not Sync.EACH:
                self.durable = state
        self.head = state
        return self.wait(state)

    def wait(self, state: State) -> Awaitable[None] | None:
        """Return what to wait for until a state is durable, as `--sync` promises it, or None if it is."""
        if state.version <= self.durable.version:
            return None
        future = asyncio.get_running_loop().create_future()
        self.waiting.append((state.version, future))
        self.start_flush()
        return future

    def start_flush(self) -> None:
        """Have what is not durable be so, if nobody has begun with that."""
        if self.flushing is None or self.flushing.done():
            self.flushing = asyncio.get_running_loop().create_task(self.flush())

    async def flush(self) -> None:
        """Write what is queued, and sync, as long as anybody waits for it; who waits at the same time shares one sync.

        Should that fail, the head is the durable state again.
        """
        while self.queue or self.waiting:
            try:
                reached, failure = await self.in_thread(self.write_out)
            except BaseException as error:
                self.give_up(error)
                if isinstance(error, asyncio.CancelledError):
                    raise
                return
            if isinstance(failure, Exception) and not isinstance(failure, StoreFailed):
                logger.error("a commit cannot be written", exc_info=failure)
            if reached.version > self.durable.version:  # a commit that was written meanwhile may be durable already
                self.durable = reached
            waiting, self.waiting = self.waiting, []
            if failure:
                self.queue.clear()
                self.head = self.written = self.durable
                self.reverting = False
            for version, future in waiting:
                self.settle(version, future, reached, failure)

    def give_up(self, error: BaseException) -> None:
        """Have nobody wait for ever: the event loop ends, or what cannot be mended has happened."""
        waiting, self.waiting = self.waiting, []
        for _, future in waiting:
            if not future.done():
                future.cancel() if isinstance(error, asyncio.CancelledError) else future.set_exception(error)

    def settle(self, version: int, future: Future[None], reached: State, failure: Exception | None) -> None:
        """Tell who waits for a version what has become of it, if that is known: by now its number may be another's."""
        if future.done():
            return  # nobody waits any more
        if version <= reached.version:
            future.set_result(None)
        elif failure:
            future.set_exception(failure)
        else:
            self.waiting.append((version, future))

    def write_out(self) -> tuple[State, Exception | None]:
        """Write what is queued, and sync, in a thread; return the state that is durable then, and why it failed.

        What is still queued after a failure is never written: the event loop is about to give it up.
        """
        with self.writing:
            failure = self.try_queue()
            reached = self.written
            if self.log.mode is Sync.EACH:
                self.log.sync()
            if self.log.failure:
                reached, failure = self.durable, StoreFailed(self.log.failure)
            self.reverting = failure is not None
            return reached, failure

    def try_queue(self) -> Exception | None:
        """Write what is queued as far as that can be; return why no further."""
        try:
            self.check()
            self.write_queue()
        except OSError as error:
            return StoreFailed(f"{error.filename or self.log.folder} cannot be used: {error.strerror or error}.")
        except Exception as failure:
            return failure
        return None

    def write_queue(self) -> None:
        """Write what is queued. Raises `StoreFailed`."""
        while self.queue and not self.reverting:
            before, commits, after = self.queue[0]
            self.prepare_log(before)
            self.log.write(before.version + 1, commits)
            self.written = after
            self.queue.popleft()

    def prepare_log(self, before: State) -> None:
        """Have a log be there for the commits after a state. Raises `StoreFailed`."""
        raise NotImplementedError

    def check(self) -> None:
        """Raise `StoreFailed` if nothing is to be written."""
        if self.log.failure:
            raise StoreFailed(self.log.failure)

    def pause(self) -> None:
        """Queue all commits from now on: what uses the log next does so in a thread. To be called in the event loop."""
        self.paused += 1

    def resume(self) -> None:
        """Go on after a pause, with what was queued meanwhile."""
        self.paused -= 1
        if self.queue:
            self.start_flush()

    async def in_thread(self, do: Callable[[], T]) -> T:
        """Do what takes as long as the disk does, in a thread."""
        return await asyncio.get_running_loop().run_in_executor(WRITERS, do)

    def rest_on(self, base: Base) -> None:
        """Switch to an edited seed, if nothing was changed of it."""
        if self.written is self.head:
            super().rest_on(base)
            self.written = self.head
