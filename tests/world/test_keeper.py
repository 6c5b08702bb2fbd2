"""Many worlds in one data folder: each by itself, and one that is put away is touched by nobody any more."""

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from common_apis.world.data import FolderKeeper
from common_apis.world.errors import StoreFailed
from common_apis.world.folder import FolderStore
from common_apis.world.state import Snapshot

from .worlds import BEGAN, Worlds, commit, new, replace_state, world


@pytest.fixture
def keeper(worlds: Worlds, tmp_path: Path) -> Iterator[FolderKeeper]:
    """The keeper of an empty data folder."""
    with worlds.keeper(tmp_path) as keeper:
        yield keeper


def test_each_world_has_a_folder(keeper: FolderKeeper, worlds: Worlds, tmp_path: Path) -> None:
    """What is in one is not in another; what else is in the data folder is none."""
    for number, name in enumerate(("one", "two"), 1):
        asyncio.run(commit(keeper.create(name, worlds.origin()), worlds.task(new(number))))
    (tmp_path / "readme.md").write_text("mine")
    (tmp_path / ".git").mkdir()
    keeper.close()
    with worlds.keeper(tmp_path) as again:
        assert again.names() == ["one", "two"]
        one, two = (world(again.open(name, worlds.origin()).head) for name in again.names())
    assert one.records.keys() ^ two.records.keys() == {worlds.task(new(1)).key, worlds.task(new(2)).key}


def test_a_world_that_was_made_survives_empty(keeper: FolderKeeper, worlds: Worlds, tmp_path: Path) -> None:
    """With the seed that it has, whatever the server's is by then."""
    keeper.create("one", worlds.origin("empty"))
    keeper.lock.release()
    with worlds.keeper(tmp_path) as again:
        assert again.open("one", worlds.origin("clinic")).head.base.name == "empty"


def test_what_was_put_into_the_data_folder_meanwhile_is_not_lost(keeper: FolderKeeper, worlds: Worlds) -> None:
    """A world of its name is refused; if all that is there was left by one who was killed, it is in nobody's way."""
    for name, file in (("one", "sandbox.json"), ("two", ".sandbox.json.new")):
        (keeper.path / name).mkdir()
        (keeper.path / name / file).write_text("{}")
    with pytest.raises(StoreFailed, match="one was put there while the server runs"):
        keeper.create("one", worlds.origin())
    assert (keeper.path / "one/sandbox.json").read_text() == "{}"

    assert keeper.names() == ["one"]
    keeper.create("two", worlds.origin())
    assert keeper.names() == ["one", "two"]


def test_what_was_half_made_or_half_removed_is_gone_at_the_next_start(worlds: Worlds, tmp_path: Path) -> None:
    """By one who was killed amid it: nobody else may use the folder. What is none of ours stays."""
    left, others = [".one.new", ".one.gone", "..one.new.gone"], [".git", ".mine.d", "one", ".Two.new", "a.new"]
    for name in (*left, *others):
        (tmp_path / name).mkdir()
        (tmp_path / name / "patients.json").write_text("[")
    (tmp_path / ".file.new").write_text("mine")
    with worlds.keeper(tmp_path):
        assert {*os.listdir(tmp_path)} == {*others, ".file.new", ".lock"}


def test_a_world_that_is_released_is_on_the_disk_alone(keeper: FolderKeeper, worlds: Worlds) -> None:
    """Its log is folded; whoever asks for it again finds all of it."""
    store = keeper.open("one", worlds.origin())
    asyncio.run(commit(store, worlds.task(new(1))))
    assert keeper.release("one")
    assert sorted(file.name for file in store.folder.iterdir()) == ["patient_tasks.json", "sandbox.json"]
    assert world(keeper.open("one", worlds.origin()).head) == world(store.head)


LATE: dict[str, Callable[[FolderStore, Worlds], Coroutine[Any, Any, None]]] = {
    "a commit": lambda store, worlds: commit(store, worlds.task(new(2))),
    "a reset": lambda store, worlds: replace_state(store, worlds.origin().state()),
    "a snapshot that is saved": lambda store, worlds: store.save("a", Snapshot(store.head, BEGAN)),
    "a snapshot that is deleted": lambda store, worlds: store.forget("b"),
}


@pytest.mark.parametrize("late", LATE)
@pytest.mark.parametrize("removed", [True, False])
def test_a_request_that_comes_too_late_changes_nothing(
    keeper: FolderKeeper, worlds: Worlds, tmp_path: Path, late: str, removed: bool
) -> None:
    """It was on its way when its world was thrown away, or put away and taken up by another: it is to be sent again."""
    store = keeper.open("one", worlds.origin())
    asyncio.run(commit(store, worlds.task(new(1))))
    asyncio.run(store.save("b", Snapshot(store.head, BEGAN)))
    if removed:
        keeper.remove("one")
    else:
        keeper.release("one")
    with pytest.raises(StoreFailed, match="put away meanwhile"):
        asyncio.run(LATE[late](store, worlds))
    assert keeper.names() == ([] if removed else ["one"])
    again = keeper.open("one", worlds.origin())
    assert again.head.version == (0 if removed else 1)
    assert [*again.snapshots] == ([] if removed else ["b"])


def test_a_fold_that_comes_too_late_brings_nothing_back(keeper: FolderKeeper, worlds: Worlds) -> None:
    """The world was thrown away while its log was being folded beside."""
    store = keeper.open("one", worlds.origin())
    asyncio.run(commit(store, worlds.task(new(1))))

    state, old = store.head, store.log.turn(1)
    keeper.remove("one")
    store.save_checkpoint(state, old)
    assert keeper.names() == []


def test_a_commit_that_waits_is_answered_when_its_world_is_put_away(keeper: FolderKeeper, worlds: Worlds) -> None:
    """It was written, so it is safe and there."""
    store = keeper.open("one", worlds.origin())

    async def both() -> None:
        waiting = asyncio.ensure_future(commit(store, worlds.task(new(1))))
        await asyncio.sleep(0)
        keeper.release("one")
        await waiting

    asyncio.run(both())
    assert keeper.open("one", worlds.origin()).head.version == 1


def test_a_name_is_free_once_its_world_was_thrown_away(keeper: FolderKeeper, worlds: Worlds) -> None:
    """The next one that has it begins anew; this can be done again and again."""
    for _ in range(3):
        store = keeper.create("one", worlds.origin())
        assert store.head.version == 0
        asyncio.run(commit(store, worlds.task(new(1))))
        keeper.remove("one")
    keeper.remove("one")
