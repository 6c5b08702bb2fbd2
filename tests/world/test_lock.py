"""A data folder is one server's alone, and one that cannot be used is refused at the start."""

import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from common_apis.mock_server.world.data import FolderKeeper
from common_apis.mock_server.world.log import DataError, Sync

from ..mock import A
from ..serving.served import Served
from .ended import ended
from .worlds import Worlds

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
    assert f"'{file}' is a file." in ended(file)
    assert ended(file / "within") == f"common-apis: {file / 'within'}: cannot be used: Not a directory.\n"
    assert file.read_text() == "mine"
