# mypy: disable-error-code="import-not-found"
"""A partner's program, on the client that openapi-python-client makes: the test beside it runs it and breaks it.

Where that client is not made yet, mypy takes its types as unknown; the test has it made, and its types checked.
"""

import datetime
import json
import sys
from typing import TypeVar
from uuid import UUID

from common_apis_client import Client
from common_apis_client.api.calendar_events import calendar_events_create, calendar_events_get, calendar_events_update
from common_apis_client.api.conversations import conversations_create
from common_apis_client.api.messages import messages_create
from common_apis_client.api.patient_tasks import patient_tasks_create, patient_tasks_delete
from common_apis_client.api.patients import patients_create
from common_apis_client.models import (
    CalendarEventCreate,
    CalendarEventCreateModality,
    CalendarEventUpdate,
    CalendarEventUpdateOutcome,
    ConversationCreate,
    MessageCreate,
    MessageCreateDirection,
    PatientCreate,
    PatientTaskCreate,
    Problem,
)

T = TypeVar("T")

SEEDED = UUID("aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa")
"""The worker whom every world has from the start, and the worker's calendar."""
NOBODY = UUID("00000000-0000-4000-8000-000000000000")
START = datetime.datetime.fromisoformat("2031-03-04T09:30:00-08:00")


def answered(answer: T | Problem | None) -> T:
    """What was answered, or an exception that says why it was refused."""
    if answer is None or isinstance(answer, Problem):
        raise RuntimeError(answer)
    return answer


def refused(answer: object) -> Problem:
    """Why it was refused, or an exception because it was not."""
    if not isinstance(answer, Problem):
        raise TypeError(answer)
    return answer


def story(address: str) -> dict[str, object]:
    """Make a patient, meet them, write to them, and be refused twice."""
    api = Client(base_url=address)

    person = PatientCreate(
        phase="intake",
        timezone="US/Pacific",
        first_name="Rosa",
        last_name="Quillfeather",
        birthday=datetime.date(1984, 6, 12),
    )
    patient = answered(patients_create.sync(client=api, body=person))

    visit = CalendarEventCreate(
        calendar_id=SEEDED,
        user_id=patient.id,
        start_time=START,
        end_time=START + datetime.timedelta(minutes=30),
        modality=CalendarEventCreateModality.VIDEO,
        appointment_type="intake_call",
    )
    booked = answered(calendar_events_create.sync(client=api, body=visit))
    completed = CalendarEventUpdate(outcome=CalendarEventUpdateOutcome.COMPLETED)
    answered(calendar_events_update.sync(booked.id, client=api, body=completed))
    met = answered(calendar_events_get.sync(booked.id, client=api))

    conversation = answered(conversations_create.sync(client=api, body=ConversationCreate(user_id=patient.id)))
    thanks = MessageCreate(
        user_id=patient.id,
        worker_id=SEEDED,
        conversation_id=conversation.id,
        direction=MessageCreateDirection.OUTBOUND,
        contents="Thank you for your time today.",
    )
    message = answered(messages_create.sync(client=api, body=thanks))

    check_in = PatientTaskCreate(user_id=patient.id, task_type="weekly_check_in")
    task = answered(patient_tasks_create.sync(client=api, body=check_in))
    deleted = answered(patient_tasks_delete.sync(task.id, client=api))
    again = refused(patient_tasks_delete.sync(task.id, client=api))

    visit.calendar_id = NOBODY
    nowhere = refused(calendar_events_create.sync(client=api, body=visit))

    return {
        "patient": f"{patient.first_name} {patient.last_name}",
        "booked": {"modality": booked.modality, "outcome": booked.outcome},
        "met": {"is_all_day": met.is_all_day, "outcome": met.outcome},
        "said": {
            "conversation_type": conversation.conversation_type,
            "direction": message.direction,
            "same_conversation": message.conversation_id == conversation.id,
        },
        "deleted": deleted.task_type,
        "deleted_again": {
            "status": again.status,
            "code": again.errors[0].code,
            "parameter": again.errors[0].parameter,
        },
        "refused": {
            "status": nowhere.status,
            "code": nowhere.errors[0].code,
            "pointer": nowhere.errors[0].pointer,
        },
    }


if __name__ == "__main__":
    json.dump(story(sys.argv[1]), sys.stdout)
