"""What each type of the document takes, at every field that is of the type."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from ..mock import A, Mock, faults
from .bodies import FULL, LEAST, UPDATES
from .records import created


class Type(NamedTuple):
    """A type: the fields that are of it, what they take, and what they refuse."""

    fields: str
    good: list[Any]
    bad: list[Any]


NO_DATES = [
    "",
    "today",
    "2031-3-4",
    "20310304",
    "04.03.2031",
    "2031-02-29",
    "2031-13-01",
    "2031-03-04T00:00:00Z",
    " 2031-03-04",
    20310304,
]

TYPES = {
    "guid (D-11)": Type(
        "assessment_responses.user_id calendar_events.calendar_id calendar_events.user_id conversations.user_id "
        "custom_data_type_records.user_id email_addresses.user_id external_ids.welkin_id messages.user_id "
        "messages.worker_id messages.conversation_id patient_tasks.user_id patients.coach_id phone_numbers.user_id",
        [],
        [
            "",
            "aaaaaaaa",
            A + "a",
            A[1:],
            A.replace("-", ""),
            f"{{{A}}}",
            f"urn:uuid:{A}",
            "g" + A[1:],
            f" {A}",
            f"{A}\n",
        ],
    ),
    "isodatetime (D-12, D-37)": Type(
        "calendar_events.start_time calendar_events.end_time messages.send_time",
        [],
        [
            "",
            "now",
            "2031-03-04",
            "2031-03-04T17:30:00",
            "2031-03-04T17:30Z",
            "2031-03-04 17:30:00Z",
            "2031-03-04T17:30:00+0100",
            "2031-03-04T17:30:00+01",
            "2031-03-04T17:30:00+24:00",
            "2031-03-04T17:30:00+01:60",
            "2031-03-04T24:00:00Z",
            "2031-03-04T17:60:00Z",
            "2031-03-04T17:30:61Z",
            "2031-03-04T23:59:60Z",
            "2031-02-29T17:30:00Z",
            "2031-03-04T17:30:00." + "1" * 44 + "Z",
            "2031-03-04T17:30:00.1234567",
            "2031-03-04T17:30:00.Z",
            "2031-03-04T17:30:00,5Z",
            "1899-12-31T23:59:59Z",
            "2200-01-01T00:00:00Z",
            "2031-W10-2T17:30:00Z",
        ],
    ),
    "date (D-13, D-37)": Type(
        "calendar_events.day",
        ["2031-03-04", "2032-02-29", "1900-01-01", "2199-12-31"],
        [*NO_DATES, "1899-12-31", "2200-01-01"],
    ),
    "birthday (D-13)": Type(
        "patients.birthday",
        ["1900-01-01", "2000-02-29", "1961-09-30"],
        [*NO_DATES, "1899-12-31", "1900-02-29", "2200-01-01"],
    ),
    "email (D-15, D-43)": Type(
        "email_addresses.email patients.email",
        [
            "m@example.com",
            "maya.ellery+clinic@mail.example.org",
            "Maya_Ellery-1@example.net",
            "o'ellery@example.com",
            "a" * 64 + "@example.com",
            "a" * 64 + "@" + "b" * 63 + "." + "c" * 63 + "." + "d" * 53 + ".example",
        ],
        [
            "",
            "maya",
            "maya@",
            "@example.com",
            "maya@@example.com",
            "maya@example",
            "maya ellery@example.com",
            "maya..ellery@example.com",
            ".maya@example.com",
            "maya.@example.com",
            "maya@-example.com",
            "maya@example..com",
            "maya@example.com.",
            "maya@example.com, seun@example.com",
            "Maya Ellery <maya@example.com>",
            "mailto:maya@example.com",
            "zoë@example.com",
            " maya@example.com",
            "maya@example.com\n",
            "a" * 65 + "@example.com",
            "a" * 64 + "@" + "b" * 63 + "." + "c" * 63 + "." + "d" * 54 + ".example",
        ],
    ),
    "phone (D-14)": Type(
        "phone_numbers.phone_number patients.phone",
        ["+14155550123", "+5550100", "+155501005550100"],
        [
            "",
            "4155550123",
            "415-555-0123",
            "(415) 555-0123",
            "+1 415 555 0123",
            "+1-415-555-0123",
            "14155550123",
            "0014155550123",
            "+04155550123",
            "+555010",
            "+1555010055501000",
            "+1415555012x",
            "++14155550123",
            "tel:+14155550123",
            "+١٤١٥٥٥٥٠١٢٣",
            "+14155550123\n",
            14155550123,
        ],
    ),
    "timezone (D-15)": Type(
        "patients.timezone",
        ["US/Pacific", "America/New_York", "America/Argentina/Buenos_Aires", "Europe/Kyiv", "Etc/GMT+8", "UTC"],
        [
            "",
            "Pacific",
            "us/pacific",
            "US/pacific",
            "America/New York",
            "UTC+1",
            "+01:00",
            "PDT",
            "../UTC",
            "US/Pacific ",
        ],
    ),
    "address_state (D-15)": Type(
        "patients.state",
        ["CA", "DC", "PR", "GU"],
        ["", "ca", "Ca", "C", "California", "ON", "XX", "CA "],
    ),
    "country (D-15)": Type(
        "patients.country",
        ["US", "USA", "DE", "NO", "GB"],
        ["", "us", "usa", "Usa", "DEU", "UK", "EU", "XX", "Germany", "840"],
    ),
    "zip_code (D-41)": Type(
        "patients.zip_code",
        ["94110", "04102", "00501"],
        ["", "9411", "941100", "94110-4619", "94 10", "SW1A1", "٩٤١١٠", 94110],
    ),
    "code (D-42)": Type(
        "patients.phase calendar_events.appointment_type patient_tasks.task_type custom_data_type_records.type_name "
        "assessment_responses.spec_id assessment_responses.spec_name",
        ["intake", "x", "0", "A-1", "home-safety.v2_b", "9" * 64],
        ["", "-x", ".x", "_x", "in take", "a/b", "a:b", "größe", "x\n", "9" * 65, 7],
    ),
    "name (D-43)": Type(
        "patients.first_name patients.last_name",
        ["O", "Renée", "李", "O'Neil-Smith van der Berg", "é" * 100, "👋" * 100],
        ["", "x" * 101, "👋" * 101, 7, True],
    ),
    "string (D-37, D-43)": Type(
        "patients.street patients.street_line_two patients.city patients.county email_addresses.friendly_name "
        "phone_numbers.friendly_name assessment_responses.spec_version assessment_responses.title",
        ["x", "x" * 255, "👋" * 255, 'a "quoted" \\ <b>text</b>'],
        ["", "x" * 256, "👋" * 256, 7, False],
    ),
    "contents (D-37, D-43)": Type("messages.contents", ["x", "👋" * 10_000], ["", "x" * 10_001, 7, None]),
    "external id (D-40)": Type(
        "external_ids.external_id",
        [],  # see test_external_ids: its values are unique
        ["", "x" * 256, 4821],
    ),
    "namespace (D-40)": Type(
        "external_ids.namespace",
        ["ehr2", "a", "a1_b2", "kiwi_health_pull", "a" * 64],
        ["", "EHR", "Ehr", "1ehr", "_ehr", "ehr_", "e__hr", "e-hr", "ehr:::1", "e hr", "größe", "a" * 65, "ehr\n"],
    ),
    "resource (D-39)": Type(
        "external_ids.resource",
        [],
        ["", "patient", "Patients", "worker", "calendar event", "users", "patients ", 7],
    ),
    "modality (D-10, D-59)": Type(
        "calendar_events.modality", ["call", "visit", "video"], ["", "phone", "Call", "videocall", None, ["call"]]
    ),
    "outcome (D-10, D-59)": Type(
        "calendar_events.outcome",
        [],  # see test_calendar_events
        ["", "no_show", "noshow", "Completed", "canceled", None, True],
    ),
    "direction (D-10)": Type("messages.direction", ["inbound"], ["", "Inbound", "in", "outbound-api", None]),
    "phone_number_type (D-10)": Type(
        "phone_numbers.phone_number_type", ["cell", "landline", "other"], ["", "mobile", "Cell", "home", None]
    ),
}


def places(kind: Type) -> Iterator[tuple[str, str]]:
    """The collection and the name of each field of a type."""
    for place in kind.fields.split():
        collection, field = place.split(".")
        yield collection, field


def cases(quality: str) -> list[Any]:
    """Every field with every value that its type takes, or refuses."""
    return [
        pytest.param(collection, field, value, id=f"{name.split(' (')[0]}-{collection}.{field}-{value!r:.30}")
        for name, kind in TYPES.items()
        for collection, field in places(kind)
        for value in getattr(kind, quality)
    ]


def body(collection: str) -> dict[str, Any]:
    """A body for a create into which any value of any field can be put."""
    return {"calendar_events": LEAST[collection]}.get(collection, FULL[collection])


@pytest.mark.parametrize(("collection", "field", "value"), cases("good"))
def test_a_type_takes_its_values(shared_mock: Mock, collection: str, field: str, value: Any) -> None:
    """D-10, D-13, D-14, D-15, D-37, D-40, D-41, D-42, D-43: and a record that shows the field shows it as sent."""
    record = created(shared_mock, collection, LEAST[collection] | {field: value})

    assert record.get(field, value) == value


@pytest.mark.parametrize(("collection", "field", "value"), cases("bad"))
def test_a_type_refuses_what_it_does_not_have(shared_mock: Mock, collection: str, field: str, value: Any) -> None:
    """D-10 to D-15, D-37, D-39 to D-43, D-59: a parse_exception at the field, in a create and in an update."""
    answers = []
    if field in FULL[collection] or field in ("start_time", "end_time"):
        answers.append(shared_mock.post(f"/v1/{collection}", body(collection) | {field: value}))
    if field in UPDATES.get(collection, {}):
        answers.append(shared_mock.put(f"/v1/{collection}/{A}", {field: value}))

    assert [(answer.status_code, faults(answer)) for answer in answers] == [
        (400, [("parse_exception", f"/{field}")])
    ] * len(answers)
    assert answers


@pytest.mark.parametrize("value", [[], {"a": 1}, 7.5], ids=["a_list", "an_object", "a_number"])
@pytest.mark.parametrize(
    ("collection", "field"),
    [(collection, field) for collection, fields in FULL.items() for field in fields if field not in ("model", "body")],
)
def test_no_field_takes_another_kind_of_json(shared_mock: Mock, collection: str, field: str, value: Any) -> None:
    """D-33: all fields but those of any JSON are text or flags."""
    answer = shared_mock.post(f"/v1/{collection}", FULL[collection] | {field: value})

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", f"/{field}")])


@pytest.mark.parametrize("id", ["aaaaaaaa", A[1:], A + "0", A.replace("-", ""), "g" + A[1:], "me", "%20", "a%0A"])
@pytest.mark.parametrize(
    ("method", "collection"), [("GET", "workers"), ("PUT", "patients"), ("DELETE", "patient_tasks")]
)
def test_the_id_of_a_path_is_a_guid(shared_mock: Mock, method: str, collection: str, id: str) -> None:
    """D-11, D-34: one that is not is a parse_exception that names the parameter."""
    answer = shared_mock.ask(method, f"/v1/{collection}/{id}", **({"json": {}} if method == "PUT" else {}))

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", "id")])
