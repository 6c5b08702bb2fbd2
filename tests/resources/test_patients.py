"""Patients over HTTP. There is no GET; an empty PUT answers the record."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from common_apis.serving.app import Settings, create_app

from ..mock import NOBODY, A, Mock, faults
from .bodies import SEUN, TOMAS, Record
from .records import created, read, updated

LEAST = {
    "phase": "intake",
    "timezone": "US/Pacific",
    "first_name": "Rowan",
    "last_name": "Tidewell",
    "birthday": "1961-09-30",
}
ADDRESS = {
    "street": "7 Lantern Walk",
    "street_line_two": "Floor 3",
    "city": "Oakland",
    "county": "Alameda County",
    "zip_code": "94607",
    "state": "CA",
    "country": "US",
}
EXTERNAL_IDS = {"lab": "LAB-1", "pharmacy": "RX-1"}
CONTACTS: Record = {
    "email": "rowan.tidewell@example.com",
    "phone": "+15105550142",
    "external_ids": EXTERNAL_IDS,
}
BESIDE = ("email_addresses", "phone_numbers", "external_ids")
"""Where a create makes records beside the patient."""
FIELDS = [
    "id",
    "phase",
    "coach_id",
    "timezone",
    "first_name",
    "last_name",
    "birthday",
    "updated_at",
    "created_at",
    "street",
    "street_line_two",
    "city",
    "county",
    "zip_code",
    "state",
    "country",
]


@pytest.fixture(scope="module")
def ids(contract: dict[str, Any]) -> list[str]:
    """The ids that every fresh mock gives first (D-61): what is made beside a patient is found by them."""
    twin = Mock(create_app(Settings(), contract))
    return [created(twin, "conversations", {"user_id": A})["id"] for _ in range(8)]


def test_an_empty_put_answers_the_record(mock: Mock) -> None:
    """D-02, D-22, D-36: its fields in the document's order, and `country` after them."""
    answer = mock.put(f"/v1/patients/{A}", {})

    assert (answer.status_code, list(answer.json())) == (200, FIELDS)
    assert answer.json()["first_name"] == "Maya"


def test_a_patient_needs_a_name_a_birthday_a_phase_and_a_time_zone(mock: Mock) -> None:
    """D-08, D-16: coach and address are then null."""
    patient = created(mock, "patients", LEAST)

    assert list(patient) == FIELDS
    assert (LEAST | dict.fromkeys(["coach_id", *ADDRESS])).items() <= patient.items()


def test_a_patient_is_made_with_all_that_is_sent(mock: Mock) -> None:
    """D-21, D-22: `country` comes back, and what becomes records of their own does not."""
    patient = created(mock, "patients", LEAST | ADDRESS | CONTACTS | {"coach_id": TOMAS})

    assert list(patient) == FIELDS
    assert (LEAST | ADDRESS | {"coach_id": TOMAS}).items() <= patient.items()
    assert read(mock, "patients", patient["id"]) == patient


@pytest.mark.parametrize("field", [*ADDRESS, *CONTACTS])
def test_address_and_contact_data_cannot_be_updated(shared_mock: Mock, field: str) -> None:
    """D-07: they are no parameters of the update, which says what is."""
    answer = shared_mock.put(f"/v1/patients/{A}", {field: (ADDRESS | CONTACTS)[field]})

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", f"/{field}")])
    assert "phase, coach_id, timezone, first_name, last_name, birthday" in answer.json()["detail"]


@pytest.mark.parametrize("id", [NOBODY, SEUN], ids=["nobody", "a_patient"])
def test_coach_id_names_a_worker(shared_mock: Mock, id: str) -> None:
    """D-19: in a create and in an update, an id of no worker is a resource_not_found that names the field."""
    create = shared_mock.post("/v1/patients", LEAST | {"coach_id": id})
    update = shared_mock.put(f"/v1/patients/{A}", {"coach_id": id})

    assert create.status_code == update.status_code == 404
    assert faults(create) == faults(update) == [("resource_not_found", "/coach_id")]


