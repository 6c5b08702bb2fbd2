"""What the tests send: for each collection a body that its create takes, and one that its update takes."""

from typing import Any

from ..mock import A

Record = dict[str, Any]

SEUN = "34de6982-55b9-49d9-ab83-ba5f24a5cf54"
"""A patient, and not the one with the id `A`."""
TOMAS = "535fa44c-022a-4536-b026-350da2426bf8"
"""A worker, and not the one with the id `A`."""
SEUNS_CONVERSATION = "f30b190b-12e3-4c89-a4ab-1d755579245b"
"""A conversation of the patient Seun."""

LEAST: dict[str, Record] = {
    "assessment_responses": {"user_id": A, "model": {}},
    "calendar_events": {
        "calendar_id": A,
        "user_id": A,
        "modality": "call",
        "appointment_type": "intake_call",
        "day": "2031-03-04",
    },
    "conversations": {"user_id": A},
    "custom_data_type_records": {"user_id": A, "type_name": "allergy", "body": {}},
    "email_addresses": {"user_id": A, "email": "rowan.tidewell@example.com"},
    "external_ids": {"resource": "patients", "namespace": "lab", "external_id": "LAB-1", "welkin_id": A},
    "messages": {"user_id": A, "conversation_id": A, "direction": "inbound", "contents": "See you on Thursday."},
    "patient_tasks": {"user_id": A, "task_type": "survey"},
    "patients": {
        "phase": "intake",
        "timezone": "US/Pacific",
        "first_name": "Rowan",
        "last_name": "Tidewell",
        "birthday": "1961-09-30",
    },
    "phone_numbers": {"user_id": A, "phone_number": "+14155550142", "phone_number_type": "cell"},
}
"""The least that each create takes: its required fields, and a day for an event, which needs some time (D-17)."""

OPTIONAL: dict[str, Record] = {
    "assessment_responses": {
        "spec_id": "intake_assessment",
        "spec_name": "intake",
        "spec_version": "2",
        "title": "At the first visit",
    },
    "calendar_events": {},  # `day`, or two times in its place
    "conversations": {},
    "custom_data_type_records": {},
    "email_addresses": {
        "friendly_name": "at work",
        "verified": True,
        "opted_in_to_email": True,
        "automatic_recipient": True,
    },
    "external_ids": {},
    "messages": {"worker_id": TOMAS, "send_time": "2026-11-16T10:05:12.783339+00:00"},
    "patient_tasks": {},
    "patients": {
        "coach_id": TOMAS,
        "street": "7 Lantern Walk",
        "street_line_two": "Floor 3",
        "city": "Oakland",
        "county": "Alameda County",
        "zip_code": "94607",
        "state": "CA",
        "country": "US",
        "email": "rowan.tidewell@example.com",
        "phone": "+14155550142",
    },
    "phone_numbers": {
        "friendly_name": "Rowan's cell",
        "verified": True,
        "opted_in_to_sms": True,
        "opted_in_to_call_recording": True,
        "opted_in_to_voicemail": True,
        "automatic_recipient": True,
        "opted_in_to_phone": True,
    },
}
"""What each create takes beyond the least; `external_ids` of a patient, which can be given once, in test_patients."""

FULL = {collection: LEAST[collection] | OPTIONAL[collection] for collection in LEAST}
"""The most that each create takes."""

UPDATES: dict[str, Record] = {
    "calendar_events": {
        "start_time": "2031-03-05T17:00:00.000000+00:00",
        "end_time": "2031-03-05T18:00:00.000000+00:00",
        "day": "2031-03-05",
        "outcome": "cancelled",
    },
    "custom_data_type_records": {"body": {"substance": "pollen"}},
    "email_addresses": {
        "email": "tidewell@example.net",
        "friendly_name": "at home",
        "verified": False,
        "opted_in_to_email": False,
        "automatic_recipient": False,
    },
    "external_ids": {"resource": "workers", "namespace": "payroll", "external_id": "P-7", "welkin_id": TOMAS},
    "patients": {
        "phase": "maintenance",
        "coach_id": A,
        "timezone": "America/Chicago",
        "first_name": "Rowena",
        "last_name": "Tidewell-Oake",
        "birthday": "1961-10-01",
    },
    "phone_numbers": {
        "phone_number_type": "landline",
        "friendly_name": "in the kitchen",
        "verified": False,
        "opted_in_to_sms": False,
        "opted_in_to_call_recording": False,
        "opted_in_to_voicemail": False,
        "automatic_recipient": False,
        "opted_in_to_phone": False,
    },
}
"""Every field that each update takes, with another value than in `FULL`. An event takes one kind of time alone."""

FLAGS = {
    "email_addresses": ["verified", "opted_in_to_email", "automatic_recipient"],
    "phone_numbers": [
        "verified",
        "opted_in_to_sms",
        "opted_in_to_call_recording",
        "opted_in_to_voicemail",
        "automatic_recipient",
        "opted_in_to_phone",
    ],
}
"""The fields that are true or false, never null."""

ANYTHING: list[Any] = [
    {},
    [],
    "",
    "text",
    'Zoë 👋 \u0000 \\ "',
    True,
    False,
    0,
    -1,
    2**63 - 1,
    2**64 - 1,
    -(2**63),
    0.1,
    1.0,
    -1.5e-300,
    [None],
    {"": None, "a/b": {"~": [1, [2, {"c": True}]]}, "z": "before a", "a": "after z"},
]
"""Values for a field of the type `anything`."""
