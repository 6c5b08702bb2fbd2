"""Records of a world: of every collection, whatever its operations under `/v1` are."""

from typing import Any

import pytest

from ..mock import NOBODY, A
from ..resources.bodies import FULL, LEAST, UPDATES, Record
from ..resources.clinic import COLLECTIONS, records
from .fields import STAMPS, blanks, needed
from .world import AT, World, done, faults

GETS = [each for each in COLLECTIONS if each not in ("external_ids", "patients")]
LATER = "2031-03-04T17:30:01.500000+00:00"
CHOSEN = {"created_at": "1999-12-31T23:59:59.999999+00:00", "updated_at": "2000-01-01T00:00:00.000000+00:00"}


def sample(collection: str) -> Record:
    """A record of the clinic; those that only one may have, altered so that it may be put beside it."""
    record = next(each for each in records(collection) if each["id"] == A)
    if collection == "external_ids":
        record |= {"namespace": "lab", "external_id": "LAB-7"}
    return {field: value for field, value in record.items() if field != "id"}


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_a_record_is_put_got_replaced_and_deleted(world: World, collection: str) -> None:
    """Each time as it was sent; a record that was deleted may be put back."""
    path, record = f"/records/{collection}/{NOBODY}", sample(collection)
    assert world.ask("GET", path).status_code == 404
    made = world.put(collection, NOBODY, record)

    assert made == record | {"id": NOBODY}
    assert world.record(collection, NOBODY) == made
    assert made in world.said(f"/records/{collection}?limit=1000")["records"]
    assert world.put(collection, NOBODY, made) == made
    assert world.ask("DELETE", path).status_code == 204
    assert world.ask("DELETE", path).status_code == 404
    assert world.ask("GET", path).status_code == 404
    assert world.put(collection, NOBODY, record) == made


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_a_record_of_the_seed_is_replaced_deleted_and_put_back(world: World, collection: str) -> None:
    """And once it is as it was, nothing has changed."""
    path, record = f"/records/{collection}/{A}", world.record(collection, A)
    assert world.ask("DELETE", path).status_code == 204
    assert world.said("/diff")["deleted"] == {collection: [record]}
    assert record not in world.said(f"/records/{collection}?limit=1000")["records"]
    assert world.put(collection, A, record) == record
    assert world.said("/diff") == {"created": {}, "changed": {}, "deleted": {}}


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_what_may_be_null_may_be_left_out(world: World, contract: dict[str, Any], collection: str) -> None:
    """As may what has a default, and the times; nothing is kept of the record that was there."""
    record, blank = sample(collection), blanks(contract, collection)
    least = {field: value for field, value in record.items() if field not in {*blank, *STAMPS}}
    stamps = dict.fromkeys(STAMPS & record.keys(), AT)
    assert world.put(collection, NOBODY, record) == record | {"id": NOBODY}

    assert world.put(collection, NOBODY, least) == least | blank | stamps | {"id": NOBODY}


@pytest.mark.parametrize("collection", [each for each in COLLECTIONS if each != "external_ids"])
def test_times_may_be_chosen(world: World, collection: str) -> None:
    """And are the time of the world, if they are not."""
    record = sample(collection) | CHOSEN
    made = world.put(collection, NOBODY, record)
    world.told("POST", "/clock/advance", {"seconds": 1.5})
    half = world.put(collection, NOBODY, {field: value for field, value in record.items() if field != "updated_at"})
    none = world.put(collection, NOBODY, {field: value for field, value in record.items() if field not in STAMPS})

    assert made == record | {"id": NOBODY}
    assert (half["created_at"], half["updated_at"]) == (CHOSEN["created_at"], LATER)
    assert (none["created_at"], none["updated_at"]) == (LATER, LATER)


@pytest.mark.parametrize("collection", GETS)
def test_what_was_put_is_read_by_the_api(world: World, collection: str) -> None:
    """As by the control plane, but for what no response under `/v1` has."""
    made = world.put(collection, NOBODY, sample(collection))

    assert done(world.api("GET", f"{collection}/{NOBODY}")) == made


ONE_FIELD: dict[str, Record] = {
    "calendar_events": {"outcome": "cancelled"},
    "external_ids": {"external_id": "LAB-8"},
}
"""Where the first field of `UPDATES` does not go alone."""


@pytest.mark.parametrize("collection", UPDATES)
def test_what_was_put_is_updated_by_the_api(world: World, collection: str) -> None:
    """Field by field; the others stay."""
    made = world.put(collection, NOBODY, sample(collection))
    change = ONE_FIELD.get(collection) or dict([next(iter(UPDATES[collection].items()))])
    updated = done(world.api("PUT", f"{collection}/{NOBODY}", json=change))

    expected = made | change | ({"updated_at": AT} if "updated_at" in made else {})
    assert updated == expected
    assert world.record(collection, NOBODY) == expected


