"""What is wrong with an answer, by the contract."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..contract.schema import Schema, Validator, json_schema, validator
from ..contract.violation import violations
from ..contract.words import shortened
from ..handlers.errors import Fault
from ..serving.address import Parameter
from ..serving.operation import Operation
from ..serving.request import decode
from ..serving.response import Response
from .asked import FORM

AnswerFault = dict[str, str]
"""One thing that is wrong with an answer, as the contract of the control plane has it."""


@dataclass(frozen=True)
class Promise:
    """What the contract has an operation answer with one status: bodies by media type, and headers."""

    bodies: Mapping[str, tuple[Validator, Schema]]
    headers: tuple[Parameter, ...]


class Answers:
    """The answers of the contract, each compiled when it is first met."""

    def __init__(self) -> None:
        self.promises: dict[tuple[str, int], Promise | None] = {}

    def faults(self, operation: Operation, method: str, response: Response) -> list[AnswerFault]:
        """What an answer to an operation breaks: of its status, or else its headers, media type and body."""
        promise = self.promise(operation, response.status)
        if promise is None:
            known = ", ".join(map(str, operation.declared.statuses))
            return [fault("status_code_conformance", f"The status is {response.status}. Expected one of {known}.")]
        found = [*headers(promise, response)]
        return found if method == "HEAD" else [*found, *body(promise, response)]

    def promise(self, operation: Operation, status: int) -> Promise | None:
        """What the contract has for a status, if anything."""
        key = operation.id, status
        if key not in self.promises:
            said = operation.declared.statuses.get(status)
            self.promises[key] = compiled(operation, said) if said else None
        return self.promises[key]


def compiled(operation: Operation, said: Mapping[str, Any]) -> Promise:
    """A response of the contract, compiled."""
    document, bodies = operation.declared.document, {}
    for media_type, content in said.get("content", {}).items():
        schema = json_schema(content["schema"], document)
        bodies[media_type] = (validator(schema), schema)
    headers = {name: operation.declared.resolved(header) for name, header in said.get("headers", {}).items()}
    promised = (Parameter.of(name, each["schema"], each.get("required", False)) for name, each in headers.items())
    return Promise(bodies, tuple(promised))


def headers(promise: Promise, response: Response) -> Iterator[AnswerFault]:
    """What is wrong with the headers."""
    sent = dict(response.headers)
    for header in promise.headers:
        value = sent.get(header.name.lower().encode())
        if value is not None:
            for wrong in header.faults(header.value([value.decode("latin-1")]), "answer"):
                yield fault("response_headers_conformance", wrong.detail, parameter=header.name)
        elif header.required:
            yield fault("response_headers_conformance", f"`{header.name}` is missing.", parameter=header.name)


def body(promise: Promise, response: Response) -> Iterator[AnswerFault]:
    """What is wrong with the media type, or else the body."""
    if not promise.bodies:
        return
    media_type = essence(response)
    if media_type not in promise.bodies:
        was = f"`{shortened(media_type)}`" if media_type else "nothing"
        detail = f"The answer is declared as {was}. Expected {' or '.join(promise.bodies)}."
        yield fault("content_type_conformance", detail, parameter="Content-Type")
        return
    check, schema = promise.bodies[media_type]
    value, unreadable = decode(response.body)
    if unreadable:
        yield fault("response_schema_conformance", unreadable.detail, pointer="")
    elif not check.is_valid(value):
        for pointer, detail in violations(check, schema, value, "The answer"):
            yield fault("response_schema_conformance", detail, pointer=pointer)


def decisions(faults: list[Fault], told: tuple[Fault, ...], status: int) -> Iterator[AnswerFault]:
    """Whether the server took a form that the contract forbids, or refused one that it allows.

    `faults` are those of the request, `told` those that the answer names.
    """
    if faults and status < 300:
        detail = f"The request breaks the contract, and was granted with {status}: {faults[0].detail}"
        yield fault("negative_data_rejection", detail)
    refused = [each for each in told if each.code in FORM]
    if refused and not faults:
        detail = f"The request has a form that the contract allows, and was refused: {refused[0].detail}"
        yield fault("positive_data_acceptance", detail)


def essence(response: Response) -> str:
    """The media type of an answer, without its parameters."""
    said = dict(response.headers).get(b"content-type", b"")
    return said.partition(b";")[0].strip().lower().decode("latin-1")


def fault(rule: str, detail: str, **place: str) -> AnswerFault:
    """One thing that is wrong."""
    return {"rule": rule, "detail": detail, **place}
