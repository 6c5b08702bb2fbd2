"""Defects that a server might have, and which checks ought to find each; a decision is a check of its rule."""

from collections.abc import Callable
from typing import NamedTuple

from ..mock import A
from .mutant import Answer, Ask, Change, Request


class Defect(NamedTuple):
    """Where what is done wrong; each operation that ought to be named, with the check that ought to name it."""

    where: str
    change: Change
    findings: set[tuple[str, str]]
    takes_a_sequence: bool
    """Whether it takes a sequence of requests to see the defect for what it is."""


DEFECTS: dict[str, Defect] = {}
"""The defects by their names."""


def defect(where: str, *findings: tuple[str, str], takes_a_sequence: bool = False) -> Callable[[Change], Change]:
    """Note a defect."""

    def note(change: Change) -> Change:
        DEFECTS[change.__name__] = Defect(where, change, set(findings), takes_a_sequence)
        return change

    return note


@defect("POST /v1/conversations", ("POST /v1/conversations", "status_code_conformance"))
async def answers_200_to_a_create(ask: Ask, request: Request) -> Answer:
    """The status is none that the contract has."""
    answer = await ask(request)
    return answer._replace(status=200) if answer.status == 201 else answer


@defect("GET /v1/workers/{id}", ("GET /v1/workers/{id}", "response_schema_conformance"))
async def leaves_a_field_out(ask: Ask, request: Request) -> Answer:
    """A field is not in the answer."""
    return (await ask(request)).without("gender")


@defect("GET /v1/integration_tasks/{id}", ("GET /v1/integration_tasks/{id}", "response_schema_conformance"))
async def has_a_value_that_is_not_listed(ask: Ask, request: Request) -> Answer:
    """The status of the task is none of the enum."""
    answer = await ask(request)
    return answer.saying(status="done") if answer.status == 200 else answer


@defect("GET /v1/careplans/{id}", ("GET /v1/careplans/{id}", "content_type_conformance"))
async def names_another_media_type(ask: Ask, request: Request) -> Answer:
    """The answer is JSON and says that it is text."""
    return (await ask(request)).with_header(b"content-type", b"text/plain")


@defect("POST /v1/assessment_responses", ("POST /v1/assessment_responses", "response_headers_conformance"))
async def does_not_say_where(ask: Ask, request: Request) -> Answer:
    """A create is answered without `Location`."""
    answer = await ask(request)
    answer.headers.pop(b"location", None)
    return answer


@defect(
    "POST /v1/calendar_events",
    ("POST /v1/calendar_events", "negative_data_rejection"),
    ("POST /v1/calendar_events", "answers_what_was_sent"),
)
async def takes_any_modality(ask: Ask, request: Request) -> Answer:
    """A value that is not listed is taken for another."""
    if request.fields.get("modality") not in (None, "call", "visit", "video"):
        request = request.sending(modality="call")
    return await ask(request)


@defect("POST /v1/patient_tasks", ("POST /v1/patient_tasks", "negative_data_rejection"))
async def ignores_unknown_fields(ask: Ask, request: Request) -> Answer:
    """What is not in the contract is left aside."""
    return await ask(request.without(*request.fields.keys() - {"user_id", "task_type"}))


@defect("PUT /v1/patients/{id}", ("PUT /v1/patients/{id}", "positive_data_acceptance"))
async def refuses_null(ask: Ask, request: Request) -> Answer:
    """A field that may be null is refused when it is."""
    if request.fields.get("coach_id", "") is None:
        request = request.sending(coach_id="nobody")
    return await ask(request)


@defect("POST /v1/phone_numbers", ("POST /v1/phone_numbers", "not_a_server_error"))
async def fails_at_a_bound(ask: Ask, request: Request) -> Answer:
    """A name of the greatest length makes the server fail."""
    answer = await ask(request)
    if len(answer.record.get("friendly_name") or "") < 255:
        return answer
    problem = await ask(Request("GET", "/v1/nothing"))
    return problem._replace(status=500).saying(status=500)


@defect("POST /v1/custom_data_type_records", ("POST /v1/custom_data_type_records", "not_a_server_error"))
async def fails_at_what_is_invalid(ask: Ask, request: Request) -> Answer:
    """What ought to be refused makes the server fail."""
    answer = await ask(request)
    return answer._replace(status=500).saying(status=500) if answer.status == 400 else answer