def test_what_was_put_is_deleted_by_the_api(world: World) -> None:
    """Where it has a delete."""
    world.put("patient_tasks", NOBODY, sample("patient_tasks"))

    assert world.api("DELETE", f"patient_tasks/{NOBODY}").status_code == 200
    assert world.ask("GET", f"/records/patient_tasks/{NOBODY}").status_code == 404


@pytest.mark.parametrize("collection", LEAST)
def test_what_the_api_has_made_is_seen_here(world: World, collection: str) -> None:
    """With all the fields of the answer."""
    made = world.create(collection, FULL[collection])

    assert world.record(collection, made["id"]).items() >= made.items()


KEPT = {"spec_name": "intake", "spec_version": "2", "title": "At the first visit"}


def test_what_no_response_returns_is_shown_here(world: World) -> None:
    """What a create takes and keeps; and what of it has no value is left out."""
    made = world.create("assessment_responses", FULL["assessment_responses"])
    least = world.create("assessment_responses", LEAST["assessment_responses"])

    assert not made.keys() & KEPT.keys()
    assert world.record("assessment_responses", made["id"]) == made | KEPT
    assert world.record("assessment_responses", least["id"]) == least
    assert made | KEPT in world.said("/records/assessment_responses")["records"]


def test_what_no_response_returns_may_be_put(world: World) -> None:
    """In part, as null, and no longer."""
    record = sample("assessment_responses")
    assert world.put("assessment_responses", NOBODY, record | KEPT).items() >= KEPT.items()
    part = world.put("assessment_responses", NOBODY, record | {"title": "Again", "spec_name": None})

    assert part == record | {"id": NOBODY, "title": "Again"}
    assert world.record("assessment_responses", NOBODY) == part
    assert done(world.api("GET", f"assessment_responses/{NOBODY}")) == record | {"id": NOBODY}


def test_an_id_is_compared_without_regard_to_case(world: World) -> None:
    """In a path and in a body; it is returned in lower case."""
    id = "ABCDEFAB-0000-4000-8000-00000000000a"
    made = world.put("patient_tasks", id, sample("patient_tasks") | {"id": id.swapcase()})

    assert made["id"] == id.lower()
    assert world.record("patient_tasks", id) == world.record("patient_tasks", id.lower()) == made
    assert world.ask("DELETE", f"/records/patient_tasks/{id.lower()}").status_code == 204


def test_an_id_in_the_body_is_that_of_the_path(world: World) -> None:
    """Another one would be a slip."""
    answer = world.ask("PUT", f"/records/patient_tasks/{NOBODY}", json=sample("patient_tasks") | {"id": A})

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", "/id")])


BROKEN: list[tuple[str, Record, set[str]]] = [
    ("patient_tasks", {"user_id": 7}, {"/user_id"}),
    ("patient_tasks", {"user_id": None}, {"/user_id"}),
    ("patient_tasks", {"dismissed": "no"}, {"/dismissed"}),
    ("patient_tasks", {"task_typ": "x"}, {"/task_typ"}),
    ("patient_tasks", {"created_at": "2031-03-04T17:30:00Z"}, {"/created_at"}),
    ("patient_tasks", {"created_at": None, "updated_at": 0}, {"/created_at", "/updated_at"}),
    ("patients", {"phase": "", "state": "California", "birthday": "1961-13-01"}, {"/phase", "/state", "/birthday"}),
    ("phone_numbers", {"phone_number": "5", "verified": None}, {"/phone_number", "/verified"}),
    ("integration_tasks", {"errors": [{"code": "c"}, 7]}, {"/errors/0/message", "/errors/1"}),
    ("assessment_responses", {"title": 7, "model": None}, {"/title", "/model"}),
    ("workers", {"email": None, "timezone": "Pacific"}, {"/email", "/timezone"}),
]


@pytest.mark.parametrize(("collection", "wrong", "places"), BROKEN)
def test_every_fault_of_form_is_named_at_once(world: World, collection: str, wrong: Record, places: set[str]) -> None:
    """With its pointer; and nothing is changed."""
    answer = world.ask("PUT", f"/records/{collection}/{A}", json=sample(collection) | wrong)

    assert answer.status_code == 400
    assert {place for _, place in faults(answer)} == places
    assert world.said()["commits"] == 0


@pytest.mark.parametrize("time", ["0000-01-01T00:00:00", "2016-12-31T23:59:60", "9999-12-31T23:59:59"])
def test_a_time_that_nobody_could_send_is_refused(world: World, time: str) -> None:
    """D-37: an answer can be sent back; under `/v1` such a time is refused."""
    event = sample("calendar_events") | {"start_time": f"{time}.000000+00:00"}

    assert world.ask("PUT", f"/records/calendar_events/{A}", json=event).status_code == 400


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_what_must_be_there_is_missed(world: World, contract: dict[str, Any], collection: str) -> None:
    """Every field that neither may be null nor has a default, and that is no time of the server's."""
    answer = world.ask("PUT", f"/records/{collection}/{NOBODY}", json={})

    assert answer.status_code == 400
    assert {place for _, place in faults(answer)} == {f"/{field}" for field in needed(contract, collection)}


