"""The introduction of the reference tells the truth: its tables of types and errors, and what it shows to be typed."""

import json
import re
import shlex
from collections.abc import Callable
from typing import Any

import pytest

from common_apis.handlers.errors import Fault

from .breaking import assert_detects
from .reading import Document, Inventory, json_schema, misfits, operations, request, rows, section

Check = Callable[[Document, Inventory], list[str]]


def table(document: Document, title: str) -> list[list[str]]:
    """The rows of the table below a heading of the introduction, whose first cell is a name in backticks."""
    found = rows(section(document["info"]["description"], title))
    return [[cells[0].strip("`"), *cells[1:]] for cells in found if cells[0].startswith("`")]


def unlike(ours: list[str], theirs: set[str], where: str) -> list[str]:
    """Names that are not once in one place and once in the other."""
    return [f"`{name}` in {where}" for name in sorted(theirs | set(ours)) if ours.count(name) != (name in theirs)]


def wrong_type_names(document: Document, inventory: Inventory) -> list[str]:
    """Types that the document does not use, and those that the contract or its introduction leaves out."""
    tables = [params for each in inventory.values() for params in (each["model"], *operation_params(each))]
    used = {named for fields in tables for _, named in fields if named}
    introduced = [name for name, *_ in table(document, "Types")]
    return unlike(list(document["x-types"]), used, "x-types") + unlike(introduced, used, "the introduction")


def operation_params(resource: dict[str, Any]) -> list[list[list[str]]]:
    """The params of the operations of a resource."""
    return [operation["params"] for operation in resource["operations"].values()]


def wrong_type_examples(document: Document, inventory: Inventory) -> list[str]:
    """Types whose schema has another name, or another example than the introduction shows."""
    shown = {name: json.loads(cells[-1].strip("`")) for name, *cells in table(document, "Types")}
    schemas = {name: says["schema"] for name, says in document["x-types"].items()}
    return [
        name for name, schema in schemas.items() if schema["x-type"] != name or schema["example"] != shown.get(name)
    ]


def wrong_codes(document: Document, inventory: Inventory) -> list[str]:
    """Error codes that the contract does not explain, or the introduction not with the same status."""
    schema = document["components"]["schemas"]["ErrorCode"]
    codes, shown = schema["x-codes"], table(document, "Errors")
    statuses = [f"{code} {status}" for code, status, _ in shown]
    explained = {f"{code} {says['status']}" for code, says in codes.items()}
    return unlike(list(codes), set(schema["enum"]), "x-codes") + unlike(statuses, explained, "the introduction")


def wrong_faults(document: Document, inventory: Inventory) -> list[str]:
    """Ways to refuse a request whose code the contract does not have, or not with the same status and title."""
    codes = document["components"]["schemas"]["ErrorCode"]["x-codes"]
    return [
        fault.__name__
        for fault in Fault.__subclasses__()
        if (fault.status, fault.title) != tuple(codes.get(fault.code, {}).get(key) for key in ("status", "title"))
    ]


def wrong_commands(document: Document, inventory: Inventory) -> list[str]:
    """Commands whose path is not in the contract, or whose body it refuses."""
    faults = []
    commands = re.findall(r"```shell\n(.*?)```", document["info"]["description"], re.DOTALL)
    for _, *arguments in (shlex.split(command) for command in commands):
        body = arguments[arguments.index("-d") + 1] if "-d" in arguments else None
        url = next(argument for argument in arguments if "://" in argument)
        path = re.sub("[0-9a-f-]{36}", "{id}", url[url.index("/v1") :])
        name = f"{'post' if body else 'get'} {path}"
        declared = {operation.name: operation for operation in operations(document)}
        if name not in declared:
            faults.append(name)
        elif body:
            schema = json_schema(document, request(document, declared[name]))
            faults += [f"{name}, {fault}" for fault in misfits(document, schema, json.loads(body))]
    return faults


