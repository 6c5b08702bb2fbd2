"""The operations of a contract, compiled once, before a server is ready, each put where its path leads."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..contract.model import answered, sent
from ..contract.pointer import follow
from ..contract.schema import json_schema
from .address import Address, Parameter
from .body import Body
from .declared import Declared
from .operation import Operation, RecordOperation
from .router import Router
from .worlds import PREFIX

BOUNDS = ("largest", "deepest", "most")
"""What the contract may say otherwise of one body (`x-largest` and so on) than D-37, D-55 and D-64 say of all."""


@dataclass(frozen=True)
class Compiler:
    """Compiles operations of the folded contract `document` to those of one `kind`."""

    document: Mapping[str, Any]
    kind: type[Operation]

    def add_operations(
        self, router: Router[Operation], operations: Iterable[tuple[str, str, str, Callable[..., Any]]]
    ) -> None:
        """Put operations, each with its id, method, path and handler, at their paths."""
        for id, method, path, handler in operations:
            compiled = self.compile(id, method, path, handler)
            router.add(path, compiled.method, compiled)
            if compiled.in_sandbox:
                router.add(PREFIX + path, compiled.method, compiled)

    def compile(self, id: str, method: str, path: str, handler: Callable[..., Any]) -> Operation:
        """Compile one operation."""
        item = self.document["paths"][path]
        said = item[method]
        return self.kind(
            id=id,
            method=method.upper(),
            path=path,
            status=int(next(status for status in said["responses"] if status.startswith("2"))),
            address=self.address(*item.get("parameters", ()), *said.get("parameters", ())),
            body=self.body(method, path, said) if "requestBody" in said else None,
            declared=Declared(id, path, said, self.document),
            handler=handler,
        )

    def address(self, *parameters: Mapping[str, Any]) -> Address:
        """The parameters of an operation, compiled; a handler that knows a header reads it itself."""
        compiled: dict[str, list[Parameter]] = {"path": [], "query": [], "header": []}
        for said in map(self.resolved, parameters):
            schema = json_schema(said["schema"], self.document)
            compiled[said["in"]].append(Parameter.of(said["name"], schema, said.get("required", False)))
        return Address(tuple(compiled["path"]), tuple(compiled["query"]))

    def body(self, method: str, path: str, said: Mapping[str, Any]) -> Body:
        """The body of an operation, compiled, with the first of its examples."""
        sent_body = said["requestBody"]
        examples = sent_body["content"]["application/json"]["examples"]
        schema = json_schema(sent(said), self.document)
        example = self.resolved(next(iter(examples.values())))
        bounds = {name: sent_body[f"x-{name}"] for name in BOUNDS if f"x-{name}" in sent_body}
        schema |= {"x-fixed": self.fixed(method, path, said)}
        return Body.of(schema, example["value"], **bounds, required=sent_body.get("required", False))

    def fixed(self, method: str, path: str, said: Mapping[str, Any]) -> dict[str, str]:
        """The fields of the resource that an operation does not take, and why (D-07, D-44)."""
        if self.kind is not RecordOperation:
            return {}
        reason = "is not a field here." if method == "post" else "cannot be updated."
        create = self.document["paths"][path.removesuffix("/{id}")]["post"]
        known = [json_schema(schema, self.document)["properties"] for schema in (answered(said), sent(create))]
        return {name: reason for fields in known for name in fields}

    def resolved(self, node: Mapping[str, Any]) -> Any:
        """What a component reference points at, or the node itself."""
        return follow(self.document, node["$ref"].removeprefix("#")) if "$ref" in node else node
