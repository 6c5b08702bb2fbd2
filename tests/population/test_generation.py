"""Generating a world: its size, its bytes, its memory."""

import hashlib
import json
import os
import subprocess
import sys
import tracemalloc
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from common_apis.contract.model import Model
from common_apis.population.generation import generate
from common_apis.world.seed import load

from .conftest import NOW, Make

AGREED = "b945a10752ed6138c4cf251c1d812d146affe017990f651813ea51fdc3851dcb"
"""The digest of a world of twenty patients."""
ELSEWHERE = """
import sys
from datetime import datetime
from pathlib import Path
from common_apis.population.generation import generate
generate(
    Path(sys.argv[1]), patients=60, seed=5, now=datetime.fromisoformat(sys.argv[2]), progress=lambda done: None
)
"""


def contents(folder: Path) -> dict[str, bytes]:
    """The bytes of each file."""
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


def records(folder: Path, collection: str) -> list[dict[str, Any]]:
    """The records of a collection."""
    found: list[dict[str, Any]] = json.loads((folder / f"{collection}.json").read_bytes())
    return found


@pytest.mark.parametrize("patients", [0, 1, 51, 400])
def test_a_server_takes_a_world_of_any_size(make: Make, known: dict[str, Model], patients: int) -> None:
    """It has a file for each collection, and as many patients as were asked for."""
    found = load(known, make(patients)).records

    assert set(found) == set(known)
    assert len(found["patients"]) == patients


def test_a_world_without_patients_has_workers_and_calendars_only(make: Make, known: dict[str, Model]) -> None:
    """The other files are there, with empty lists."""
    found = load(known, make(0)).records

    assert {name: len(each) for name, each in found.items() if each} == {"workers": 2, "calendars": 2}


@pytest.mark.parametrize(("patients", "workers"), [(1, 2), (50, 2), (51, 4), (200, 8)])
def test_there_is_about_one_worker_for_25_patients(make: Make, patients: int, workers: int) -> None:
    """They come in teams of two; each has one calendar (D-46)."""
    folder = make(patients)

    ids = [worker["id"] for worker in records(folder, "workers")]
    assert len(ids) == workers
    assert [calendar["worker_id"] for calendar in records(folder, "calendars")] == ids


@pytest.mark.parametrize("patients", [0, 30])
def test_a_record_stands_on_a_line(make: Make, patients: int) -> None:
    """Files can be compared line by line."""
    for file in make(patients).iterdir():
        lines = file.read_text("utf-8").splitlines()
        assert [lines[0], lines[-1]] == (["[", "]"] if len(lines) > 1 else ["[]", "[]"])
        assert [json.loads(line.removesuffix(",")) for line in lines[1:-1]] == json.loads(file.read_bytes())


def test_progress_is_told_after_each_patient(tmp_path: Path) -> None:
    """As the number of those who are done."""
    told: list[int] = []

    generate(tmp_path, patients=52, seed=1, now=NOW, progress=told.append)

    assert told == list(range(1, 53))


def test_other_processes_write_the_same_bytes(make: Make, tmp_path: Path) -> None:
    """Whatever the seed of their hashes, their time zone, their language, and how they write the same moment."""
    generate(tmp_path / "here", patients=60, seed=5, now=NOW, progress=lambda done: None)
    for number, (zone, now) in enumerate(
        {"Asia/Tokyo": NOW.isoformat(), "US/Hawaii": "2026-11-24T12:30-05:00"}.items()
    ):
        there = tmp_path / zone.replace("/", "-")
        environment = os.environ | {"PYTHONHASHSEED": str(number), "TZ": zone, "LC_ALL": "C"}
        subprocess.run([sys.executable, "-c", ELSEWHERE, there, now], check=True, env=environment)

        assert contents(there) == contents(tmp_path / "here")


def test_the_bytes_are_those_that_were_agreed(make: Make) -> None:
    """On any machine, on any day, in any version of Python; only a change of the words or of the rules changes them."""
    digest = hashlib.sha256(b"".join(contents(make(20)).values())).hexdigest()

    assert digest == AGREED


def test_a_world_begins_as_a_smaller_one_does(make: Make) -> None:
    """A patient does not depend on how many others there are."""
    small, large = make(10), make(120)

    for file in small.iterdir():
        first = records(small, file.stem)
        assert records(large, file.stem)[: len(first)] == first


def test_worlds_of_two_seeds_have_no_id_in_common(make: Make) -> None:
    """Any whole number is a seed of its own, also one below zero."""
    worlds = [make(3, seed=seed) for seed in (1, -1, 0, 10**30)]

    for collection in ("patients", "workers", "messages"):
        ids = [record["id"] for folder in worlds for record in records(folder, collection)]
        assert len(set(ids)) == len(ids) > 0
    assert len({records(folder, "patients")[0]["birthday"] for folder in worlds}) == len(worlds)


def test_memory_does_not_grow_with_the_world(tmp_path: Path) -> None:
    """Records are written as they come: three hundred patients more, of some 27 records, need no more memory."""
    peaks: list[int] = []

    def measure(done: int) -> None:
        if done == 1:
            tracemalloc.start()
        elif done in (100, 400):
            peaks.append(tracemalloc.get_traced_memory()[1])

    try:
        generate(tmp_path, patients=400, seed=1, now=NOW, progress=measure)
    finally:
        tracemalloc.stop()

    few, many = peaks
    assert 0 < few <= many < few + 100_000


@pytest.mark.parametrize(
    ("patients", "now", "said"),
    [
        (-1, NOW, "-1 patients"),
        (1, NOW.replace(tzinfo=None), "no time zone"),
        (1, NOW.replace(year=1999), "1999"),
        (1, NOW.replace(year=2190), "2190"),
    ],
)
def test_what_cannot_be_is_refused(make: Make, patients: int, now: datetime, said: str) -> None:
    """Before anything is written."""
    with pytest.raises(ValueError, match=said):
        make(patients, now=now)


@pytest.mark.parametrize("year", [2000, 2032, 2189])
def test_a_world_may_be_of_another_time(make: Make, known: dict[str, Model], year: int) -> None:
    """The times of all records follow from its own."""
    now = NOW.replace(year=year)

    made = load(known, make(60, now=now)).records["patients"]

    assert {patient["created_at"][:4] for patient in made} >= {str(year)}


def test_of_what_broke_off_nothing_is_left(tmp_path: Path) -> None:
    """Half a world is none; nor is in the way what somebody left who was killed."""
    (tmp_path / ".busy.new").mkdir()

    def interrupt(done: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate(tmp_path / "busy", patients=5, seed=1, now=NOW, progress=interrupt)

    assert not [*tmp_path.iterdir()]


def test_a_folder_that_has_anything_in_it_stays_as_it_is(tmp_path: Path) -> None:
    """Nothing is overwritten."""
    (tmp_path / "busy").mkdir()
    (tmp_path / "busy/patients.json").write_text("mine")

    with pytest.raises(OSError, match="not empty"):
        generate(tmp_path / "busy", patients=1, seed=1, now=NOW, progress=lambda done: None)

    assert [each.name for each in tmp_path.rglob("*")] == ["busy", "patients.json"]
