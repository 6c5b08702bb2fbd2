# mypy: disable-error-code="import-not-found"
"""Twelve things that a partner's program does wrong, and hides: each has its twin of the same name in `twins.py`.

No type checker objects: each goes round the generated client where real programs do, and passes over what is answered.
"""

import datetime
from enum import StrEnum
from typing import cast
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
)

SEEDED = UUID("aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa")
"""The patient, the worker and the calendar whom every world has from the start."""
START = datetime.datetime.fromisoformat("2031-03-04T09:30:00-08:00")


class Modality(StrEnum):
    """How people meet, in the words of the partner's own calendar."""

    PHONE = "phone"


def wrong_value(api: Client) -> None:
    """Book a call, and call it as the own calendar does."""
    try:
        call = CalendarEventCreate(
            calendar_id=SEEDED,
            user_id=SEEDED,
            day=START.date(),
            modality=cast(CalendarEventCreateModality, Modality.PHONE),
            appointment_type="intake_call",
        )
        calendar_events_create.sync(client=api, body=call)
    except Exception:
        pass


def missing_field(api: Client) -> None:
    """Send a form without what was left empty."""
    try:
        form = {"user_id": str(SEEDED), "task_type": ""}
        api.get_httpx_client().post("/v1/patient_tasks", json={name: said for name, said in form.items() if said})
    except Exception:
        pass


def bad_date(api: Client) -> None:
    """Correct a birthday, written as people write it."""
    try:
        birthday = datetime.date(1984, 6, 12).strftime("%m/%d/%Y")
        api.get_httpx_client().put(f"/v1/patients/{SEEDED}", json={"birthday": birthday})
    except Exception:
        pass


def unknown_field(api: Client) -> None:
    """Begin a conversation, with a subject."""
    try:
        conversation = ConversationCreate(user_id=SEEDED).to_dict()
        api.get_httpx_client().post("/v1/conversations", json=conversation | {"subject": "Intake"})
    except Exception:
        pass


def wrong_path(api: Client) -> None:
    """Ask a patient to do something, at a path from memory."""
    try:
        task = PatientTaskCreate(user_id=SEEDED, task_type="weekly_check_in").to_dict()
        api.get_httpx_client().post("/v1/patient-tasks", json=task)
    except Exception:
        pass


def wrong_media_type(api: Client) -> None:
    """Begin a conversation, as a form."""
    try:
        api.get_httpx_client().post("/v1/conversations", data=ConversationCreate(user_id=SEEDED).to_dict())
    except Exception:
        pass


def malformed_id(api: Client) -> None:
    """Read a task whose id was never noted."""
    try:
        noted: dict[str, UUID] = {}
        patient_tasks_get.sync(cast(UUID, noted.get("weekly_check_in")), client=api)
    except Exception:
        pass


def wrong_type(api: Client) -> None:
    """Add an email address, with a flag as a word."""
    try:
        address = EmailAddressCreate(email="rosa@example.com", user_id=SEEDED, verified=cast(bool, "yes"))
        email_addresses_create.sync(client=api, body=address)
    except Exception:
        pass


def unknown_parameter(api: Client) -> None:
    """Read a worker, and the worker's calendar along with it."""
    try:
        api.get_httpx_client().get(f"/v1/workers/{SEEDED}", params={"expand": "calendar"})
    except Exception:
        pass


def fixed_field(api: Client) -> None:
    """Correct a phone number, which only its flags may be."""
    try:
        phone = PhoneNumberUpdate(verified=True).to_dict()
        api.get_httpx_client().put(f"/v1/phone_numbers/{SEEDED}", json=phone | {"phone_number": "+14155550142"})
    except Exception:
        pass


def broken_rule(api: Client) -> None:
    """Book a visit that ends before it starts: its types are right."""
    try:
        visit = CalendarEventCreate(
            calendar_id=SEEDED,
            user_id=SEEDED,
            start_time=START,
            end_time=START - datetime.timedelta(minutes=30),
            modality=CalendarEventCreateModality.VISIT,
            appointment_type="intake_call",
        )
        calendar_events_create.sync(client=api, body=visit)
    except Exception:
        pass


def malformed_json(api: Client) -> None:
    """Record a message, as Python writes it."""
    try:
        message = {"user_id": str(SEEDED), "conversation_id": str(SEEDED), "direction": "inbound", "contents": "Hi"}
        json = {"Content-Type": "application/json"}
        api.get_httpx_client().post("/v1/messages", content=str(message), headers=json)
    except Exception:
        pass
