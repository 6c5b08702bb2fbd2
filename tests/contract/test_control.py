"""The contract of the control plane is written with the same care: valid, complete for its readers, and strict."""

import json
import re
import shlex
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from common_apis.contract.document import CONTRACT, load

from .breaking import assert_detects
from .reading import (
    Document,
    Operation,
    json_schema,
    misfits,
    nodes,
    operations,
    request,
    resolved,
    responses,
    rows,
    section,
    success,
)
from .test_schemas import hidden_values, undescribed, unfit_examples, unions
from .test_style import PROBLEM, invalid, unexplained

CONTROL = CONTRACT.with_name("control.yaml")
ALWAYS = {"400", "401", "403", "408", "431", "500", "503"}
"""The errors of every operation. One with a name in its path has 404 as well, one with a body 413 and 415."""
OPEN = {
    "records_put": "the fields of a record depend on the collection in the path; the mock holds them against its Model"
}
"""The requests whose schema cannot name all fields, and why."""
STREAM = "text/event-stream"
ANSWERS = {"requests_stream": STREAM}
"""The media types of answers that are not JSON."""

Check = Callable[[Document], list[str]]


@pytest.fixture(scope="module")
def control() -> Document:
    """The folded contract of the control plane, not to be changed."""
    return load(CONTROL)


@cache
def api() -> Document:
    """The folded contract of `/v1`, not to be changed."""
    return load()


def answered(document: Document, operation: Operation) -> dict[str, Any]:
    """The body of a response to a request that was not refused, by media type; nothing if it has none."""
    content: dict[str, Any] = success(document, operation).get("content", {})
    return content


def outside(document: Document) -> list[str]:
    """Paths that are not below `/_mock`."""
    return [path for path in document["paths"] if not path.startswith("/_mock/")]


def misnamed(document: Document) -> list[str]:
    """Operations whose id is not their tag and a verb."""
    return [
        operation.says["operationId"]
        for operation in operations(document)
        if not re.fullmatch(rf"{operation.says['tags'][0].lower()}_[a-z_]+", operation.says["operationId"])
    ]


def unexampled(document: Document) -> list[str]:
    """Bodies that are not JSON, or the stream that they ought to be, with a named example, each with a summary."""
    faults = []
    for operation in operations(document):
        answer = ANSWERS.get(operation.says["operationId"], "application/json")
        for content, expected in (
            (request(document, operation), "application/json"),
            (answered(document, operation), answer),
        ):
            examples = content.get(expected, {}).get("examples", {}).values()
            summaries = [resolved(document, each).get("summary") for each in examples]
            if content and (len(content) > 1 or not summaries or not all(summaries)):
                faults.append(operation.name)
    return faults


def unreadable_events(document: Document) -> list[str]:
    """Examples of streams with an event that is not an exchange under its number."""
    faults = []
    for operation in operations(document):
        for example in answered(document, operation).get(STREAM, {}).get("examples", {}).values():
            for event in events(resolved(document, example)["value"]):
                told = json.loads(event.get("data", "{}"))
                faults += misfits(document, document["components"]["schemas"]["Exchange"], told)
                if (event.get("event"), event.get("id")) != ("exchange", str(told.get("id"))):
                    faults.append(f"{operation.name} has the event {event.get('id')} {event.get('event')}")
    return faults


def events(stream: str) -> list[dict[str, str]]:
    """The fields of each server-sent event of a stream, without its comments."""
    blocks = [[line for line in block.splitlines() if line[0] != ":"] for block in stream.split("\n\n")]
    return [dict(line.split(": ", 1) for line in lines) for lines in blocks if lines]


def careless_errors(document: Document) -> list[str]:
    """Operations with other errors than they need, and errors that are no problem with an example of their status."""
    faults = []
    for operation in operations(document):
        errors = {status: says for status, says in responses(document, operation) if not status.startswith("2")}
        if set(errors) - {"409"} != needed(document, operation):
            faults.append(f"{operation.name} has the errors {', '.join(errors)}")
        faults += [f"{operation.name}, {status}" for status in errors if not exampled(document, status, errors[status])]
    return faults


