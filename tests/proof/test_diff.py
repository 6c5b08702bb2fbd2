"""`common-apis diff`: what breaks somebody is told with its line, in each form; what cannot be read is an error.

That its verdicts are right is proved in `test_changes.py`.
"""

import json
import os
import re
import shutil
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest
import yaml

from common_apis.contract.document import CONTRACT, CONTROL

from ..mock import A
from .commands import run
from .contracts import NUMBER, TEXT, Document, minimal, object_of

Write = Callable[[str, Document], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a document to a file."""

    def write(name: str, document: Document) -> Path:
        (tmp_path / name).write_text(json.dumps(document, indent=1), "utf-8")
        return tmp_path / name

    return write


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
        "POST /v1/a has no operationId.",
    ),
    "two operations of one name": (
        json.dumps(minimal() | {"paths": minimal()["paths"] | {"/v1/b": minimal()["paths"]["/v1/a"]}}),
        "POST /v1/a and POST /v1/b have the same operationId, `tell`.",
    ),
    "operations elsewhere": (
        json.dumps(minimal() | {"paths": minimal()["paths"] | {"/v1/b": {"$ref": "#/paths/~1v1~1a"}}}),
        "/v1/b refers to another place for its operations.",
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
