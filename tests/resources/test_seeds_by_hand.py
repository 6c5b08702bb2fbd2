"""Seeds that a person writes: what is left out is filled in, and what is wrong is told at once."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from common_apis.contract.document import operations
from common_apis.contract.model import sent
from common_apis.contract.schema import json_schema
from common_apis.serving.app import Settings, create_app
from common_apis.world.seed import SeedError

from ..mock import Mock
from .bodies import Record
from .clinic import COLLECTIONS

ANA = "11111111-1111-4111-8111-111111111111"
DANA = "22222222-2222-4222-8222-222222222222"
TALK = "33333333-3333-4333-8333-333333333333"
DIARY = "44444444-4444-4444-8444-444444444444"
FILLED_AT = "2026-01-01T00:00:00.000000+00:00"
PATIENT: Record = {
    "phase": "intake",
    "timezone": "America/New_York",
    "first_name": "Ana",
    "last_name": "Solberg",
    "birthday": "1971-09-30",
}
WORKER: Record = {"email": "dana@example.org", "first_name": "Dana", "last_name": "Whitcombe", "timezone": "UTC"}
EVENT: Record = {"calendar_id": DIARY, "user_id": ANA, "modality": "visit", "appointment_type": "home_visit"}
PEOPLE: dict[str, list[Record]] = {
    "patients": [PATIENT | {"id": ANA}],
    "workers": [WORKER | {"id": DANA}],
    "calendars": [{"id": DIARY, "worker_id": DANA}],
    "conversations": [{"id": TALK, "user_id": ANA}],
}
STATED = {"id", "created_at", "updated_at"}
"""What a create sets anew."""


@pytest.fixture
def begin(make_mock: Callable[..., Mock], tmp_path: Path) -> Callable[..., Mock]:
    """Makes a mock that begins with records, written as a person would: what is no list of them is a file's text."""

    def begin(**files: list[Record] | str) -> Mock:
        folder = tmp_path / "mine"
        folder.mkdir(exist_ok=True)
        for name, content in files.items():
            text = content if isinstance(content, str) else json.dumps(content, indent=1)
            (folder / f"{name}.json").write_text(text, "utf-8")
        return make_mock(seed_dirs=(folder,))

    return begin


def stored(mock: Mock, collection: str) -> list[Record]:
    """All records of a collection, with the fields that no response returns."""
    found: list[Record] = mock.get(f"/_mock/sandboxes/default/records/{collection}").json()["records"]
    return found


def refusal(begin: Callable[..., Mock], **files: list[Record] | str) -> list[str]:
    """The lines that refuse a seed."""
    with pytest.raises(SeedError) as refused:
        begin(**files)
    return str(refused.value).splitlines()


CREATES: dict[str, Record] = {
    "patients": PATIENT,
    "assessment_responses": {"user_id": ANA, "model": {"sleep_hours": 6.5}, "title": "Intake"},
    "calendar_events": EVENT | {"day": "2031-03-11"},
    "conversations": {"user_id": ANA},
    "custom_data_type_records": {"user_id": ANA, "type_name": "chart", "body": [1]},
    "email_addresses": {"user_id": ANA, "email": "ana@example.com"},
    "external_ids": {"resource": "workers", "namespace": "ehr", "external_id": "x", "welkin_id": DANA},
    "messages": {"user_id": ANA, "conversation_id": TALK, "direction": "inbound", "contents": "2031-03-11T09:30:00Z"},
    "patient_tasks": {"user_id": ANA, "task_type": "sleep_diary"},
    "phone_numbers": {
        "user_id": ANA,
        "phone_number": "+14155550101",
        "phone_number_type": "cell",
        "opted_in_to_phone": True,
    },
}
"""A body that a create takes, for each collection that has one."""


def test_each_create_is_here(contract: dict[str, Any]) -> None:
    """With all fields that it requires."""
    required = {
        path.split("/")[2]: set(json_schema(sent(operation), contract)["required"])
        for method, path, operation in operations(contract)
        if method == "post"
    }
    assert {name: required[name] <= body.keys() for name, body in CREATES.items()} == dict.fromkeys(required, True)


@pytest.mark.parametrize("collection", CREATES)
def test_a_record_of_a_seed_is_as_a_create_makes_it(begin: Callable[..., Mock], collection: str) -> None:
    """With just the fields that a create takes: what is null, what has a default, and what follows from the rest."""
    body = CREATES[collection]
    mock = begin(**PEOPLE | {collection: [*PEOPLE.get(collection, ()), body]})
    [record] = [each for each in stored(mock, collection) if each["id"] not in (ANA, DANA, DIARY, TALK)]
    again = body | {"external_id": "y", "namespace": "lab"} if collection == "external_ids" else body
    made = mock.post(f"/v1/{collection}", again).json()
    kept = {name: body[name] for name in body if name not in made}

    changed = {*STATED, "external_id", "namespace"} | ({"send_time"} if collection == "messages" else set())
    assert {**record, **dict.fromkeys(changed)} == {**made, **kept, **dict.fromkeys(changed)}
    assert {record.get(name, FILLED_AT) for name in ("created_at", "updated_at", "send_time")} == {FILLED_AT}
    assert [*made] == [*record][: len(made)], "the order of the contract"


