"""The operations of a contract as Connexion knows them: it loads the contract and ties operations to handlers."""

from collections.abc import Mapping
from typing import Any

from connexion.middleware.abstract import RoutedAPI
from connexion.operations.abstract import AbstractOperation

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


class OperationsAPI(RoutedAPI[Operation]):
    """The compiled operations of one contract, each put where its path leads."""

    def __init__(
        self,
        *args: Any,
        document: Mapping[str, Any],
        router: Router[Operation],
        compiled: type[Operation],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.document = document
        self.router = router
        self.compiled = compiled
        self.add_paths()

    def make_operation(self, operation: AbstractOperation) -> Operation:
        """Compile one operation; Connexion calls this for each, with its handler found."""
        item = self.document["paths"][operation.path]
        said = item[operation.method]
        compiled = self.compiled(
            id=operation.operation_id,
            method=operation.method.upper(),
            path=operation.path,
            status=int(next(status for status in said["responses"] if status.startswith("2"))),
            address=self.address(*item.get("parameters", ()), *said.get("parameters", ())),
            body=self.body(operation) if "requestBody" in said else None,
            declared=Declared(operation.operation_id, operation.path, said, self.document),
            handler=operation.function,
        )
        self.router.add(compiled.path, compiled.method, compiled)
        if compiled.in_sandbox:
            self.router.add(PREFIX + compiled.path, compiled.method, compiled)
        return compiled

    def address(self, *parameters: Mapping[str, Any]) -> Address:
        """The parameters of an operation, compiled; a handler that knows a header reads it itself."""
        compiled: dict[str, list[Parameter]] = {"path": [], "query": [], "header": []}
        for said in map(self.resolved, parameters):
            schema = json_schema(said["schema"], self.document)
            compiled[said["in"]].append(Parameter.of(said["name"], schema, said.get("required", False)))
        return Address(tuple(compiled["path"]), tuple(compiled["query"]))

    def body(self, operation: AbstractOperation) -> Body:
        """The body of an operation, compiled, with the first of its examples."""
        said = self.document["paths"][operation.path][operation.method]
        sent_body = said["requestBody"]
        examples = sent_body["content"]["application/json"]["examples"]
        schema = json_schema(sent(said), self.document)
        example = self.resolved(next(iter(examples.values())))
        bounds = {name: sent_body[f"x-{name}"] for name in BOUNDS if f"x-{name}" in sent_body}
        schema |= {"x-fixed": self.fixed(operation, said)}
        return Body.of(schema, example["value"], **bounds, required=sent_body.get("required", False))

    def fixed(self, operation: AbstractOperation, said: Mapping[str, Any]) -> dict[str, str]:
        """The fields of the resource that this operation does not take, and why (D-07, D-44)."""
        if self.compiled is not RecordOperation:
            return {}
        reason = "is not a field here." if operation.method == "post" else "cannot be updated."
        create = self.document["paths"][operation.path.removesuffix("/{id}")]["post"]
        known = [json_schema(schema, self.document)["properties"] for schema in (answered(said), sent(create))]
        return {name: reason for fields in known for name in fields}

    def resolved(self, node: Mapping[str, Any]) -> Any:
        """What a component reference points at, or the node itself."""
        return follow(self.document, node["$ref"].removeprefix("#")) if "$ref" in node else node
