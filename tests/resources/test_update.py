"""What all six updates have in common."""

from typing import Any

import pytest

from ..mock import NOBODY, A, Mock, faults
from .bodies import FLAGS, FULL, LEAST, UPDATES
from .records import created, now, read, updated

FIELDS = [
    (collection, field)
    for collection, body in UPDATES.items()
    for field in body
    if (collection, field) not in {("calendar_events", "start_time"), ("calendar_events", "end_time")}
]
"""The fields that can be updated alone; the two times of an event go together (D-17)."""
NULLABLE = {("patients", "coach_id"), ("email_addresses", "friendly_name"), ("phone_numbers", "friendly_name")}
NEVER_NULL = [
    (collection, field)
    for collection, field in FIELDS
    if (collection, field) not in NULLABLE | {("calendar_events", "day")} and field not in FLAGS.get(collection, [])
]
WITH_EMPTY_UPDATE = [collection for collection in UPDATES if collection != "custom_data_type_records"]
WITH_TIMES = [collection for collection in UPDATES if collection != "external_ids"]


def sent_alone(collection: str, field: str) -> dict[str, Any]:
    """A body with one field."""
    return {field: UPDATES[collection][field]}


@pytest.mark.parametrize(("collection", "field"), [each for each in FIELDS if each != ("external_ids", "resource")])
def test_an_update_changes_what_is_sent_and_nothing_else(mock: Mock, collection: str, field: str) -> None:
    """D-03, D-07: 200 with the whole record: absent fields as they were, `updated_at` moved, `created_at` not."""
    before = created(mock, collection, FULL[collection])
    sent = sent_alone(collection, field) if field != "welkin_id" else {field: UPDATES["patients"]["coach_id"]}

    after = updated(mock, collection, before["id"], sent)

    follows = {"opted_on_to_phone": False} if field == "opted_in_to_phone" else {}
    moved = {"updated_at": after["updated_at"]} if collection in WITH_TIMES else {}
    assert after == before | sent | follows | moved
    assert read(mock, collection, before["id"]) == after


@pytest.mark.parametrize("collection", WITH_TIMES)
def test_an_update_moves_updated_at_to_now(mock: Mock, collection: str) -> None:
    """D-12, D-63: the time of the update is the server's, and moves even if no value differs."""
    record = created(mock, collection, LEAST[collection])
    field = next(field for field in UPDATES[collection] if record.get(field) is not None)
    before = now()

    after = updated(mock, collection, record["id"], {field: record[field]})

    assert before <= after["updated_at"] <= now()
    assert after == record | {"updated_at": after["updated_at"]}


@pytest.mark.parametrize("collection", WITH_EMPTY_UPDATE)
def test_an_empty_update_changes_nothing(mock: Mock, collection: str) -> None:
    """D-36: it succeeds, answers the record, and leaves even `updated_at`."""
    record = created(mock, collection, FULL[collection])

    after = updated(mock, collection, record["id"], {})

    assert after == record == read(mock, collection, record["id"])


@pytest.mark.parametrize("collection", UPDATES)
def test_a_field_that_cannot_be_updated_is_refused(mock: Mock, collection: str) -> None:
    """D-07, D-44: sending the whole record back names each field that is no parameter, and says which ones are."""
    record = created(mock, collection, LEAST[collection])
    path = f"/v1/{collection}/{record['id']}"
    fixed = [field for field in record if field not in UPDATES[collection]]
    sent = {field: value for field, value in record.items() if field in fixed or value is not None}

    answer = mock.put(path, sent)

    assert sorted(faults(answer)) == sorted(("parse_exception", f"/{field}") for field in fixed)
    for fault in answer.json()["errors"]:
        assert [field for field in UPDATES[collection] if field not in fault["detail"]] == [], fault["detail"]


@pytest.mark.parametrize(("collection", "field"), sorted(NULLABLE))
def test_null_clears_a_nullable_field(mock: Mock, collection: str, field: str) -> None:
    """D-07: null takes the value away, and nothing else."""
    before = created(mock, collection, FULL[collection])
    assert before[field] is not None

    after = updated(mock, collection, before["id"], {field: None})

    assert after == before | {field: None, "updated_at": after["updated_at"]}
    assert read(mock, collection, before["id"]) == after


@pytest.mark.parametrize(("collection", "field"), NEVER_NULL)
def test_null_is_refused_where_a_record_must_have_a_value(shared_mock: Mock, collection: str, field: str) -> None:
    """D-07, D-18: what a create demands cannot be cleared, nor can an outcome."""
    before = read(shared_mock, collection, A)

    answer = shared_mock.put(f"/v1/{collection}/{A}", {field: None})

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", f"/{field}")])
    assert read(shared_mock, collection, A) == before


@pytest.mark.parametrize("body", [{}, UPDATES], ids=["empty", "full"])
@pytest.mark.parametrize("collection", WITH_EMPTY_UPDATE)
def test_an_update_of_no_record_is_not_found(shared_mock: Mock, collection: str, body: dict[str, Any]) -> None:
    """D-33, D-34: the addressed record is sought before what the body means, and named by its parameter."""
    answer = shared_mock.put(f"/v1/{collection}/{NOBODY}", body.get(collection, {}))

    assert (answer.status_code, faults(answer)) == (404, [("not_found", "id")])
    assert answer.json()["detail"] == f"There is no record of {collection} with the id `{NOBODY}`."


@pytest.mark.parametrize("collection", UPDATES)
def test_an_update_finds_its_record_in_any_case(mock: Mock, collection: str) -> None:
    """D-35: an id of the path in capitals names the same record."""
    body = {"body": 1} if collection == "custom_data_type_records" else {}

    assert updated(mock, collection, A.upper(), body)["id"] == A