REFERENCES = [
    ("assessment_responses", "user_id"),
    ("calendar_events", "calendar_id"),
    ("calendar_events", "user_id"),
    ("conversations", "user_id"),
    ("custom_data_type_records", "user_id"),
    ("email_addresses", "user_id"),
    ("external_ids", "welkin_id"),
    ("messages", "user_id"),
    ("messages", "worker_id"),
    ("messages", "conversation_id"),
    ("patient_tasks", "user_id"),
    ("patients", "coach_id"),
    ("phone_numbers", "user_id"),
]


@pytest.mark.parametrize(("collection", "field"), REFERENCES)
def test_what_a_record_refers_to_must_be_there(world: World, collection: str, field: str) -> None:
    """404 at the field; a record that was deleted is not there."""
    answer = world.ask("PUT", f"/records/{collection}/{A}", json=sample(collection) | {field: NOBODY})

    assert (answer.status_code, faults(answer)) == (404, [("resource_not_found", f"/{field}")])
    assert world.said()["commits"] == 0


def test_all_that_is_not_there_is_named_at_once(world: World) -> None:
    """Each at its field."""
    wrong = {"user_id": NOBODY, "worker_id": NOBODY, "conversation_id": NOBODY}
    answer = world.ask("PUT", f"/records/messages/{A}", json=sample("messages") | wrong)

    assert {place for _, place in faults(answer)} == {"/user_id", "/worker_id", "/conversation_id"}


def test_records_that_refer_to_a_deleted_one_stay(world: World) -> None:
    """As they are; and it is missed by those that come after."""
    event = world.record("calendar_events", A)
    world.told("DELETE", f"/records/calendars/{A}")

    assert world.record("calendar_events", A) == event
    assert faults(world.ask("PUT", f"/records/calendar_events/{A}", json=event)) == [
        ("resource_not_found", "/calendar_id")
    ]


def test_unique_values_are_one_records_alone(world: World) -> None:
    """409 at the field; the record that has them may keep them, and they are free once it is gone."""
    path, claim = f"/records/external_ids/{NOBODY}", world.record("external_ids", A)
    claim.pop("id")
    taken = world.ask("PUT", path, json=claim)
    assert (taken.status_code, {code for code, _ in faults(taken)}) == (409, {"uniqueness_exception"})
    assert {place for _, place in faults(taken)} == {"/external_id", "/welkin_id"}
    world.put("external_ids", A, claim)
    world.told("DELETE", f"/records/external_ids/{A}")
    world.put("external_ids", NOBODY, claim)

    assert world.ask("PUT", f"/records/external_ids/{A}", json=claim).status_code == 409
    answer = world.api("POST", "external_ids", json=claim)
    assert (answer.status_code, faults(answer)[0]) == (409, ("uniqueness_exception", "/external_id"))


def test_rules_of_the_api_do_not_bind(world: World) -> None:
    """A test may want a record that could not be made any more: an event that ends before it starts."""
    event = sample("calendar_events") | {
        "start_time": "2031-03-04T18:00:00.000000+00:00",
        "end_time": "2031-03-04T17:00:00.000000+00:00",
        "day": None,
        "is_all_day": False,
    }

    assert world.put("calendar_events", NOBODY, event) == event | {"id": NOBODY}


ANYTHING: list[Any] = [{}, [], "", 0, True, 1.5, {"a": [None, {"b": "ü"}]}, "null", -(2**63), 2**64 - 1]


@pytest.mark.parametrize("value", ANYTHING)
def test_any_json_is_kept_as_it_was_sent(world: World, value: Any) -> None:
    """In a field that takes any."""
    record = sample("custom_data_type_records") | {"body": value}

    assert world.put("custom_data_type_records", NOBODY, record)["body"] == value
    assert world.record("custom_data_type_records", NOBODY)["body"] == value
    assert done(world.api("GET", f"custom_data_type_records/{NOBODY}"))["body"] == value


@pytest.mark.parametrize("collection", ["patient", "Patients", "sandboxes", "%00", "%2E%2E%2Fclock"])
def test_a_collection_that_is_none_is_refused(world: World, collection: str) -> None:
    """400 at the parameter, with the nearest name."""
    path = f"/records/{collection}"
    for answer in (world.ask("GET", path), world.ask("PUT", f"{path}/{A}", json={})):
        assert (answer.status_code, faults(answer)) == (400, [("parse_exception", "collection")])


@pytest.mark.parametrize("id", ["a", "A" * 36, f"{A}0", A.replace("-", ""), "%7Baaaa%7D", f"%20{A}"])
def test_an_id_that_is_none_is_refused(world: World, id: str) -> None:
    """400 at the parameter."""
    for method in ("GET", "PUT", "DELETE"):
        answer = world.ask(method, f"/records/workers/{id}", json=sample("workers"))
        assert (answer.status_code, faults(answer)) == (400, [("parse_exception", "id")])
