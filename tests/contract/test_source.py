"""The source: each place of the contract is found in its file, at the line that says it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from common_apis.contract.document import CONTRACT, CONTROL, ContractError, load, operations
from common_apis.contract.model import answered, sent
from common_apis.contract.schema import Schema, json_schema
from common_apis.contract.source import Line, Source

ROOT = Path(__file__).parents[2]
BY_ID = {said["operationId"]: (path, method, said) for method, path, said in operations(load())}


@pytest.fixture(scope="module")
def source() -> Source:
    """The source of the contract."""
    return Source()


def text(line: Line) -> str:
    """What the line says."""
    return (ROOT / line.file).read_text("utf-8").splitlines()[line.number - 1]


def places(schema: Schema, pointer: str = "") -> Iterator[tuple[str, str]]:
    """The pointer to each field of a value, fields of fields included, and its name."""
    for name, field in schema.get("properties", {}).items():
        yield f"{pointer}/{name}", name
        yield from places(field, f"{pointer}/{name}")
    if "items" in schema:
        yield from places(schema["items"], f"{pointer}/0")


@pytest.mark.parametrize("operation", BY_ID)
def test_every_operation_field_and_parameter_is_found(operation: str, source: Source, contract: dict[str, Any]) -> None:
    """The line has the name of what was sought, in the file of the resource or of its schema."""
    path, _, said = BY_ID[operation]
    assert text(source.operation(operation)).strip() == f"operationId: {operation}"
    assert source.operation(operation).file == f"openapi/paths/{path.split('/')[2]}.yaml"
    body = list(places(json_schema(sent(said), contract))) if "requestBody" in said else []
    for pointer, name in body:
        line = source.body(operation, pointer)
        assert text(line).strip().startswith(f"{name}:"), pointer
        assert line.file.startswith("openapi/components/schemas/")
    for pointer, name in places(json_schema(answered(said), contract)):
        status = next(int(status) for status in said["responses"] if status.startswith("2"))
        assert text(source.answer(operation, status, pointer)).strip().startswith(f"{name}:"), pointer
    if "{id}" in path:
        assert text(source.parameter(operation, "id")) == "name: id"


def test_what_is_not_described_is_found_by_what_forbids_it(source: Source) -> None:
    """An unknown field, the whole body, a name of an open object, a media type, and what is nowhere."""
    found = {
        source.body("messages_create", "/nick"): "additionalProperties: false",
        source.body("messages_create", ""): "type: object",
        source.body("patients_create", "/external_ids/ehr"): "additionalProperties:",
        source.parameter("messages_create", "Content-Type"): "content:",
        source.parameter("messages_create", "colour"): "operationId: messages_create",
        source.body("workers_get", "/id"): "operationId: workers_get",
        source.paths(): "paths:",
    }
    assert [text(line).strip() for line in found] == list(found.values())


def test_the_source_of_another_contract(source: Source) -> None:
    """The control plane has its own; an operation of the other is none of it."""
    control = Source(CONTROL)
    assert text(control.body("sandboxes_create", "/now")).strip().startswith("now:")
    assert text(control.parameter("requests_list", "consumer")) == "name: consumer"
    with pytest.raises(LookupError):
        source.operation("sandboxes_create")


def test_json_has_lines_too(tmp_path: Path) -> None:
    """Whatever it has that YAML has not: tabs, halves of a character, control characters."""
    file = tmp_path / "c.json"
    file.write_text('{\n\t"title": "\\ud83d\\ude00 \x7f",\n\t"paths": {}\n}', "utf-8")
    assert Source(file, tmp_path).paths() == Line("c.json", 3)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Of a contract that is damaged, the source says which file."""
    damaged = tmp_path / "openapi" / "openapi.yaml"
    damaged.parent.mkdir()
    damaged.write_text("paths: {", "utf-8")
    with pytest.raises(ContractError, match=r"openapi\.yaml cannot be read"):
        Source(damaged).paths()
    with pytest.raises(ContractError, match=r"other\.yaml cannot be read"):
        Source(CONTRACT.with_name("other.yaml")).paths()
