# mypy: disable-error-code="import-not-found"
"""What the functions of the same names in `defects.py` would do, done rightly; what is refused is an exception."""

import datetime
import json
from uuid import UUID

from common_apis_client import Client
from common_apis_client.api.calendar_events import calendar_events_create
from common_apis_client.api.email_addresses import email_addresses_create
from common_apis_client.api.patient_tasks import patient_tasks_get
from common_apis_client.models import (
    CalendarEventCreate,
    CalendarEventCreateModality,
    ConversationCreate,
    EmailAddressCreate,
    PatientTaskCreate,
    PhoneNumberUpdate,
    Problem,
)

SEEDED = UUID("aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa")
"""The patient, the worker and the calendar whom every world has from the start."""
START = datetime.datetime.fromisoformat("2031-03-04T09:30:00-08:00")


def answered(answer: object) -> None:
    """Raise an exception that says why it was refused, if it was."""
    if answer is None or isinstance(answer, Problem):
        raise RuntimeError(answer)


def wrong_value(api: Client) -> None:
    """Book a call."""
    call = CalendarEventCreate(
        calendar_id=SEEDED,
        user_id=SEEDED,
        day=START.date(),
        modality=CalendarEventCreateModality.CALL,
        appointment_type="intake_call",
    )
    answered(calendar_events_create.sync(client=api, body=call))


def missing_field(api: Client) -> None:
    """Send a form, with a default for what was left empty."""
    form = {"user_id": str(SEEDED), "task_type": ""}
    sent = {name: said or "weekly_check_in" for name, said in form.items()}
    api.get_httpx_client().post("/v1/patient_tasks", json=sent).raise_for_status()


def bad_date(api: Client) -> None:
    """Correct a birthday, written as the contract has it."""
    birthday = datetime.date(1984, 6, 12).isoformat()
    api.get_httpx_client().put(f"/v1/patients/{SEEDED}", json={"birthday": birthday}).raise_for_status()


def unknown_field(api: Client) -> None:
    """Begin a conversation."""
    conversation = ConversationCreate(user_id=SEEDED).to_dict()
    api.get_httpx_client().post("/v1/conversations", json=conversation).raise_for_status()


def wrong_path(api: Client) -> None:
    """Ask a patient to do something."""
    task = PatientTaskCreate(user_id=SEEDED, task_type="weekly_check_in").to_dict()
    api.get_httpx_client().post("/v1/patient_tasks", json=task).raise_for_status()


def wrong_media_type(api: Client) -> None:
    """Begin a conversation, as JSON that names its encoding."""
    conversation = json.dumps(ConversationCreate(user_id=SEEDED).to_dict())
    said = {"Content-Type": "application/json; charset=UTF-8"}
    api.get_httpx_client().post("/v1/conversations", content=conversation, headers=said).raise_for_status()


def malformed_id(api: Client) -> None:
    """Read a task whose id was noted."""
    noted = {"weekly_check_in": SEEDED}
    answered(patient_tasks_get.sync(noted["weekly_check_in"], client=api))


def wrong_type(api: Client) -> None:
    """Add an email address, with a flag."""
    address = EmailAddressCreate(email="rosa@example.com", user_id=SEEDED, verified=True)
    answered(email_addresses_create.sync(client=api, body=address))


def unknown_parameter(api: Client) -> None:
    """Read a worker."""
    api.get_httpx_client().get(f"/v1/workers/{SEEDED}").raise_for_status()


def fixed_field(api: Client) -> None:
    """Say of a phone number that it was verified."""
    phone = PhoneNumberUpdate(verified=True).to_dict()
    api.get_httpx_client().put(f"/v1/phone_numbers/{SEEDED}", json=phone).raise_for_status()


def broken_rule(api: Client) -> None:
    """Book a visit that ends after it starts."""
    visit = CalendarEventCreate(
        calendar_id=SEEDED,
        user_id=SEEDED,
        start_time=START,
        end_time=START + datetime.timedelta(minutes=30),
        modality=CalendarEventCreateModality.VISIT,
        appointment_type="intake_call",
    )
    answered(calendar_events_create.sync(client=api, body=visit))


def malformed_json(api: Client) -> None:
    """Record a message, as JSON."""
    message = {"user_id": str(SEEDED), "conversation_id": str(SEEDED), "direction": "inbound", "contents": "Hi"}
    said = {"Content-Type": "application/json"}
    api.get_httpx_client().post("/v1/messages", content=json.dumps(message), headers=said).raise_for_status()
