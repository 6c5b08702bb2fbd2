"""What all ten creates have in common."""

from typing import Any

import pytest

from ..mock import NOBODY, A, Mock, faults
from .bodies import FLAGS, FULL, LEAST, OPTIONAL, TOMAS
from .records import GUID, MOMENT, created, now, read

OF_PATIENTS = [collection for collection, body in LEAST.items() if "user_id" in body]
REQUIRED = [(collection, field) for collection, body in LEAST.items() for field in body if field != "day"]
NULLABLE = [
    (collection, [field for field in fields if field not in FLAGS.get(collection, [])])
    for collection, fields in OPTIONAL.items()
    if fields
]
SET_BY_THE_SERVER: list[tuple[str, str, Any]] = [
    *((collection, "id", A) for collection in LEAST),
    *((collection, "created_at", "2026-01-01T00:00:00.000000+00:00") for collection in LEAST),
    *((collection, "updated_at", "2026-01-01T00:00:00.000000+00:00") for collection in LEAST),
    ("calendar_events", "is_all_day", True),
    ("calendar_events", "outcome", "completed"),
    ("conversations", "conversation_type", "third_party_app"),
    ("messages", "automatically_sent", False),
    ("patient_tasks", "dismissed", False),
    ("phone_numbers", "opted_on_to_phone", True),
]
CHANGING = {"id", "updated_at", "created_at", "send_time"}
"""The fields that two records made from one body do not share."""


@pytest.mark.parametrize("body", [LEAST, FULL], ids=["least", "full"])
@pytest.mark.parametrize("collection", LEAST)
def test_a_create_answers_what_it_made(mock: Mock, collection: str, body: dict[str, Any]) -> None:
    """D-02, D-03, D-11: 201 with the bare record, what was sent in it, an id of its own and its path in `Location`."""
    answer = mock.post(f"/v1/{collection}", body[collection])
    record = answer.json()

    assert answer.status_code == 201
    assert answer.headers["location"] == f"/v1/{collection}/{record['id']}"
    assert GUID.fullmatch(record["id"])
    assert {field: record[field] for field in body[collection] if field in record}.items() <= body[collection].items()
    assert read(mock, collection, record["id"]) == record


@pytest.mark.parametrize("collection", [each for each in LEAST if each != "external_ids"])
def test_a_new_record_was_created_and_last_updated_now(shared_mock: Mock, collection: str) -> None:
    """D-12, D-63: both times are the server's, one and the same, in UTC with microseconds."""
    before = now()

    record = created(shared_mock, collection, LEAST[collection])

    assert before <= record["created_at"] <= now()
    assert record["updated_at"] == record["created_at"]
    assert MOMENT.fullmatch(record["created_at"])


@pytest.mark.parametrize("collection", LEAST)
def test_a_create_names_every_field_that_it_lacks(shared_mock: Mock, collection: str) -> None:
    """D-06, D-08, D-34: each required field is named where it ought to stand, all in one answer."""
    answer = shared_mock.post(f"/v1/{collection}", {})

    assert sorted(faults(answer)) == sorted(
        ("parse_exception", f"/{field}") for owner, field in REQUIRED if owner == collection
    )


@pytest.mark.parametrize(("collection", "field"), REQUIRED)
def test_a_required_field_may_be_neither_absent_nor_null(shared_mock: Mock, collection: str, field: str) -> None:
    """D-08, D-36, D-58: null is no value for what a create needs, `user_id` of a patient included."""
    rest = {name: value for name, value in LEAST[collection].items() if name != field}

    absent = shared_mock.post(f"/v1/{collection}", rest)
    null = shared_mock.post(f"/v1/{collection}", rest | {field: None})

    assert (absent.status_code, faults(absent)) == (400, [("parse_exception", f"/{field}")])
    assert (null.status_code, faults(null)) == (400, [("parse_exception", f"/{field}")])
    assert f"`{field}` is missing." in absent.json()["detail"]


