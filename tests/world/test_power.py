"""Power goes, processes are killed, at any moment: what was answered stays, and nothing is ever half there."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from itertools import product
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any
from unittest.mock import patch

import pytest

from common_apis.handlers.terms import Key
from common_apis.world import about, log, recovery
from common_apis.world import disk as disk_module
from common_apis.world.bounds import Bounds
from common_apis.world.checkpoint import Checkpoint
from common_apis.world.clock import Clock, machine_time
from common_apis.world.data import FolderKeeper
from common_apis.world.disk import RealDisk, RealTail
from common_apis.world.errors import StoreFailed
from common_apis.world.folder import FolderStore
from common_apis.world.json_file import encode_json
from common_apis.world.log import DataError, Log, Sync, files
from common_apis.world.log_line import Entry
from common_apis.world.recovery import Replayed
from common_apis.world.sandboxes import Sandboxes
from common_apis.world.state import Commit, Origin, Snapshot, State
from common_apis.world.stored import Write

from ..mock import A
from .forgetful import Forgetful, Killed
from .worlds import BEGAN, Commits, World, Worlds, commit, new, world


class Story:
    """A world that lives through many crashes.

    `after` has what it was to be after each commit, `settled` the last one that was answered, as far as that obliges.
    """

    def __init__(self, worlds: Worlds, root: Path, seed: int, sync: Sync) -> None:
        self.random = Random(seed)
        self.worlds = worlds
        self.sync = sync
        self.system = Forgetful(root, self.random)
        self.folder = root / "default"
        self.commits = Commits(worlds, self.random)
        self.settled = 0
        self.crashes = 0
        self.refused = 0
        self.earlier: list[State] = []
        self.after: dict[int, World] = {0: world(worlds.origin().state())}

    def live(self, lives: int) -> None:
        """Live, crash, and live again."""
        with patch.object(log, "BATCH", 3600):  # who syncs in batches does it here, by `sync`
            for _ in range(lives):
                self.once(last=self.random.choice([0, *range(1, 120)]))
            self.once(last=0)

    def once(self, last: int) -> None:
        """Live until killed, or until one has had enough; then the power goes, or only the process."""
        self.system.begin(last)
        with self.system.running():
            try:
                store = self.open()
                asyncio.run(self.work(store))
                if self.random.random() < 0.3:
                    store.fold()
                    self.settled = store.head.version
            except Killed:
                self.crashes += 1
            except (StoreFailed, DataError):
                if not self.system.hindered():
                    raise
        if self.random.random() < 0.7:
            self.system.lose_power()
            self.settled = self.settled if self.sync is Sync.EACH else self.safe

    def open(self) -> FolderStore:
        """Recover the world, which must be as it was after some commit, and not before the last that was answered."""
        store = self.worlds.folder(self.folder, self.sync)
        number = store.head.version
        assert number >= self.settled, f"{self.settled} commits were answered, {number} are there"
        assert world(store.head) == self.after[number], f"half of commit {number} is there"
        self.safe = self.settled = number  # recovery folds what it has found
        self.earlier.append(store.head)
        return store

    async def work(self, store: FolderStore) -> None:
        """Commit from many sides at once, and fold beside."""
        for _ in range(self.random.randint(1, 6)):
            if self.random.random() < 0.1:
                self.system.room = self.random.randint(0, 2000)
            if self.random.random() < 0.02:
                self.system.broken = True
            doing = [self.commit(store) for _ in range(self.random.choice([1, 1, 2, 5]))]
            doing += [self.read(store) for _ in range(self.random.choice([0, 1]))]
            doing += [self.fold(store)] if self.random.random() < 0.3 else []
            doing += [self.become(store)] if self.random.random() < 0.15 else []
            self.random.shuffle(doing)
            failed = [each for each in await asyncio.gather(*doing, return_exceptions=True) if each]
            for each in failed:
                if not isinstance(each, StoreFailed) or not self.system.hindered():
                    raise each
            self.refused += len(failed)
            self.system.room = None

    async def commit(self, store: FolderStore) -> None:
        """Commit anything."""
        self.system.check()
        before = store.head
        made = self.commits.next(before)
        waiting = store.append([made], before.version)
        self.after[before.version + 1] = self.after[before.version].after(made)
        if waiting:
            await waiting
        self.settled = max(self.settled, before.version + 1)

    async def read(self, store: FolderStore) -> None:
        """Read what there is: once that is answered, it stays."""
        self.system.check()
        state = store.head
        if waiting := store.wait(state):
            await waiting
        self.settled = max(self.settled, state.version)

    async def become(self, store: FolderStore) -> None:
        """Be in an earlier state, or another seed's."""
        self.system.check()
        state = self.random.choice([*self.earlier, self.worlds.origin("empty").state(), self.worlds.origin().state()])
        number = store.head.version + 1
        last_rule = max(store.head.last_rule, state.last_rule)
        waiting = store.append([Commit(replacement=state)], store.head.version)
        self.after[number] = world(state)._replace(last_rule=last_rule)
        if waiting:
            await waiting
        self.settled = max(self.settled, number)

    async def fold(self, store: FolderStore) -> None:
        """Fold the log while others commit; a full disk hinders it, and does no harm."""
        number = store.head.version
        if store.checkpoint.version < 0:
            return
        await store.fold_aside()
        self.safe = max(self.safe, number)