def needed(document: Document, operation: Operation) -> set[str]:
    """The errors that an operation must have, 409 aside."""
    named = {"404"} if "{" in operation.path or operation.says["operationId"] == "sandboxes_create" else set()
    sent = {"413", "415"} if request(document, operation) else set()
    return ALWAYS | named | sent


def exampled(document: Document, status: str, says: dict[str, Any]) -> bool:
    """Whether an error is a problem document, with examples that all have its status."""
    problem = says["content"].get(PROBLEM, {})
    statuses = {str(resolved(document, each)["value"]["status"]) for each in problem.get("examples", {}).values()}
    return problem.get("schema") == {"$ref": "#/components/schemas/Problem"} and statuses == {status}


def unlinked(document: Document) -> list[str]:
    """Answers 201 without a location, or without links, each to an operation that there is."""
    ids = {operation.says["operationId"] for operation in operations(document)}
    made = [(operation.name, operation.says["responses"].get("201")) for operation in operations(document)]
    return [
        name
        for name, says in made
        if says
        and not (
            "Location" in says["headers"] and {each["operationId"] for each in says.get("links", {}).values()} & ids
        )
    ] + [
        f"{name} leads to {link['operationId']}"
        for name, says in made
        for link in (says or {}).get("links", {}).values()
        if link["operationId"] not in ids
    ]


def open_requests(document: Document) -> list[str]:
    """Requests that take fields which they do not name, though they could."""
    return [
        operation.name
        for operation in operations(document)
        if request(document, operation)
        and operation.says["operationId"] not in OPEN
        and json_schema(document, request(document, operation)).get("additionalProperties") is not False
    ]


def omissible(document: Document) -> list[str]:
    """Responses that may leave out a field."""
    schemas = [(each.name, json_schema(document, answered(document, each))) for each in operations(document)]
    return [name for name, schema in schemas if set(schema.get("required", [])) != set(schema.get("properties", {}))]


def wordless(document: Document) -> list[str]:
    """Patterns whose schema has no words for what an error expects."""
    return [str(node["pattern"]) for _, node in nodes(document) if "pattern" in node and not node.get("x-expected")]


def wrong_collections(document: Document) -> list[str]:
    """Places that name other collections than the contract of `/v1` has."""
    names = sorted({path.split("/")[2] for path in api()["paths"]})
    enum = document["components"]["parameters"]["Collection"]["schema"]["enum"]
    patterns = {node["x-propertyNames"]["pattern"] for _, node in nodes(document) if "x-propertyNames" in node}
    return [str(each) for each in (enum, *patterns) if each not in (names, f"^({'|'.join(names)})$")]


OF_HTTP = {"method_not_allowed", "uri_too_long", "not_implemented"}
"""Codes of what no operation declares, since HTTP itself adds them (D-05)."""


def wrong_codes(document: Document) -> list[str]:
    """Error codes of the introduction that are not in the contract, or not with this status, and those left out."""
    known = document["components"]["schemas"]["ErrorCode"]["x-codes"]
    shown = {code.strip("`"): int(status) for code, status, _ in rows(introduced(document, "Errors"))[2:]}
    used = {example["value"]["errors"][0]["code"] for example in problems(document)} | OF_HTTP
    wrong = [code for code, status in shown.items() if known.get(code, {}).get("status") != status]
    return wrong + sorted(used ^ set(shown))


def introduced(document: Document, title: str) -> str:
    """A section of the introduction."""
    return section(document["info"]["description"], title)


def problems(document: Document) -> Iterator[dict[str, Any]]:
    """The examples of all errors."""
    for says in document["components"]["responses"].values():
        yield from says["content"][PROBLEM]["examples"].values()


def wrong_commands(document: Document) -> list[str]:
    """Commands of the introduction whose operation is in neither contract, or refuses their body or preference."""
    faults = []
    for words in commands(document):
        name, body = meant(words), words[words.index("-d") + 1] if "-d" in words else None
        whole = api() if " /v1/" in name else document
        operation = {each.name: each for each in operations(whole)}.get(name)
        if operation is None or bool(body) != bool(request(whole, operation)):
            faults.append(name)
            continue
        if body:
            faults += misfits(whole, json_schema(whole, request(whole, operation)), json.loads(body))
        preferred = set(re.findall(r"Prefer:.*\bcode=(\d+)", "\n".join(words)))
        faults += [f"{name} has no answer {status}" for status in preferred - set(operation.says["responses"])]
    return faults


