"""`common-apis diff`: what breaks somebody is found, with its line; what breaks nobody is not; no doubt is passed over.

That its verdicts are right is proved beside the TypeScript compiler, in `tests/clients/test_mutations.py`.
"""

import json
import os
import re
import shutil
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from common_apis.mock_server.contract.document import CONTRACT, CONTROL
from common_apis.mock_server.proof.changes.contract import changes

from ..mock import A
from .commands import run

Document = dict[str, Any]
Write = Callable[[str, Document], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a document to a file."""

    def write(name: str, document: Document) -> Path:
        (tmp_path / name).write_text(json.dumps(document, indent=1), "utf-8")
        return tmp_path / name

    return write


def minimal(request: Document | None = None, response: Document | None = None, **said: Any) -> Document:
    """A contract of one operation, with schemas of one's own."""
    body = {"content": {"application/json": {"schema": request or {}}}}
    answer = {"description": "", "content": {"application/json": {"schema": response or {}}}}
    operation = {"operationId": "tell", "requestBody": body, "responses": {"200": answer}, **said}
    return {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {"/v1/a": {"post": operation}}}


def found(old: Document, new: Document) -> list[tuple[str, str]]:
    """The rule and the place of each change."""
    return [(change.rule, change.place) for change in changes(old, new)]


def object_of(**fields: Document) -> Document:
    """The schema of an object that takes these fields."""
    return {"type": "object", "properties": fields, "additionalProperties": False}


TEXT = {"type": "string"}
NUMBER = {"type": "number"}
NODE: Document = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}, "value": TEXT}}

NARROWER: dict[str, tuple[Document, Document, str]] = {
    "a lower bound": ({**TEXT, "minLength": 1}, {**TEXT, "minLength": 2}, "bound"),
    "an upper bound": (TEXT, {**TEXT, "maxLength": 2}, "bound"),
    "a largest number": ({**NUMBER, "maximum": 9}, {**NUMBER, "maximum": 8}, "bound"),
    "a number": (NUMBER, {"type": "integer"}, "type"),
    "a value of any type": ({}, TEXT, "type"),
    "values": (TEXT, {**TEXT, "enum": ["a"]}, "values"),
    "a format": (TEXT, {**TEXT, "format": "date"}, "form"),
    "names": ({"type": "object"}, object_of(), "names"),
    "an item": ({"type": "array", "items": NUMBER}, {"type": "array", "items": {"type": "integer"}}, "type"),
    "other names": ({"type": "object"}, {"type": "object", "additionalProperties": TEXT}, "type"),
    "a form of several": ({"anyOf": [TEXT, NUMBER]}, {"anyOf": [NUMBER]}, "type"),
    "a part of all": ({"allOf": [NUMBER]}, {"allOf": [{"type": "integer"}]}, "type"),
    "what nobody can judge": (NUMBER, {**NUMBER, "multipleOf": 2}, "unjudged"),
    "parts that are more": ({"allOf": [NUMBER]}, {"allOf": [NUMBER, {}]}, "unjudged"),
}
"""A schema, one that allows less, and the kind of the difference."""


@pytest.mark.parametrize("name", NARROWER)
def test_less_must_not_be_taken_and_more_not_be_answered(name: str) -> None:
    """The same difference breaks who sends in one direction and who reads in the other, and nobody else."""
    wide, narrow, kind = NARROWER[name]
    assert [rule for rule, _ in found(minimal(request=wide), minimal(request=narrow))] == [f"request_{kind}"]
    assert [rule for rule, _ in found(minimal(response=narrow), minimal(response=wide))] == [f"response_{kind}"]
    if kind != "unjudged":
        assert found(minimal(request=narrow, response=wide), minimal(request=wide, response=narrow)) == []


