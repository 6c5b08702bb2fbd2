"""The contract as one file, in the form that each peer reads rightly."""

import json
import sys
from pathlib import Path
from typing import Any

from .errors import BenchError
from .place import BUILD, ROOT
from .tool import run

PROGRAM = Path(sys.executable).parent / "common-apis"
FOLDED = BUILD / "openapi.json"
FOR_PRISM = BUILD / "openapi-for-prism.json"


def fold() -> None:
    """Write the folded contract, with the project's own command."""
    if not PROGRAM.exists():
        raise BenchError(f"there is no {PROGRAM.name} beside {sys.executable}: run `make install`")
    run([str(PROGRAM), "bundle", "--format", "json", "-o", str(FOLDED)], ROOT)
    document = json.loads(FOLDED.read_text())
    FOR_PRISM.write_text(json.dumps(without_null_in_enums(document)))


def without_null_in_enums(node: Any) -> Any:
    """A contract whose nullable enums do not list null.

    Prism adds the null itself, and silently validates nothing by a schema that has it twice
    (its issue 1931).
    """
    if isinstance(node, list):
        return [without_null_in_enums(item) for item in node]
    if not isinstance(node, dict):
        return node
    folded = {key: without_null_in_enums(value) for key, value in node.items()}
    if folded.get("nullable") and "enum" in folded:
        folded["enum"] = [value for value in folded["enum"] if value is not None]
    return folded
