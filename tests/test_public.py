"""What a program imports: `common_apis`, and nothing below it but the hooks for Schemathesis."""

import ast
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import common_apis

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PUBLIC = {f"common_apis.{name}" for name in common_apis.__all__} | {"common_apis.hooks"}


def find_imports(source: str) -> set[str]:
    """Return what Python code imports of this package."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.startswith("common_apis")}


def test_every_public_name_is_there() -> None:
    """And no other is."""
    assert {name for name in dir(common_apis) if hasattr(common_apis, name)} == set(common_apis.__all__)
    assert common_apis.__version__ == version("common-apis")
    with pytest.raises(AttributeError, match="has no attribute 'create_apps'"):
        common_apis.create_apps  # type: ignore[attr-defined]  # noqa: B018  # the type checker finds it, too


def test_to_import_the_package_costs_nothing() -> None:
    """Every run of pytest does it; and nobody is told what others have deprecated."""
    heavy = "{'connexion', 'httpx', 'jsonschema', 'starlette', 'uvicorn', 'yaml'} & {*sys.modules}"
    program = f"import sys, common_apis; print({heavy}); common_apis.create_app"
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "set()\n", "")


def test_pages_and_examples_import_public_names_alone() -> None:
    """So what a reader copies goes on to work."""
    code = [(ROOT / "examples/pytest/test_booking.py").read_text("utf-8")]
    for page in PAGES:
        text = page.read_text("utf-8")
        code += re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        code += re.findall(r"`((?:from common_apis\S* )?import [^`]*)`", text)
    used = set().union(*map(find_imports, code))
    assert {"common_apis.Sandbox", "common_apis.create_app"} <= used
    assert used <= PUBLIC


def test_pages_name_the_present_version() -> None:
    """In the name of the wheel, wherever a reader may copy it from."""
    files = [*PAGES, *sorted((ROOT / "examples").glob("*.yml"))]
    named = [each for file in files for each in re.findall(r"common_apis-([\d.]+)-py3", file.read_text("utf-8"))]
    assert len(named) >= 6
    assert set(named) == {common_apis.__version__}
