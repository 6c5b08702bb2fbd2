"""An edition of the contract: from a file, from the root of many, through a pipe, or from an address."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from ..contract.document import CONTRACT, ContractError, load
from ..contract.source import Source
from ..contract.text import decoded, parsed
from .asking import NoAddress, NoAnswer, asking
from .proxies import FindProxy, describe_route, find_none
from .refusal import read_refusal
from .soundness import unsound

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


def edition(where: str, find_proxy: FindProxy = find_none) -> Edition:
    """The edition at a path or an address. Raises `ContractError` saying what to mend: it is never taken for empty."""
    remote = where.lower().startswith(("http://", "https://"))
    try:
        document = named(fetched(where, find_proxy) if remote else load(Path(where)))
        if reason := unsound(document):
            raise ContractError(f"{where} cannot be compared: {reason}")
    except RecursionError as error:
        raise ContractError(f"{where} cannot be read: it is nested too deep.") from error
    readable_again = not remote and Path(where).is_file()
    return Edition(where, document, Source(Path(where), top()) if readable_again else None)


def top() -> Path | None:
    """Return the folder from which files are named: the working folder, if it is still there."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        return None


def fetched(address: str, find_proxy: FindProxy) -> Document:
    """The document at an address."""
    route = describe_route(address, find_proxy(address))
    advice = "A mock has its contract at /openapi.json."
    try:
        with asking(find_proxy=find_proxy) as ask:
            answer = ask(address)
        if refusal := read_refusal(answer):
            raise ContractError(f"{route} cannot be read: {refusal.detail}")
        if answer.status != 200:
            raise NoAnswer(f"it was answered {answer.status} {answer.media_type}".rstrip())
        document = parsed(decoded(answer.body), json="json" in answer.media_type)
    except NoAddress as error:
        raise ContractError(f"`{address}` is no address. {advice}") from error
    except (NoAnswer, ValueError) as error:
        raise ContractError(f"{route} cannot be read: {str(error).removesuffix('.')}. {advice}") from error
    if not isinstance(document, dict):
        raise ContractError(f"{route} is no OpenAPI document. {advice}")
    return document


def named(node: Any) -> Any:
    """A document whose names are text: YAML takes the name 200 for a number, and the name true for a truth."""
    if isinstance(node, dict):
        return {
            name if isinstance(name, str) else orjson.dumps(name).decode(): named(each) for name, each in node.items()
        }
    return [named(each) for each in node] if isinstance(node, list) else node
