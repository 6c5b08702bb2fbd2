"""The state of a sandbox as one immutable value: to keep it is to have a snapshot, to share it is to have a fork."""

from __future__ import annotations  # rpds's maps are generic for the type checker alone

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from rpds import HashTrieMap

from ..handlers.terms import Key, Unique
from .clock import Clock, set_clock
from .rule import Rule
from .stored import Stored, Write

UNCHANGED = object()


class Use(NamedTuple):
    """How often a fault rule or a magic value was used, and since when by the sandbox's clock, if that matters."""

    times: int
    since: datetime | None = None


class Start(NamedTuple):
    """What a seed says beside its records: the time on its clock, if not the machine's, and the rest of a state."""

    now: datetime | None = None
    frozen: bool = False
    counter: int = 0
    rules: tuple[Rule, ...] = ()
    last_rule: int = 0
    uses: HashTrieMap[str, Use] = HashTrieMap()

    def clock(self, at: datetime) -> Clock:
        """Return the clock of a sandbox that begins at a moment of the machine's time."""
        return set_clock(self.now, self.frozen, at)


NO_START = Start()


class Base:
    """A seed, which never changes: all sandboxes that begin with it share it."""

    def __init__(self, name: str, writes: Iterable[Write] = (), start: Start = NO_START) -> None:
        self.name = name
        self.start = start
        self.records: dict[Key, Stored] = {key: stored for key, stored in writes if stored}
        self.owners: dict[Unique, str] = {
            unique: key.id for key, stored in self.records.items() for unique in stored.claims
        }

    @cached_property
    def ids(self) -> Mapping[str, list[str]]:
        """The ids of each collection, sorted."""
        ids: dict[str, list[str]] = {}
        for collection, id in sorted(self.records):
            ids.setdefault(collection, []).append(id)
        return ids


class Origin(NamedTuple):
    """How a sandbox began: on which seed, with its clock set how, and when by the machine's time."""

    base: Base
    clock: Clock
    at: datetime

    def state(self) -> State:
        """Return the state that it began with."""
        start = self.base.start
        return State(
            self.base,
            counter=start.counter,
            clock=self.clock,
            rules=start.rules,
            last_rule=start.last_rule,
            uses=start.uses,
        )


class Commit(NamedTuple):
    """One atomic change of a state, all of it or nothing: what is stored, logged and replayed.

    What is left out stays as it is. `rules` has the fault rules that are new, and None for the numbers of those that
    are removed. A `replacement` is the state from then on, but for its version; then there is nothing else.
    """

    writes: Sequence[Write] = ()
    counter: int | None = None
    clock: Clock | None = None
    rules: Mapping[int, Rule | None] = {}
    uses: Mapping[str, Use] = {}
    replacement: State | None = None


class State(NamedTuple):
    """A seed, and all that differs from it: records (None where one was deleted) and owners of unique values.

    `counter` is how many ids were made, `version` how many commits led here, `size` the bytes of the records that
    differ. `last_rule` is the number of the newest fault rule that there was, and `uses` has the uses of those rules
    and magic values that count them.
    """

    base: Base
    records: HashTrieMap[Key, Stored | None] = HashTrieMap()
    owners: HashTrieMap[Unique, str | None] = HashTrieMap()
    counter: int = 0
    clock: Clock = Clock()
    version: int = 0
    size: int = 0
    rules: tuple[Rule, ...] = ()
    last_rule: int = 0
    uses: HashTrieMap[str, Use] = HashTrieMap()

    def stored(self, key: Key) -> Stored | None:
        """Return what is stored at a key."""
        found = self.records.get(key, UNCHANGED)
        # The type checker does not see that what is not UNCHANGED is what the map has.
        return self.base.records.get(key) if found is UNCHANGED else found  # type: ignore[return-value]

    def owner(self, unique: Unique) -> str | None:
        """Return the id of the record that has these values."""
        found = self.owners.get(unique, UNCHANGED)
        return self.base.owners.get(unique) if found is UNCHANGED else found  # type: ignore[return-value]  # as above

    def after(self, commit: Commit) -> State:
        """Return the state once a commit is applied."""
        version = self.version + 1
        if commit.replacement:
            last_rule = max(self.last_rule, commit.replacement.last_rule)  # no number is used twice
            return commit.replacement._replace(version=version, last_rule=last_rule)
        records, owners, size = self.records, self.owners, self.size
        for key, _ in commit.writes:
            if before := self.stored(key):
                owners = _remove_claims(owners, before, self.base)
                size -= before.size if key in records else 0
        for key, stored in commit.writes:
            if stored is None and key not in self.base.records:
                records = records.discard(key)
                continue
            records = records.insert(key, stored)
            if stored:
                size += stored.size
                for unique in stored.claims:
                    owners = owners.insert(unique, key.id)
        counter = self.counter if commit.counter is None else commit.counter
        rules, last_rule, uses = self.rules, self.last_rule, self.uses
        if commit.rules:
            rules, last_rule, uses = _change_rules(self, commit.rules)
        for name, use in commit.uses.items():
            uses = uses.insert(name, use)
        clock = commit.clock or self.clock
        return State(self.base, records, owners, counter, clock, version, size, rules, last_rule, uses)


class Snapshot(NamedTuple):
    """A state that was saved, and when by the machine's time."""

    state: State
    at: datetime


def _remove_claims(
    owners: HashTrieMap[Unique, str | None], stored: Stored, base: Base
) -> HashTrieMap[Unique, str | None]:
    """Return the owners once a record has given up its claims."""
    for unique in stored.claims:
        owners = owners.insert(unique, None) if unique in base.owners else owners.discard(unique)
    return owners


def _change_rules(
    state: State, changes: Mapping[int, Rule | None]
) -> tuple[tuple[Rule, ...], int, HashTrieMap[str, Use]]:
    """Return the rules, the number of the newest there was, and the uses, once rules are added or removed."""
    uses = state.uses
    for number, rule in changes.items():
        if rule is None:
            uses = uses.discard(Rule.name_use(number))
    kept = tuple(rule for rule in state.rules if rule.id not in changes)
    return kept + tuple(filter(None, changes.values())), max(state.last_rule, *changes), uses
