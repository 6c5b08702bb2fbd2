"""Seeds of one's own: checked before they are used."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from common_apis.world.seed import SeedError

from ..mock import NOBODY, A, Mock
from .bodies import Record
from .clinic import CLINIC, records

UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    """A copy of the clinic, to be broken."""
    return Path(shutil.copytree(CLINIC, tmp_path / "seed", ignore=shutil.ignore_patterns("*.py", "__pycache__")))


def rewrite(file: Path, change: Callable[[list[Record]], object]) -> None:
    """Change the records of a file."""
    found = json.loads(file.read_text("utf-8"))
    change(found)
    file.write_text(json.dumps(found), "utf-8")


def misspell(found: list[Record]) -> None:
    """A field under another name."""
    found[1]["frist_name"] = found[1].pop("first_name")


def repeat(found: list[Record]) -> None:
    """A record twice."""
    found.append(found[0])


def take_over(found: list[Record]) -> None:
    """Two records of one external id."""
    found[2]["external_id"] = found[0]["external_id"]


BROKEN: list[tuple[str, Callable[[list[Record]], object], list[str]]] = [
    ("patients", misspell, ["record 1", "/frist_name", "`first_name`"]),
    ("patients", lambda found: found[0].update(birthday="1958-02-30"), ["record 0", "/birthday", "1958-02-30"]),
    ("patients", lambda found: found[3].pop("phase"), ["record 3", "/phase", "missing"]),
    ("patients", lambda found: found[3].update(id=""), ["record 3", "/id", "empty"]),
    ("patients", lambda found: found[0].update(coach_id=found[1]["id"]), ["record 0", "/coach_id", "workers"]),
    ("patients", lambda found: found[0].update(id=A.upper()), ["record 0", "/id", "lower case"]),
    ("patients", repeat, [f"({A})", "/id"]),
    ("messages", lambda found: found[2].update(conversation_id=NOBODY), ["record 2", "/conversation_id", NOBODY]),
    ("messages", lambda found: found[0].update(send_time="2026-11-16 10:05:12Z"), ["record 0", "/send_time"]),
    ("external_ids", take_over, ["record 2", "/external_id", "MRN-004821"]),
    ("external_ids", lambda found: found[2].update(resource="calendars"), ["record 2", "/welkin_id", "calendars"]),
]


@pytest.mark.parametrize(("collection", "change", "said"), BROKEN, ids=[f"{each[0]}-{each[2][1]}" for each in BROKEN])
def test_a_seed_that_breaks_the_contract_is_refused(
    make_mock: Callable[..., Mock],
    seed: Path,
    collection: str,
    change: Callable[[list[Record]], object],
    said: list[str],
) -> None:
    """D-09, D-13, D-16, D-19, D-20, D-35: at the start, with the file, the record, the pointer and what is wrong."""
    rewrite(seed / f"{collection}.json", change)

    with pytest.raises(SeedError) as refusal:
        make_mock(seed=seed.name, seed_dirs=(seed,))

    assert [word for word in [f"{collection}.json", *said] if word not in str(refusal.value)] == []


@pytest.mark.parametrize("content", ["[", "{}", "[1]", "", "null", '[{"id": NaN}]'])
def test_a_file_that_is_no_list_of_records_is_refused(make_mock: Callable[..., Mock], seed: Path, content: str) -> None:
    """A seed is read as strictly as a request."""
    (seed / "workers.json").write_text(content)

    with pytest.raises(SeedError, match=r"workers\.json"):
        make_mock(seed=seed.name, seed_dirs=(seed,))


def test_what_refers_to_records_of_a_file_that_is_missing_is_named(make_mock: Callable[..., Mock], seed: Path) -> None:
    """Where it is, and how many records have the same."""
    (seed / "workers.json").unlink()

    with pytest.raises(SeedError) as refusal:
        make_mock(seed=seed.name, seed_dirs=(seed,))

    lines = str(refusal.value).splitlines()
    assert len(lines) == 4
    place = re.escape(f"{seed / 'patients.json'}:5: record 0 ({A}) /coach_id: There is no ")
    assert re.match(rf"{place}`{UUID}` in workers\. The same in \d+ more records\.$", lines[3])


def test_every_fault_of_a_seed_is_named_at_once(make_mock: Callable[..., Mock], seed: Path) -> None:
    """D-06: as of a request, one line for each."""
    rewrite(seed / "patients.json", misspell)
    rewrite(seed / "messages.json", lambda found: found[0].update(direction="up"))
    (seed / "workers.json").write_text("[")

    with pytest.raises(SeedError) as refusal:
        make_mock(seed=seed.name, seed_dirs=(seed,))

    assert [file for file in ("patients", "messages", "workers") if f"{file}.json" not in str(refusal.value)] == []


def test_a_seed_may_be_small(make_mock: Callable[..., Mock], seed: Path) -> None:
    """D-61: a clinic of one worker and one patient will do; it is then another world."""
    for file in seed.glob("*.json"):
        rewrite(file, lambda found: found.clear())
    for collection in ("workers", "patients"):
        rewrite(seed / f"{collection}.json", lambda found, name=collection: found.append(records(name)[0]))  # type: ignore[misc]

    mock = make_mock(seed=seed.name, seed_dirs=(seed,))

    assert mock.get(f"/v1/workers/{A}").status_code == 200
    assert mock.get(f"/v1/calendars/{A}").status_code == 404
    assert mock.post("/v1/conversations", {"user_id": A}).status_code == 201
