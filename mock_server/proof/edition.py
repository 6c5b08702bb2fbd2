"""An edition of the contract: from a file, from the root of many, or from an address."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from ..contract.document import CONTRACT, ContractError, load, operations, parsed
from ..contract.pointer import follow
from ..contract.source import Source
from .asking import NoAddress, NoAnswer, asking

Document = dict[str, Any]


@dataclass(frozen=True)
class Edition:
    """A contract, folded; `name` is what it was asked for by, `source` has its lines, if it is in files."""

    name: str
    document: Document
    source: Source | None


def own() -> Edition:
    """The edition that this package carries."""
    return Edition("this package's own", load(), Source(CONTRACT))


def edition(where: str) -> Edition:
    """The edition at a path or an address. Raises `ContractError` saying what to mend: it is never taken for empty."""
    remote = where.startswith(("http://", "https://"))
    try:
        document = named(fetched(where) if remote else load(Path(where)))
        if reason := unfit(document):
            raise ContractError(f"{where} cannot be compared: {reason}")
    except RecursionError as error:
        raise ContractError(f"{where} cannot be read: it contains itself.") from error
    return Edition(where, document, None if remote else Source(Path(where), Path.cwd()))


def fetched(address: str) -> Document:
    """The document at an address."""
    advice = "A mock has its contract at /openapi.json."
    try:
        with asking() as ask:
            answer = ask(address)
        if answer.status != 200:
            raise NoAnswer(f"it was answered {answer.status} {answer.media_type}".rstrip())
        document = parsed(answer.body.decode(), json="json" in answer.media_type)
    except NoAddress as error:
        raise ContractError(f"`{address}` is no address. {advice}") from error
    except (NoAnswer, ValueError) as error:
        raise ContractError(f"{address} cannot be read: {error}. {advice}") from error
    if not isinstance(document, dict):
        raise ContractError(f"{address} is no OpenAPI document. {advice}")
    return document


def named(node: Any) -> Any:
    """A document whose names are text: YAML takes the name 200 for a number, and the name true for a truth."""
    if isinstance(node, dict):
        return {
            name if isinstance(name, str) else orjson.dumps(name).decode(): named(each) for name, each in node.items()
        }
    return [named(each) for each in node] if isinstance(node, list) else node


def unfit(document: Document) -> str | None:
    """Why changes of a document could not be judged: it is not a whole one of OpenAPI 3.0."""
    from openapi_spec_validator import OpenAPIV30SpecValidator  # only who compares editions waits for it

    if not str(document.get("openapi")).startswith("3.0."):
        return f"it says `openapi: {document.get('openapi')}`. Expected 3.0, as the contract has it."
    for reference in references(document):
        try:
            follow(document, reference.removeprefix("#"))
        except LookupError:
            return (
                f"it refers to `{reference}`, which is not in it. Expected a whole document, or the root of its files."
            )
    if error := next(OpenAPIV30SpecValidator(document).iter_errors(), None):
        return f"it is no OpenAPI 3.0 at `{'/'.join(map(str, error.absolute_path))}`: {error.message[:300]}"
    unnamed = [f"{method.upper()} {path}" for method, path, said in operations(document) if "operationId" not in said]
    if unnamed:
        return f"{unnamed[0]} has no operationId."
    return None if any(operations(document)) else "it has no operations."


def references(node: Any) -> Iterator[str]:
    """All that a document refers to; the validator of documents does not look at each."""
    if isinstance(node, dict) and isinstance(node.get("$ref"), str):
        yield node["$ref"]
    elif isinstance(node, dict | list):
        for each in node.values() if isinstance(node, dict) else node:
            yield from references(each)
