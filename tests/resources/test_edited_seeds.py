"""Seeds that are edited while a server uses them."""

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from threading import Timer
from typing import Any

import httpx
import pytest

from common_apis.serving.app import Settings, create_app, create_sandboxes

from ..mock import A, Mock
from ..serving.served import Served
from ..waiting import wait_until

PATIENT = {
    "id": A,
    "phase": "intake",
    "timezone": "UTC",
    "first_name": "Ana",
    "last_name": "Solberg",
    "birthday": "1971-09-30",
}


class Edited:
    """A mock over a seed that can be edited while it serves."""

    def __init__(self, contract: dict[str, Any], seed: Path) -> None:
        self.file = seed / "patients.json"
        self.write("Ana")
        self.said: list[str] = []
        settings = Settings(seed_dirs=(seed,), report=self.said.append)
        self.sandboxes = create_sandboxes(settings, contract)
        self.mock = Mock(create_app(settings, contract, self.sandboxes))

    def write(self, name: str) -> None:
        """Write the patient under a name."""
        self.file.write_text(json.dumps([PATIENT | {"first_name": name}], indent=1), "utf-8")

    def edit(self, name: str) -> None:
        """Give the patient another name, and let the server do what it does now and then."""
        self.write(name)
        asyncio.run(self.sandboxes.chores())

    def name(self, sandbox: str) -> str:
        """The name of the patient in a sandbox."""
        first_name: str = self.mock.put(f"/s/{sandbox}/v1/patients/{A}", {}).json()["first_name"]
        return first_name

    def change(self, sandbox: str) -> None:
        """Change something else in a sandbox."""
        assert self.mock.post(f"/s/{sandbox}/v1/conversations", {"user_id": A}).status_code == 201


@pytest.fixture
def edited(contract: dict[str, Any], tmp_path: Path) -> Edited:
    """A mock that begins with one patient."""
    seed = tmp_path / "mine"
    seed.mkdir()
    return Edited(contract, seed)


def test_a_seed_that_is_edited_is_picked_up(edited: Edited) -> None:
    """At once by sandboxes without changes, by others when they are reset; the report says which."""
    edited.change("changed")
    assert edited.name("untouched") == "Ana"

    edited.edit("Zelda")

    assert [edited.name(each) for each in ("untouched", "fresh", "changed")] == ["Zelda", "Zelda", "Ana"]
    assert edited.said == [
        "The seed `mine` was edited. Sandboxes that have it now: default, untouched."
        " Once they are reset, since they have changes of their own: changed."
    ]
    edited.mock.post("/_mock/sandboxes/changed/reset", None)
    assert edited.name("changed") == "Zelda"


def test_an_edit_of_what_a_seed_says_beside_its_records_is_picked_up(edited: Edited) -> None:
    """By sandboxes without changes, and by others when they are reset. A clock stays as it was set at the beginning."""
    edited.change("changed")
    rule = {"id": 1, "operation": "conversations_create", "status": 503}
    edited.file.with_name("sandbox.json").write_text(json.dumps({"faults": [rule]}), "utf-8")
    asyncio.run(edited.sandboxes.chores())

    assert edited.mock.post("/v1/conversations", {"user_id": A}).status_code == 503
    edited.change("changed")
    edited.mock.post("/_mock/sandboxes/changed/reset", None)
    assert edited.mock.post("/s/changed/v1/conversations", {"user_id": A}).status_code == 503


def test_many_sandboxes_are_counted(edited: Edited) -> None:
    """The terminal has a line, and not a list of thousands."""
    for number in range(30):
        edited.name(f"s-{number:02}")

    edited.edit("Zelda")

    assert edited.said[0].endswith(": default, s-00, s-01, s-02, s-03, s-04, s-05, s-06, s-07, s-08 and 21 more.")


