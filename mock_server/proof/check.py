"""The check of a program: what it asked that breaks the contract, whatever it made of the answer."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ...handlers.errors import VIOLATIONS
from ..contract.nearness import nearest, template
from ..contract.source import Line, Source
from .curl import curl
from .exchanges import Exchange, Recording
from .findings import Finding, folded

Document = Mapping[str, Any]

UNTOLD = {"code": "bad_request", "detail": "It broke the contract, and whoever recorded it does not say how."}
"""The fault of an exchange that has none, and is a violation all the same."""


def findings(recording: Recording, document: Document, source: Source) -> list[Finding]:
    """What the exchanges of a recording break of the contract, each once."""
    broken = (each for each in recording.exchanges if each["violation"])
    return folded(found for each in broken for found in of_exchange(each, document, source, recording.server))


def of_exchange(exchange: Exchange, document: Document, source: Source, server: str) -> Iterator[Finding]:
    """The findings of one exchange that breaks the contract."""
    operation = exchange["operation"]
    for fault in exchange["faults"] or [UNTOLD]:
        if operation is None or fault["code"] in VIOLATIONS:
            yield Finding(
                operation=operation or f"{exchange['method']} {template(exchange['path'])}",
                rule=fault["code"],
                message=fault["detail"] if operation else f"{fault['detail']}{meant(exchange, document)}",
                place=fault.get("pointer") or fault.get("parameter") or "",
                line=described(operation, fault, source),
                consumer=exchange["consumer"],
                curl=curl(exchange, server),
                sandbox=exchange["sandbox"],
                exchange=exchange["id"],
            )


def meant(exchange: Exchange, document: Document) -> str:
    """The operations that a request may have meant which matched none."""
    near = nearest(document, exchange["method"], exchange["path"])
    named = [f"{each['operation']} ({each['method']} {each['path']})" for each in near]
    return f" The nearest operations are {', '.join(named)}." if named else ""


def described(operation: str | None, fault: Mapping[str, Any], source: Source) -> Line:
    """The line of the contract that a fault goes against; where its paths begin, if it has not the operation."""
    try:
        if operation is None:
            return source.paths()
        if "pointer" in fault:
            return source.body(operation, fault["pointer"])
        return source.parameter(operation, fault["parameter"]) if "parameter" in fault else source.operation(operation)
    except LookupError:
        return source.paths()


def rules(document: Document) -> dict[str, str]:
    """When each rule is broken, in the words of the contract."""
    codes: Mapping[str, Any] = document["components"]["schemas"]["ErrorCode"]["x-codes"]
    return {code: said["when"] for code, said in codes.items()}


def asked(exchanges: Iterable[Exchange]) -> dict[str, int]:
    """How often each operation was asked, by its name."""
    counts: dict[str, int] = {}
    for exchange in exchanges:
        if exchange["operation"] is not None:
            counts[exchange["operation"]] = counts.get(exchange["operation"], 0) + 1
    return dict(sorted(counts.items()))
