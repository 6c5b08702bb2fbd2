"""Which faults of a request are named, whatever the resource: all of them, stage by stage."""

import pytest

from ..mock import NOBODY, A, Mock, faults
from .bodies import LEAST, Record

PATIENTS = "/v1/patients"
MAYA = f"/v1/patients/{A}"
PATIENT = LEAST["patients"]
JSON = {"content-type": "application/json"}


# Every fault at once


def test_every_fault_of_the_form_is_named(shared_mock: Mock) -> None:
    """D-06, D-34: those of path, query and body together; missing, unknown and wrong fields alike."""
    answer = shared_mock.put(
        "/v1/patients/maya?page=2&q", {"birthday": "1968", "phase": "", "last_name": None, "nick": 1}
    )

    assert answer.status_code == 400
    assert sorted(faults(answer)) == [
        ("parse_exception", "/birthday"),
        ("parse_exception", "/last_name"),
        ("parse_exception", "/nick"),
        ("parse_exception", "/phase"),
        ("parse_exception", "id"),
        ("parse_exception", "page"),
        ("parse_exception", "q"),
    ]


def test_several_faults_are_counted_and_the_first_of_them_told(shared_mock: Mock) -> None:
    """D-06: so that who reads `detail` alone knows what to mend first."""
    answer = shared_mock.post(PATIENTS, {"phase": "intake", "timezone": "UTC", "birthday": "1961-09-30"})

    told = " ".join(fault["detail"] for fault in answer.json()["errors"])
    assert answer.json()["detail"] == f"The request has 2 faults. {told}"


def test_a_place_is_named_once(shared_mock: Mock) -> None:
    """D-06: a value that breaks its schema in several ways is one fault."""
    answer = shared_mock.post(PATIENTS, PATIENT | {"birthday": "", "phase": "", "zip_code": "", "phone": ""})

    assert sorted(str(place) for _, place in faults(answer)) == ["/birthday", "/phase", "/phone", "/zip_code"]


# Unknown fields


@pytest.mark.parametrize(
    ("collection", "sent", "meant"),
    [
        ("patients", "frist_name", "first_name"),
        ("patients", "firstName", "first_name"),
        ("patients", "street2", "street"),
        ("patients", "time_zone", "timezone"),
        ("patients", "FIRST_NAME", "first_name"),
        ("patients", "birth_day", "birthday"),
        ("messages", "content", "contents"),
        ("messages", "conversationId", "conversation_id"),
        ("calendar_events", "starttime", "start_time"),
        ("phone_numbers", "number", "phone_number"),
        ("custom_data_type_records", "typename", "type_name"),
    ],
)
def test_an_unknown_field_is_refused_with_the_nearest_known_one(
    shared_mock: Mock, collection: str, sent: str, meant: str
) -> None:
    """D-09, D-34: it is pointed at where it stands."""
    answer = shared_mock.post(f"/v1/{collection}", LEAST[collection] | {sent: "x"})

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", f"/{sent}")])
    assert f"Did you mean `{meant}`?" in answer.json()["detail"]


def test_an_unknown_field_like_no_other_is_refused_with_all_known_ones(shared_mock: Mock) -> None:
    """D-09: where nothing is near, no guess is made."""
    answer = shared_mock.post("/v1/messages", LEAST["messages"] | {"qqq": 1})

    detail = answer.json()["detail"]
    assert "Did you mean" not in detail
    assert "user_id, worker_id, conversation_id, direction, contents, send_time" in detail


def test_each_unknown_field_is_named(shared_mock: Mock) -> None:
    """D-06, D-09: not the first alone."""
    answer = shared_mock.post(PATIENTS, PATIENT | {"nick": 1, "shoe_size": 2, "": 3})

    assert sorted(faults(answer)) == [
        ("parse_exception", "/"),
        ("parse_exception", "/nick"),
        ("parse_exception", "/shoe_size"),
    ]


