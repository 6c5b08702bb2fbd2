"""A data folder is one server's alone, and one that cannot be used is refused at the start."""

import os
from collections.abc import Iterator
from pathlib import Path
from random import Random

import httpx
import pytest

from common_apis.world.data import FolderKeeper
from common_apis.world.log import DataError, Sync

from ..mock import A
from ..serving.served import Served
from .ended import ended
from .forgetful import Forgetful
from .worlds import Worlds

pytestmark = pytest.mark.slow

TASK = {"user_id": A, "task_type": "survey"}


def test_a_second_server_leaves_the_folder_alone(tmp_path: Path) -> None:
    """It ends with 2 and says why; the first one goes on, and once it was killed another may have the folder."""
    with Served("--port", "0", "--data", str(tmp_path)) as first:
        assert ended(tmp_path) == (
            f"common-apis: {tmp_path}: another server is using this folder."
            " Stop it first, or give --data another one.\n"
        )
        answer = httpx.post(f"{first.url}/v1/patient_tasks", json=TASK)
        assert answer.status_code == 201
        first.process.kill()
        first.process.wait(10)
        with Served("--port", "0", "--data", str(tmp_path)) as next_one:
            assert httpx.get(f"{next_one.url}{answer.headers['location']}").content == answer.content


def test_a_folder_is_free_once_its_server_has_stopped(worlds: Worlds, tmp_path: Path) -> None:
    """And taken before, also within one process."""
    with worlds.keeper(tmp_path) as keeper:
        with pytest.raises(DataError, match="another server"):
            FolderKeeper(tmp_path, worlds.models, worlds.seeds.base, Sync.EACH, print)
        keeper.close()
        with worlds.keeper(tmp_path):
            pass


def test_a_folder_is_made_with_those_that_it_is_in(worlds: Worlds, tmp_path: Path) -> None:
    """Nobody has to make it first."""
    with worlds.keeper(tmp_path / "a/b/c") as keeper:
        assert keeper.names() == []


@pytest.fixture
def unwritable(tmp_path: Path) -> Iterator[Path]:
    """A folder that we may not write to; for root, one that nobody may."""
    tmp_path.chmod(0o555)
    everywhere = os.access(tmp_path, os.W_OK)
    yield Path("/sys" if os.path.isdir("/sys") else "/System") if everywhere else tmp_path
    tmp_path.chmod(0o755)


def test_a_folder_that_may_not_be_written_to_is_refused(unwritable: Path) -> None:
    """Be it there or to be made."""
    for folder in (unwritable, unwritable / "world"):
        said = ended(folder)
        assert said.startswith(f"common-apis: {folder}: cannot be used: ")
        assert said.count("\n") == 1


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    """Or in the place of one that it is to be in."""
    file = tmp_path / "world"
    file.write_text("mine")
    assert ended(file) == f"common-apis: {file}: cannot be used: {file} is no folder.\n"
    assert ended(file / "within") == f"common-apis: {file / 'within'}: cannot be used: Not a directory.\n"
    assert file.read_text() == "mine"


def test_a_link_that_leads_nowhere_is_refused(tmp_path: Path) -> None:
    """Naming the link and where it leads, also of one that the folder is to be in."""
    link, loop = tmp_path / "link", tmp_path / "loop"
    link.symlink_to("nowhere")
    loop.symlink_to(loop)
    why = f"{link} is a link to nowhere, where there is no folder"
    assert ended(link) == f"common-apis: {link}: cannot be used: {why}.\n"
    assert ended(link / "within") == f"common-apis: {link / 'within'}: cannot be used: {why}.\n"
    assert f"{loop} is a link to {loop}, where there is no folder" in ended(loop)


def test_a_working_folder_that_is_gone_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative folder cannot be made in it; one that is named from the root is served all the same."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    why = "the folder in which the server was started is gone"
    assert ended(Path("worlds")) == f"common-apis: worlds: cannot be used: {why}.\n"
    with Served("--port", "0", "--data", str(tmp_path / "worlds")) as server:
        assert httpx.post(f"{server.url}/v1/patient_tasks", json=TASK).status_code == 201


def test_a_disk_that_is_full_is_told_of_at_the_start(worlds: Worlds, tmp_path: Path) -> None:
    """Not with the first write, which would be somebody else's."""
    system = Forgetful(tmp_path / "disk", Random(0))
    system.room = 0
    with system.running(), pytest.raises(DataError, match="cannot be used: No space left on device"):
        FolderKeeper(tmp_path / "disk/data", worlds.models, worlds.seeds.base, Sync.EACH, print)