@pytest.mark.parametrize("collection", sorted({*COLLECTIONS} - {*CREATES}))
def test_a_collection_that_no_create_makes_is_filled_too(begin: Callable[..., Mock], collection: str) -> None:
    """Their records are read through the API as those that are written out."""
    own = {
        "careplans": {"user_id": ANA},
        "integration_tasks": {"status": "running", "ref_ids": []},
        "calendars": {"worker_id": DANA},
        "workers": WORKER,
    }[collection]
    mock = begin(**PEOPLE | {collection: [*PEOPLE.get(collection, ()), own]})
    [record] = [each for each in stored(mock, collection) if each["id"] not in (DANA, DIARY)]

    assert mock.get(f"/v1/{collection}/{record['id']}").json() == record
    assert (record["created_at"], record["updated_at"]) == (FILLED_AT, FILLED_AT)


def test_the_ids_follow_from_file_and_position(begin: Callable[..., Mock]) -> None:
    """The same each time; one that is written is kept, and the ids of the others do not change for that."""
    ids = [each["id"] for each in stored(begin(patients=[PATIENT, PATIENT, PATIENT]), "patients")]
    named = [each["id"] for each in stored(begin(patients=[PATIENT, PATIENT | {"id": ANA}, PATIENT]), "patients")]

    assert len({*ids}) == 3
    assert len({*ids} & {*named}) == 2
    assert ANA in named


def test_what_is_written_is_kept(begin: Callable[..., Mock]) -> None:
    """Also where a create would set something else."""
    said = {"id": TALK, "user_id": ANA, "conversation_type": "phone", "updated_at": "2026-03-04T17:30:00.000000+00:00"}
    [record] = stored(begin(**PEOPLE | {"conversations": [said]}), "conversations")

    assert record == said | {"created_at": said["updated_at"]}


@pytest.mark.parametrize("moment", ["2031-03-04T09:30:00-08:00", "2031-03-04t17:30:00.0z"])
def test_a_moment_may_be_written_as_a_create_takes_it(begin: Callable[..., Mock], moment: str) -> None:
    """With any offset; and null is nothing, as there (D-12, D-36)."""
    times = {"start_time": moment, "end_time": "2031-03-04T18:00:00Z"}
    message = CREATES["messages"] | {"send_time": None}
    mock = begin(**PEOPLE, calendar_events=[EVENT | times], messages=[message])

    [event], [said] = stored(mock, "calendar_events"), stored(mock, "messages")
    assert (event["start_time"], event["is_all_day"]) == ("2031-03-04T17:30:00.000000+00:00", False)
    assert (said["send_time"], said["contents"]) == (FILLED_AT, message["contents"])


def test_contact_data_of_a_patient_become_records(begin: Callable[..., Mock]) -> None:
    """As those of a create (D-21); their ids follow from the place that they are written at."""
    contacts = {"email": "ana@example.com", "phone": "+14155550101", "external_ids": {"ehr": "MRN-1", "lab": "L-1"}}
    mock = begin(patients=[PATIENT | {"id": ANA} | contacts])
    made = mock.post("/v1/patients", PATIENT | contacts | {"external_ids": {"ehr": "MRN-2", "lab": "L-2"}}).json()["id"]

    for collection, field in (
        ("email_addresses", "user_id"),
        ("phone_numbers", "user_id"),
        ("external_ids", "welkin_id"),
    ):
        seeded, created = (
            [
                {name: value for name, value in each.items() if name not in (*STATED, field, "external_id")}
                for each in stored(mock, collection)
                if each[field] == patient
            ]
            for patient in (ANA, made)
        )
        assert sorted(map(str, seeded)) == sorted(map(str, created))
        assert seeded
    before = stored(mock, "phone_numbers")[0]
    del contacts["email"]
    assert before in stored(begin(patients=[PATIENT | {"id": ANA} | contacts]), "phone_numbers")


def test_contact_data_that_is_wrong_is_told_at_the_patient(begin: Callable[..., Mock], tmp_path: Path) -> None:
    """By its form, and where another has the same external id."""
    lines = refusal(
        begin,
        patients=[
            PATIENT | {"email": "nobody"},
            PATIENT | {"external_ids": ["ehr"]},
            PATIENT | {"external_ids": {"ehr": "MRN-1"}},
            PATIENT | {"external_ids": {"ehr": "MRN-1"}},
        ],
    )

    file = tmp_path / "mine/patients.json"
    assert [line.partition(": `")[0] for line in lines[:2]] == [
        f"{file}:8: record 0 /email",
        f"{file}:16: record 1 /external_ids",
    ]
    assert lines[2] == f"{file}:37: record 3 /external_ids/ehr: Another record has patients, ehr, MRN-1."


