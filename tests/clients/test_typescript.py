"""The TypeScript client: openapi-typescript makes its types, openapi-fetch its calls."""

import json
import re
from collections import defaultdict
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from common_apis.contract.document import operations

from . import install
from .conftest import TYPES, Tool, Write, compiled, furnished, generate_types
from .story import TOLD

TELL = "import { story } from './consumer.js'; console.log(JSON.stringify(await story(process.argv[1])))"
FAULT = re.compile(r"^(\w+)\.ts\(\d+,\d+\): error (TS\d+)", re.MULTILINE)

DEFECTS = {
    "wrong_value": ('modality: "video"', 'modality: "phone"', "TS2322"),
    "missing_field": ('    appointment_type: "intake_call",\n', "", "TS2741"),
    "unknown_field": ('    modality: "video",', '    modality: "video",\n    colour: "red",', "TS2353"),
    "null_unseen": ("outcome: met.outcome", "outcome: met.outcome.length", "TS18047"),
}
"""What a partner may do wrong: the right text of the consumer, a wrong one, and what the compiler calls it."""

FREE_JSON = """
import type { components } from "./api.js";
export const update: components["schemas"]["CustomDataTypeRecordUpdate"] = { body: { name: "Ingrid", age: 61 } };
"""


@pytest.fixture(scope="module")
def workshop(typescript_types: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the types of the contract and the consumer."""
    files = [install.HERE / name for name in ("package.json", "tsconfig.json", "consumer.ts")]
    return furnished(tmp_path_factory.mktemp("typescript"), typescript_types, install.MODULES, *files)


@pytest.fixture(scope="module")
def faults(node: Tool, workshop: Path) -> dict[str, set[str]]:
    """What the compiler finds wrong with the consumer and with each way to break it, all compiled at once."""
    right = (workshop / "consumer.ts").read_text("utf-8")
    for name, (before, after, _) in DEFECTS.items():
        assert before in right
        (workshop / f"{name}.ts").write_text(right.replace(before, after), "utf-8")
    (workshop / "free_json.ts").write_text(FREE_JSON, "utf-8")
    ran = compiled(node, workshop, "--noEmitOnError", "false")
    found = defaultdict(set)
    for name, code in FAULT.findall(ran.stdout):
        found[name].add(code)
    return found


def test_all_operations_have_types(workshop: Path, contract: dict[str, Any]) -> None:
    """Each of the 29 operations is there under its name."""
    _, _, types = (workshop / TYPES).read_text("utf-8").partition("export interface operations {\n")
    names = re.findall(r"^ {4}(\w+): \{$", types, re.MULTILINE)
    assert names == [operation["operationId"] for _, _, operation in operations(contract)]
    assert len(names) == 29


def test_the_consumer_compiles_and_tells_its_story(
    node: Tool, workshop: Path, faults: dict[str, set[str]], server_url: str
) -> None:
    """A strict TypeScript program compiles with the types as they are, and does its work on the server."""
    assert faults["consumer"] == set()
    ran = node("--input-type=module", "--eval", TELL, server_url, cwd=workshop)
    assert ran.stderr == ""
    assert json.loads(ran.stdout) == TOLD


@pytest.mark.parametrize("name", DEFECTS)
def test_a_wrong_consumer_does_not_compile(name: str, faults: dict[str, set[str]]) -> None:
    """The compiler sees what the server would refuse, and a null that nobody looked for."""
    _, _, code = DEFECTS[name]
    assert faults[name] == {code}


def test_free_json_may_be_any_object(faults: dict[str, set[str]]) -> None:
    """Data of a partner's own shape compile where the contract takes any JSON value."""
    assert faults["free_json"] == set()


def test_a_broken_contract_gives_no_types(node: Tool, write: Write, contract: dict[str, Any]) -> None:
    """A reference to nothing makes the generator fail."""
    broken = deepcopy(contract)
    broken["components"]["schemas"]["Patient"]["properties"]["id"] = {"$ref": "#/components/schemas/Nobody"}
    assert generate_types(node, write(broken)).returncode != 0