@pytest.mark.parametrize("query", ["page=2", "user_id=1", "id=2", "q", "q=", "q=1&q=2", "%71=1"])
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", f"/v1/workers/{A}", None),
        ("POST", PATIENTS, PATIENT),
        ("PUT", MAYA, {}),
        ("DELETE", f"/v1/patient_tasks/{A}", None),
    ],
)
def test_no_operation_takes_a_query(shared_mock: Mock, method: str, path: str, body: Record | None, query: str) -> None:
    """D-34, D-52: an unknown parameter, also one for paging or filtering, is refused like an unknown field, once."""
    answer = shared_mock.ask(method, f"{path}?{query}", json=body)

    name = "q" if query.startswith("%") else query.partition("=")[0]
    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", name)])


# Which fault comes first


def test_the_media_type_comes_before_the_form(shared_mock: Mock) -> None:
    """D-33: the first stage is how a request is sent, not what it says."""
    answer = shared_mock.ask("PUT", "/v1/patients/maya?page=2", content="{", headers={"content-type": "text/plain"})

    assert (answer.status_code, faults(answer)) == (415, [("unsupported_media_type", "Content-Type")])


def test_the_method_comes_before_the_form(shared_mock: Mock) -> None:
    """D-33: an operation that is not there has no form."""
    answer = shared_mock.ask("PATCH", "/v1/patients/maya?page=2", content="{", headers=JSON)

    assert answer.status_code == 405


def test_the_form_comes_before_the_record(shared_mock: Mock) -> None:
    """D-33: a malformed body for a record that is not there is malformed."""
    answer = shared_mock.put(f"/v1/patients/{NOBODY}", {"phase": ""})

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", "/phase")])


@pytest.mark.parametrize("day", ["2031-02-29", "2031-13-01"])
def test_the_calendar_is_part_of_the_form(shared_mock: Mock, day: str) -> None:
    """D-33: a day that does not exist is found before the record that does not."""
    answer = shared_mock.put(f"/v1/calendar_events/{NOBODY}", {"day": day})

    assert faults(answer) == [("parse_exception", "/day")]


def test_the_record_comes_before_the_meaning(shared_mock: Mock) -> None:
    """D-33: what the body refers to is not sought for a record that is not there."""
    answer = shared_mock.put(f"/v1/patients/{NOBODY}", {"coach_id": NOBODY, "birthday": "2199-01-01"})

    assert (answer.status_code, faults(answer)) == (404, [("not_found", "id")])


BORN_LATER = {"birthday": "2199-01-01"}
NO_COACH = {"coach_id": NOBODY}
TAKEN = {"external_ids": {"ehr": "MRN-004821"}}


@pytest.mark.parametrize(
    ("sent", "status", "found"),
    [
        (
            BORN_LATER | NO_COACH | TAKEN,
            400,
            {
                "bad_request": "/birthday",
                "resource_not_found": "/coach_id",
                "uniqueness_exception": "/external_ids/ehr",
            },
        ),
        (BORN_LATER | TAKEN, 400, {"bad_request": "/birthday", "uniqueness_exception": "/external_ids/ehr"}),
        (NO_COACH | TAKEN, 404, {"resource_not_found": "/coach_id", "uniqueness_exception": "/external_ids/ehr"}),
        (TAKEN, 409, {"uniqueness_exception": "/external_ids/ehr"}),
    ],
    ids=["400_404_409", "400_409", "404_409", "409"],
)
def test_all_faults_of_meaning_are_named_together(
    shared_mock: Mock, sent: Record, status: int, found: dict[str, str]
) -> None:
    """D-05, D-06, D-33: rules, references and uniqueness; the status is the first present of 400, 404 and 409."""
    answer = shared_mock.post(PATIENTS, PATIENT | sent)

    assert answer.status_code == status
    assert sorted(faults(answer)) == sorted(found.items())