def test_a_place_within_is_named() -> None:
    """In objects, lists and other names, as deep as it is."""
    inner = {"type": "array", "items": {"type": "object", "additionalProperties": object_of(a=TEXT, b=TEXT)}}
    old = minimal(request=object_of(list=inner))
    new = deepcopy(old)
    schema = new["paths"]["/v1/a"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    del schema["properties"]["list"]["items"]["additionalProperties"]["properties"]["b"]
    assert found(old, deepcopy(old)) == []
    assert found(old, new) == [("request_field_removed", "/list/*/*/b")]


def test_a_schema_within_itself_comes_to_an_end() -> None:
    """Each pair of schemas is looked at once."""
    old = minimal(response={"$ref": "#/components/schemas/Node"}) | {"components": {"schemas": {"Node": NODE}}}
    new = deepcopy(old)
    del new["components"]["schemas"]["Node"]["properties"]["value"]
    assert found(old, new) == [("response_field_removed", "/value")]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ({}, {"servers": [{"url": "https://api.example.com/base"}]}, "server_moved"),
        ({"servers": [{"url": "https://a.example.com/v1/"}]}, {"servers": [{"url": "http://b.example/v1"}]}, None),
        ({"security": [{"key": []}]}, {"security": [{"key": []}, {}]}, None),
        ({"security": [{"key": []}, {}]}, {"security": [{"key": []}]}, "security_demanded"),
        ({"security": [{"key": []}]}, {"security": [{"key": ["all"]}]}, "security_demanded"),
    ],
    ids=["another path", "another host", "open", "closed", "another scope"],
)
def test_what_holds_for_all_operations_counts(old: Document, new: Document, rule: str | None) -> None:
    """Where they are served, and who is let in."""
    scheme = {"components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}}}
    assert [each for each, _ in found(minimal() | scheme | old, minimal() | scheme | new)] == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ({"in": "query"}, None, "parameter_removed"),
        (None, {"in": "query"}, None),
        (None, {"in": "header", "required": True}, "parameter_required"),
        ({"in": "query"}, {"in": "query", "required": True}, "parameter_required"),
        ({"in": "query"}, {"in": "query", "schema": {**TEXT, "enum": ["a"]}}, "request_values"),
        ({"in": "query"}, {"in": "query", "explode": False}, "request_unjudged"),
    ],
    ids=["gone", "new", "new and required", "required", "narrower", "written otherwise"],
)
def test_parameters_count(old: Document | None, new: Document | None, rule: str | None) -> None:
    """An unknown one is refused, as the contract has it."""
    documents = [minimal(parameters=[{"name": "q", "schema": TEXT, **each}] if each else []) for each in (old, new)]
    assert found(*documents) == ([(rule, "q")] if rule else [])


