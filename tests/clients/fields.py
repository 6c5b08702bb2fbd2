"""The fields of a contract, each in the body that it is sent or answered in, and the program that uses it."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from common_apis.contract.document import operations
from common_apis.contract.model import answered, sent
from common_apis.contract.pointer import follow

Document = dict[str, Any]
Schema = dict[str, Any]

ID = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"
TYPES = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean"}
"""What TypeScript calls the types of a schema."""


class Call(NamedTuple):
    """An operation of a contract, which a program calls."""

    document: Document
    method: str
    path: str
    said: dict[str, Any]

    @property
    def id(self) -> str:
        """Its operationId."""
        return str(self.said["operationId"])

    def request(self) -> Schema:
        """The schema of its body; empty if it takes none."""
        return self.resolved(sent(self.said)) if "requestBody" in self.said else {}

    def response(self) -> Schema:
        """The schema of what it answers."""
        return self.resolved(answered(self.said))

    def resolved(self, schema: Schema) -> Schema:
        """What a reference points at, or the schema itself."""
        return follow(self.document, schema["$ref"][1:]) if "$ref" in schema else schema

    def least(self) -> dict[str, Any]:
        """The least body that it takes."""
        schema = self.request()
        return {name: schema["properties"][name]["example"] for name in schema.get("required", ())}

    def written(self, body: str = "") -> str:
        """The call in TypeScript, with a body, or else with the least."""
        options = [f'params: {{ path: {{ id: "{ID}" }} }}'] if "{id}" in self.path else []
        if "requestBody" in self.said:
            options.append(f"body: {body or json.dumps(self.least())}")
        return f'await api.{self.method.upper()}("{self.path}", {{ {", ".join(options)} }})'

    def sends(self, **fields: Any) -> str:
        """A program that sends the least body and these fields, or no body if the operation takes none."""
        if "requestBody" not in self.said:
            return f"{self.written()};"
        # With its type, since openapi-fetch alone has the compiler look for fields that lack, and for no others.
        name = sent(self.said)["$ref"].rpartition("/")[2]
        body = json.dumps(self.least() | fields)
        return f'const body: components["schemas"]["{name}"] = {body};\n{self.written("body")};'

    def reads(self, how: str) -> str:
        """A program that reads `answer`, the record that is answered."""
        return f"const answer = answered({self.written()});\n{how}"


class Field(NamedTuple):
    """A field of a body: `owner` is the schema of the object that has it."""

    call: Call
    owner: Schema
    name: str

    @property
    def schema(self) -> Schema:
        """The schema of its values."""
        return self.call.resolved(self.owner["properties"][self.name])

    @property
    def required(self) -> bool:
        """Whether it has to be there."""
        return self.name in self.owner.get("required", ())

    def sent(self) -> str:
        """A program that sends it."""
        return self.call.sends(**{self.name: self.schema["example"]})

    def read(self) -> str:
        """A program that reads it, and knows each of the values that it may have."""
        return self.call.reads(f"const value: {typescript(self.schema)} = answer.{self.name};\nvoid value;")


def typescript(schema: Schema) -> str:
    """The type of a schema's values, as somebody who read the contract would write it."""
    if "enum" in schema:
        return " | ".join(map(json.dumps, schema["enum"]))
    return TYPES.get(schema.get("type", ""), "unknown") + (" | null" if schema.get("nullable") else "")


def success(call: Call) -> str:
    """The status of an operation's success."""
    statuses: list[str] = [*call.said["responses"]]
    return next(status for status in statuses if status.startswith("2"))


def calls(document: Document) -> list[Call]:
    """The operations of a contract."""
    return [Call(document, *each) for each in operations(document)]


def sent_fields(document: Document) -> Iterator[Field]:
    """The fields that the operations take."""
    for call in calls(document):
        owner = call.request()
        yield from (Field(call, owner, name) for name in owner.get("properties", ()))


def answered_fields(document: Document) -> Iterator[Field]:
    """The fields that the operations answer."""
    for call in calls(document):
        owner = call.response()
        yield from (Field(call, owner, name) for name in owner["properties"])
