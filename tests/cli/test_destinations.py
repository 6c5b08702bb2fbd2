"""Places that cannot be written to: each command that writes says so in a line, with 2, and leaves nothing behind."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from ..proof.commands import Consumer, run
from ..proof.commands import consumer as consumer
from ..serving.served import COMMAND
from .test_environments import CONTRACT, SERVERS, USAGE

pytestmark = pytest.mark.slow

WRITING = {
    "bundle": "bundle -o {place}",
    "check": "check --journal {journal} --format junit -o {place}",
    "check --save": "check --journal {journal} --save {place}",
    "check --write-baseline": "check --journal {journal} --write-baseline {place}",
    "coverage": "coverage --journal {journal} --format html -o {place}",
    "diff": f"diff {CONTRACT} {CONTRACT} --format json -o {{place}}",
    "replay": f"replay {{journal}} --contract {CONTRACT} --format sarif -o {{place}}",
    "proxy --journal": "proxy http://127.0.0.1:9 --port 0 --journal {place}",
}
"""Commands that write a file."""
FILLING = {
    "seed generate": "seed generate --patients 1 -o {place}",
    "seed save": "seed save --url {url} -o {place}",
    "serve": "serve --port 0 --data {place}",
}
"""Commands that write a folder."""
NO_FILE = {
    "a folder that there is not": "{folder}/nowhere/file",
    "below a file": "{folder}/some_file/file",
    "a folder": "{folder}/some_folder",
    "a link to nowhere": "{folder}/dangling/file",
    "a name that is too long": "{folder}/" + "n" * 300,
    "a full disk": "/dev/full",
}
NO_FOLDER = {
    "a file": "{folder}/some_file",
    "below a file": "{folder}/some_file/folder",
    "a link to nowhere": "{folder}/dangling",
    "a name that is too long": "{folder}/" + "n" * 300,
    "a file system without files": "/proc/nowhere",
}
LATE = (WRITING["proxy --journal"], NO_FILE["a full disk"])
"""What cannot be seen before there is something to write."""


@pytest.fixture
def values(consumer: Consumer, tmp_path: Path) -> dict[str, str]:
    """What stands in the commands for places."""
    consumer.create(x=1)
    journal = tmp_path / "requests.jsonl"
    assert consumer.check("--save", journal)[0] == 1
    (tmp_path / "some_folder").mkdir()
    (tmp_path / "some_file").write_text("kept", "utf-8")
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    return {"url": consumer.server, "journal": str(journal), "folder": str(tmp_path)}


def run_server(*arguments: str) -> tuple[int, str, str]:
    """The same as `run`, in a process of its own: a server has signals for itself."""
    done = subprocess.run([COMMAND, *arguments], capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


def flaw(command: str, place: str, values: Mapping[str, str]) -> str | None:
    """What is wrong with how a command ends that is to write to a place."""
    place = place.format(**values)
    arguments = [each.format(**dict(values) | {"place": place}) for each in command.split()]
    code, _, error = (run_server if command.startswith(SERVERS) else run)(*arguments)
    is_line = error.startswith("common-apis: ") and error.count("\n") == 1
    if code == 2 and (is_line or USAGE.fullmatch(error)):
        return None
    return f"{command} to {place} ended with {code}: {error}"


@pytest.mark.parametrize(("commands", "places"), [(WRITING, NO_FILE), (FILLING, NO_FOLDER)], ids=["files", "folders"])
def test_a_place_that_cannot_be_written_to_is_told_in_a_line(
    commands: dict[str, str], places: dict[str, str], values: dict[str, str], tmp_path: Path
) -> None:
    """It names the place or the reason; what is there already stays as it was."""
    before = sorted(tmp_path.rglob("*"))
    cases = [(command, place) for command in commands.values() for place in places.values()]
    found = [flaw(*case, values) for case in cases if case != LATE]
    assert [each for each in found if each] == []
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "some_file").read_text("utf-8") == "kept"