@defect("GET /v1/calendars/{id}", ("GET /v1/calendars/{id}", "response_schema_conformance"))
async def answers_null_for_a_worker(ask: Ask, request: Request) -> Answer:
    """A field is null that never is."""
    answer = await ask(request)
    return answer.saying(worker_id=None) if answer.status == 200 else answer


@defect("PUT /v1/phone_numbers/{id}", ("PUT /v1/phone_numbers/{id}", "answers_what_was_sent"))
async def leaves_a_field_as_it_was(ask: Ask, request: Request) -> Answer:
    """One of the fields that an update changes is not changed."""
    valid = isinstance(request.fields.get("verified"), bool)
    return await ask(request.without("verified") if valid else request)


@defect(
    "PUT /v1/email_addresses/{id}",
    ("GET /v1/email_addresses/{id}", "ReadsWhatWasWritten"),
    ("PUT /v1/email_addresses/{id}", "ReadsWhatWasWritten"),  # an empty update reads, too
)
async def forgets_an_update(ask: Ask, request: Request) -> Answer:
    """An update is answered with the changed record, which is not kept."""
    before = await ask(Request("GET", request.path))
    answer = await ask(request)
    if answer.status == 200:
        fields = ("email", "friendly_name", "verified", "opted_in_to_email", "automatic_recipient")
        await ask(Request("PUT", request.path, {field: before.record[field] for field in fields}))
    return answer


@defect(
    "POST /v1/messages",
    ("POST /v1/messages", "ensure_resource_availability"),
    ("GET /v1/messages/{id}", "ReadsWhatWasWritten"),
    takes_a_sequence=True,
)
async def answers_an_id_that_is_none(ask: Ask, request: Request) -> Answer:
    """A create is answered with an id under which nothing is found."""
    answer = await ask(request)
    return answer.saying(id=f"{'0' * 8}{answer.record['id'][8:]}") if answer.status == 201 else answer


@defect(
    "DELETE /v1/patient_tasks/{id}",
    ("DELETE /v1/patient_tasks/{id}", "use_after_free"),
    ("DELETE /v1/patient_tasks/{id}", "ReadsWhatWasWritten"),  # of the second
    ("GET /v1/patient_tasks/{id}", "ReadsWhatWasWritten"),
    takes_a_sequence=True,
)
async def deletes_nothing(ask: Ask, request: Request) -> Answer:
    """A delete is answered as one, and the record is still there."""
    return await ask(request._replace(method="GET"))


@defect("PATCH /v1/conversations/{id}", ("GET /v1/conversations/{id}", "unsupported_method"))
async def has_a_method_of_its_own(ask: Ask, request: Request) -> Answer:
    """A method that the contract does not have is answered."""
    return await ask(request._replace(method="GET"))


@defect("OPTIONS /v1/external_ids", ("POST /v1/external_ids", "allow_header_conformance"))
async def allows_what_is_not(ask: Ask, request: Request) -> Answer:
    """`Allow` names a method that the path does not have."""
    return (await ask(request)).with_header(b"allow", b"GET, OPTIONS, POST")


@defect("POST /v1/calendar_events", ("POST /v1/calendar_events", "D-17"))
async def lets_an_event_end_before_it_starts(ask: Ask, request: Request) -> Answer:
    """Start and end are taken in any order."""
    start, end = request.fields.get("start_time"), request.fields.get("end_time")
    if isinstance(start, str) and isinstance(end, str) and start > end:
        request = request.sending(start_time=end, end_time=start)
    return await ask(request)


@defect("POST /v1/messages", ("POST /v1/messages", "D-08"))
async def lets_nobody_write_a_message(ask: Ask, request: Request) -> Answer:
    """An outbound message needs no worker."""
    if request.fields.get("direction") == "outbound" and "worker_id" not in request.fields:
        answer = await ask(request.sending(direction="inbound"))
        return answer.saying(direction="outbound") if answer.status == 201 else answer
    return await ask(request)


@defect("POST /v1/patient_tasks", ("POST /v1/patient_tasks", "D-19"))
async def gives_a_task_to_nobody(ask: Ask, request: Request) -> Answer:
    """The patient need not exist."""
    answer = await ask(request)
    if answer.status != 404:
        return answer
    made = await ask(request.sending(user_id=A))
    return made.saying(user_id=request.fields["user_id"].lower())


def changes() -> dict[str, Change]:
    """What a mock with many defects does otherwise: the first of each place."""
    return {each.where: each.change for each in reversed(DEFECTS.values())}