def test_a_finding_tells_what_was_and_is_who_breaks_and_where(
    write: Write, contract: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one line, with the line of the new edition; in the old one, if the new one has not the operation."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "openapi"
    for each in ("openapi", "mock_data"):
        shutil.copytree(CONTRACT.parents[1] / each, tmp_path / each)
    schema, paths = folder / "components/schemas/PatientTaskCreate.yaml", folder / "paths/patient_tasks.yaml"
    schema.write_text(schema.read_text("utf-8").replace("task_type]", "task_type, note]"), "utf-8")
    schema.write_text(f"{schema.read_text('utf-8')}  note: {{type: string}}\n", "utf-8")
    paths.write_text(
        paths.read_text("utf-8").replace("  delete:\n    operationId", "  patch:\n    operationId"), "utf-8"
    )
    code, said, error = run("diff", write("old.json", contract), folder / "openapi.yaml")
    assert error == ""
    first, second, *_, verdict = said.splitlines()
    number = len(schema.read_text("utf-8").splitlines())
    assert code == 1
    assert first == (
        "patient_tasks_create /note: `note` has to be sent. This breaks who calls it. [request_field_required] "
        f"(openapi/components/schemas/PatientTaskCreate.yaml:{number})"
    )
    assert second.startswith(
        "patient_tasks_delete: It is not there any more. It was DELETE /v1/patient_tasks/{id}, and is PATCH "
    )
    assert verdict.startswith("diff: 2 findings in 29 operations of ")


@pytest.mark.parametrize("form", ["json", "junit", "sarif", "github"])
def test_it_reports_in_each_form(form: str, write: Write, contract: Document, tmp_path: Path) -> None:
    """A file has the report, and the screen the text."""
    new = deepcopy(contract)
    del new["components"]["schemas"]["Patient"]["properties"]["city"]
    report = tmp_path / "report"
    editions = (write("old.json", contract), write("new.json", new))
    code, said, _ = run("diff", *editions, "--format", form, "-o", report)
    assert (code, said.count("[response_field_removed]")) == (1, 2)
    assert report.read_text("utf-8").count("patients_update") >= 1


def test_what_this_contract_has_not_is_judged_too(write: Write) -> None:
    """An answer of any other status, or of a range of them; and another contract altogether."""
    answers = {status: {"description": "", "headers": {"X": {"schema": TEXT}}} for status in ("2XX", "default")}
    old = minimal(responses=answers)
    new = deepcopy(old)
    for answer in new["paths"]["/v1/a"]["post"]["responses"].values():
        del answer["headers"]
    code, said, error = run("diff", write("old.json", old), write("new.json", new))
    assert (code, error) == (1, "")
    assert "tell X: `X` of 2XX, default is not a header of the answer any more." in said
    assert run("diff", CONTRACT, CONTROL)[0] == run("diff", CONTROL, CONTRACT)[0] == 1


def test_a_change_that_is_meant_can_be_accepted(write: Write, contract: Document, tmp_path: Path) -> None:
    """A baseline has it, and what comes beside it is found."""
    new = deepcopy(contract)
    del new["components"]["schemas"]["Patient"]["properties"]["city"]
    old, baseline = write("old.json", contract), tmp_path / "baseline.json"
    assert run("diff", old, write("new.json", new), "--write-baseline", baseline)[0] == 0
    assert run("diff", old, write("new.json", new), "--baseline", baseline)[0] == 0
    del new["components"]["schemas"]["Patient"]["properties"]["street"]
    code, said, _ = run("diff", old, write("new.json", new), "--baseline", baseline)
    assert (code, "/street" in said, "/city" in said) == (1, True, False)


def test_names_that_yaml_takes_for_numbers_are_names(write: Write, contract: Document, tmp_path: Path) -> None:
    """A status without quotes is as good as one with them."""
    plain = tmp_path / "plain.yaml"
    plain.write_text(re.sub(r"^( +)'(\d{3})':", r"\1\2:", yaml.safe_dump(contract), flags=re.MULTILINE), "utf-8")
    assert "  200:" in plain.read_text("utf-8")
    assert run("diff", write("old.json", contract), plain)[0] == 0


def test_the_contract_at_an_address_is_that_of_the_files(server_url: str) -> None:
    """A running mock has no changes; nor has the contract of the control plane beside itself."""
    code, said, _ = run("diff", f"{server_url.replace('http', 'HTTP')}/openapi.json", CONTRACT)
    assert (code, said.startswith("diff: no findings in 29 operations of ")) == (0, True)
    assert run("diff", CONTROL, CONTROL)[0] == 0


def test_a_contract_comes_through_a_pipe(write: Write) -> None:
    """As of `<(git show main:openapi.json)`: it is read once, and names no lines."""
    read_end, write_end = os.pipe()
    with os.fdopen(write_end, "w") as pipe:
        json.dump(minimal(response=TEXT), pipe)
    code, said, error = run("diff", write("old.json", minimal(response=NUMBER)), f"/dev/fd/{read_end}")
    os.close(read_end)
    assert (code, "[response_type] (" in said, error) == (1, True, "")


UNREADABLE: dict[str, tuple[str, str]] = {
    "no such file": ("", "other.yaml cannot be read: No such file or directory."),
    "empty": (" ", "is not an OpenAPI document"),
    "no YAML": ("a: [", "other.yaml:2:1 cannot be read: expected a value."),
    "another language": ("swagger: '2.0'\npaths: {}", "`openapi: None`"),
    "a later edition": (json.dumps(minimal() | {"openapi": "3.1.0"}), "`openapi: 3.1.0`. Expected 3.0"),
    "no operations": (json.dumps(minimal() | {"paths": {}}), "it has no operations"),
    "a reference to nothing": (json.dumps(minimal({"$ref": "#/components/schemas/No"})), "refers to `#/components"),
    "a reference to no place": (json.dumps(minimal({"$ref": "#"})), "refers to `#`, which is not in it"),
    "a reference to itself": (
        json.dumps(minimal({"$ref": "#/components/A"}) | {"components": {"A": {"$ref": "#/components/A"}}}),
        "it refers to `#/components/A`, which refers to itself, and so to nothing.",
    ),
    "a file that is not there": (json.dumps(minimal({"$ref": "schemas/No.yaml"})), "schemas/No.yaml cannot be read: "),
    "a type that there is not": (
        json.dumps(minimal(object_of(a={"type": "text", "description": "two\nlines"}))),
        "is no OpenAPI 3.0 at `/paths/~1v1~1a/post/requestBody/content/application~1json/schema/properties/a/type`: "
        '"text" is not one of "array", "boolean" or 4 other candidates.',
    ),
    "a parameter without a place": (
        json.dumps(minimal(parameters=[{"name": "q", "in": "qurey", "schema": {}}])),
        'is no OpenAPI 3.0 at `/paths/~1v1~1a/post/parameters/0/in`: "qurey" is not one of ',
    ),
    "an operation without a name": (
        json.dumps(minimal(operationId=7)).replace('"operationId": 7, ', ""),
        "operationId",
    ),
}
"""What may stand in a file, and what is said of it."""


@pytest.mark.parametrize("name", UNREADABLE)
@pytest.mark.parametrize("first", [True, False], ids=["old", "new"])
def test_an_unreadable_contract_is_an_error(name: str, first: bool, tmp_path: Path) -> None:
    """Never is it taken for one without changes; one line says what is wrong."""
    text, reason = UNREADABLE[name]
    file = tmp_path / "other.yaml"
    if text:
        file.write_text(text, "utf-8")
    code, said, error = run("diff", *((file, CONTRACT) if first else (CONTRACT, file)))
    assert (code, said, len(error.splitlines())) == (2, "", 1)
    assert reason in error


@pytest.mark.parametrize("path", ["/docs", f"/v1/workers/{A}", "/nowhere"])
def test_an_address_without_a_contract_is_an_error(path: str, server_url: str) -> None:
    """A page, a record or a 404 is no contract; and where nobody answers, there is none."""
    code, _, error = run("diff", CONTRACT, server_url + path)
    assert (code, f"common-apis: {server_url}{path} " in error) == (2, True)
    assert run("diff", CONTRACT, "http://127.0.0.1:9/openapi.json")[0] == 2