def test_a_coach_may_change_and_go(mock: Mock) -> None:
    """D-07, D-19, D-35: to another worker, in whatever case the id is written, and to nobody."""
    assert updated(mock, "patients", A, {"coach_id": TOMAS.upper()})["coach_id"] == TOMAS
    assert updated(mock, "patients", A, {"coach_id": None})["coach_id"] is None


def test_nobody_is_born_in_the_future(shared_mock: Mock) -> None:
    """D-13, D-63: a birthday after today, which is the day in UTC, is a bad_request; today is taken."""
    today = datetime.now(UTC).date().isoformat()
    tomorrow = (datetime.now(UTC) + timedelta(days=1, minutes=5)).date().isoformat()  # also if midnight passes now

    created(shared_mock, "patients", LEAST | {"birthday": today})
    create = shared_mock.post("/v1/patients", LEAST | {"birthday": tomorrow})
    update = shared_mock.put(f"/v1/patients/{A}", {"birthday": tomorrow})

    assert create.status_code == update.status_code == 400
    assert faults(create) == faults(update) == [("bad_request", "/birthday")]


def test_contact_data_become_records_of_their_own(mock: Mock, ids: list[str]) -> None:
    """D-21, D-24, D-63: an address and a number of type `other`, all flags false, made when the patient was."""
    patient = created(mock, "patients", LEAST | CONTACTS)
    times = {"updated_at": patient["updated_at"], "created_at": patient["created_at"]}

    (address,) = found(mock, "email_addresses", ids)
    (number,) = found(mock, "phone_numbers", ids)

    assert address == times | {
        "id": address["id"],
        "user_id": patient["id"],
        "email": CONTACTS["email"],
        "friendly_name": None,
        "verified": False,
        "opted_in_to_email": False,
        "automatic_recipient": False,
    }
    assert number == times | {
        "id": number["id"],
        "user_id": patient["id"],
        "phone_number": CONTACTS["phone"],
        "phone_number_type": "other",
        "friendly_name": None,
        "verified": False,
        "opted_in_to_sms": False,
        "opted_in_to_call_recording": False,
        "opted_in_to_voicemail": False,
        "opted_on_to_phone": False,
        "opted_in_to_phone": False,
        "automatic_recipient": False,
    }


def test_external_ids_become_records_of_their_own(mock: Mock, ids: list[str]) -> None:
    """D-20, D-21: one for each namespace, naming the patient; from then on they are taken."""
    patient = created(mock, "patients", LEAST | CONTACTS)

    records = found(mock, "external_ids", ids)

    assert [{field: record[field] for field in record if field != "id"} for record in records] == [
        {"resource": "patients", "namespace": namespace, "external_id": external_id, "welkin_id": patient["id"]}
        for namespace, external_id in EXTERNAL_IDS.items()
    ]
    again = mock.post("/v1/patients", LEAST | CONTACTS)
    assert faults(again) == [("uniqueness_exception", f"/external_ids/{name}") for name in EXTERNAL_IDS]


@pytest.mark.parametrize(
    ("contact", "made"),
    [("email", (1, 0, 0)), ("phone", (0, 1, 0)), ("external_ids", (0, 0, len(EXTERNAL_IDS)))],
)
def test_each_contact_is_made_alone_if_it_is_sent_alone(
    mock: Mock, ids: list[str], contact: str, made: tuple[int, int, int]
) -> None:
    """D-21: nothing else is made along with it."""
    created(mock, "patients", LEAST | {contact: CONTACTS[contact]})

    assert tuple(len(found(mock, collection, ids)) for collection in BESIDE) == made


