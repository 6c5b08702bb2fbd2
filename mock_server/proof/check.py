"""The check of a program: what it asked that breaks the contract, whatever it made of the answer."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..contract.nearness import nearest
from ..contract.source import Line, Source
from ..contract.words import template
from ..handlers.errors import VIOLATIONS
from .curl import curl
from .exchanges import Exchange, Recording
from .findings import CONSUMER, PROVIDER, Finding, folded

Document = Mapping[str, Any]

ANSWERS = {
    "status_code_conformance": "An answer has a status that the contract declares for the operation.",
    "content_type_conformance": "An answer has the media type that the contract declares for its status.",
    "response_headers_conformance": "An answer has the headers that the contract demands, as it describes them.",
    "response_schema_conformance": "The body of an answer is as the contract describes it.",
    "positive_data_acceptance": "A request of a form that the contract allows is not refused for its form.",
    "negative_data_rejection": "A request of a form that the contract forbids is refused.",
    "readable_answer": "An answer is HTTP, and no larger than can be read.",
}
"""What is demanded of an answer."""
OF_OPERATIONS = ("status_code_conformance", "positive_data_acceptance", "negative_data_rejection", "readable_answer")
"""The rules that no single answer of the contract states."""

UNTOLD = {"code": "bad_request", "detail": "It broke the contract, and whoever recorded it does not say how."}
"""The fault of an exchange that has none, and is a violation all the same."""


def findings(recording: Recording, document: Document, source: Source) -> list[Finding]:
    """What the exchanges of a recording break of the contract, each once."""
    server = recording.server
    return folded(found for each in recording.exchanges for found in of_exchange(each, document, source, server))


def of_exchange(exchange: Exchange, document: Document, source: Source, server: str | None) -> Iterator[Finding]:
    """What one exchange breaks of the contract: the consumer by what it asked, the provider by what it answered."""
    if not exchange["violation"] and not exchange["answer_faults"]:
        return
    operation, path = exchange["operation"], template(exchange["path"])
    about: dict[str, Any] = {
        "operation": operation or f"{exchange['method']} {path}",
        "consumer": exchange["consumer"],
        "curl": curl(exchange, server),
        "sandbox": exchange["sandbox"],
        "exchange": exchange["id"],
    }
    for fault in (exchange["faults"] or [UNTOLD]) if exchange["violation"] else ():
        if operation is None or fault["code"] in VIOLATIONS:
            message = fault["detail"] if operation else f"{fault['detail']}{meant(exchange, document)}"
            line = described(operation, fault, source)
            yield Finding(by=CONSUMER, rule=fault["code"], message=message, place=place(fault), line=line, **about)
    for fault in exchange["answer_faults"]:
        line = promised(operation, exchange["status"], fault, source)
        yield Finding(by=PROVIDER, rule=fault["rule"], message=fault["detail"], place=place(fault), line=line, **about)


def place(fault: Mapping[str, Any]) -> str:
    """Where a fault is."""
    return str(fault.get("pointer") or fault.get("parameter") or "")


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


def promised(operation: str | None, status: int | None, fault: Mapping[str, Any], source: Source) -> Line:
    """The line of the contract that an answer goes against; where its paths begin, if it has not the operation."""
    try:
        if fault["rule"] in OF_OPERATIONS:
            return source.operation(operation or "")
        return source.answer(operation or "", status or 0, fault.get("pointer", ""))
    except LookupError:
        return source.paths()


def rules(document: Document) -> dict[str, str]:
    """When each rule is broken, in the words of the contract."""
    codes: Mapping[str, Any] = document["components"]["schemas"]["ErrorCode"]["x-codes"]
    return {code: said["when"] for code, said in codes.items()} | ANSWERS


def asked(exchanges: Iterable[Exchange]) -> dict[str, int]:
    """How often each operation was asked, by its name."""
    counts: dict[str, int] = {}
    for exchange in exchanges:
        if exchange["operation"] is not None:
            counts[exchange["operation"]] = counts.get(exchange["operation"], 0) + 1
    return dict(sorted(counts.items()))