def meant(words: list[str]) -> str:
    """The operation that a command is for, as a fault names it."""
    url = next(word for word in words if "://" in word)
    path = re.sub(r"^http://[^/]+(/s/[^/]+)?", "", url)
    path = re.sub("/booking-test(?=/|$)", "/{sandbox}", re.sub("[0-9a-f-]{36}", "{id}", path))
    return f"{'post' if '-d' in words or 'POST' in words else 'get'} {path}"


def commands(document: Document) -> list[list[str]]:
    """The words of each command that the introduction shows."""
    shown = re.findall(r"```shell\n(.*?)```", document["info"]["description"], re.DOTALL)
    lines = [line for text in shown for line in text.replace("\\\n", " ").splitlines()]
    return [shlex.split(line) for line in lines]


CHECKS: list[Check] = [
    invalid,
    outside,
    misnamed,
    unexplained,
    unexampled,
    unreadable_events,
    careless_errors,
    unlinked,
    undescribed,
    unions,
    hidden_values,
    unfit_examples,
    open_requests,
    omissible,
    wordless,
    wrong_collections,
    wrong_codes,
    wrong_commands,
]


@pytest.mark.parametrize("check", CHECKS)
def test_the_control_plane_is_complete(check: Check, control: Document) -> None:
    """Its contract is valid, keeps to `/_mock`, and each operation and schema is explained, exemplified and strict."""
    assert check(control) == []


def test_the_introduction_shows_commands(control: Document) -> None:
    """There are commands for the check of them to read."""
    assert len(commands(control)) == 9


def test_no_component_has_the_name_of_another() -> None:
    """Both contracts may refer to one another's components: a kind and a name mean one file."""
    files = [file for file in CONTRACT.with_name("components").rglob("*.yaml") if file.is_file()]
    names = [(file.parent.name, file.stem) for file in files]
    assert len(names) == len(set(names))


def create(document: Document) -> dict[str, Any]:
    """An operation with a body, to be broken."""
    operation: dict[str, Any] = document["paths"]["/_mock/sandboxes"]["post"]
    return operation


def delete(document: Document) -> dict[str, Any]:
    """An operation without any body, to be broken."""
    operation: dict[str, Any] = document["paths"]["/_mock/sandboxes/{sandbox}"]["delete"]
    return operation


def stream(document: Document) -> dict[str, Any]:
    """The example of the stream of events, to be broken."""
    found: dict[str, Any] = document["components"]["examples"]["ExchangeStream"]
    return found


def schema(document: Document, name: str) -> dict[str, Any]:
    """A schema to be broken."""
    found: dict[str, Any] = document["components"]["schemas"][name]
    return found


def rewrite(document: Document, before: str, after: str) -> None:
    """Changes the text of the introduction."""
    text = document["info"]["description"]
    assert before in text
    document["info"]["description"] = text.replace(before, after)


