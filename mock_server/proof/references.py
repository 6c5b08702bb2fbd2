"""References: which record of each collection a server has, in place of the one that all data speak of.

The mock has the record `aaaaaaaa-…` of every collection (D-61), and those that the examples of the contract name;
another server need not. So before the suite begins, a record is made of each collection that has a create, and looked
for where there is none. From then on every request that would speak of one of those speaks of that record.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from graphlib import TopologicalSorter
from typing import Any, NamedTuple

from schemathesis import Case

from ..contract.document import operations
from ..contract.pointer import follow
from ..handlers import resource
from ..handlers.resource import Reference
from .sense import A, sensible

MARK = 12
"""How many characters of the new patient's id mark what must be unique, so that it is so on a server used before."""
UNNAMED = "patients"
"""The collection that an external id is of, if the request does not say."""

Body = dict[str, Any]
Document = Mapping[str, Any]
PathParameters = dict[str, Any] | None


class Answer(NamedTuple):
    """What a request was answered: the status (0 if it was not), the JSON (None if it is none), how to see it again."""

    status: int
    content: Any
    curl: str

    @property
    def id(self) -> str | None:
        """The id of the record in a successful answer."""
        id = self.content.get("id") if self.status in (200, 201) and isinstance(self.content, dict) else None
        return id if isinstance(id, str) else None


Ask = Callable[[str, Body | None, str | None], Answer]
"""Sends a request: the operationId, the body, the id in the path."""


class References:
    """The records that a server has: `ids` by collection, the `bodies` that made them, and what is `missing`."""

    def __init__(self, document: Document, given: Mapping[str, str] | None = None) -> None:
        self.document = document
        self.given = dict(given or {})
        self.ids = dict(self.given)
        self.bodies: dict[str, Body] = {}
        self.missing: set[str] = set()
        labelled = [(f"{method.upper()} {path}", said) for method, path, said in operations(document)]
        self.said = {said.get("operationId", label): (label, said) for label, said in labelled}
        self.collections = {label: collection(id) for id, (label, _) in self.said.items()}
        self.fields = {name: known for name in self.collections.values() if (known := references(name)) is not None}
        self.stand_ins = {A, *exemplary_ids(document)}

    def prepare(self, ask: Ask, wanted: Iterable[str]) -> Iterator[Answer]:
        """Make or find a record of each collection that some operations speak of; gives each answer."""
        for name in self.order({collection(operation) for operation in wanted}):
            answer = None
            for answer in self.make(name, ask) if self.makes(name) else self.find(name, ask):
                yield answer
            if answer and answer.id:
                self.ids[name] = answer.id
            elif answer:
                self.missing.add(name)

    def order(self, names: set[str]) -> list[str]:
        """The collections, and those that they refer to, in an order in which each finds what it refers to."""
        graph: dict[str, list[str]] = {}
        waiting = sorted(names)
        while waiting:
            name = waiting.pop()
            if name in self.fields and name not in graph:
                graph[name] = [each.collection or UNNAMED for each in self.fields[name]]
                waiting += graph[name]
        return [*TopologicalSorter(graph).static_order()]

    def makes(self, name: str) -> bool:
        """Whether a record of a collection is to be made."""
        return f"{name}_create" in self.said and name not in self.given

    def make(self, name: str, ask: Ask) -> Iterator[Answer]:
        """Create a record from one example after the other, until one is taken."""
        label, said = self.said[f"{name}_create"]
        mark = self.ids.get("patients", "verify").replace("-", "")[:MARK]
        for example in examples(self.document, said):
            self.bodies[name] = self.placed(name, sensible(label, example, mark))
            answer = ask(f"{name}_create", self.bodies[name], None)
            yield answer
            if answer.id:
                return
            if not answer.status:
                break
        del self.bodies[name]

    def find(self, name: str, ask: Ask) -> Iterator[Answer]:
        """Look for the record that was given, or else for the one of the document."""
        if f"{name}_get" in self.said:
            yield ask(f"{name}_get", None, self.ids.get(name, A))

    def replace(self, case: Case[Any], ask: Ask) -> None:
        """Make another record in place of one that was deleted."""
        name = self.collections.get(case.operation.label, "")
        if name in self.bodies and self.ids[name] in map(str.lower, (case.path_parameters or {}).values()):
            self.ids[name] = ask(f"{name}_create", self.bodies[name], None).id or self.ids[name]

    def needed(self, name: str) -> set[str]:
        """A collection, and those that it refers to."""
        return {name, *(each.collection or UNNAMED for each in self.fields.get(name, ()))}

    def lacking(self) -> set[str]:
        """The collections of which no record is known, and those that may refer to one of them."""
        return {name for name in self.fields if self.missing & self.needed(name)}

    def put_into_path(self, label: str, parameters: PathParameters) -> PathParameters:
        """The parameters of a path that names the record that the server has; `label` is a method and a path."""
        record = self.ids.get(self.collections.get(label, ""), A)
        return parameters and {
            name: in_case_of(id, record) if self.stands_in(id) else id for name, id in parameters.items()
        }

    def put_into(self, case: Case[Any]) -> None:
        """Let a request speak of the records that the server has."""
        label = case.operation.label
        name = self.collections.get(label)
        if name in self.fields:
            path_parameters = self.put_into_path(label, case.path_parameters)
            if path_parameters and path_parameters != case.path_parameters:
                case.path_parameters = path_parameters
            if isinstance(case.body, dict) and (placed := self.placed(name, case.body)) != case.body:
                case.body = placed

    def placed(self, name: str, body: Body) -> Body:
        """A body that refers to the records that the server has."""
        named = [(each.field, each.collection or body.get(each.named_by, UNNAMED)) for each in self.fields[name]]
        ids = {field: self.ids.get(target, A) for field, target in named if isinstance(target, str)}
        known = {field: in_case_of(body[field], id) for field, id in ids.items() if self.stands_in(body.get(field))}
        return body | known

    def stands_in(self, id: object) -> bool:
        """Whether an id is one that stands for a record that is there."""
        return isinstance(id, str) and id.lower() in self.stand_ins


def collection(operation: str) -> str:
    """The collection of an operation: `patients_create` is of `patients`."""
    return operation.rpartition("_")[0]


def references(name: str) -> tuple[Reference, ...] | None:
    """What the records of a collection refer to; None if it is none of the fourteen."""
    try:
        return resource(name).references
    except LookupError:
        return None


def examples(document: Document, said: Mapping[str, Any]) -> Iterator[Body]:
    """The bodies that the contract has as examples of an operation."""
    for example in said["requestBody"]["content"]["application/json"].get("examples", {}).values():
        while "$ref" in example:
            example = follow(document, example["$ref"].removeprefix("#"))
        yield dict(example["value"])


def exemplary_ids(document: Document) -> Iterator[str]:
    """Yield the ids by which the examples of requests, and of their fields, refer to records."""
    for _, _, said in operations(document):
        known = references(collection(said.get("operationId", "")))
        content = said.get("requestBody", {}).get("content", {}).get("application/json")
        if known and content:
            schema = content.get("schema", {})
            while "$ref" in schema:
                schema = follow(document, schema["$ref"].removeprefix("#"))
            shown = {name: field.get("example") for name, field in schema.get("properties", {}).items()}
            for body in (*examples(document, said), shown):
                yield from (body[each.field].lower() for each in known if isinstance(body.get(each.field), str))


def in_case_of(said: str, id: str) -> str:
    """An id in capitals if the one in its place was (D-35)."""
    return id.upper() if said.isupper() else id