def test_a_seed_that_nobody_has_now_is_read_for_those_to_come(edited: Edited) -> None:
    """All sandboxes rest on another one."""
    edited.mock.post("/_mock/sandboxes/default/snapshots", {"name": "s"})
    for name in ("default", "other"):
        edited.change(name)
    edited.mock.delete("/_mock/sandboxes/other")

    edited.edit("Zelda")

    assert edited.said == [
        "The seed `mine` was edited. Once they are reset, since they have changes of their own: default."
    ]
    assert edited.name("fresh") == "Zelda"


BREAKING: dict[str, tuple[Callable[[Path], object], str]] = {
    "a field": (
        lambda file: file.write_text(file.read_text("utf-8").replace('"Ana"', '""')),
        ":6: record 0 (%s) /first_name: ",
    ),
    "a file": (lambda file: file.write_text("[{"), ":1: cannot be read: "),
    "no file": (Path.unlink, "has no file of a seed"),
    "another name": (
        lambda file: file.rename(file.with_name("people.json")),
        "people.json: is named as no collection. ",
    ),
}


@pytest.mark.parametrize("broken", BREAKING)
def test_an_edit_that_breaks_a_seed_changes_nothing(edited: Edited, broken: str) -> None:
    """What is wrong is told once, with file, line and field; the next edit that mends it is picked up."""
    change, expected = BREAKING[broken]
    change(edited.file)
    for _ in range(2):
        asyncio.run(edited.sandboxes.chores())

    assert edited.name("default") == "Ana"
    [said] = edited.said
    assert expected.replace("%s", A) in said
    assert said.endswith("\nThe seed `mine` stays what it was until that is fixed.")
    edited.file.with_name("people.json").unlink(missing_ok=True)
    edited.edit("Zelda")
    assert edited.name("default") == "Zelda"


def test_others_are_served_while_an_edit_is_read(edited: Edited) -> None:
    """It may be large, or on a slow disk: here it is a pipe to which nobody has written yet."""
    edited.file.unlink()
    os.mkfifo(edited.file)
    unblock = Timer(20, lambda: os.close(os.open(edited.file, os.O_WRONLY)))
    unblock.daemon = True
    unblock.start()  # else a server that waits for the pipe itself would wait for ever

    async def serve() -> int:
        chores = asyncio.create_task(edited.sandboxes.chores())
        while not (descriptor := open_to_write(edited.file)):  # it is open for reading once it is read
            await asyncio.sleep(0)
        answer = await edited.mock.send("PUT", f"/v1/patients/{A}", json={})
        assert not chores.done()
        os.close(descriptor)
        await chores
        return answer.status_code

    assert asyncio.run(asyncio.wait_for(serve(), 10)) == 200
    unblock.cancel()


def open_to_write(pipe: Path) -> int | None:
    """Return the descriptor of a pipe that somebody reads, if somebody does."""
    try:
        return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return None


def test_a_server_picks_up_an_edit_and_says_so(tmp_path: Path) -> None:
    """`serve --seed-dir` alone serves that seed, under the name of the link that leads to it."""
    (tmp_path / "mine").mkdir()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "mine")
    file = link / "patients.json"
    file.write_text(json.dumps([PATIENT]), "utf-8")
    with Served("--port", "0", "--seed-dir", str(link), "--data", str(tmp_path / "data")) as server:
        file.write_text(json.dumps([PATIENT | {"first_name": "Zelda"}]), "utf-8")
        wait_until(lambda: "The seed `link` was edited. Sandboxes that have it now: default." in server.said())
        file.write_text(json.dumps([PATIENT | {"first_name": 7}]), "utf-8")
        wait_until(lambda: f"{file}:1: record 0 ({A}) /first_name: " in server.said())
        answer = httpx.put(f"{server.url}/v1/patients/{A}", json={"phase": "engaged"})
        assert answer.json()["first_name"] == "Zelda"
    assert json.loads((tmp_path / "data/default/sandbox.json").read_text("utf-8"))["seed"] == "link"