BROKEN: list[tuple[Check, Callable[[Document], object], str]] = [
    (invalid, lambda d: create(d)["responses"]["201"].pop("description"), "/paths/~1_mock~1sandboxes/post/"),
    (outside, lambda d: d["paths"].update({"/v1/sandboxes": {}}), "/v1/sandboxes"),
    (misnamed, lambda d: create(d).update(operationId="sandboxes.create"), "sandboxes.create"),
    (misnamed, lambda d: create(d).update(operationId="worlds_create"), "worlds_create"),
    (unexplained, lambda d: delete(d).pop("summary"), "delete /_mock/sandboxes/{sandbox} has no summary"),
    (unexampled, lambda d: d["components"]["examples"]["SandboxCreateLeast"].pop("summary"), "post /_mock/sandboxes"),
    (unexampled, lambda d: create(d)["requestBody"]["content"].update({"text/plain": {}}), "post /_mock/sandboxes"),
    (unexampled, lambda d: stream(d).pop("summary"), "get /_mock/sandboxes/{sandbox}/requests/stream"),
    (
        unreadable_events,
        lambda d: stream(d).update(value=stream(d)["value"].replace("id: 4", "id: 5")),
        "get /_mock/sandboxes/{sandbox}/requests/stream has the event 5 exchange",
    ),
    (
        unreadable_events,
        lambda d: stream(d).update(value=stream(d)["value"].replace('"faults":[],', "")),
        "'faults' is a required property",
    ),
    (careless_errors, lambda d: delete(d)["responses"].pop("404"), "delete /_mock/sandboxes/{sandbox} has the errors"),
    (careless_errors, lambda d: create(d)["responses"].pop("503"), "post /_mock/sandboxes has the errors"),
    (careless_errors, lambda d: create(d)["responses"].pop("415"), "post /_mock/sandboxes has the errors"),
    (
        careless_errors,
        lambda d: d["components"]["responses"]["NameTaken"]["content"][PROBLEM].pop("examples"),
        "post /_mock/sandboxes, 409",
    ),
    (unlinked, lambda d: create(d)["responses"]["201"].pop("links"), "post /_mock/sandboxes"),
    (unlinked, lambda d: create(d)["responses"]["201"]["headers"].clear(), "post /_mock/sandboxes"),
    (
        unlinked,
        lambda d: create(d)["responses"]["201"]["links"]["get"].update(operationId="sandboxes_read"),
        "post /_mock/sandboxes leads to sandboxes_read",
    ),
    (undescribed, lambda d: schema(d, "Clock").pop("example"), "/Sandbox/properties/clock has no example"),
    (
        undescribed,
        lambda d: schema(d, "FieldChange")["properties"]["after"].pop("description"),
        "after has no description",
    ),
    (unions, lambda d: schema(d, "Clock").update(oneOf=[{}]), "/components/schemas/Clock"),
    (
        hidden_values,
        lambda d: d["components"]["parameters"]["Violations"]["schema"].update({"x-expected": "true or false"}),
        "/components/parameters/Violations/schema has x-expected",
    ),
    (unfit_examples, lambda d: d["components"]["examples"]["Snapshot"]["value"].update(seed=7), "$.seed: 7"),
    (
        open_requests,
        lambda d: schema(d, "ClockSet").pop("additionalProperties"),
        "put /_mock/sandboxes/{sandbox}/clock",
    ),
    (
        open_requests,
        lambda d: schema(d, "FaultRuleCreate").pop("additionalProperties"),
        "post /_mock/sandboxes/{sandbox}/faults",
    ),
    (omissible, lambda d: schema(d, "SandboxList")["required"].remove("next"), "get /_mock/sandboxes"),
    (wordless, lambda d: schema(d, "SandboxFork")["properties"]["name"].pop("x-expected"), "[a-z0-9]"),
    (wrong_collections, lambda d: d["components"]["parameters"]["Collection"]["schema"]["enum"].pop(), "patients"),
    (
        wrong_collections,
        lambda d: schema(d, "Snapshot")["properties"]["deleted"]["x-propertyNames"].update(pattern="^patients$"),
        "^patients$",
    ),
    (wrong_codes, lambda d: rewrite(d, "| `not_found` | 404 |", "| `not_found` | 410 |"), "not_found"),
    (wrong_codes, lambda d: rewrite(d, "| `bad_request` | 400 |", "| `bad_gateway` | 502 |"), "bad_request"),
    (wrong_commands, lambda d: rewrite(d, "/_mock/sandboxes \\", "/_mock/worlds \\"), "/_mock/worlds"),
    (wrong_commands, lambda d: rewrite(d, '"seconds"', '"days"'), "'seconds' is a required property"),
    (
        wrong_commands,
        lambda d: rewrite(d, "/s/booking-test/v1/patient_tasks/a", "/s/booking-test/v1/patients/a"),
        "get /v1/patients/{id}",
    ),
    (wrong_commands, lambda d: rewrite(d, "code=404, wait=2'", "code=418, wait=2'"), "has no answer 418"),
]


@pytest.mark.parametrize(("check", "break_it", "fault"), BROKEN, ids=[fault for *_, fault in BROKEN])
def test_check_sees_a_broken_contract(
    check: Check, break_it: Callable[[Document], object], fault: str, control: Document
) -> None:
    """A contract that is broken in one place is told so."""
    assert_detects(check, break_it, fault, control)


def test_every_check_is_seen_to_fail() -> None:
    """There is no check without a contract that it refuses."""
    assert {check for check, _, _ in BROKEN} == set(CHECKS)
