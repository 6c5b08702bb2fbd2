"""The form of what the control plane answers: that which its contract declares, and no other."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx

from common_apis.contract.document import operations
from common_apis.contract.pointer import follow
from common_apis.contract.schema import Validator, json_schema, validator

from ..resources.problem import ProblemForm

Document = dict[str, Any]
PROBLEM = "application/problem+json"


class Response(NamedTuple):
    """A response of the contract, compiled: the check of its body by media type, and that of each of its headers."""

    bodies: dict[str, Validator]
    headers: dict[str, Validator]


class Operation(NamedTuple):
    """An operation of the contract, the paths that lead to it, and its responses by status."""

    id: str
    path: re.Pattern[str]
    responses: dict[int, Response]


class Form:
    """What both contracts demand of an answer, whichever was asked."""

    def __init__(self, contract: Document, control: Document) -> None:
        self.control = control
        self.problem = ProblemForm(contract)
        self.operations: dict[str, list[Operation]] = {}
        for method, path, says in operations(control):
            pattern = re.compile(re.sub(r"\{\w+\}", "[^/]+", path))
            responses = {int(status): self.response(each) for status, each in says["responses"].items()}
            self.operations.setdefault(method.upper(), []).append(Operation(says["operationId"], pattern, responses))

    def response(self, node: Document) -> Response:
        """A response, compiled."""
        says = self.resolved(node)
        headers = {name: self.validator(self.resolved(each)) for name, each in says.get("headers", {}).items()}
        return Response({kind: self.validator(each) for kind, each in says.get("content", {}).items()}, headers)

    def validator(self, says: Document) -> Validator:
        """The check of what has a schema."""
        return validator(json_schema(says["schema"], self.control))

    def resolved(self, node: Document) -> Document:
        """What a reference points at, or the node itself."""
        found: Document = follow(self.control, node["$ref"].removeprefix("#")) if "$ref" in node else node
        return found

    def at(self, path: str) -> Iterator[tuple[str, Operation]]:
        """The operations at a path, with their methods."""
        for method, known in self.operations.items():
            yield from ((method, each) for each in known if each.path.fullmatch(path))

    def check(self, answer: httpx.Response) -> None:
        """Fail if an answer is not as it was declared."""
        method, path = answer.request.method, answer.url.raw_path.decode().partition("?")[0]
        here = dict(self.at(path))
        operation = here.get("GET" if method == "HEAD" else method)
        if path.startswith("/_mock/") and operation:
            check_declared(operation.responses[answer.status_code], answer)
        elif path.startswith("/_mock/") and method != "OPTIONS":
            assert answer.status_code == (405 if here else 404), answer.text
        if answer.status_code >= 400 and method != "HEAD":
            self.problem.check(answer)


def check_declared(declared: Response, answer: httpx.Response) -> None:
    """Fail if an answer is not one of those that a response describes."""
    kind = answer.headers.get("content-type", "")
    assert kind in (declared.bodies or {""})
    if not kind:
        assert answer.content == b""
    elif answer.request.method != "HEAD":
        reasons = [error.message for error in declared.bodies[kind].iter_errors(answer.json())]
        assert reasons == [], answer.text
    for name, check in declared.headers.items():
        value: Any = answer.headers[name]
        assert check.is_valid(int(value) if value.isdigit() else value), f"{name}: {value}"
    assert ("location" in answer.headers) == ("Location" in declared.headers)
