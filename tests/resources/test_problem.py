"""The form of a refusal: what a program and a person can read from it."""

import re

import pytest

from ..mock import NOBODY, A, Mock
from .bodies import LEAST, Record
from .records import codes

PATIENTS = "/v1/patients"
MAYA = f"/v1/patients/{A}"
PATIENT = LEAST["patients"]


def test_a_problem_document_says_all_that_is_known(shared_mock: Mock) -> None:
    """D-04, D-56: RFC 9457 on the outside, the provider's entry within, and both ways to tell the place."""
    answer = shared_mock.put(MAYA, {"birthday": "1958-02-30"})

    wrong = "which is a day that there is not: that month has 28 days"
    detail = f"`birthday` is `1958-02-30`, {wrong}. Expected a calendar day, such as 1958-07-21, not before 1900."
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "/problems/parse_exception",
        "title": "Parse Exception",
        "status": 400,
        "detail": detail,
        "instance": MAYA,
        "errors": [
            {
                "status": 400,
                "code": "parse_exception",
                "title": "Parse Exception",
                "detail": detail,
                "extra": {"path": ".birthday"},
                "pointer": "/birthday",
            }
        ],
    }


def test_a_fault_of_the_path_names_its_parameter(shared_mock: Mock) -> None:
    """D-04, D-34, D-56: in place of a pointer, which leads into a body."""
    (fault,) = shared_mock.get(f"/v1/workers/{NOBODY}").json()["errors"]

    assert (fault["parameter"], fault["extra"]) == ("id", {"path": ".id"})
    assert "pointer" not in fault


def test_a_nested_place_is_pointed_at(shared_mock: Mock) -> None:
    """D-34, D-56: by RFC 6901 in `pointer`, with dots in `extra.path`."""
    (fault,) = shared_mock.post(PATIENTS, PATIENT | {"external_ids": {"lab": ""}}).json()["errors"]

    assert (fault["pointer"], fault["extra"]["path"]) == ("/external_ids/lab", ".external_ids.lab")


def test_a_name_with_slashes_and_tildes_is_escaped_in_the_pointer_alone(shared_mock: Mock) -> None:
    """D-34, D-56: RFC 6901 escapes them; what a person reads is the name as it was sent."""
    (fault,) = shared_mock.post(PATIENTS, PATIENT | {"a/b~c": 1}).json()["errors"]

    assert fault["pointer"] == "/a~1b~0c"
    assert fault["detail"].startswith("`a/b~c` is not a field here.")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_path_that_leads_nowhere_is_not_found(shared_mock: Mock, method: str) -> None:
    """D-05, D-56: with no place in the request to name, and the path as the instance."""
    answer = shared_mock.ask(method, f"/v1/clinics/{A}")

    assert (answer.status_code, codes(answer)) == (404, ["not_found"])
    assert answer.json()["instance"] == f"/v1/clinics/{A}"
    assert "extra" not in answer.json()["errors"][0]


@pytest.mark.parametrize(
    ("collection", "sent", "words"),
    [
        ("patients", {"birthday": ""}, "is empty"),
        ("patients", {"state": ""}, "is empty"),
        ("patients", {"zip_code": 94110}, "94110.*five digits"),
        ("patients", {"zip_code": "94110-4619"}, "five digits"),
        ("calendar_events", {"day": "2031-03-04T00:00:00Z"}, "calendar day"),
        ("patient_tasks", {"user_id": f"{{{A}}}"}, "guid"),
        ("email_addresses", {"verified": "true"}, '"true"|text|string'),
        ("calendar_events", {"modality": 7}, "call, visit, video"),
        ("external_ids", {"resource": "patient"}, "Did you mean `patients`?"),
        ("external_ids", {"namespace": "x" * 99}, "99 characters.*64"),
        ("patient_tasks", {"user_id": NOBODY}, f"`user_id`.*patients.*{NOBODY}"),
    ],
)
def test_a_person_can_tell_what_to_mend(shared_mock: Mock, collection: str, sent: Record, words: str) -> None:
    """D-04: the detail says what was sent and what is expected, and tells text from what it looks like."""
    answer = shared_mock.post(f"/v1/{collection}", LEAST[collection] | sent)

    assert re.search(words, answer.json()["detail"])
