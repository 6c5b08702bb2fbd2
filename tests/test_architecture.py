"""Who must never know whom, read from the imports; and the layout that `ARCHITECTURE.md` promises."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("handlers", "mock_data", "mock_server", "openapi")

SHARED = ("errors", "resource", "terms")
"""The modules that serve all resources."""

ALLOWED = {
    "handlers": set(),
    "mock_server.contract": {"jsonschema_rs", "orjson", "rapidfuzz", "yaml"},
    "mock_server.world": {"handlers", "mock_server.contract", "filelock", "orjson", "rpds", "yaml"},
    "mock_server.control": {"handlers", "mock_server.contract", "mock_server.world", "orjson"},
    "mock_server.population": {"mock_server.contract", "mock_server.world", "orjson", "yaml"},
    "mock_server.portal": {"mock_server.contract", "jinja2", "markupsafe", "orjson", "starlette", "yaml"},
    "mock_server.serving": {
        *("handlers", "mock_server.contract", "mock_server.control", "mock_server.portal", "mock_server.world"),
        *("connexion", "httptools", "orjson", "starlette", "uvicorn"),
    },
    "mock_server.proof": {
        *("handlers", "mock_server.contract"),
        *("anyio", "httpx", "hypothesis", "jinja2", "jsonschema_rs", "openapi_spec_validator", "orjson", "requests"),
        *("schemathesis", "yaml"),
    },
    "mock_server.testing": {
        "mock_server.contract",
        "mock_server.proof",
        "mock_server.serving",
        "mock_server.world",
        "pytest",
    },
    "mock_server.relay": {
        *("handlers", "mock_server.contract", "mock_server.control", "mock_server.proof", "mock_server.serving"),
        *("mock_server.world", "httpx", "orjson", "starlette"),
    },
    "mock_server.cli": {
        *(
            "mock_server.contract",
            "mock_server.portal",
            "mock_server.serving",
            "mock_server.world",
            "mock_server.population",
            "mock_server.proof",
            "mock_server.relay",
        ),
        "click",
    },
}
"""What each room may import, beside itself and the standard library."""


def room(module: str) -> str:
    """The room that a module of the project is in, or the name of the package that it is of."""
    parts = module.removeprefix("common_apis.").split(".")
    if parts[0] == "mock_server" and len(parts) > 1:
        return ".".join(parts[:2])
    return parts[0]


def imports(source: str, module: str) -> Iterator[str]:
    """The absolute names of all that a module imports."""
    package = module.split(".")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            within = ".".join([*above, node.module] if node.module else above)
            yield from (f"{within}.{alias.name}" if not node.module else within for alias in node.names)


def trespasses(source: str, module: str) -> list[str]:
    """What a module imports that its room must not know."""
    known = {room(f"common_apis.{module}"), *ALLOWED[room(module)]}
    found = {room(name) for name in imports(source, f"common_apis.{module}")}
    return sorted(found - known - sys.stdlib_module_names)


MODULES = {
    ".".join(file.relative_to(ROOT).with_suffix("").parts): file
    for name in ("handlers", "mock_server")
    for file in sorted((ROOT / name).rglob("*.py"))
    if file.name != "__init__.py" or file.parent.name in ("serving", "handlers", "control")
}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_its_room_may_know(module: str) -> None:
    """Handlers know no HTTP, worlds no server, Connexion is known in serving alone, Schemathesis in proof alone."""
    assert trespasses(MODULES[module].read_text("utf-8"), module) == []


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("handlers.patients", "from ..mock_server.world import store"),
        ("handlers.patients", "import httpx"),
        ("mock_server.world.memory", "from starlette.responses import Response"),
        ("mock_server.world.memory", "from ..serving.app import create_app"),
        ("mock_server.portal.home", "import connexion"),
        ("mock_server.serving.app", "import schemathesis"),
        ("mock_server.serving.app", "from .. import cli"),
        ("mock_server.testing.plugin", "import schemathesis"),
        ("mock_server.proof.check", "from ..testing import plugin"),
        ("mock_server.serving.app", "from ..relay import app"),
        ("mock_server.relay.app", "import connexion"),
    ],
)
def test_a_module_that_imports_more_is_found(module: str, line: str) -> None:
    """The check of the imports can fail."""
    assert trespasses(line, module) != []


def reads_environment(source: str) -> bool:
    """Whether a module asks for variables of the environment."""
    nodes = list(ast.walk(ast.parse(source)))
    names = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    names |= {node.id for node in nodes if isinstance(node, ast.Name)}
    imported = {alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}
    return bool((names | imported) & {"environ", "getenv", "getproxies", "proxy_bypass"})


def test_no_resource_knows_another() -> None:
    """A resource module imports the shared ones alone."""
    shared = {f"common_apis.handlers.{name}" for name in SHARED}
    for module, file in MODULES.items():
        if module.startswith("handlers.") and file.stem not in ("__init__", *SHARED):
            own = {name for name in imports(file.read_text("utf-8"), f"common_apis.{module}") if "common_apis" in name}
            assert own <= shared, module


def test_only_the_command_line_reads_the_environment() -> None:
    """Everybody else is told what to do by arguments; the pytest plugin, which pytest starts, reads one variable."""
    reading = [module for module, file in MODULES.items() if reads_environment(file.read_text("utf-8"))]
    assert [each for each in reading if not each.startswith("mock_server.cli.")] == ["mock_server.testing.plugin"]


def test_a_module_that_reads_the_environment_is_found() -> None:
    """The check can fail. The command line itself leaves the reading of its options to its library."""
    assert reads_environment("import os\nport = os.environ['PORT']")
    assert reads_environment("from os import getenv\nport = getenv('PORT')")
    assert reads_environment("from urllib.request import getproxies")


def test_the_same_fourteen_names_are_everywhere() -> None:
    """`ls` of paths, handlers and data shows the same names, and the few files that serve all."""
    names = {file.stem for file in (ROOT / "openapi/paths").glob("*.yaml")}
    assert len(names) == 14
    assert {file.stem for file in (ROOT / "mock_data").glob("*.json")} == names
    assert {file.stem for file in (ROOT / "handlers").glob("*.py")} == names | {"__init__", *SHARED}


def test_every_package_is_installed() -> None:
    """The list of packages in `pyproject.toml` names each folder that has modules."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    folders = {file.parent.relative_to(ROOT) for name in ROOMS for file in (ROOT / name).rglob("__init__.py")}
    assert set(project["tool"]["setuptools"]["packages"]) == {f"common_apis.{'.'.join(each.parts)}" for each in folders}
