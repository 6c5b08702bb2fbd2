"""Refusals: requests that break a rule which no schema can say, each with the decision that has the rule."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from ..contract.source import Line, Source
from .failures import seen
from .findings import Finding
from .references import Answer, Ask, References, collection

TABLE = Path(__file__).with_suffix(".yaml")
NOBODY = "00000000-0000-4000-8000-000000000000"
"""An id that no record has."""


class Refusal(NamedTuple):
    """A request to be refused: what it is, as `refusals.yaml` says, and with which status."""

    decision: str
    operation: str
    says: str
    place: str
    status: int
    send: Mapping[str, Any] = {}
    without: tuple[str, ...] = ()
    other: tuple[str, ...] = ()

    def ask(self, ask: Ask, references: References) -> Answer | None:
        """Send it; None if it takes a record that the server is not known to have."""
        name = collection(self.operation)
        creates = self.operation.endswith("_create")
        if name in references.missing or (creates and name not in references.bodies):
            return None
        body = {**(references.bodies[name] if creates else {}), **self.send}
        for field in self.without:
            body.pop(field, None)
        for reference in references.fields[name]:
            if reference.field in self.other:
                made = ask(f"{reference.collection}_create", references.bodies.get(reference.collection, {}), None)
                if made.id is None:
                    return None
                body[reference.field] = made.id
        return ask(self.operation, body, None if creates else references.ids.get(name))

    def findings(self, answer: Answer, source: Source | None) -> list[Finding]:
        """What is wrong, if it is not refused as it ought to be."""
        if answer.status == self.status:
            return []
        answered = f"answered {answer.status}" if answer.status else "not answered"
        found = Finding(
            operation=self.operation,
            rule=self.decision,
            message=f"{self.says} A request against that was {answered}. Expected {self.status}.",
            place=self.place,
            line=self.line(source),
        )
        return [seen(found, answer.curl)]

    def line(self, source: Source | None) -> Line | None:
        """Where the contract says it."""
        try:
            return source.body(self.operation, self.place) if source else None
        except LookupError:
            return None


def refusals(references: References) -> Iterator[Refusal]:
    """Those of the table, and one for each reference to nobody."""
    for entry in yaml.safe_load(TABLE.read_text("utf-8")):
        if entry["operation"] in references.said:
            yield Refusal(**entry)
    for operation, (_, said) in references.said.items():
        for reference in references.fields.get(collection(operation), ()):
            if reference.field in fields(said, references.document):
                says = f"`{reference.field}` names a record that exists."
                yield Refusal("D-19", operation, says, f"/{reference.field}", 404, {reference.field: NOBODY})


def fields(said: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields of the body of an operation."""
    content = said.get("requestBody", {}).get("content", {}).get("application/json", {})
    schema: dict[str, Any] = content.get("schema", {})
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    properties: dict[str, Any] = schema.get("properties", {})
    return properties
