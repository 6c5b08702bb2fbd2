"""What every store does, be it in memory, in a folder, or on a disk that forgets."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Protocol

import pytest

from common_apis.handlers.terms import Key, Record, Unique
from common_apis.world.clock import Clock
from common_apis.world.errors import VersionMoved
from common_apis.world.folder import FolderStore
from common_apis.world.log import Sync
from common_apis.world.memory import MemoryStore
from common_apis.world.state import Commit, Snapshot
from common_apis.world.stored import Write

from ..mock import A
from .forgetful import Forgetful
from .troubled import TROUBLED
from .worlds import BEGAN, Commits, Worlds, append, commit, new, replace_state, world


class Place(Protocol):
    """Where a store is; whoever asks again gets what is there by then."""

    def __call__(self) -> MemoryStore:
        """The store."""


class InFolder:
    """A store in a folder, opened anew each time that one asks."""

    def __init__(self, worlds: Worlds, folder: Path, sync: Sync) -> None:
        self.worlds, self.folder, self.sync = worlds, folder, sync
        self.store: FolderStore | None = None

    def __call__(self) -> MemoryStore:
        """The store, as the one before has left it."""
        self.end()
        self.store = self.worlds.folder(self.folder, self.sync)
        return self.store

    def end(self) -> None:
        """Leave the folder to the next one."""
        if self.store:
            self.store.end()


KINDS = ["memory", *(f"folder {sync}" for sync in Sync), "forgetful", *TROUBLED]


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, worlds: Worlds, tmp_path: Path) -> Iterator[Place]:
    """A place for a store. One that forgets loses its power each time it is asked again."""
    kind, _, sync = request.param.partition(" ")
    with ExitStack() as stack:
        if kind == "memory":
            store = worlds.memory()
            yield lambda: store
        elif kind in TROUBLED:
            troubled = TROUBLED[kind](worlds.origin())
            yield lambda: troubled
        elif kind == "folder":
            place = InFolder(worlds, tmp_path / "default", Sync(sync))
            yield place
            place.end()
        else:
            system = stack.enter_context(Forgetful(tmp_path / "disk", Random(1)).running())

            def again() -> MemoryStore:
                system.lose_power()
                return worlds.folder(tmp_path / "disk/default")

            yield again


TASK = Key("patient_tasks", A)
LAB = Unique("external_ids", ("resource", "namespace", "external_id"), ("patients", "lab", "L-1"))


def owner(store: MemoryStore, unique: Unique = LAB) -> str | None:
    """Who has these values."""
    return store.head.owner(unique)


def read(store: MemoryStore, key: Key) -> Record:
    """A record that is there."""
    stored = store.head.stored(key)
    assert stored
    return stored.record()


def test_it_begins_with_the_seed(place: Place, worlds: Worlds) -> None:
    """Nothing is made, and nothing of the seed lacks."""
    store = place()
    assert world(store.head) == world(worlds.origin().state())
    assert read(store, TASK)["id"] == A


def test_it_finds_what_was_committed(place: Place, worlds: Worlds) -> None:
    """A record, the owner of its values, and nothing where nothing is."""
    asyncio.run(commit(place(), worlds.named(new(1), "lab", "L-1"), worlds.task(new(2), "call")))
    store = place()
    assert read(store, Key("external_ids", new(1)))["external_id"] == "L-1"
    assert read(store, Key("patient_tasks", new(2)))["task_type"] == "call"
    assert store.head.owner(LAB) == new(1)
    assert store.head.stored(Key("patient_tasks", new(3))) is None


def test_what_is_kept_beside_a_record_comes_back_with_it(place: Place, worlds: Worlds) -> None:
    """The fields that no response returns are stored (D-27), and are not in the bytes that a GET answers."""
    key = Key("assessment_responses", new(1))
    asyncio.run(commit(place(), worlds.put(*key, title="At the first visit")))
    stored = place().head.stored(key)
    assert stored
    assert stored.record()["title"] == "At the first visit"
    assert b"title" not in stored.body


def test_it_refuses_a_commit_when_the_version_has_moved_on(place: Place, worlds: Worlds) -> None:
    """Nothing of it is kept then."""
    store = place()
    version = store.head.version
    asyncio.run(commit(store, worlds.task(A, "call")))
    before = world(store.head)
    with pytest.raises(VersionMoved):  # and so each time
        store.append([Commit([worlds.task(new(9))])], version)
    assert world(store.head) == before
    assert world(place().head) == before


def test_a_list_of_commits_goes_at_once(place: Place, worlds: Worlds) -> None:
    """Each has its number."""
    store = place()
    asyncio.run(append(store, *(Commit([worlds.task(new(number))], number) for number in (1, 2, 3))))
    assert (store.head.version, store.durable.version) == (3, 3)
    assert place().head.counter == 3


def test_records_may_swap_their_unique_values_in_one_commit(place: Place, worlds: Worlds) -> None:
    """Each has those of the other then."""
    asyncio.run(commit(place(), worlds.named(new(1), "lab", "L-1"), worlds.named(new(2), "lab", "L-2")))
    asyncio.run(commit(place(), worlds.named(new(1), "lab", "L-2"), worlds.named(new(2), "lab", "L-1")))
    assert owner(place()) == new(2)
    assert owner(place(), LAB._replace(values=("patients", "lab", "L-2"))) == new(1)


@pytest.mark.parametrize("together", [True, False])
def test_a_unique_value_is_free_once_its_record_is_deleted(place: Place, worlds: Worlds, together: bool) -> None:
    """Another record may have it, made in the same commit or later."""
    asyncio.run(commit(place(), worlds.named(new(1), "lab", "L-1")))
    delete, create = Write(Key("external_ids", new(1)), None), worlds.named(new(2), "lab", "L-1")
    for writes in [(delete, create)] if together else [(delete,), (create,)]:
        asyncio.run(commit(place(), *writes))
    assert owner(place()) == new(2)


def test_a_value_that_was_given_up_has_no_owner(place: Place, worlds: Worlds) -> None:
    """Be it a record of the seed that had it, or one that was made."""
    mine = next(unique for unique, id in worlds.origin().base.owners.items() if id == A)
    asyncio.run(commit(place(), worlds.named(new(1), "lab", "L-1")))
    asyncio.run(commit(place(), worlds.named(new(1), "lab", "L-2"), worlds.named(A, "lab", "L-3")))
    assert owner(place()) is None
    assert owner(place(), mine) is None


def test_a_record_is_deleted_and_made_again(place: Place, worlds: Worlds) -> None:
    """Of the seed and others alike."""
    for id in (A, new(1)):
        key = Key("patient_tasks", id)
        asyncio.run(commit(place(), worlds.task(id, "call")))
        asyncio.run(commit(place(), Write(key, None)))
        assert place().head.stored(key) is None
        asyncio.run(commit(place(), worlds.task(id, "again")))
        stored = place().head.stored(key)
        assert stored
        assert stored.record()["task_type"] == "again"


@pytest.mark.parametrize(
    "clock",
    [
        Clock(timedelta(days=-400, microseconds=1)),
        Clock(frozen=BEGAN),
        Clock(timedelta(seconds=0.1), BEGAN.replace(microsecond=7)),
    ],
)
def test_the_clock_is_as_it_was_set(place: Place, worlds: Worlds, clock: Clock) -> None:
    """And stays so, whatever is committed afterwards."""
    store = place()
    asyncio.run(append(store, Commit(clock=clock)))
    asyncio.run(commit(place(), worlds.task(new(1))))
    assert place().head.clock == clock


def test_it_becomes_another_state(place: Place, worlds: Worlds) -> None:
    """Of its own past, or of another seed; and goes on from there."""
    first = place().head
    asyncio.run(commit(place(), worlds.task(new(1)), Write(TASK, None), worlds.named(A, "lab", "L-1")))
    then = place().head
    for state in (first, then, worlds.origin("empty").state(), then):
        asyncio.run(replace_state(place(), state))
        assert world(place().head) == world(state)
    asyncio.run(commit(place(), worlds.task(new(2))))
    assert world(place().head).records == world(then).records | {
        key: (stored.body, stored.kept) for key, stored in [worlds.task(new(2))] if stored
    }


def test_a_state_never_changes(place: Place, worlds: Worlds) -> None:
    """Who holds one has it as it was, whatever the store does."""
    commits, held = Commits(worlds, Random(5)), []
    for _ in range(8):
        store = place()
        held.append((store.head, world(store.head)))
        made = commits.next(store.head)
        asyncio.run(append(store, made))
    asyncio.run(replace_state(place(), held[3][0]))
    assert all(world(state) == was for state, was in held)


def test_each_commit_has_a_number(place: Place, worlds: Worlds) -> None:
    """One more each time, also when it becomes an earlier state."""
    first = place().head
    asyncio.run(commit(place(), worlds.task(new(1))))
    asyncio.run(commit(place()))
    asyncio.run(replace_state(place(), first))
    assert place().head.version == 3


def test_the_size_is_that_of_what_differs_from_the_seed(place: Place, worlds: Worlds) -> None:
    """It grows and shrinks with the records, and comes to nothing when nothing is left."""
    asyncio.run(commit(place(), worlds.task(new(1)), worlds.put("assessment_responses", new(2), title="x")))
    both = place().head.size
    asyncio.run(commit(place(), worlds.task(new(1), "a_longer_type")))
    assert place().head.size == both + len("a_longer_type") - len("survey")
    store = place()
    asyncio.run(commit(store, *(Write(key, None) for key in store.head.records)))
    assert place().head.size == 0


def test_a_snapshot_is_kept_under_its_name(place: Place, worlds: Worlds) -> None:
    """Until another has the name, or it is forgotten."""
    store = place()
    asyncio.run(commit(store, worlds.put("email_addresses", new(1), friendly_name="Zoë"), Write(TASK, None)))
    kept = store.head
    asyncio.run(store.save("a", Snapshot(worlds.origin("empty").state(), BEGAN)))
    asyncio.run(store.save("a", Snapshot(kept, BEGAN)))
    asyncio.run(store.save("b", Snapshot(kept, BEGAN)))
    asyncio.run(store.forget("b"))
    again = place()
    assert {name: world(each.state) for name, each in again.snapshots.items()} == {"a": world(kept)}


@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_committed_all_stores_agree(place: Place, worlds: Worlds, seed: int) -> None:
    """They are what a plain dict says, after every step, each time they are opened again."""
    random = Random(seed)
    commits, expected, earlier = Commits(worlds, random), world(worlds.origin().state()), [worlds.origin().state()]
    for _ in range(15):
        store = place()
        assert world(store.head) == expected
        earlier.append(store.head)
        if random.random() < 0.1:
            state = random.choice([*earlier, worlds.origin("empty").state()])
            asyncio.run(replace_state(store, state))
            expected = world(state)._replace(last_rule=max(store.head.last_rule, state.last_rule))
        else:
            made = commits.next(store.head)
            asyncio.run(append(store, made))
            expected = expected.after(made)
    assert world(place().head) == expected
