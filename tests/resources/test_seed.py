"""The records that a mock starts from: at one with the rules, with the document, and with nobody who exists."""

import json
import re
from typing import Any

import pytest

from common_apis.contract.document import CONTRACT

from ..mock import A, Mock
from .bodies import Record
from .clinic import CLINIC, COLLECTIONS, records

UNREADABLE_BY_GET = ("external_ids", "patients")

COMMANDS = """\
curl -XGET /v1/assessment_responses/aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa
curl -XGET /v1/calendar_events/aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa
curl -XGET /v1/calendars/aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa
curl -XGET /v1/careplans/aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa
curl -XGET /v1/conversations/aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa
curl -XGET /v1/custom_data_type_records/aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa
curl -XGET /v1/email_addresses/aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa
curl -XGET /v1/integration_tasks/aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa
curl -XGET /v1/messages/aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa
curl -XGET /v1/patient_tasks/aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa
curl -XDELETE /v1/patient_tasks/aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa -d
curl -XGET /v1/phone_numbers/aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa
curl -XGET /v1/workers/aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa
""".splitlines()
"""The commands of the document that have all that they need."""


def by_id(collection: str) -> dict[str, Record]:
    """The records of a collection by their ids."""
    return {record["id"]: record for record in records(collection)}


def test_the_same_fourteen_names_stand_everywhere() -> None:
    """D-62: in the contract's paths, the records, and the handlers, where a few modules serve them all."""
    ours = CONTRACT.parent.parent
    handlers = sorted((ours / "handlers").glob("*.py"))

    assert sorted(file.stem for file in (ours / "openapi" / "paths").glob("*.yaml")) == COLLECTIONS
    assert [file.stem for file in handlers if "\nresource = " in file.read_text("utf-8")] == COLLECTIONS
    assert sorted(file.stem for file in (ours / "mock_data").glob("*.json")) == COLLECTIONS


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_the_first_record_has_the_documents_sample_id(collection: str) -> None:
    """D-61: in every collection, and each id stands once in its collection."""
    ids = [record["id"] for record in records(collection)]

    assert ids[0] == A
    assert len(set(ids)) == len(ids) > 1


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_document_works_as_it_stands(mock: Mock, command: str) -> None:
    """D-32, D-55, D-61: with the sample id, and with the `-d` that leads nowhere, as curl sends it."""
    _, method, path, *data = command.split()
    form = {"content-type": "application/x-www-form-urlencoded"} if data else {}

    answer = mock.ask(method.removeprefix("-X"), path, headers=form)

    assert (answer.status_code, answer.json()["id"]) == (200, A)


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_every_record_can_be_read(shared_mock: Mock, collection: str) -> None:
    """D-03, D-27, D-61: as it stands in the file, but for what no response returns."""
    method = "PUT" if collection in UNREADABLE_BY_GET else "GET"
    for record in records(collection):
        answer = shared_mock.ask(method, f"/v1/{collection}/{record['id']}", json={})

        assert answer.status_code == 200
        assert {field: record[field] for field in answer.json()} == answer.json()
        assert set(record) - set(answer.json()) <= {"spec_name", "spec_version", "title"}


def test_messages_are_in_conversations_of_their_patients() -> None:
    """D-19: the two ids of a patient agree."""
    conversations = by_id("conversations")

    for message in records("messages"):
        assert message["user_id"] == conversations[message["conversation_id"]]["user_id"], message["id"]


def test_outbound_messages_have_a_worker() -> None:
    """D-08: in the clinic as in a create."""
    outbound = [each for each in records("messages") if each["direction"] == "outbound"]

    assert outbound
    assert all(each["worker_id"] for each in outbound)


def test_every_worker_has_one_calendar() -> None:
    """D-46: exactly one."""
    assert sorted(each["worker_id"] for each in records("calendars")) == sorted(by_id("workers"))


def test_events_have_one_kind_of_time() -> None:
    """D-17: and `is_all_day` says which; starts lie before ends."""
    for event in records("calendar_events"):
        times = (event["start_time"], event["end_time"])
        assert event["is_all_day"] == (event["day"] is not None)
        assert times == (None, None) if event["is_all_day"] else times[0] < times[1]


def test_both_spellings_of_a_flag_are_equal() -> None:
    """D-23: in every number, some agreed to and some not."""
    numbers = records("phone_numbers")

    assert all(each["opted_on_to_phone"] == each["opted_in_to_phone"] for each in numbers)
    assert {each["opted_in_to_phone"] for each in numbers} == {True, False}


def test_external_ids_are_unique_and_name_records() -> None:
    """D-19, D-20: one external id and one record for each resource and namespace."""
    ids = records("external_ids")

    for field in ("external_id", "welkin_id"):
        values = [(each["resource"], each["namespace"], each[field]) for each in ids]
        assert len(set(values)) == len(values)
    assert all(each["welkin_id"] in by_id(each["resource"]) for each in ids)


def test_the_workers_of_a_plan_exist() -> None:
    """D-29: also those that are named within a careplan."""
    text = json.dumps(records("careplans"))

    named = set(re.findall(r'"(?:completed_by_)?worker_id": "([^"]+)"', text))
    assert named
    assert named <= set(by_id("workers"))


def test_nothing_was_updated_before_it_was_created() -> None:
    """D-63: nobody is born after the record was made either."""
    for collection in COLLECTIONS:
        for record in records(collection):
            assert record.get("created_at", "") <= record.get("updated_at", "")
    assert all(patient["birthday"] < patient["created_at"] for patient in records("patients"))


@pytest.mark.parametrize(
    ("collection", "field", "values"),
    [
        ("calendar_events", "outcome", [None, "cancelled", "completed", "no-show"]),
        ("calendar_events", "modality", ["call", "video", "visit"]),
        ("conversations", "conversation_type", ["app", "email", "phone", "third_party_app"]),
        ("integration_tasks", "status", ["failed", "running", "succeeded", "unattempted"]),
        ("messages", "automatically_sent", [False, True]),
        ("messages", "direction", ["inbound", "outbound"]),
        ("patient_tasks", "dismissed", [False, True]),
        ("phone_numbers", "phone_number_type", ["cell", "landline", "other"]),
    ],
)
def test_every_value_occurs(collection: str, field: str, values: list[Any]) -> None:
    """D-10, D-24: also those that no operation sets, so that a client meets them."""
    assert sorted({each[field] for each in records(collection)}, key=str) == values


def test_everybody_is_invented() -> None:
    """No number can be called and no address written to: 555-01xx, and the domains that are set aside for examples."""
    text = "".join((CLINIC / f"{collection}.json").read_text("utf-8") for collection in COLLECTIONS)

    numbers = re.findall(r"\+\d{7,15}(?!\d|:)", text)
    domains = re.findall(r"@([\w.-]+)", text)
    assert numbers
    assert [each for each in numbers if not re.fullmatch(r"\+1\d{3}55501\d\d", each)] == []
    assert domains
    assert [each for each in domains if not re.search(r"(^|\.)example(\.com|\.org|\.net)?$", each)] == []
