"""Files that are not as they were written: what was cut off is put aside, all else is refused and left as it is."""

import asyncio
import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from common_apis.handlers.terms import Key
from common_apis.world.folder import FolderStore
from common_apis.world.log import DataError
from common_apis.world.state import Snapshot
from common_apis.world.stored import Write

from ..mock import A
from ..serving.served import Served
from .ended import ended
from .worlds import BEGAN, Worlds, commit, new, world

COMMITS = 3
LOG = "log-000000000001.jsonl"
LATER = "log-000000000004.jsonl"
Files = dict[str, bytes]


@pytest.fixture(autouse=True)
def _without_sync(monkeypatch: pytest.MonkeyPatch) -> None:
    """No power is lost here."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    monkeypatch.setattr(os, "fdatasync", lambda descriptor: None, raising=False)


@pytest.fixture
def data(worlds: Worlds, tmp_path: Path) -> Path:
    """A data folder that a server was killed over: a log of three commits, and no snapshot."""
    store = worlds.folder(tmp_path / "data/default")
    asyncio.run(three(store, worlds))
    store.log.close()
    return tmp_path / "data"


async def three(store: FolderStore, worlds: Worlds) -> None:
    """Three commits: five records are made, one is changed, one is deleted."""
    await commit(store, worlds.task(new(1)), worlds.named(new(2), "lab", "L-1"))
    await commit(store, worlds.task(new(3)), worlds.task(A, "call"), worlds.put("email_addresses", new(4)))
    await commit(store, worlds.named(new(5), "lab", "L-2"), Write(Key("patient_tasks", new(3)), None))


@pytest.fixture
def folded(worlds: Worlds, data: Path) -> Path:
    """A data folder that a server has left in peace: a snapshot, and no log."""
    worlds.folder(data / "default")
    assert not (data / "default" / LOG).exists()
    return data


def files(folder: Path) -> Files:
    """All that is in a folder, but for the lock."""
    found = {str(file.relative_to(folder)): file for file in folder.rglob("*") if file.is_file()}
    return {name: file.read_bytes() for name, file in found.items() if name != ".lock"}


def refusal(worlds: Worlds, data: Path) -> str:
    """What is said of a world that cannot be opened; nothing on the disk is changed by that."""
    before = files(data)
    with pytest.raises(DataError) as refused:
        worlds.folder(data / "default")
    assert files(data) == before
    return str(refused.value)


def opened(worlds: Worlds, data: Path) -> tuple[FolderStore, list[str]]:
    """A world that can be opened, and what was said of it."""
    said: list[str] = []
    return worlds.folder(data / "default", report=said.append), said


# The log


def test_what_was_cut_off_is_put_aside_and_the_server_starts(data: Path) -> None:
    """It says in which file and where, and where the bytes are now; all that was answered is there."""
    log = data / "default" / LOG
    whole = log.read_bytes()
    at = whole.rindex(b"\n", 0, -1) + 1
    log.write_bytes(whole[:-20])
    with Served("--port", "0", "--data", str(data)) as server:
        aside = data / "default/torn-000000000002.bin"
        assert server.said() == (
            f"common-apis: {log}, byte {at}: a commit was cut off before it was answered;"
            f" its bytes are kept in {aside}.\n"
        )
        assert aside.read_bytes() == whole[at:-20]
        answers = [httpx.get(f"{server.url}/v1/patient_tasks/{id}") for id in (new(1), new(3), A)]
        assert [answer.json().get("task_type") for answer in answers] == ["survey", "survey", "call"]
        answer = httpx.post(f"{server.url}/v1/patient_tasks", json={"user_id": A, "task_type": "after"})
        assert answer.status_code == 201
    with Served("--port", "0", "--quiet", "--data", str(data)) as server:
        assert server.said() == ""
        assert httpx.get(f"{server.url}{answer.headers['location']}").json() == answer.json()


def test_a_log_may_be_cut_off_anywhere(worlds: Worlds, data: Path, tmp_path: Path) -> None:
    """What is whole is there, and what is not is put aside, each byte of it; a line may lack its end."""
    whole = (data / "default" / LOG).read_bytes()
    ends = [at for at, byte in enumerate(whole) if byte == ord("\n")]
    assert len(ends) == COMMITS
    for length in {
        *range(0, len(whole), 17),
        *(end + more for end in ends for more in (-1, 0, 1) if more + end < len(whole)),
    }:
        copy = tmp_path / str(length)
        shutil.copytree(data, copy)
        (copy / "default" / LOG).write_bytes(whole[:length])
        store, said = opened(worlds, copy)
        assert store.head.version == sum(end <= length for end in ends)
        begun = max([0, *(end + 1 for end in ends if end <= length)])
        kept = [content for name, content in files(copy).items() if "torn" in name]
        assert kept == ([whole[begun:length]] if begun < length else [])
        assert len(said) == len(kept)
        assert not (copy / "default" / LOG).exists()
        shutil.rmtree(copy)


def test_a_log_may_be_cut_off_twice(worlds: Worlds, data: Path) -> None:
    """What was put aside first stays; what is committed after that is not in its way."""
    for number in (2, 3):
        log = max((data / "default").glob("log-*"))
        log.write_bytes(log.read_bytes()[: -1 - number])
        store, said = opened(worlds, data)
        assert len(said) == 1
        assert store.head.version == number
        asyncio.run(commit(store, worlds.task(new(10 + number))))
        asyncio.run(commit(store, worlds.task(new(20 + number))))
        store.log.close()
    assert sorted(name for name in files(data) if "torn" in name) == [
        "default/torn-000000000002.bin",
        "default/torn-000000000003.bin",
    ]


def test_a_flipped_bit_in_a_commit_is_refused_wherever_it_is(worlds: Worlds, data: Path) -> None:
    """Be it in the first, in the last, in a sum or in the end of a line: it may have been answered."""
    log = data / "default" / LOG
    whole = log.read_bytes()
    ends = [at for at, byte in enumerate(whole) if byte == ord("\n")]
    for at in [*range(0, len(whole), 5), *ends]:
        log.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :])
        said = refusal(worlds, data)
        line = whole.rfind(b"\n", 0, at) + 1
        assert f"{log}, byte {line}: a commit cannot be read: " in said


def test_a_commit_that_is_missing_is_told_of(worlds: Worlds, data: Path) -> None:
    """Be it one alone: those after it rest on it."""
    log = data / "default" / LOG
    first, _, *others = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(first + b"".join(others))
    said = f"{log}, byte {len(first)}: a commit cannot be read: it is commit 3, and 2 is missing."
    assert said in refusal(worlds, data)


def test_a_server_does_not_start_over_a_damaged_commit(data: Path) -> None:
    """It ends with 2, and says where the damage is and what to do; nothing on the disk is changed."""
    log = data / "default" / LOG
    whole = log.read_bytes()
    second = whole.index(b"\n") + 1
    log.write_bytes(whole.replace(b'"call"', b'"tall"'))
    before = files(data)
    assert ended(data) == (
        f"common-apis: {log}, byte {second}: a commit cannot be read: its sum is not that of its content. It may have"
        f" been answered, so nothing was dropped. Restore the file from a copy; or, to go on without this commit and"
        f" those after it, cut the file there (truncate -s {second} {LOG}) and remove later ones.\n"
    )
    assert files(data) == before


def test_the_advice_helps(worlds: Worlds, data: Path) -> None:
    """A damaged log that is cut where the message says is opened, with what was before."""
    log = data / "default" / LOG
    log.write_bytes(log.read_bytes().replace(b'"call"', b'"tall"'))
    offset = int(refusal(worlds, data).partition("truncate -s ")[2].split()[0])
    os.truncate(log, offset)
    assert opened(worlds, data)[0].head.version == 1


@pytest.fixture
def two_logs(worlds: Worlds, data: Path) -> Path:
    """A data folder with two files of a log: a fold was under way when the server was killed."""
    first = (data / "default" / LOG).read_bytes()
    about = (data / "default/sandbox.json").read_bytes()
    store, _ = opened(worlds, data)
    asyncio.run(commit(store, worlds.task(new(6))))
    asyncio.run(commit(store, worlds.task(new(7))))
    store.log.close()
    (data / "default" / LOG).write_bytes(first)
    (data / "default/sandbox.json").write_bytes(about)
    return data


def test_a_fold_that_was_under_way_is_done_again(worlds: Worlds, two_logs: Path) -> None:
    """Both files are read, over records that are newer already, and fold into one snapshot."""
    store, said = opened(worlds, two_logs)
    assert store.head.version == 5
    assert said == []
    assert not [name for name in files(two_logs) if "log" in name]


def test_a_missing_file_of_the_log_is_refused(worlds: Worlds, two_logs: Path) -> None:
    """A log that goes on where the snapshot and the files before it do not end lacks commits."""
    (two_logs / "default" / LOG).unlink()
    later = two_logs / "default" / LATER
    assert f"{later}, byte 0: a commit cannot be read: it is commit 4, and 1 is missing." in refusal(worlds, two_logs)


STRANGE: dict[str, Any] = {
    "commits": 2**64 - 1,
    "counter": 1e17,
    "last_fault": 2**64 - 1,
    "faults/0/delay": {},
    "faults/0/delay/distribution": {"distribution": "normal"},
    "faults/0/delay/mean": {"distribution": "exponential", "mean": 0},
    "faults/0/network": "xyz",
    "faults/0/times": "three",
    "faults/0/id": "x",
    "magic_values/0/since": "0001-01-01T00:00:00+23:00",
    "magic_values/0/times": "a",
}
RULE = {"id": 1, "operation": "workers_get", "status": 503, "times": 3}
VALUE = {"operation": "patients_create", "value": "x", "times": 1, "since": None}


@pytest.mark.parametrize("name", ["sandbox.json", "snapshots/s.json"])
@pytest.mark.parametrize("place", STRANGE)
def test_an_override_that_was_edited_is_checked(worlds: Worlds, folded: Path, place: str, name: str) -> None:
    """A rule that cannot be, or a number that is none, is refused with the file, and not when a request meets it."""
    store = worlds.folder(folded / "default")
    asyncio.run(store.save("s", Snapshot(store.head, BEGAN)))
    store.end()
    file = folded / "default" / name
    document = json.loads(file.read_text()) | {"faults": [dict(RULE)], "magic_values": [dict(VALUE)]}
    collection, _, field = place.partition("/0/")
    if collection == "commits" and name != "sandbox.json":
        collection = "counter"
    if field:
        document[collection][0][field.partition("/")[0]] = STRANGE[place]
    else:
        document[collection] = STRANGE[place]
    file.write_text(json.dumps(document))
    assert str(file) in refusal(worlds, folded)


@pytest.mark.parametrize(
    ("commits", "found"), [(4, "this file has the commits from 4 on"), (9, "the log ends with commit 5")]
)
def test_a_log_that_does_not_follow_the_sandbox_file_is_refused(
    worlds: Worlds, two_logs: Path, commits: int, found: str
) -> None:
    """With both numbers: a file that begins before its commit and ends behind it, or a log that ends before it."""
    about = two_logs / "default/sandbox.json"
    about.write_text(re.sub(r'"commits": \d+', f'"commits": {commits}', about.read_text()))
    refused = refusal(worlds, two_logs)
    assert f"{two_logs / 'default' / LATER}: {found}, and {about} says `commits` {commits}: they do not fit." in refused


def test_a_log_that_was_left_by_a_crash_is_in_nobodys_way(worlds: Worlds, two_logs: Path) -> None:
    """The checkpoint has all of it: the process ended before it could remove the log."""
    before = {name: content for name, content in files(two_logs).items() if "log-" in name}
    world_before = world(worlds.folder(two_logs / "default").head)
    for name, content in before.items():
        (two_logs / name).write_bytes(content)
    store, said = opened(worlds, two_logs)
    assert (world(store.head), said) == (world_before, [])
    assert not [name for name in files(two_logs) if "log-" in name]


def test_a_cut_in_a_file_that_is_not_the_last_is_refused(worlds: Worlds, two_logs: Path) -> None:
    """The commits that follow show that it was answered."""
    log = two_logs / "default" / LOG
    log.write_bytes(log.read_bytes()[:-9])
    at = log.read_bytes().rindex(b"\n") + 1
    assert f"{log}, byte {at}: a commit cannot be read: the line has no end." in refusal(worlds, two_logs)


def test_a_damaged_commit_is_refused_before_what_was_cut_off_is_put_aside(worlds: Worlds, data: Path) -> None:
    """As long as it is refused, nothing is changed."""
    log = data / "default" / LOG
    log.write_bytes(log.read_bytes().replace(b'"call"', b'"tall"')[:-9])
    assert "its sum is not that of its content" in refusal(worlds, data)


# The snapshot


def edited(data: Path, collection: str, edit: Callable[[list[dict[str, Any]]], object]) -> Path:
    """A file of a snapshot, edited as a person would."""
    file = data / f"default/{collection}.json"
    records = json.loads(file.read_bytes())
    edit(records)
    file.write_text(json.dumps(records, indent=4))
    return file


def test_an_edited_record_is_served(folded: Path) -> None:
    """What a person has changed, added and removed in the files is what the server knows from then on."""
    edited(folded, "patient_tasks", lambda records: records[0].update(task_type="by_hand"))
    edited(folded, "email_addresses", lambda records: records.append(records[0] | {"id": new(9)}))
    edited(folded, "external_ids", lambda records: records.pop(0))
    with Served("--port", "0", "--quiet", "--data", str(folded)) as server:
        url = f"{server.url}/v1"
        assert httpx.get(f"{url}/patient_tasks/{new(1)}").json()["task_type"] == "by_hand"
        assert httpx.get(f"{url}/email_addresses/{new(9)}").json()["id"] == new(9)
        assert httpx.put(f"{url}/external_ids/{new(2)}", json={}).status_code == 404
        assert server.said() == ""


def test_a_byte_order_mark_is_accepted(worlds: Worlds, folded: Path) -> None:
    """Some editors write one, in whichever file."""
    before = world(opened(worlds, folded)[0].head)
    for file in (folded / "default").glob("*.json"):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert world(opened(worlds, folded)[0].head) == before


def test_a_bad_edit_is_refused_with_file_record_and_pointer(folded: Path) -> None:
    """Every fault at once; the server ends with 2."""
    edited(folded, "patient_tasks", lambda records: records[0].update(task_type=5, nonsense=True))
    file = edited(folded, "patient_tasks", lambda records: records[1].pop("user_id"))
    said = ended(folded)
    assert f"{file}: record 0 ({new(1)}) /task_type: " in said
    assert f"{file}: record 0 ({new(1)}) /nonsense: " in said
    assert f"{file}: record 1 ({A}) /user_id: " in said or f"{file}: record 1 ({new(3)}) /user_id: " in said


BAD_EDITS: dict[str, tuple[Callable[[list[dict[str, Any]]], object], str]] = {
    "two records with one id": (lambda records: records.append(records[0]), "/id: Expected an id of its own"),
    "an id in upper case": (lambda records: records[0].update(id="A" * 8 + new(1)[8:]), "/id: Expected an id"),
    "no id": (lambda records: records[0].pop("id"), "/id: "),
    "no object": (lambda records: records.append("text"), "is not a JSON array of objects"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("edit", BAD_EDITS)
def test_a_bad_edit_is_refused(worlds: Worlds, folded: Path, edit: str) -> None:
    """The message names the file and what is wrong there."""
    change, expected = BAD_EDITS[edit]
    file = edited(folded, "patient_tasks", change)
    said = refusal(worlds, folded)
    assert f"{file}: " in said
    assert expected in said


@pytest.mark.parametrize(("namespace", "external_id"), [("lab", "L-2"), ("ehr", "MRN-004821")])
def test_two_records_with_one_unique_value_are_refused(
    worlds: Worlds, folded: Path, namespace: str, external_id: str
) -> None:
    """Be the other one in the same file, or in the seed."""
    same = {"resource": "patients", "namespace": namespace, "external_id": external_id}
    file = edited(folded, "external_ids", lambda records: records[0].update(same))
    said = refusal(worlds, folded)
    assert str(file) in said
    assert "another record has" in said
    assert external_id in said


@pytest.mark.parametrize("content", ["", "[", "{}", "null", "[{]", "[1]", "\ufeff\ufeff[]", "[NaN]"])
def test_a_file_of_records_that_is_none_is_refused(worlds: Worlds, folded: Path, content: str) -> None:
    """Broken JSON, and JSON of another kind."""
    file = folded / "default/patient_tasks.json"
    file.write_text(content)
    assert str(file) in refusal(worlds, folded)


def test_a_file_in_another_encoding_is_refused(worlds: Worlds, folded: Path) -> None:
    """Nothing is guessed."""
    file = folded / "default/patient_tasks.json"
    file.write_bytes('[{"id": "Zoë"}]'.encode("latin-1"))
    assert f"{file}: cannot be read: " in refusal(worlds, folded)


def test_a_file_that_is_none_of_ours_is_left_alone(worlds: Worlds, folded: Path) -> None:
    """It may be a slip, so it is reported; it is not read, and not touched."""
    notes, slip = folded / "default/notes.txt", folded / "default/patient_task.json"
    notes.write_text("mine")
    slip.write_text("[broken")
    store, said = opened(worlds, folded)
    assert said == [f"{slip}: is named as no collection, and left alone."]
    asyncio.run(commit(store, worlds.task(new(6))))
    store.fold()
    assert (notes.read_text(), slip.read_text()) == ("mine", "[broken")


def test_a_crash_before_an_edit_is_no_harm(worlds: Worlds, data: Path) -> None:
    """An unfinished new file beside is never read, and the next one takes its place."""
    (data / "default/.patient_tasks.json.new").write_text("[half")
    opened(worlds, data)
    assert not (data / "default/.patient_tasks.json.new").exists()


# sandbox.json

ABOUT: dict[str, tuple[dict[str, Any], str]] = {
    "no seed": ({"seed": None}, "/seed: "),
    "an unknown seed": ({"seed": "nowhere"}, "There is no seed `nowhere`. Seeds here are clinic, empty."),
    "a list for a seed": ({"seed": ["clinic"]}, "/seed: "),
    "commits that are none": ({"commits": "3"}, "/commits: "),
    "half a commit": ({"commits": 2.5}, "/commits: "),
    "fewer than no commits": ({"commits": -1}, "/commits: "),
    "a counter that is none": ({"counter": None}, "/counter: "),
    "a counter below 0": ({"counter": -1}, "/counter: "),
    "no clock": ({"clock": None}, "/clock: "),
    "half a clock": ({"clock": {"ahead": 0}}, "/clock/frozen: "),
    "a clock without an offset": ({"clock": {"ahead": 0, "frozen": "2026-01-01T00:00:00"}}, "/clock/frozen: "),
    "a clock without a day": ({"clock": {"ahead": 0, "frozen": "2026-02-30T00:00:00+00:00"}}, "/clock/frozen: "),
    "a clock far ahead": ({"clock": {"ahead": 1e300, "frozen": None}}, "the clock is set to a time that is none"),
    "a clock after all time": ({"clock": {"ahead": 3e11, "frozen": None}}, "the clock is set to a time that is none"),
    "no beginning": ({"began": None}, "/began: "),
    "a beginning with no known seed": (
        {"began": {"seed": "nowhere", "clock": {"ahead": 0, "frozen": None}, "at": "2026-11-20T09:00:00+00:00"}},
        "There is no seed `nowhere`.",
    ),
    "deleted records in no collection": ({"deleted": [new(1)]}, "/deleted: "),
    "a text for ids": ({"deleted": {"patients": "abc"}}, "/deleted/patients: "),
    "ids that are none": ({"deleted": {"patients": [["a"]]}}, "/deleted/patients/0: "),
}


@pytest.mark.parametrize("change", ABOUT)
def test_a_damaged_sandbox_file_is_refused(worlds: Worlds, folded: Path, change: str) -> None:
    """The message names the file, and what in it is wrong."""
    changed, expected = ABOUT[change]
    file = folded / "default/sandbox.json"
    file.write_text(json.dumps(json.loads(file.read_bytes()) | changed))
    said = refusal(worlds, folded)
    assert f"{file}: " in said
    assert expected in said


@pytest.mark.parametrize("field", ["seed", "commits", "counter", "clock", "began", "deleted"])
def test_a_sandbox_file_that_lacks_a_field_is_refused(worlds: Worlds, folded: Path, field: str) -> None:
    """Nothing is assumed."""
    file = folded / "default/sandbox.json"
    about = json.loads(file.read_bytes())
    del about[field]
    file.write_text(json.dumps(about))
    assert f"{file}: /{field}: " in refusal(worlds, folded)


@pytest.mark.parametrize("content", ["", "[]", "null", "0", '""', "{}", "{"])
def test_a_sandbox_file_that_is_none_is_refused(worlds: Worlds, folded: Path, content: str) -> None:
    """What is empty is not taken for a fresh world."""
    file = folded / "default/sandbox.json"
    file.write_text(content)
    assert str(file) in refusal(worlds, folded)


@pytest.mark.parametrize("fixture", ["data", "folded"])
def test_a_missing_sandbox_file_is_refused(worlds: Worlds, fixture: str, request: pytest.FixtureRequest) -> None:
    """Without it ids would repeat, and the records might rest on another seed."""
    folder: Path = request.getfixturevalue(fixture)
    (folder / "default/sandbox.json").unlink()
    assert f"{folder / 'default/sandbox.json'}: is missing" in refusal(worlds, folder)


def test_a_clock_may_be_written_in_another_offset(worlds: Worlds, folded: Path) -> None:
    """Its moment counts; responses write it in UTC."""
    file = folded / "default/sandbox.json"
    frozen = {"clock": {"ahead": 0, "frozen": "2026-01-01T01:00:00+02:00"}}
    file.write_text(json.dumps(json.loads(file.read_bytes()) | frozen))
    clock = opened(worlds, folded)[0].head.clock
    assert clock.frozen
    assert clock.frozen.isoformat() == "2025-12-31T23:00:00+00:00"


@pytest.mark.parametrize("name", ["", "/sandbox.json", "/patients.json", f"/{LATER}", "/snapshots"])
def test_something_else_where_a_file_ought_to_be_is_refused(worlds: Worlds, folded: Path, name: str) -> None:
    """A folder for a file, a file for a folder."""
    place = folded / f"default{name}"
    if place.suffix:
        place.unlink(missing_ok=True)
        place.mkdir()
    else:
        shutil.rmtree(place, ignore_errors=True)
        place.write_text("")
    assert ": cannot be used: " in refusal(worlds, folded)


def test_a_server_says_of_a_folder_that_it_is_a_file(folded: Path) -> None:
    """And not of its address that it is taken."""
    shutil.rmtree(folded / "default")
    (folded / "default").write_text("")
    assert ended(folded) == f"common-apis: {folded / 'default'}: cannot be used: Not a directory.\n"


def test_the_world_is_the_same_after_all_of_this(worlds: Worlds, data: Path) -> None:
    """What the tests above begin with can be opened, from the log and from the snapshot."""
    from_log, _ = opened(worlds, data)
    from_snapshot, _ = opened(worlds, data)
    assert world(from_log.head) == world(from_snapshot.head)
    assert from_snapshot.head.version == COMMITS