def tell(worlds: Worlds, tmp_path: Path, seed: int, sync: Sync) -> Story:
    """A whole story; what follows from its seed is told if it fails."""
    story = Story(worlds, tmp_path / f"{sync}-{seed}", seed, sync)
    try:
        story.live(5)
    except Exception as error:
        error.add_note(f"{sync} {seed}")
        raise
    return story


KILLED_THEN_POWERLESS = 24
"""The story of a process that is killed, and a machine that loses its power before the log it left was synced."""


@pytest.mark.parametrize("sync", Sync)
def test_what_was_answered_survives_every_crash_and_nothing_is_half_there(
    worlds: Worlds, tmp_path: Path, sync: Sync
) -> None:
    """Whatever was under way when the power went: each commit is there whole or not at all, and none before it lacks.

    If each is synced, all that were answered are there; else all that were before the last fold, and those after it up
    to some commit. If only the process was killed, all that were answered are there in any case.
    """
    stories = [tell(worlds, tmp_path, seed, sync) for seed in (*range(20), KILLED_THEN_POWERLESS)]
    assert sum(story.crashes for story in stories) > 30
    assert sum(story.refused for story in stories) > 2


def kill_at(worlds: Worlds, root: Path, step: int, seed: int) -> bool:
    """Fold a world of a few commits, and end at a step of that; whether it came so far. The world must be whole."""
    system = Forgetful(root, Random(seed))
    with system.running():
        store = worlds.folder(root / "default")
        before = asyncio.run(a_few(store, worlds))
        system.begin(step)
        with suppress(Killed):
            store.fold()
    if seed % 3:
        system.lose_power()
    came_so_far = system.dead
    system.begin()
    with system.running():
        assert world(worlds.folder(root / "default").head) == before, f"killed at step {step}, seed {seed}"
    return came_so_far


async def a_few(store: FolderStore, worlds: Worlds) -> World:
    """Commit what is made, changed and deleted again, with a fold in between; what there is then."""
    await commit(store, worlds.task(new(1)), worlds.task(new(2)), worlds.named(new(3), "lab", "L-1"))
    await commit(store, worlds.task(A), Write(Key("patient_tasks", new(1)), None))
    store.fold()
    await commit(store, Write(Key("patient_tasks", A), None), worlds.put("email_addresses", new(4)))
    await commit(store, Write(Key("external_ids", new(3)), None), worlds.named(new(5), "lab", "L-1"))
    await commit(store, Write(Key("patient_tasks", new(2)), None))
    return world(store.head)


def test_a_fold_may_end_at_any_step(worlds: Worlds, tmp_path: Path) -> None:
    """The world is the same wherever the fold of its log is killed, and whatever of that the disk has kept."""
    for seed in range(4):
        step = 1
        while kill_at(worlds, tmp_path / f"{seed}-{step}", step, seed):
            step += 1
        assert step > 20


def keeper_killed(worlds: Worlds, root: Path, step: int, seed: int, doing: Callable[[FolderKeeper], None]) -> bool:
    """Do something with the worlds of a data folder, and end at a step of that; whether it came so far."""
    system = Forgetful(root, Random(seed))
    with system.running(), worlds.keeper(root / "data") as keeper:
        asyncio.run(a_few(keeper.create("one", worlds.origin()), worlds))
        system.begin(step)
        with suppress(Killed):
            doing(keeper)
    if seed % 3:
        system.lose_power()
    return system.dead


def test_a_sandbox_is_thrown_away_whole_or_not_at_all(worlds: Worlds, tmp_path: Path) -> None:
    """Wherever that ends, no half of it comes back."""

    def remove(keeper: FolderKeeper) -> None:
        keeper.remove("one")

    outcomes = set()
    for seed in range(6):
        for step in range(1, 99):
            root = tmp_path / f"{seed}-{step}"
            died = keeper_killed(worlds, root, step, seed, remove)
            with worlds.keeper(root / "data") as keeper:
                there = keeper.names() == ["one"]
                assert not there or keeper.open("one", worlds.origin()).head.version == 5
            outcomes.add((died, there))
            if not died:
                break
    assert outcomes == {(True, True), (True, False), (False, False)}