@pytest.mark.parametrize(("collection", "fields"), NULLABLE, ids=[collection for collection, _ in NULLABLE])
def test_null_for_an_optional_field_means_that_it_is_absent(
    shared_mock: Mock, collection: str, fields: list[str]
) -> None:
    """D-36, D-16: a create with all optional fields null makes what a create without them makes."""
    least = created(shared_mock, collection, LEAST[collection])

    nulls = created(shared_mock, collection, LEAST[collection] | dict.fromkeys(fields))

    assert {field: nulls[field] for field in nulls if field not in CHANGING} == {
        field: least[field] for field in least if field not in CHANGING
    }


@pytest.mark.parametrize("value", [None, "true", 1, 0])
@pytest.mark.parametrize(("collection", "flag"), [(each, flag) for each, flags in FLAGS.items() for flag in flags])
def test_a_flag_is_true_or_false(shared_mock: Mock, collection: str, flag: str, value: Any) -> None:
    """D-36: neither null nor what some languages take for a truth value is a flag, in a create and in an update."""
    create = shared_mock.post(f"/v1/{collection}", LEAST[collection] | {flag: value})
    update = shared_mock.put(f"/v1/{collection}/{A}", {flag: value})

    assert faults(create) == faults(update) == [("parse_exception", f"/{flag}")]


@pytest.mark.parametrize(("collection", "field", "value"), SET_BY_THE_SERVER)
def test_what_the_server_sets_cannot_be_sent(shared_mock: Mock, collection: str, field: str, value: Any) -> None:
    """D-09, D-44: a field that is no parameter of the create is refused as unknown, read-only ones included."""
    answer = shared_mock.post(f"/v1/{collection}", LEAST[collection] | {field: value})

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", f"/{field}")])
    assert f"`{field}` is not a field here." in answer.json()["detail"]


@pytest.mark.parametrize("id", [NOBODY, TOMAS], ids=["nobody", "a_worker"])
@pytest.mark.parametrize("collection", OF_PATIENTS)
def test_user_id_names_a_patient(shared_mock: Mock, collection: str, id: str) -> None:
    """D-19, D-58: `user_id` is a patient in all resources; an id of nobody, or of a worker, is a resource_not_found."""
    body = LEAST[collection] | {"user_id": id}

    answer = shared_mock.post(f"/v1/{collection}", body)

    assert answer.status_code == 404
    assert ("resource_not_found", "/user_id") in faults(answer)
    assert f"`user_id` names no record of patients: `{id}`." in answer.text


@pytest.mark.parametrize("collection", FULL)
def test_ids_are_taken_in_any_case_and_kept_in_lower_case(mock: Mock, collection: str) -> None:
    """D-11, D-35: an id in capitals names the same record, and stands in the answer in lower case."""
    ids = {field: value for field, value in FULL[collection].items() if GUID.fullmatch(str(value))}

    record = created(mock, collection, FULL[collection] | {field: id.upper() for field, id in ids.items()})

    assert ids.items() <= record.items()


@pytest.mark.parametrize("collection", [each for each in LEAST if each != "external_ids"])
def test_nothing_but_external_ids_is_unique(shared_mock: Mock, collection: str) -> None:
    """D-50: the same create makes a second record, with an id of its own."""
    first = created(shared_mock, collection, LEAST[collection])

    second = created(shared_mock, collection, LEAST[collection])

    assert first["id"] != second["id"]
    assert read(shared_mock, collection, first["id"]) == first


def test_the_same_requests_get_the_same_ids(mock: Mock, make_mock: Any) -> None:
    """D-61: a fresh mock is the same world each time, on every machine."""
    bodies = list(LEAST.items())

    first = [created(mock, *each)["id"] for each in bodies]
    again = make_mock()
    second = [created(again, *each)["id"] for each in bodies]

    assert first == second
