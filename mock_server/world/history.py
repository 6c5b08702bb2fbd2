"""The history of a sandbox: its latest commits, each with the state that it led to."""

from datetime import datetime
from typing import NamedTuple

from orjson import dumps

from .journal import Journal, Journals
from .state import Commit, State
from .stored import Stored

WEIGHT, CHANGE = 1500, 600
"""Bytes that a commit takes beside the records, about; and each of its changes."""


class Change(NamedTuple):
    """A record before and after a commit, None where there was none."""

    before: Stored | None
    after: Stored | None


class Committed:
    """A commit that was made: the states before and after it, when by the machine's time, and by which operation.

    `changes` are the records that it created, changed or deleted. `exchange` is the number of the exchange that made
    it, once that has ended. A `replacement` has no changes, and holds no state `before` it: that may be large, and
    nothing of it may be in use any more.
    """

    def __init__(self, before: State, commit: Commit, state: State, moment: datetime, operation: str | None) -> None:
        self.before = None if commit.replacement else before
        self.state = state
        self.moment = moment
        self.operation = operation
        self.exchange: int | None = None
        self.replacement = commit.replacement is not None
        self.changes = tuple(
            [
                (key, "deleted" if stored is None else "changed" if before.stored(key) else "created")
                for key, stored in commit.writes
            ]
        )
        self.number = self.weight = 0

    @property
    def at(self) -> datetime:
        """Return when it was made, by the sandbox's clock."""
        return self.state.clock.read(lambda: self.moment)

    def records(self) -> list[Change]:
        """Return the records of its changes, before and after it."""
        before = self.before
        return [Change(before.stored(key), self.state.stored(key)) for key, _ in self.changes] if before else []


class History(Journal[Committed]):
    """The latest commits of a sandbox, the oldest first, within the bounds of a journal."""

    def __init__(self, together: Journals, version: int) -> None:
        super().__init__(together)
        self.last = version

    @property
    def first(self) -> int:
        """Return the number of the oldest commit that is kept, or else of the next one."""
        return self.kept[0].number if self.kept else self.last + 1

    def find_state(self, version: int) -> State | None:
        """Return the state after the commit of a number, or the one before the oldest, if it is known."""
        if version == self.first - 1 and self.kept:
            return self.kept[0].before
        committed = self.find(version)
        return committed.state if committed else None

    def record(self, before: State, commit: Commit, committed: Committed) -> None:
        """Keep a commit. A state that was replaced shares nothing with those after it, and weighs what it has.

        The commits that the store could not keep are forgotten: they are those after the one that this one follows.
        """
        if self.last != before.version:
            self.forget_after(before.version)
        if committed.replacement and self.kept:
            self.add_weight(self.kept[-1], before.size)
        self.add(committed, weigh(before, commit))

    def add_weight(self, committed: Committed, weight: int) -> None:
        """Have a commit weigh more from now on; those that are too many go when the next is added."""
        committed.weight += weight
        self.size += weight
        self.together.size += weight

    def forget_after(self, version: int) -> None:
        """Forget the commits after a version, which is that of the next one to follow."""
        while self.kept and self.kept[-1].number > version:
            weight = self.kept.pop().weight
            self.size -= weight
            self.together.size -= weight
        if not self.kept or self.kept[-1].number < version:
            self.clear()
        self.last = version


def weigh(before: State, commit: Commit) -> int:
    """Return the bytes of what a commit has changed, about: as it was before and after it."""
    size = WEIGHT
    for key, stored in commit.writes:
        former = before.stored(key)
        size += CHANGE + (len(stored.body) if stored else 0) + (len(former.body) if former else 0)
    if commit.rules:
        rules = [*filter(None, commit.rules.values()), *(rule for rule in before.rules if rule.id in commit.rules)]
        size += sum(CHANGE + len(dumps(rule.body)) for rule in rules)
    return size