@pytest.mark.parametrize("way", ["create", "fork"])
def test_a_sandbox_is_made_whole_or_not_at_all(
    contract: dict[str, Any], worlds: Worlds, tmp_path: Path, way: str
) -> None:
    """Wherever that ends: with all the records of what it is forked from, and with the clock that it was given."""
    now = Clock(frozen=BEGAN)

    def make(keeper: FolderKeeper) -> None:
        sandboxes = Sandboxes(
            contract, worlds.models, worlds.seeds, keeper, machine_time, monotonic, "clinic", Bounds(), print
        )
        if way == "fork":
            one = asyncio.run(sandboxes.find("one"))
            asyncio.run(sandboxes.fork(one, one.state, "two", now))
        else:
            asyncio.run(sandboxes.create("two", "empty", now))

    outcomes = set()
    for seed in range(3):
        for step in range(1, 99):
            root = tmp_path / f"{seed}-{step}"
            died = keeper_killed(worlds, root, step, seed, make)
            with worlds.keeper(root / "data") as keeper:
                source = world(keeper.open("one", worlds.origin()).head)
                there = "two" in keeper.names()
                if there:
                    found = world(keeper.open("two", worlds.origin()).head)
                    fresh = world(worlds.origin("empty").state())
                    assert found == (source if way == "fork" else fresh)._replace(clock=now)
                else:
                    make(keeper)  # what was left of it is in nobody's way
            outcomes.add((died, there))
            if not died:
                break
    assert outcomes == {(True, True), (True, False), (False, True)}


def test_a_snapshot_is_kept_and_forgotten_whole_or_not_at_all(worlds: Worlds, tmp_path: Path) -> None:
    """What was answered of it stays; what was not is there, or is not."""
    for seed, (saved, doing) in product(range(6), ((True, "save"), (False, "forget"))):
        for step in range(1, 99):
            root = tmp_path / f"{doing}-{seed}-{step}"
            system = Forgetful(root, Random(seed))
            with system.running():
                store = worlds.folder(root / "default")
                asyncio.run(commit(store, worlds.task(new(1))))
                kept = Snapshot(store.head, BEGAN)
                if not saved:
                    asyncio.run(store.save("a", kept))
                system.begin(step)
                with suppress(Killed):
                    asyncio.run(store.save("a", kept) if saved else store.forget("a"))
            if seed % 3:
                system.lose_power()
            died = system.dead
            again = worlds.folder(root / "default")
            assert all(world(each.state) == world(kept.state) for each in again.snapshots.values())
            if not died:
                assert bool(again.snapshots) is saved
                break


def test_a_fold_leaves_the_file_that_the_next_commit_goes_to(worlds: Worlds, tmp_path: Path) -> None:
    """It may have been made when the disk was full, and a commit be in it before the fold has come to its end."""
    system = Forgetful(tmp_path / "disk", Random(0))
    with system.running():
        store = worlds.folder(tmp_path / "disk/default")
        asyncio.run(commit(store, worlds.task(new(1))))
        first = store.head
        store.log.turn(1)
        system.room = 0
        with pytest.raises(StoreFailed, match="No space left"):
            asyncio.run(commit(store, worlds.task(new(2))))
        system.room = None
        old = store.log.turn(1)
        asyncio.run(commit(store, worlds.task(new(2))))
        store.save_checkpoint(first, old)
        assert worlds.folder(tmp_path / "disk/default").head.version == 2


def test_a_commit_waits_for_a_sync_that_began_after_it(worlds: Worlds, tmp_path: Path) -> None:
    """What is written while a sync is under way is not safe by that one."""
    begun, go_on, synced = threading.Event(), threading.Event(), []

    def sync(tail: RealTail) -> None:
        synced.append(tail.size)
        begun.set()
        assert go_on.wait(10)

    async def two(store: FolderStore) -> None:
        first = asyncio.create_task(commit(store, worlds.task(new(1))))
        await asyncio.to_thread(begun.wait, 10)
        second = asyncio.create_task(commit(store, worlds.task(new(2))))
        await asyncio.sleep(0)
        go_on.set()
        await first
        assert not second.done()
        await second

    with patch.object(RealTail, "sync", sync):
        store = worlds.folder(tmp_path / "default")
        asyncio.run(two(store))
    assert len(synced) == 2
    assert synced[0] < synced[1]


def test_those_who_wait_at_the_same_time_share_a_sync(worlds: Worlds, tmp_path: Path) -> None:
    """Ten commits at once take no ten syncs."""
    synced = []

    async def ten(store: FolderStore) -> None:
        await asyncio.gather(*(commit(store, worlds.task(new(number))) for number in range(10)))

    with patch.object(RealTail, "sync", lambda tail: synced.append(tail.size)):
        asyncio.run(ten(worlds.folder(tmp_path / "default")))
    assert 1 <= len(synced) <= 2