@pytest.mark.parametrize(
    "nothing", [{}, dict.fromkeys(CONTACTS), {"external_ids": {}}], ids=["absent", "null", "empty"]
)
def test_no_contact_data_make_no_records(mock: Mock, ids: list[str], nothing: dict[str, Any]) -> None:
    """D-21, D-36: neither absent nor null contact data make any, nor does an empty object."""
    created(mock, "patients", LEAST | nothing)

    assert [found(mock, collection, ids) for collection in BESIDE] == [[], [], []]


def test_a_patient_is_made_with_all_contact_data_or_not_at_all(mock: Mock, ids: list[str]) -> None:
    """D-20, D-21: after a 409 for one external id there is no patient, no address, no number, no other external id."""
    taken = EXTERNAL_IDS | {"ehr": "MRN-004821"}

    answer = mock.post("/v1/patients", LEAST | CONTACTS | {"external_ids": taken})

    assert (answer.status_code, faults(answer)) == (409, [("uniqueness_exception", "/external_ids/ehr")])
    for collection in ("patients", *BESIDE):
        assert found(mock, collection, ids) == []
    created(mock, "patients", LEAST | CONTACTS)  # nothing of the first attempt is in its way


def test_an_external_id_is_free_in_another_namespace(mock: Mock) -> None:
    """D-20, D-21: what the health record calls one patient, the laboratory may call another."""
    created(mock, "patients", LEAST | {"external_ids": {"lab": "MRN-004821"}})


def test_equal_contact_data_are_no_conflict(mock: Mock) -> None:
    """D-50: two patients may share an address and a number."""
    shared = {"email": CONTACTS["email"], "phone": CONTACTS["phone"]}

    first, second = (created(mock, "patients", LEAST | shared) for _ in range(2))

    assert first["id"] != second["id"]


@pytest.mark.parametrize(
    "external_ids",
    [[{"namespace": "ehr", "external_id": "MRN-1"}], "MRN-1", 7],
    ids=["list", "text", "number"],
)
def test_external_ids_are_an_object(shared_mock: Mock, external_ids: Any) -> None:
    """D-21: not the list that later editions have."""
    answer = shared_mock.post("/v1/patients", LEAST | {"external_ids": external_ids})

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", "/external_ids")])


@pytest.mark.parametrize("namespace", ["EHR", "e-h-r", "ehr:::1", "1ehr", "ehr_", "e h r", "a" * 65])
def test_the_names_of_external_ids_are_namespaces(shared_mock: Mock, namespace: str) -> None:
    """D-34, D-40: in snake case, of at most 64 characters; one that is not is pointed at."""
    answer = shared_mock.post("/v1/patients", LEAST | {"external_ids": {namespace: "MRN-1"}})

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", f"/external_ids/{namespace}")])


@pytest.mark.parametrize("external_id", ["", "x" * 256, None, 4821, ["MRN-1"]])
def test_the_values_of_external_ids_are_text(shared_mock: Mock, external_id: Any) -> None:
    """D-34, D-40, D-43: of 1 to 255 characters."""
    answer = shared_mock.post("/v1/patients", LEAST | {"external_ids": {"lab": external_id}})

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", "/external_ids/lab")])


def test_there_are_at_most_twenty_external_ids(mock: Mock) -> None:
    """D-37: twenty are taken; of more, the answer says how many there may be."""
    many = {f"system_{number}": "MRN-1" for number in range(21)}

    answer = mock.post("/v1/patients", LEAST | {"external_ids": many})
    created(mock, "patients", LEAST | {"external_ids": dict(list(many.items())[:20])})

    assert faults(answer) == [("parse_exception", "/external_ids")]
    assert "20" in answer.json()["detail"]


def found(mock: Mock, collection: str, ids: list[str]) -> list[Record]:
    """The records of a collection that have one of these ids."""
    method = "PUT" if collection in ("patients", "external_ids") else "GET"
    answers = [mock.ask(method, f"/v1/{collection}/{id}", json={}) for id in ids]
    return [answer.json() for answer in answers if answer.status_code == 200]
