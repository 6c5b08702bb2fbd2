"""Worlds without a server: commits as handlers make them, and what a plain dict says of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from common_apis.contract.model import Model, models
from common_apis.handlers.terms import Key, Record
from common_apis.world.clock import Clock
from common_apis.world.data import FolderKeeper
from common_apis.world.disk import RealDisk
from common_apis.world.errors import StoreFailed, VersionMoved
from common_apis.world.folder import FolderStore
from common_apis.world.log import Sync
from common_apis.world.memory import MemoryStore
from common_apis.world.recovery import Recovery
from common_apis.world.rule import Rule
from common_apis.world.seeds import Seeds, folders
from common_apis.world.state import Commit, Origin, State, Use
from common_apis.world.stored import Write, write

BEGAN = datetime(2026, 11, 20, 9, tzinfo=UTC)
NAMES = ["ehr", "lab", "payroll"]


class World(NamedTuple):
    """All that there is in a world, and nothing shared with it."""

    seed: str
    records: dict[Key, tuple[bytes, bytes]]
    counter: int
    clock: Clock
    rules: tuple[Rule, ...]
    last_rule: int
    uses: dict[str, Use]

    def after(self, commit: Commit) -> "World":
        """What it is to be once a commit is applied."""
        records = dict(self.records)
        for key, stored in commit.writes:
            records.pop(key, None)
            if stored:
                records[key] = stored.body, stored.kept
        counter = self.counter if commit.counter is None else commit.counter
        rules = {rule.id: rule for rule in self.rules}
        uses = dict(self.uses)
        for number, rule in commit.rules.items():
            if rule:
                rules[number] = rule
            else:
                del rules[number]
                uses.pop(f"rule {number}", None)
        uses |= commit.uses
        last_rule = max(self.last_rule, *commit.rules, 0)
        return World(self.seed, records, counter, commit.clock or self.clock, tuple(rules.values()), last_rule, uses)


def world(state: State) -> World:
    """What a state says there is; its owners of unique values must be those who claim them."""
    records: dict[Key, tuple[bytes, bytes]] = {}
    claims: dict[Any, str] = {}
    for key in {*state.base.records, *state.records}:
        if stored := state.stored(key):
            records[key] = stored.body, stored.kept
            claims |= dict.fromkeys(stored.claims, key.id)
    owners = {unique: state.owner(unique) for unique in {*state.base.owners, *state.owners, *claims}}
    assert {unique: owner for unique, owner in owners.items() if owner} == claims
    uses = {name: state.uses[name] for name in state.uses}
    return World(state.base.name, records, state.counter, state.clock, state.rules, state.last_rule, uses)


class Worlds:
    """Makes stores, and what is written to them."""

    def __init__(self, contract: dict[str, Any]) -> None:
        self.models: dict[str, Model] = models(contract)
        self.seeds = Seeds(self.models, folders(()), print)

    def origin(self, seed: str = "clinic") -> Origin:
        """How a world begins."""
        return Origin(self.seeds.base(seed), Clock(), BEGAN)

    def memory(self) -> MemoryStore:
        """A fresh store in memory."""
        return MemoryStore(self.origin())

    def folder(
        self, folder: Path, sync: Sync = Sync.EACH, report: Callable[[str], None] = lambda said: None
    ) -> FolderStore:
        """The store in a folder."""
        return Recovery(self.models, self.seeds.base, RealDisk(), sync, report).open(folder, self.origin())

    @contextmanager
    def keeper(
        self, path: Path, report: Callable[[str], None] = lambda said: None, sync: Sync = Sync.EACH
    ) -> Iterator[FolderKeeper]:
        """The keeper of a data folder, which lets others use it in the end, and does no more than that."""
        keeper = FolderKeeper(path, self.models, self.seeds.base, sync, report)
        try:
            yield keeper
        finally:
            keeper.lock.release()

    def put(self, collection: str, id: str, **fields: Any) -> Write:
        """A record like the first one of the clinic, with another id and other fields."""
        first = next(stored for key, stored in self.origin().base.records.items() if key.collection == collection)
        return write(self.models, Key(collection, id), first.record() | {"id": id} | fields)

    def named(self, id: str, namespace: str, external_id: str) -> Write:
        """An external id, whose values only one may have."""
        return self.put("external_ids", id, namespace=namespace, external_id=external_id, welkin_id=id)

    def task(self, id: str, task_type: str = "survey") -> Write:
        """A patient task."""
        return self.put("patient_tasks", id, task_type=task_type)


class Commits:
    """Commits at random that handlers could have made: they keep unique values unique."""

    def __init__(self, worlds: Worlds, random: Random) -> None:
        self.worlds = worlds
        self.random = random

    def next(self, now: State) -> Commit:
        """A commit that follows a state: one to four records, sometimes the clock as well."""
        writes: dict[Key, Write] = {}
        for _ in range(self.random.choice([0, 1, 1, 2, 3, 4])):
            change = self.random.choice([self.create, self.create, self.update, self.delete, self.swap, self.pass_on])
            made = change(now, now.counter + len(writes))
            if not writes.keys() & {each.key for each in made} and self.own(made, [*writes.values()]):
                writes |= {each.key: each for each in made}
        clock = Clock(timedelta(seconds=self.random.randrange(1, 999))) if self.random.random() < 0.1 else None
        rules = self.change_rules(now)
        uses = {} if None in rules.values() else self.use(now)
        return Commit([*writes.values()], now.counter + 1 + len(writes), clock, rules, uses)

    def change_rules(self, now: State) -> dict[int, Rule | None]:
        """A rule more, or one less, now and then."""
        if self.random.random() < 0.1:
            number = now.last_rule + 1
            return {number: Rule(number, operation="workers_get", times=3, status=503, body={"a": ["Zoë", 1.5]})}
        if now.rules and self.random.random() < 0.1:
            return {self.random.choice(now.rules).id: None}
        return {}

    def use(self, now: State) -> dict[str, Use]:
        """A use of a rule or of a magic value, now and then."""
        chosen = self.random.random()
        if now.rules and chosen < 0.2:
            name = Rule.name_use(now.rules[0].id)
            return {name: Use(now.uses[name].times + 1 if name in now.uses else 1)}
        return {"value patients_create x y": Use(1, BEGAN)} if chosen > 0.9 else {}

    def own(self, made: list[Write], others: list[Write]) -> bool:
        """Whether no two records of a commit have a unique value between them."""
        taken = {unique for each in others if each.stored for unique in each.stored.claims}
        return not taken & {unique for each in made if each.stored for unique in each.stored.claims}

    def create(self, now: State, number: int) -> list[Write]:
        """A record more; some have fields that no response returns."""
        id = f"00000000-0000-5000-8000-{number:012d}"
        collection = self.random.choice(["patient_tasks", "assessment_responses", "email_addresses", "external_ids"])
        if collection == "external_ids":
            made = self.worlds.named(id, self.random.choice(NAMES), f"X-{self.random.randrange(9)}")
            taken = made.stored and any(now.owner(unique) for unique in made.stored.claims)
            return [] if taken else [made]
        if collection == "assessment_responses":
            return [self.worlds.put(collection, id, model={"Zoë": [number, 0.1, None]}, title=f"title {number}")]
        return [self.worlds.put(collection, id)]

    def update(self, now: State, number: int) -> list[Write]:
        """A task of another type, or an email address with another name."""
        fields = {"patient_tasks": {"task_type": f"type_{number}"}, "email_addresses": {"friendly_name": f"{number}"}}
        found = self.some(now, *fields)
        return [write(self.worlds.models, key, record | fields[key.collection]) for key, record in found[:1]]

    def delete(self, now: State, number: int) -> list[Write]:
        """A record less."""
        return [Write(key, None) for key, _ in self.some(now, "patient_tasks", "email_addresses", "external_ids")[:1]]

    def swap(self, now: State, number: int) -> list[Write]:
        """Two external ids that take the values of each other."""
        found = self.some(now, "external_ids")
        return [self.replaced(found[0][0], found[1][1]), self.replaced(found[1][0], found[0][1])] if found[1:] else []

    def pass_on(self, now: State, number: int) -> list[Write]:
        """An external id that is deleted, and a new one that has its values."""
        new = Key("external_ids", f"00000000-0000-5000-9000-{number:012d}")
        found = self.some(now, "external_ids")[:1]
        return [each for key, record in found for each in (Write(key, None), self.replaced(new, record))]

    def replaced(self, key: Key, record: Record) -> Write:
        """A record with the values of another."""
        return write(self.worlds.models, key, record | {"id": key.id})

    def some(self, now: State, *collections: str) -> list[tuple[Key, Record]]:
        """Two records of collections, or fewer if there are no more."""
        keys = {*now.base.records, *now.records}
        there = sorted(key for key in keys if key.collection in collections and now.stored(key))
        chosen = self.random.sample(there, min(2, len(there)))
        return [(key, stored.record()) for key in chosen if (stored := now.stored(key))]


async def append(store: MemoryStore, *commits: Commit) -> None:
    """Append commits, and wait until they are durable; again, if a store is made to refuse or to fail."""
    while True:
        try:
            if waiting := store.append(commits, store.head.version):
                await waiting
        except VersionMoved:
            await store.catch_up()
        except StoreFailed as error:
            if "made to fail" not in str(error):
                raise
        else:
            return


async def commit(store: MemoryStore, *writes: Write) -> None:
    """Commit writes."""
    await append(store, Commit([*writes], store.head.counter + 1))


async def replace_state(store: MemoryStore, state: State) -> None:
    """Have a store be in another state."""
    await append(store, Commit(replacement=state))


def new(number: int) -> str:
    """An id that no record of the clinic has."""
    return f"00000000-0000-5000-8000-{number:012d}"
