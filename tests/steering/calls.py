"""A valid request to each of the 29 operations, and what the contract declares that each may answer."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import httpx

from common_apis.contract.document import operations
from common_apis.contract.pointer import follow

from ..control.world import World
from ..mock import NOBODY, A
from ..resources.bodies import LEAST, UPDATES, Record
from ..resources.test_operations import DELETES, GETS


class Call(NamedTuple):
    """A request below `/v1`: its method, the collection, the id in its path if there is one, and its body."""

    method: str
    collection: str
    id: str = ""
    body: Record | None = None

    @property
    def path(self) -> str:
        """The path below `/v1`."""
        return f"{self.collection}/{self.id}" if self.id else self.collection

    def ask(self, world: World, method: str = "", **sent: Any) -> httpx.Response:
        """The answer to it."""
        body = {} if self.body is None else {"json": self.body}
        return world.api(method or self.method, self.path, **body, **sent)

    def preferring(self, world: World, prefer: str, method: str = "") -> httpx.Response:
        """The answer to it with preferences."""
        return self.ask(world, method, headers={"Prefer": prefer})

    def having(self, value: str, field: str = "id") -> "Call":
        """The same with a value in a field of the body, or as the id in the path."""
        return self._replace(id=value) if field == "id" else self._replace(body=(self.body or {}) | {field: value})


CALLS = {
    **{f"{each}_get": Call("GET", each, A) for each in GETS},
    **{f"{each}_delete": Call("DELETE", each, A) for each in DELETES},
    **{f"{each}_create": Call("POST", each, body=body) for each, body in LEAST.items()},
    **{f"{each}_update": Call("PUT", each, A, body) for each, body in UPDATES.items()},
    "calendar_events_update": Call("PUT", "calendar_events", A, {"outcome": "cancelled"}),
}
REFERENCE = {
    "assessment_responses_create": "user_id",
    "calendar_events_create": "user_id",
    "conversations_create": "user_id",
    "custom_data_type_records_create": "user_id",
    "email_addresses_create": "user_id",
    "external_ids_create": "welkin_id",
    "messages_create": "user_id",
    "patient_tasks_create": "user_id",
    "patients_create": "coach_id",
    "phone_numbers_create": "user_id",
}
"""Where an id stands in the body of an operation that has none in its path."""


class Answers:
    """The answers that the contract declares: for each operation and status, its examples by name."""

    def __init__(self, contract: Mapping[str, Any]) -> None:
        self.contract = contract
        self.all: dict[str, dict[int, dict[str, Any]]] = {
            operation["operationId"]: {
                int(status): self.examples(each) for status, each in operation["responses"].items()
            }
            for _, _, operation in operations(contract)
        }

    def examples(self, response: Mapping[str, Any]) -> dict[str, Any]:
        """The bodies of a response, by name."""
        [content] = self.resolved(response)["content"].values()
        return {name: self.resolved(each)["value"] for name, each in content["examples"].items()}

    def resolved(self, node: Any) -> Any:
        """What a reference points at, or the node itself."""
        return follow(self.contract, node["$ref"].removeprefix("#")) if "$ref" in node else node

    def errors(self, operation: str) -> dict[tuple[int, str], Any]:
        """The errors of an operation, by status and code."""
        answers = self.all[operation].items()
        return {(status, code): body for status, each in answers if status >= 400 for code, body in each.items()}

    def granted(self, operation: str) -> tuple[int, dict[str, Any]]:
        """The status of an answer to a request that is granted, and its examples."""
        return next((status, examples) for status, examples in self.all[operation].items() if status < 300)


def same(answer: httpx.Response, example: Any) -> bool:
    """Whether an answer is an example; a problem document names the request at hand as its instance, and its id."""
    body = answer.json()
    if answer.status_code >= 400:
        path = answer.url.raw_path.decode()
        if example["type"] == "/problems/not_found":
            example = json.loads(json.dumps(example).replace(NOBODY, path.rsplit("/", 1)[1]))
        example = example | {"instance": path}
    return bool(body == example)