def test_ten_records_with_the_same_fault_are_one_line(begin: Callable[..., Mock], tmp_path: Path) -> None:
    """With the first of them, its line, and how many more there are; values may differ."""
    records = [PATIENT | {"birthday": f"1990-02-3{day % 2}"} for day in range(10)]
    for record in records[:9]:
        del record["phase"]
    lines = refusal(begin, patients=records, workers=[WORKER | {"nickname": "D"}])

    file = tmp_path / "mine/patients.json"
    assert [line.partition(": ")[::2] for line in lines if str(file) in line] == [
        (f"{file}:2", PHASE_MISSING + " The same in 8 more records."),
        (f"{file}:6", BIRTHDAY_WRONG + " The same in 9 more records."),
    ]
    assert len(lines) == 3


PHASE_MISSING = (
    "record 0 /phase: `phase` is missing."
    " Expected a code of letters, digits, dots, dashes and underscores, such as intake."
)
BIRTHDAY_WRONG = (
    "record 0 /birthday: `birthday` is `1990-02-30`, which is a day that there is not: that month has 28 days."
    " Expected a calendar day, such as 1958-07-21, not before 1900."
)


def test_all_kinds_of_faults_come_at_once(begin: Callable[..., Mock], tmp_path: Path) -> None:
    """Names of files, files, records, and what they refer to, but for what may be in a file that cannot be read."""
    lines = refusal(
        begin,
        appointments="[]",
        workers="[{",
        patients=[PATIENT | {"coach_id": DANA}, PATIENT | {"phase": 5}],
        conversations=[{"user_id": ANA}],
    )

    folder = tmp_path / "mine"
    assert [line.partition(": ")[0] for line in lines] == [
        f"{folder}/appointments.json",
        f"{folder}/workers.json:1",
        f"{folder}/conversations.json:3",
        f"{folder}/patients.json:11",
    ]


@pytest.mark.parametrize(
    ("name", "near"), [("appointments", "patients"), ("Patients", "patients"), ("task", "patient_tasks")]
)
def test_a_file_of_another_name_is_refused(begin: Callable[..., Mock], name: str, near: str) -> None:
    """With the nearest name, and all that there are."""
    [line] = refusal(begin, **PEOPLE, **{name: "[]"})

    assert (
        f"{name}.json: is named as no collection. Did you mean `{near}.json`? There are assessment_responses," in line
    )


def test_a_line_that_cannot_be_found_is_not_made_up(begin: Callable[..., Mock], tmp_path: Path) -> None:
    """Of a file that is nested too deep to be looked through, the record is named."""
    deep: Any = []
    for _ in range(200):
        deep = [deep]
    records = [
        CREATES["custom_data_type_records"] | {"body": deep},
        CREATES["custom_data_type_records"] | {"user_id": 5},
    ]
    [line] = refusal(begin, **PEOPLE, custom_data_type_records=records)

    assert line.startswith(f"{tmp_path}/mine/custom_data_type_records.json: record 1 /user_id: ")


def test_what_is_not_meant_is_left_alone(begin: Callable[..., Mock], tmp_path: Path) -> None:
    """Hidden files, and what is no JSON; a folder without any file of a seed is a mistake."""
    folder = tmp_path / "mine"
    folder.mkdir()
    for name in ("README.md", ".patients.json", "patients.json.bak", "notes.txt"):
        (folder / name).write_text("not JSON", "utf-8")
    assert "has no file of a seed" in refusal(begin)[0]

    assert len(stored(begin(**PEOPLE), "patients")) == 1


def test_a_byte_order_mark_is_accepted(begin: Callable[..., Mock]) -> None:
    """Some editors write one."""
    assert stored(begin(patients="\ufeff" + json.dumps([PATIENT | {"id": ANA}])), "patients")[0]["id"] == ANA


def test_a_new_id_is_none_of_the_seed(begin: Callable[..., Mock], mock: Mock) -> None:
    """Even if the seed has those that a server would make next."""
    bodies = [mock.post("/v1/patients", PATIENT).json() for _ in range(3)]
    mine = begin(patients=bodies)
    ids = [mine.post("/v1/patients", PATIENT).json()["id"] for _ in range(2)]

    assert len({*ids, *(each["id"] for each in bodies)}) == 5


def gained(contract: dict[str, Any], **schema: Any) -> dict[str, Any]:
    """A contract whose patients have a field more."""
    later = deepcopy(contract)
    patient = later["components"]["schemas"]["Patient"]
    patient["properties"]["nickname"] = {"type": "string", "x-expected": "a nickname", **schema}
    patient["required"].append("nickname")
    return later


@pytest.mark.parametrize(("schema", "value"), [({"nullable": True}, None), ({"default": "none"}, "none")])
def test_a_field_that_the_contract_gained_is_filled_in(contract: dict[str, Any], schema: Any, value: Any) -> None:
    """In the seeds that there are: null, or its default."""
    records = stored(Mock(create_app(Settings(), gained(contract, **schema))), "patients")

    assert [each["nickname"] for each in records] == [value] * 12


def test_a_field_that_the_contract_gained_and_must_be_there_is_missing(contract: dict[str, Any]) -> None:
    """In one line for all records of a file."""
    with pytest.raises(SeedError, match=r"\A\S+patients\.json:2: record 0 \(\S+\) /nickname: .* 11 more records\.\Z"):
        create_app(Settings(), gained(contract))
