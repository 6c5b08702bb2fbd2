"""What a server leaves behind once it rests, and once it stops: JSON to be read and put under version control."""

import asyncio
import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from common_apis.serving.app import Settings, create_app, create_sandboxes
from common_apis.world.log import Sync
from common_apis.world.sandboxes import Sandboxes

from ..mock import A, Mock
from ..serving.served import Served

pytestmark = pytest.mark.slow

TASK = {"user_id": A, "task_type": "survey"}


class Kept(Mock):
    """A mock in this process whose worlds are kept in a folder."""

    def __init__(self, contract: dict[str, Any], data: Path, sync: Sync = Sync.EACH) -> None:
        settings = Settings(data=data, sync=sync)
        self.sandboxes: Sandboxes = create_sandboxes(settings, contract)
        super().__init__(create_app(settings, contract, self.sandboxes))

    def rest(self) -> None:
        """Do what the server does when it has rested: twice, since it must see that nothing came in between."""
        for _ in range(2):
            asyncio.run(self.sandboxes.chores())


@pytest.fixture
def kept(contract: dict[str, Any], tmp_path: Path) -> Iterator[Kept]:
    """A mock that keeps its worlds in the folder of the test."""
    mock = Kept(contract, tmp_path)
    yield mock
    mock.sandboxes.close()


def names(folder: Path) -> list[str]:
    """What is in the folder of the default world."""
    return sorted(file.name for file in (folder / "default").iterdir())


def test_a_log_is_folded_once_nothing_has_come_for_a_while(kept: Kept, tmp_path: Path) -> None:
    """Not before: a commit in between makes it wait."""
    kept.post("/v1/patient_tasks", TASK)
    asyncio.run(kept.sandboxes.chores())
    kept.post("/v1/patient_tasks", TASK)
    asyncio.run(kept.sandboxes.chores())
    assert names(tmp_path) == ["log-000000000001.jsonl", "sandbox.json"]
    asyncio.run(kept.sandboxes.chores())
    assert names(tmp_path) == ["patient_tasks.json", "sandbox.json"]
    kept.delete(f"/v1/patient_tasks/{A}")
    assert names(tmp_path) == ["log-000000000003.jsonl", "patient_tasks.json", "sandbox.json"]


def test_a_server_that_was_only_read_from_leaves_nothing(kept: Kept, tmp_path: Path) -> None:
    """There is nothing that differs from the seed."""
    kept.get(f"/v1/patient_tasks/{A}")
    kept.rest()
    kept.sandboxes.close()
    assert [file.name for file in tmp_path.iterdir()] == [".lock"]


def test_a_snapshot_is_what_one_would_write_by_hand(kept: Kept, tmp_path: Path) -> None:
    """A list of records that differ from the seed, sorted by id, indented, with a newline at the end."""
    made = [kept.post("/v1/patient_tasks", TASK).json() for _ in range(5)]
    changed = kept.put(f"/v1/email_addresses/{A}", {"friendly_name": "Zoë's"}).json()
    kept.delete(f"/v1/patient_tasks/{A}")
    kept.rest()
    text = (tmp_path / "default/patient_tasks.json").read_text("utf-8")
    assert json.loads(text) == sorted(made, key=lambda record: str(record["id"]))
    assert text == json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n"
    assert json.loads((tmp_path / "default/email_addresses.json").read_text("utf-8")) == [changed]
    assert "Zoë's" in (tmp_path / "default/email_addresses.json").read_text("utf-8")
    about = json.loads((tmp_path / "default/sandbox.json").read_bytes())
    assert about["deleted"] == {"patient_tasks": [A]}
    assert about["counter"] == 5


def test_a_change_of_a_field_changes_its_line(kept: Kept, tmp_path: Path) -> None:
    """And no other file: what is under version control shows what has happened."""
    email = kept.post("/v1/email_addresses", {"user_id": A, "email": "a@example.com"}).headers["location"]
    kept.post("/v1/patient_tasks", TASK)
    kept.rest()
    before = {name: (tmp_path / "default" / name).read_text().splitlines() for name in names(tmp_path)}
    kept.put(email, {"friendly_name": "b"})
    kept.rest()
    after = {name: (tmp_path / "default" / name).read_text().splitlines() for name in names(tmp_path)}
    changed = {name: [new for old, new in zip(before[name], after[name], strict=True) if old != new] for name in before}
    assert changed["patient_tasks.json"] == []
    assert [line.split(":")[0].strip() for line in changed["email_addresses.json"]] == [
        '"friendly_name"',
        '"updated_at"',
    ]
    assert changed["sandbox.json"] == ['  "commits": 3,']


def test_what_is_as_it_was_in_the_seed_is_still_written(kept: Kept, tmp_path: Path) -> None:
    """A collection from which all was deleted has an empty list; nothing of before stays in its file."""
    task = kept.post("/v1/patient_tasks", TASK).headers["location"]
    kept.rest()
    kept.delete(task)
    kept.rest()
    assert (tmp_path / "default/patient_tasks.json").read_text() == "[]\n"


@pytest.mark.parametrize(
    ("sync", "stops"),
    [
        (Sync.EACH, [signal.SIGTERM, signal.SIGINT, signal.SIGKILL]),
        (Sync.BATCH, [signal.SIGTERM]),
        (Sync.NONE, [signal.SIGTERM]),
    ],
)
def test_a_stop_leaves_a_snapshot_and_a_start_finds_it(tmp_path: Path, sync: Sync, stops: list[signal.Signals]) -> None:
    """No log is left; each GET answers the same bytes; ids go on, and none comes again."""
    arguments = ("--port", "0", "--quiet", "--data", str(tmp_path), "--sync", sync)
    answers, ids = dict[str, bytes](), list[str]()
    for stop in [*stops, signal.SIGTERM]:
        with Served(*arguments) as server, httpx.Client(base_url=server.url) as client:
            assert {path: client.get(path).content for path in answers} == answers
            for _ in range(3):
                answer = client.post("/v1/patient_tasks", json=TASK)
                answers[answer.headers["location"]] = answer.content
                ids.append(answer.json()["id"])
            event = client.get(f"/v1/calendar_events/{A}")
            answers[f"/v1/calendar_events/{A}"] = event.content
            server.process.send_signal(stop)
            server.process.wait(10)
            assert server.said() == ""
        left = names(tmp_path)
        assert stop == signal.SIGKILL or left == ["patient_tasks.json", "sandbox.json"]
    assert len(set(ids)) == len(ids) == 3 * (len(stops) + 1)
