"""The regular expressions of the code and of the contract, and how each is used."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).parents[2]
FUNCTIONS = ("match", "fullmatch", "search", "sub", "split", "findall", "finditer")
"""What `re` and its patterns do with a text."""


class Use(NamedTuple):
    """An expression, what is done with it, and in which file."""

    file: str
    pattern: "re.Pattern[Any]"
    function: str

    def run(self, text: str) -> object:
        """Do to a text what the code does."""
        content: Any = text.encode("latin-1", "replace") if isinstance(self.pattern.pattern, bytes) else text
        replaced = (self.pattern.pattern[:0],) if self.function == "sub" else ()
        found = getattr(self.pattern, self.function)(*replaced, content)
        return [*found] if self.function == "finditer" else found

    @property
    def text(self) -> str:
        """The expression as text."""
        pattern = self.pattern.pattern
        return pattern.decode("latin-1") if isinstance(pattern, bytes) else str(pattern)


def uses() -> list[Use]:
    """Return each use of an expression in the code, in whatever order."""
    return list({(use.pattern, use.function): use for file in files() for use in uses_in(file)}.values())


def files() -> Iterator[Path]:
    """Yield the files of the code."""
    for folder in ("handlers", "mock_server"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def uses_in(file: Path) -> Iterator[Use]:
    """Yield those of a file: of the expressions that it names, and of those that it writes where they are used."""
    module, name = imported(file), str(file.relative_to(ROOT))
    used: set[re.Pattern[Any]] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name) or node.attr not in FUNCTIONS:
            continue
        pattern = getattr(module, node.value.id, None)
        if isinstance(pattern, re.Pattern):
            used.add(pattern)
            yield Use(name, pattern, node.attr)
    for pattern in vars(module).values():
        if isinstance(pattern, re.Pattern) and pattern not in used:
            yield Use(name, pattern, "fullmatch")  # it is handed on
    for call in calls(file):
        if (pattern := compile_literal(call)) and isinstance(call.func, ast.Attribute) and call.func.attr in FUNCTIONS:
            yield Use(name, pattern, call.func.attr)


def composed() -> list[str]:
    """Return the calls of `re` whose expression is neither written there nor a constant of the module."""
    return [
        f"{file.relative_to(ROOT)}: {ast.unparse(call)}"
        for file in files()
        for call in calls(file)
        if compile_literal(call) is None and call not in constants(file)
    ]


def calls(file: Path) -> Iterator[ast.Call]:
    """Yield the calls of `re` in a file."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            whose = node.func.value
            if isinstance(whose, ast.Name) and whose.id == "re" and node.func.attr in (*FUNCTIONS, "compile"):
                yield node


def constants(file: Path) -> list[ast.expr]:
    """Return what the constants of a module are."""
    return [node.value for node in tree(file).body if isinstance(node, ast.Assign)]


TREES: dict[Path, ast.Module] = {}


def tree(file: Path) -> ast.Module:
    """Return the code of a file, parsed once, so that its nodes can be compared."""
    if file not in TREES:
        TREES[file] = ast.parse(file.read_text("utf-8"))
    return TREES[file]


def compile_literal(call: ast.Call) -> "re.Pattern[Any] | None":
    """Return the expression that is written in a call."""
    first = call.args[0]
    return re.compile(first.value) if isinstance(first, ast.Constant) and isinstance(first.value, str | bytes) else None


def imported(file: Path) -> ModuleType:
    """Return the module of a file."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return import_module(
        ".".join(["common_apis", *(part for part in parts if part not in ("mock_server", "__init__"))])
    )


def contract_patterns() -> list[str]:
    """Return every `pattern` of the contract and of that of the control plane, each once."""
    found: dict[str, None] = {}
    for file in sorted((ROOT / "openapi").rglob("*.yaml")):
        for node in nodes(yaml.safe_load(file.read_text("utf-8"))):
            if isinstance(node.get("pattern"), str):
                found[node["pattern"]] = None
    return list(found)


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects in a document."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(each)
