"""The contract as one document, folded from the many small files that it is written in.

Two rules fold it:

- a `$ref` to a file in `components/` stays a reference, and the file becomes an entry of the folded `components`;
- any other `$ref` is replaced by what it points at, and what stands beside it wins. So a property says
  `$ref: ../../types/guid.yaml` and its own description, and the folded document is plain OpenAPI 3.0.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from os.path import abspath, normpath, relpath
from pathlib import Path
from typing import Any

from .. import openapi
from .pointer import follow
from .text import DEEPEST, MOST_NODES, TOO_DEEP, TOO_MANY, TextError, parsed, read

CONTRACT = Path(openapi.__file__).with_name("openapi.yaml")
CONTROL = CONTRACT.with_name("control.yaml")

METHODS = frozenset(("get", "put", "post", "delete", "options", "head", "patch", "trace"))
"""The keys of a path that are operations."""

NESTED = (dict, list)
REFERENCE = 50
"""To follow a reference takes as long as to copy so many values."""


class ContractError(Exception):
    """The contract cannot be read; the message names the file and says what to mend."""


@cache
def control() -> dict[str, Any]:
    """The folded contract of the control plane, which nobody may change: it is read once in a process."""
    return load(CONTROL)


def load(root: Path = CONTRACT) -> dict[str, Any]:
    """The folded document; raises `ContractError` if a file is absent, malformed or refers to itself."""
    return Folding(root).document()


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The method, path and description of each operation, in the document's order."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield method, path, operation


class Folding:
    """One folding of a contract: the files read so far and the components met so far."""

    def __init__(self, root: Path) -> None:
        self.said = root
        self.root = root.resolve() if root.is_file() else Path(abspath(root))  # a pipe has no place of its own
        self.components_folder = self.root.parent / "components"
        self.files: dict[Path, Any] = {}
        self.components: dict[str, dict[str, Any]] = {}
        self.open: list[tuple[Path, str]] = []
        self.nodes = self.depth = 0

    def document(self) -> dict[str, Any]:
        """The whole document, its components sorted by name."""
        document = self.fold(self.read(self.root), self.root)
        if not isinstance(document, dict) or not isinstance(document.get("paths"), dict):
            raise ContractError(f"{self.name(self.root)} is not an OpenAPI document: it has no paths")
        for kind, entries in self.components.items():
            merged = document.setdefault("components", {}).get(kind, {}) | entries
            document["components"][kind] = dict(sorted(merged.items()))
        return document

    def read(self, file: Path) -> Any:
        """What a file says; a Markdown file is one text."""
        if file not in self.files:
            try:
                text = read(file)
                self.files[file] = text if file.suffix == ".md" else parsed(text, json=file.suffix == ".json")
            except TextError as error:
                raise ContractError(f"{self.name(file)}{error.place} cannot be read: {error.reason}") from error
            except OSError as error:
                raise ContractError(f"{self.name(file)} cannot be read: {error.strerror}.") from error
            except ValueError as error:
                raise ContractError(f"{self.name(file)} cannot be read: {error}.") from error
        return self.files[file]

    def fold(self, node: Any, file: Path) -> Any:
        """A node of a file, with its references resolved, as long as there is an end to them."""
        if not isinstance(node, NESTED):
            return node
        self.nodes += len(node)
        if self.nodes > MOST_NODES or self.depth > DEEPEST:
            raise ContractError(f"{self.said} cannot be read: {TOO_DEEP if self.depth > DEEPEST else TOO_MANY}")
        self.depth += 1
        try:
            if isinstance(node, list):
                return [self.fold(item, file) for item in node]
            if isinstance(node.get("$ref"), str) and not node["$ref"].startswith("#"):
                return self.resolve(node, file)
            return {key: self.fold(value, file) for key, value in node.items()}
        finally:
            self.depth -= 1

    def resolve(self, node: Mapping[str, Any], file: Path) -> Any:
        """What stands for a reference in the folded document."""
        address, _, pointer = node["$ref"].partition("#")
        target = Path(normpath(file.parent / address))  # without a look at the disk for each of some 700 references
        if target.is_relative_to(self.components_folder) and not pointer:
            return {"$ref": self.component(target)}
        within = self.inline(target, pointer, node["$ref"], file)
        beside = {key: self.fold(value, file) for key, value in node.items() if key != "$ref"}
        if not isinstance(within, dict):
            return within
        return with_null(beside | {key: value for key, value in within.items() if key not in beside})

    def component(self, file: Path) -> str:
        """The reference to a component, which is folded when first met."""
        kind, name = file.parent.name, file.stem
        entries = self.components.setdefault(kind, {})
        if name not in entries:
            entries[name] = None  # met, so that a schema may refer to itself
            entries[name] = self.fold(self.read(file), file)
        return f"#/components/{kind}/{name}"

    def inline(self, target: Path, pointer: str, ref: str, file: Path) -> Any:
        """What a reference points at, itself folded."""
        if (target, pointer) in self.open:
            raise ContractError(f"{self.name(file)}: `{ref}` refers to itself")
        content = self.read(target)
        try:
            node = follow(content, pointer)
        except LookupError as error:
            raise ContractError(f"{self.name(file)}: `{ref}` points at nothing ({error})") from error
        self.nodes += REFERENCE
        self.open.append((target, pointer))
        folded = self.fold(node, target)
        self.open.pop()
        return folded

    def name(self, file: Path) -> str:
        """A file's name as its reader knows it: beside what was asked for."""
        return str(self.said if file == self.root else self.said.parent / relpath(file, self.root.parent))


def with_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A nullable enum lists null too: OpenAPI 3.0.3 demands it, and the types need not say it twice."""
    if schema.get("nullable") and "enum" in schema and None not in schema["enum"]:
        schema["enum"] = [*schema["enum"], None]
    return schema