def test_a_batch_is_safe_a_moment_later(worlds: Worlds, tmp_path: Path) -> None:
    """Nobody has to write or to wait for that."""
    synced = threading.Event()
    with patch.object(RealTail, "sync", lambda tail: synced.set()):
        store = worlds.folder(tmp_path / "default", Sync.BATCH)
        asyncio.run(commit(store, worlds.task(new(1))))
        assert synced.wait(10)


def test_nothing_is_written_any_more_once_a_sync_has_failed(worlds: Worlds, tmp_path: Path) -> None:
    """Nobody knows what is on the disk then: each further commit is refused, and so is a fold over it."""
    system = Forgetful(tmp_path / "disk", Random(0))
    with system.running():
        store = worlds.folder(tmp_path / "disk/default")
        asyncio.run(commit(store, worlds.task(new(1))))
        system.broken = True
        with pytest.raises(StoreFailed, match=r"Input/output error.*start the server again"):
            asyncio.run(commit(store, worlds.task(new(2))))
        assert store.head is store.durable, "the sandbox is what it durably was"
        assert not store.head.stored(Key("patient_tasks", new(2)))
        system.broken = False
        with pytest.raises(StoreFailed, match="start the server again"):
            asyncio.run(commit(store, worlds.task(new(3))))
        with pytest.raises(StoreFailed, match="start the server again"):
            store.fold()
        assert not store.behind()
        again = worlds.folder(tmp_path / "disk/default")
    assert again.head.stored(Key("patient_tasks", new(1)))
    assert not again.head.stored(Key("patient_tasks", new(3)))


# The proof can fail: each of these is a store that forgets to do one thing.


def nothing(*given: Any) -> None:
    """Do nothing."""


def append_only(disk: RealDisk, file: Path) -> RealTail:
    """A new file whose name is not synced."""
    return RealTail(file)


def fill_only(disk: RealDisk, file: Path, content: bytes) -> None:
    """A file that is not synced before it takes the place of another."""
    system = getattr(disk_module, "os")  # noqa: B009  # the one that forgets
    descriptor = system.open(file, system.O_WRONLY | system.O_CREAT | system.O_TRUNC, 0o644)
    system.write(descriptor, content)
    system.close(descriptor)


def remove_first(store: FolderStore, state: State, old: list[Path]) -> None:
    """A fold that removes the log before the snapshot is written."""
    for file in old:
        store.disk.remove(file)
    store.checkpoint.write(state, store.origin)


def about_first(checkpoint: Checkpoint, state: State, origin: Origin) -> None:
    """A checkpoint that says of itself that it is whole before it is."""
    checkpoint.replace(about.NAME, encode_json(about.said(state, origin)))
    write_checkpoint(checkpoint, state, origin)


def turn_only(own: Log, last: int) -> list[Path]:
    """A log that goes on in a new file before the old one is safe."""
    own.close()
    return [file for file in files(own.disk, own.folder) if file.name <= log.NAME.format(last)]


def wait_never(store: FolderStore, state: State) -> None:
    """A store that has its log written and synced, and answers before that."""
    if state.version > store.durable.version:
        store.start_flush()


def forget_overrides(replayed: Replayed, entry: Entry) -> None:
    """A recovery that passes over the rules and uses in a log."""
    add_entry(replayed, entry._replace(rules={}, uses={}))


add_entry = Replayed.add
write_checkpoint = Checkpoint.write
MUTANTS = {
    "tails are not synced": (Sync.EACH, RealTail, "sync", nothing),
    "commits are answered before they are synced": (Sync.EACH, FolderStore, "wait", wait_never),
    "names of new logs are not synced": (Sync.EACH, RealDisk, "append", append_only),
    "names are never synced": (Sync.EACH, RealDisk, "sync_folder", nothing),
    "files are not synced before they replace others": (Sync.EACH, RealDisk, "fill", fill_only),
    "what was half written is not cut off": (Sync.EACH, RealTail, "cut", nothing),
    "the log is removed before the snapshot is written": (Sync.EACH, FolderStore, "save_checkpoint", remove_first),
    "the snapshot says too early that it is whole": (Sync.EACH, Checkpoint, "write", about_first),
    "a log goes on in a new file unsynced": (Sync.NONE, Log, "turn", turn_only),
    "rules and uses are not replayed": (Sync.EACH, Replayed, "add", forget_overrides),
    "what a killed process has left is not synced": (Sync.NONE, recovery, "made_safe", files),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_store_that_forgets_one_thing_is_found(worlds: Worlds, tmp_path: Path, mutant: str) -> None:
    """The stories above go wrong with it."""
    sync, owner, name, instead = MUTANTS[mutant]
    with patch.object(owner, name, instead), pytest.raises((AssertionError, DataError)):
        [tell(worlds, tmp_path, seed, sync) for seed in range(59, 259)]
