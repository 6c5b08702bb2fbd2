"""Who must never know whom, read from the imports; and the layout that `ARCHITECTURE.md` promises."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("handlers", "mock_data", "mock_server", "openapi")

SHARED = ("errors", "resource", "terms")
"""The modules that serve all resources."""

ALLOWED = {
    "handlers": set(),
    "hooks": {"proof"},
    "contract": {"openapi", "jsonschema_rs", "orjson", "rapidfuzz", "yaml"},
    "world": {"handlers", "mock_data", "contract", "filelock", "orjson", "rpds", "yaml"},
    "control": {"handlers", "contract", "world", "orjson"},
    "population": {"contract", "world", "orjson", "yaml"},
    "portal": {"contract", "jinja2", "markupsafe", "orjson", "starlette", "yaml"},
    "serving": {
        *("handlers", "contract", "control", "portal", "world"),
        *("connexion", "httptools", "orjson", "starlette", "uvicorn"),
    },
    "proof": {
        *("handlers", "contract"),
        *("anyio", "httpx", "hypothesis", "jinja2", "jsonschema_rs", "openapi_spec_validator", "orjson", "requests"),
        *("schemathesis", "yaml"),
    },
    "testing": {
        "contract",
        "proof",
        "serving",
        "world",
        "pytest",
    },
    "relay": {
        *("handlers", "contract", "control", "proof", "serving"),
        *("world", "httpx", "orjson", "starlette"),
    },
    "cli": {
        *(
            "contract",
            "portal",
            "serving",
            "world",
            "population",
            "proof",
            "relay",
        ),
        "click",
    },
}
"""What each room may import, beside itself and the standard library."""


def room(module: str) -> str:
    """The room that a module of the project is in, or the name of the package that it is of."""
    return module.removeprefix("common_apis.").partition(".")[0]


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
    ".".join(file.relative_to(above).with_suffix("").parts): file
    for folder, above in ((ROOT / "handlers", ROOT), (ROOT / "mock_server", ROOT / "mock_server"))
    for file in sorted(folder.rglob("*.py"))
    if file.name != "__init__.py" or file.parent.name in ("serving", "handlers", "control")
}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_its_room_may_know(module: str) -> None:
    """Handlers know no HTTP, worlds no server, Connexion is known in serving alone, Schemathesis in proof alone."""
    assert trespasses(MODULES[module].read_text("utf-8"), module) == []


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("handlers.patients", "from ..world import store"),
        ("handlers.patients", "import httpx"),
        ("world.memory", "from starlette.responses import Response"),
        ("world.memory", "from ..serving.app import create_app"),
        ("portal.home", "import connexion"),
        ("serving.app", "import schemathesis"),
        ("serving.app", "from .. import cli"),
        ("testing.plugin", "import schemathesis"),
        ("proof.check", "from ..testing import plugin"),
        ("serving.app", "from ..relay import app"),
        ("relay.app", "import connexion"),
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
    assert [each for each in reading if not each.startswith("cli.")] == ["testing.plugin"]


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


def find_undeclared(names: set[str], declared: set[str]) -> set[str]:
    """Return the imported packages that no requirement names, by the names of their distributions."""
    owners = packages_distributions()
    return {name for name in names if not {canonical(each) for each in owners.get(name, [name])} & declared}


def canonical(requirement: str) -> str:
    """Return the name in a requirement, as registries write it."""
    return re.split(r"[\s<>=!~;\[]", requirement)[0].lower().replace("_", "-")


def test_all_that_is_imported_is_declared() -> None:
    """By every installation; the proofs, and what the pytest plugin is loaded by, by whoever installs them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    base = {canonical(each) for each in project["dependencies"]}
    proof = base | {canonical(each) for each in project["optional-dependencies"]["proof"]}
    for name, allowed in ALLOWED.items():
        used = allowed - ALLOWED.keys() - {"mock_data", "openapi"}
        declared = {"proof": proof, "testing": base | {"pytest"}}.get(name, base)
        assert find_undeclared(used, declared) == set(), name
    assert find_undeclared({"requests"}, base) == {"requests"}
    assert find_undeclared({"yaml"}, base - {"pyyaml"}) == {"yaml"}


def test_every_package_is_installed() -> None:
    """The list of packages in `pyproject.toml` names each folder that has modules."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    folders = {file.parent.relative_to(ROOT) for name in ROOMS for file in (ROOT / name).rglob("__init__.py")}
    names = {
        ".".join(("common_apis", *each.parts)).replace("common_apis.mock_server", "common_apis") for each in folders
    }
    assert set(project["tool"]["setuptools"]["packages"]) == names
