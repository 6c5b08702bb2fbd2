"""What the contract declares that an operation answers: the only answers that may be asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

import orjson
from starlette.types import Scope

from ..contract.pointer import follow
from ..contract.sample import sample
from ..contract.schema import json_schema, validator
from ..handlers import resource
from ..handlers.errors import BadRequest, Fault, Refused
from .response import Response, instance, root_path

TRIES = 1000
"""How many samples are drawn until one is right; nearly always the first is, of calendar events about the tenth."""


@dataclass(frozen=True)
class Declared:
    """The answers of one operation, which is at `path` of the folded contract `document`."""

    id: str
    path: str
    said: Mapping[str, Any]
    document: Mapping[str, Any]

    @cached_property
    def statuses(self) -> dict[int, Mapping[str, Any]]:
        """The response that the contract has for each status."""
        return {int(status): self.resolved(response) for status, response in self.said["responses"].items()}

    @cached_property
    def success(self) -> int:
        """The status of an answer to a request that is granted."""
        return next(status for status in self.statuses if status < 300)

    def examples(self, status: int) -> dict[str, Any]:
        """The bodies that the contract shows for a status, by name."""
        content: Mapping[str, Any] = next(iter(self.statuses[status].get("content", {}).values()), {})
        return {name: self.resolved(each)["value"] for name, each in content.get("examples", {}).items()}

    def has(self, status: int | None, code: str | None) -> bool:
        """Whether there is an answer of this status and with this error code, as far as they are given."""
        return status is None or (status in self.statuses and (code is None or code in self.examples(status)))

    def check(self, status: int, example: str | None, place: Mapping[str, str]) -> None:
        """Refuse a status or an example that the contract does not declare; `place` says where it was asked for."""
        if status not in self.statuses:
            known = ", ".join(map(str, self.statuses))
            raise Refused([self.fault(f"{self.id} declares no answer {status}. It declares {known}.", place)])
        names = self.examples(status)
        if example is not None and example not in names:
            detail = f"{self.id} has no example `{example}` for {status}. It has {', '.join(names)}."
            raise Refused([self.fault(detail, place)])

    def fault(self, detail: str, place: Mapping[str, str]) -> Fault:
        """A fault at a place."""
        return BadRequest(detail, pointer=place.get("pointer"), parameter=place.get("parameter"))

    def answer(self, status: int, example: str | None, scope: Scope) -> Response:
        """The declared answer of a status: the example of this name, or the first."""
        examples = self.examples(status)
        body = examples[example] if example else next(iter(examples.values()), None)
        return self.response(status, body, scope)

    def sampled(self, seed: str, scope: Scope) -> Response:
        """A record that was never answered before, is valid and keeps the rules; the same seed gives the same one."""
        own = resource(self.path.split("/")[2])
        content = self.statuses[self.success]["content"]["application/json"]
        check, draw = validator(json_schema(content["schema"], self.document)), Random(seed)
        samples = (sample(content["schema"], self.document, draw) for _ in range(TRIES))
        body = next((each for each in samples if own.coherent(each) and check.is_valid(each)), None)
        return self.answer(self.success, None, scope) if body is None else self.response(self.success, body, scope)

    def response(self, status: int, body: Any, scope: Scope) -> Response:
        """An answer with the headers that the contract has for it."""
        said = self.statuses[status]
        media_type = next(iter(said.get("content", {})), "")
        headers = [(b"content-type", media_type.encode())] if media_type else []
        for name, header in said.get("headers", {}).items():
            value = f"{self.path}/{body['id']}" if name == "Location" else str(self.resolved(header)["example"])
            headers.append((name.lower().encode(), value.encode()))
        if media_type == "application/problem+json":
            body = self.problem(body, scope)
        return Response(status, headers, b"" if body is None else orjson.dumps(body))

    def problem(self, example: dict[str, Any], scope: Scope) -> dict[str, Any]:
        """An example of an error, as it is of a request: of its path, and of the id that it asks for."""
        own = instance(scope)
        if self.path.endswith("/{id}"):
            shown, asked = (f"`{path.rpartition('/')[2].lower()}`" for path in (example["instance"], own))
            of_it = [error | {"detail": error["detail"].replace(shown, asked)} for error in example["errors"]]
            example = example | {"detail": example["detail"].replace(shown, asked), "errors": of_it}
        return example | {"type": root_path(scope) + example["type"], "instance": own}

    def resolved(self, node: Mapping[str, Any]) -> Any:
        """What a component reference points at, or the node itself."""
        return follow(self.document, node["$ref"].removeprefix("#")) if "$ref" in node else node
