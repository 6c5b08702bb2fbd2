"""Soundness: whether a document is a whole one of OpenAPI 3.0, so that it can be judged; if it is not, why not."""

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema_rs import ValidationError, validator_cls_for

from ..contract.document import operations
from ..contract.pointer import follow, pointer

LONGEST = 200
"""Characters of what is said about one place."""


def unsound(document: Mapping[str, Any]) -> str | None:
    """Why changes of a document could not be judged, in a sentence; None if they can."""
    if not str(document.get("openapi")).startswith("3.0."):
        return f"it says `openapi: {document.get('openapi')}`. Expected 3.0, as the contract has it."
    for reference in dict.fromkeys(references(document)):
        if reason := astray(reference, document):
            return f"it refers to `{reference}`, {reason}"
    if error := fault(document):
        where, said = error
        return f"it is no OpenAPI 3.0{f' at `{where}`' if where else ''}: {said}."
    return nameless(document)


def nameless(document: Mapping[str, Any]) -> str | None:
    """Why the operations of a document cannot be told from each other, if so."""
    known: dict[str, str] = {}
    for method, path, said in operations(document):
        here, name = f"{method.upper()} {path}", said.get("operationId")
        if name is None:
            return f"{here} has no operationId."
        if name in known:
            return f"{known[name]} and {here} have the same operationId, `{name}`."
        known[name] = here
    if hidden := [path for path, item in document["paths"].items() if "$ref" in item]:
        return f"{hidden[0]} refers to another place for its operations. Expected them there."
    return None if known else "it has no operations."


def references(node: Any) -> Iterator[str]:
    """All that a document refers to; the validator of documents does not look at each."""
    if isinstance(node, dict) and isinstance(node.get("$ref"), str):
        yield node["$ref"]
    elif isinstance(node, dict | list):
        for each in node.values() if isinstance(node, dict) else node:
            yield from references(each)


def astray(reference: str, document: Mapping[str, Any]) -> str | None:
    """Why a reference leads nowhere, if it does."""
    met: list[str] = []
    while reference not in met:
        met.append(reference)
        try:
            node = follow(document, reference.removeprefix("#")) if reference.startswith("#/") else None
        except LookupError:
            node = None
        if node is None:
            return "which is not in it. Expected a whole document, or the root of its files."
        if not isinstance(node, dict) or not isinstance(node.get("$ref"), str):
            return None
        reference = node["$ref"]
    return "which refers to itself, and so to nothing."


def fault(document: Mapping[str, Any]) -> tuple[str, str] | None:
    """The first place that is not as OpenAPI 3.0 has it, as a pointer, and what is wrong there."""
    from openapi_spec_validator.schemas import schema_v30  # only who compares editions waits for it

    check = validator_cls_for(dict(schema_v30))(dict(schema_v30))
    error = next(check.iter_errors(document), None)
    if error is None:
        return None
    inner = cause(error)
    return pointer(inner.instance_path), line(inner.message)


def cause(error: ValidationError) -> ValidationError:
    """The innermost error: of several forms that a value could have, that of the form which it fits furthest."""
    forms = getattr(error.kind, "context", None)
    if not forms:
        return error
    nearest = max(forms, key=lambda form: (max(depth(each) for each in form), -len(form)))
    return cause(max(nearest, key=depth))


def depth(error: ValidationError) -> int:
    """How far inside a document an error is."""
    return len(error.instance_path)


def line(text: str) -> str:
    """Text of a validator on one line, without its end."""
    said = " ".join(text.split())
    return (said if len(said) <= LONGEST else f"{said[:LONGEST]}…").rstrip(".")
