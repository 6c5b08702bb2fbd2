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
from .operation import Operation
from .router import Router


class OperationsAPI(RoutedAPI[Operation]):
    """The compiled operations of one contract, each put where its path leads."""

    def __init__(self, *args: Any, document: Mapping[str, Any], router: Router[Operation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.document = document
        self.router = router
        self.add_paths()

    def make_operation(self, operation: AbstractOperation) -> Operation:
        """Compile one operation; Connexion calls this for each, with its handler found."""
        item = self.document["paths"][operation.path]
        said = item[operation.method]
        compiled = Operation(
            id=operation.operation_id,
            method=operation.method.upper(),
            path=operation.path,
            status=int(next(status for status in said["responses"] if status.startswith("2"))),
            address=Address(tuple(self.parameter(each) for each in item.get("parameters", ()))),
            body=self.body(operation) if "requestBody" in said else None,
            handler=operation.function,
        )
        self.router.add(compiled.path, compiled.method, compiled)
        return compiled

    def parameter(self, parameter: Mapping[str, Any]) -> Parameter:
        """A parameter of the path, compiled."""
        said = self.resolved(parameter)
        return Parameter.of(said["name"], json_schema(said["schema"], self.document))

    def body(self, operation: AbstractOperation) -> Body:
        """The body of an operation, compiled, with the first of its examples."""
        said = self.document["paths"][operation.path][operation.method]
        examples = said["requestBody"]["content"]["application/json"]["examples"]
        schema = json_schema(sent(said), self.document)
        example = self.resolved(next(iter(examples.values())))
        return Body.of(schema | {"x-fixed": self.fixed(operation, said)}, example["value"])

    def fixed(self, operation: AbstractOperation, said: Mapping[str, Any]) -> dict[str, str]:
        """The fields of the resource that this operation does not take, and why (D-07, D-44)."""
        reason = "is not a field here." if operation.method == "post" else "cannot be updated."
        create = self.document["paths"][operation.path.removesuffix("/{id}")]["post"]
        known = [json_schema(schema, self.document)["properties"] for schema in (answered(said), sent(create))]
        return {name: reason for fields in known for name in fields}

    def resolved(self, node: Mapping[str, Any]) -> Any:
        """What a component reference points at, or the node itself."""
        return follow(self.document, node["$ref"].removeprefix("#")) if "$ref" in node else node
