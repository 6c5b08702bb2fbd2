"""Two who judge changes of the contract agree: `common-apis diff`, and the TypeScript compiler on a program in use."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from common_apis.proof.changes.contract import changes

from . import install
from .conftest import Tool
from .mutations import Mutation, Verdict, mutations

COMPILER = install.MODULES / "typescript/bin/tsc"
FAULT = re.compile(r"^(?:\./)?(\w+)/(\w+)\.ts\(\d+,\d+\): error (TS\d+)", re.MULTILINE)
BEFORE = "before"
PROGRAM = """import createClient from "openapi-fetch";
import type {{ components, operations, paths }} from "../types/{types}.js";

type All = components["schemas"] | operations;
const api = createClient<paths>({{ baseUrl: "http://127.0.0.1:4010" }});

function answered<T>(answer: {{ data?: T }}): T {{
  if (answer.data === undefined) throw new Error("nothing was answered");
  return answer.data;
}}

export async function program(): Promise<All | void> {{
{program}
}}
"""


FINDS = {
    "not_answered": "response_field_removed",
    "perhaps_not_answered": "response_field_optional",
    "answered_null": "response_null",
    "answered_another_value": "response_values",
    "answered_number": "response_type",
    "answered_list": "response_type",
    "answered_nothing": "response_status_removed",
    "fault_without_code": "response_field_removed",
    "fault_code_perhaps": "response_field_optional",
    "not_taken": "request_field_removed",
    "demanded": "request_field_required",
    "another_demanded": "request_field_required",
    "value_not_taken": "request_values",
    "number_taken": "request_type",
    "null_not_taken": "request_null",
    "body_demanded": "body_required",
    "query_demanded": "parameter_required",
    "no_operation": "operation_removed",
    "other_path": "operation_removed",
    "other_method": "operation_removed",
    "other_parameter": "parameter_renamed",
    "other_operation_id": "operation_renamed",
    "other_schema_name": "schema_removed",
    "shorter": "request_bound",
    "longer": "response_bound",
    "other_pattern": "request_form",
    "other_format": "response_form",
    "other_media_type": "response_media_type_removed",
    "other_media_type_taken": "request_media_type_removed",
    "token_demanded": "security_demanded",
    "no_location": "response_header_removed",
}
"""By which rule a change of each kind that breaks somebody is found."""


@pytest.fixture(scope="module")
def mutated(contract: dict[str, Any]) -> list[Mutation]:
    """The changes of the contract."""
    return mutations(contract)


@pytest.fixture(scope="module")
def found(mutated: list[Mutation], contract: dict[str, Any]) -> dict[str, set[str]]:
    """By the name of a change, the rules by which `diff` finds that it breaks somebody."""
    return {each.name: {change.rule for change in changes(contract, each.document)} for each in mutated}


@pytest.fixture(scope="module")
def compiled(
    node: Tool, contract: dict[str, Any], mutated: list[Mutation], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, set[str]]:
    """By the folder and the name of a program, what the compiler finds wrong with it; all are compiled at once.

    Each stands in the folder `before`, with the types of the contract as it is, and in `after`, with those changed.
    """
    folder = tmp_path_factory.mktemp("mutations")
    (folder / "node_modules").symlink_to(install.MODULES)
    for name in ("package.json", "tsconfig.json", "types.mjs"):
        (folder / name).write_bytes((install.HERE / name).read_bytes())
    config = json.loads((folder / "tsconfig.json").read_text("utf-8")) | {"include": ["before/*.ts", "after/*.ts"]}
    (folder / "tsconfig.json").write_text(json.dumps(config), "utf-8")
    write(folder, "types", {f"{each.name}.json": json.dumps(each.document) for each in mutated})
    write(folder, "types", {f"{BEFORE}.json": json.dumps(contract)})
    write(folder, "before", {f"{each.name}.ts": program(each, BEFORE) for each in mutated})
    write(folder, "after", {f"{each.name}.ts": program(each, each.name) for each in mutated})
    generated = node("types.mjs", *sorted(map(str, (folder / "types").glob("*.json"))), cwd=folder)
    assert (generated.returncode, generated.stderr) == (0, "")
    ran = node(COMPILER, "--project", ".", "--noEmit", cwd=folder)
    found: dict[str, set[str]] = {}
    for where, name, code in FAULT.findall(ran.stdout):
        found.setdefault(f"{where}/{name}", set()).add(code)
    return found


def write(folder: Path, within: str, texts: dict[str, str]) -> None:
    """Write some files."""
    (folder / within).mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / within / name).write_text(text, "utf-8")


def program(mutation: Mutation, types: str) -> str:
    """The program of a mutation, with some types."""
    return PROGRAM.format(types=types, program=mutation.program)


def test_every_program_keeps_to_the_contract_as_it_is(mutated: list[Mutation], compiled: dict[str, set[str]]) -> None:
    """So what the compiler finds after a change comes of the change."""
    assert [each.name for each in mutated if compiled.get(f"before/{each.name}")] == []


def test_there_are_enough_changes(mutated: list[Mutation]) -> None:
    """Many that break a program and many that do not, not counting those that TypeScript has no way to say."""
    counts = Counter(each.verdict for each in mutated)
    assert counts[Verdict.BREAKS] >= 40
    assert counts[Verdict.HARMLESS] >= 20
    assert counts[Verdict.UNSEEN] >= 10
    assert len({each.name for each in mutated}) == len(mutated)


def test_the_compiler_and_the_diff_agree(
    mutated: list[Mutation], compiled: dict[str, set[str]], found: dict[str, set[str]]
) -> None:
    """Each change is found by both or by neither, and that is what comes of it."""
    seen = [each for each in mutated if each.verdict is not Verdict.UNSEEN]
    verdicts = {each.name: (bool(compiled.get(f"after/{each.name}")), bool(found[each.name])) for each in seen}
    assert verdicts == {each.name: (each.verdict is Verdict.BREAKS,) * 2 for each in seen}


def test_the_diff_finds_what_typescript_has_no_way_to_say(
    mutated: list[Mutation], compiled: dict[str, set[str]], found: dict[str, set[str]]
) -> None:
    """Lengths, forms, media types, headers and tokens are no types: such a change passes the compiler, and breaks."""
    unseen = [each.name for each in mutated if each.verdict is Verdict.UNSEEN]
    assert [name for name in unseen if compiled.get(f"after/{name}")] == []
    assert [name for name in unseen if not found[name]] == []


def test_a_change_is_found_for_what_it_is(mutated: list[Mutation], found: dict[str, set[str]]) -> None:
    """By one rule, and by no other."""
    breaking = [each.name for each in mutated if each.verdict is not Verdict.HARMLESS]
    assert {name: found[name] for name in breaking} == {name: {FINDS[name.rpartition("_")[0]]} for name in breaking}