def wrong_problems(document: Document, inventory: Inventory) -> list[str]:
    """Problem documents that are shown and that the contract refuses."""
    schema = document["components"]["schemas"]["Problem"]
    shown = re.findall(r"```json\n(.*?)```", section(document["info"]["description"], "Errors"), re.DOTALL)
    return [fault for text in shown for fault in misfits(document, schema, json.loads(text))]


CHECKS: list[Check] = [
    wrong_type_names,
    wrong_type_examples,
    wrong_codes,
    wrong_faults,
    wrong_commands,
    wrong_problems,
]


def test_introduction_has_its_parts(contract: Document) -> None:
    """The introduction shows commands and a problem, and has its three sections."""
    text = contract["info"]["description"]
    assert re.findall(r"(?m)^# (.+)$", text) == ["Conventions", "Types", "Errors"]
    assert text.count("```shell") == 2
    assert section(text, "Errors").count("```json") == 1


@pytest.mark.parametrize("check", CHECKS)
def test_introduction_tells_the_truth(check: Check, contract: Document, inventory: Inventory) -> None:
    """Types, error codes, faults and samples are the same in the introduction, the contract and the handlers."""
    assert check(contract, inventory) == []


def codes(document: Document) -> dict[str, Any]:
    """The meanings of the error codes, to be broken."""
    found: dict[str, Any] = document["components"]["schemas"]["ErrorCode"]["x-codes"]
    return found


def rewrite(document: Document, before: str, after: str) -> None:
    """Changes the text of the introduction."""
    text = document["info"]["description"]
    assert before in text
    document["info"]["description"] = text.replace(before, after)


BROKEN: list[tuple[Check, Callable[[Document], object], str]] = [
    (wrong_type_names, lambda d: d["x-types"].pop("guid"), "`guid` in x-types"),
    (
        wrong_type_names,
        lambda d: rewrite(d, "| `guid` |", "| `uuid` |"),
        "`uuid` in the introduction",
    ),
    (
        wrong_type_names,
        lambda d: rewrite(d, "| `name` |", "| `guid` |"),
        "`guid` in the introduction",
    ),
    (wrong_type_examples, lambda d: rewrite(d, '`"US/Pacific"`', '`"UTC"`'), "timezone"),
    (
        wrong_type_examples,
        lambda d: d["x-types"]["date"]["schema"].update({"x-type": "day"}),
        "date",
    ),
    (wrong_codes, lambda d: codes(d).pop("forbidden"), "`forbidden` in x-codes"),
    (
        wrong_codes,
        lambda d: rewrite(d, "| `not_found` | 404 |", "| `not_found` | 410 |"),
        "`not_found 410` in the introduction",
    ),
    (wrong_faults, lambda d: codes(d)["bad_request"].update(status=422), "BadRequest"),
    (wrong_faults, lambda d: codes(d)["not_found"].update(title="Gone"), "NotFound"),
    (wrong_commands, lambda d: rewrite(d, "/v1/patients", "/v1/people"), "post /v1/people"),
    (
        wrong_commands,
        lambda d: rewrite(d, '"phase"', '"stage"'),
        "post /v1/patients, $: 'phase' is a required property",
    ),
    (
        wrong_problems,
        lambda d: rewrite(d, '"title": "Parse Exception"', '"title": 7'),
        "$.title: 7 is not of type 'string'",
    ),
]


@pytest.mark.parametrize(("check", "break_it", "fault"), BROKEN, ids=[fault for *_, fault in BROKEN])
def test_check_sees_what_is_broken(
    check: Check,
    break_it: Callable[[Document], object],
    fault: str,
    contract: Document,
    inventory: Inventory,
) -> None:
    """An introduction or a contract that is wrong in one place is told so."""
    assert_detects(check, break_it, fault, contract, inventory)


def test_every_check_is_seen_to_fail() -> None:
    """There is no check without something that it refuses."""
    assert {check for check, _, _ in BROKEN} == set(CHECKS)
