"""The source of the contract: in which file and line it says something.

Folding loses the lines, so the files are read anew: each when somebody first asks, and once.
"""

from collections.abc import Iterator
from os.path import normpath
from pathlib import Path
from typing import NamedTuple

import yaml

from .document import CONTRACT, ContractError
from .pointer import tokens
from .text import TextError, composed, read


class Line(NamedTuple):
    """A line of the contract: the file and its number."""

    file: str
    number: int

    def __str__(self) -> str:
        return f"{self.file}:{self.number}"


class Node(NamedTuple):
    """A node of a file, and the line that names it."""

    file: Path
    node: yaml.Node
    line: int


class Source:
    """The files of a contract. Its methods raise `ContractError` if one cannot be read.

    Files are named from `top` on; without it, from the folder that the contract's folder is in.
    """

    def __init__(self, root: Path = CONTRACT, top: Path | None = None) -> None:
        self.root = root.resolve()
        self.top = top or self.root.parent.parent
        self.files: dict[Path, yaml.Node] = {}
        self.found: dict[str, tuple[Node, Node]] = {}

    def paths(self) -> Line:
        """Where the paths of the contract begin."""
        return self.line(self.step(self.read(self.root), "paths") or self.read(self.root))

    def operation(self, operation: str) -> Line:
        """Where an operation stands, given its operationId; raises `LookupError` if there is none."""
        _, node = self.operations()[operation]
        return self.line(self.step(node, "operationId") or node)

    def body(self, operation: str, pointer: str) -> Line:
        """Where a place in the body of a request is described, or else what forbids it, or else the operation."""
        schema = self.walk(self.operations()[operation][1], "requestBody", "content", "application/json", "schema")
        return self.line(self.property(schema, pointer)) if schema else self.operation(operation)

    def answer(self, operation: str, status: int, pointer: str) -> Line:
        """The same for a place in the body of an answer."""
        response = self.walk(self.operations()[operation][1], "responses", str(status))
        if response is None:
            return self.operation(operation)
        for _, media_type in self.entries(self.step(response, "content")):
            if schema := self.step(media_type, "schema"):
                return self.line(self.property(schema, pointer))
        return self.line(response)

    def parameter(self, operation: str, name: str) -> Line:
        """Where a parameter is described, or the media types of the body, or else the operation."""
        item, node = self.operations()[operation]
        for holder in (node, item):
            for parameter in self.items(self.step(holder, "parameters")):
                named = self.step(parameter, "name")
                if named and str(named.node.value).lower() == name.lower():
                    return self.line(named)
        content = self.walk(node, "requestBody", "content") if name.lower() == "content-type" else None
        return self.line(content) if content else self.operation(operation)

    def nearest(self, pointer: str) -> Line:
        """Where a place in the folded document is written, or else the nearest place around it that is."""
        node = self.read(self.root)
        for token in tokens(pointer):
            items = {str(index): item for index, item in enumerate(self.items(node))}
            inner = self.step(node, token) or items.get(token)
            if inner is None:
                break
            node = inner
        return self.line(node)

    def operations(self) -> dict[str, tuple[Node, Node]]:
        """The path and the node of each operation, by its operationId."""
        if not self.found:
            for _, item in self.entries(self.step(self.read(self.root), "paths")):
                for _, node in self.entries(item):
                    if named := self.step(node, "operationId"):
                        self.found[str(named.node.value)] = (item, node)
        return self.found

    def property(self, schema: Node, pointer: str) -> Node:
        """The schema of a place in a value; of one that is not described, what forbids it, or the nearest schema."""
        schema = self.definition(schema)
        for token in tokens(pointer):
            other = self.step(schema, "additionalProperties")
            listed = self.walk(schema, "properties", token) or self.step(schema, "items")
            found = listed or other
            if found is None or not isinstance(found.node, yaml.MappingNode):
                return found or schema
            schema = found
        return schema

    def definition(self, node: Node) -> Node:
        """What a node refers to, if it does nothing else."""
        keys = [key.value for key, _ in node.node.value] if isinstance(node.node, yaml.MappingNode) else []
        return self.target(node.file, node.node.value[0][1].value) or node if keys == ["$ref"] else node

    def walk(self, node: Node | None, *keys: str) -> Node | None:
        """What stands under one key after the other."""
        for key in keys:
            node = self.step(node, key) if node else None
        return node

    def step(self, node: Node, key: str) -> Node | None:
        """What stands under a key, here or in what the node refers to."""
        return dict(self.entries(node)).get(key)

    def entries(self, node: Node | None) -> Iterator[tuple[str, Node]]:
        """The keys of a node and what stands under them. What stands beside a reference comes last, and wins."""
        if node is None or not isinstance(node.node, yaml.MappingNode):
            return
        own = [(str(key.value), key, value) for key, value in node.node.value]
        for name, _, value in own:
            if name == "$ref" and isinstance(value, yaml.ScalarNode):
                yield from self.entries(self.target(node.file, value.value))
        for name, key, value in own:
            if name != "$ref":
                yield name, Node(node.file, value, key.start_mark.line + 1)

    def items(self, node: Node | None) -> Iterator[Node]:
        """The items of a list."""
        if node and isinstance(node.node, yaml.SequenceNode):
            for item in node.node.value:
                yield Node(node.file, item, item.start_mark.line + 1)

    def target(self, file: Path, reference: str) -> Node | None:
        """What a reference of a file points at."""
        address, _, pointer = reference.partition("#")
        return self.walk(self.read(Path(normpath(file.parent / address)) if address else file), *tokens(pointer))

    def read(self, file: Path) -> Node:
        """The whole of a file."""
        if file not in self.files:
            try:
                node = composed(read(file), json=file.suffix == ".json")
            except (OSError, TextError) as error:
                raise ContractError(f"{file} cannot be read: {error}") from error
            if node is None:
                raise ContractError(f"{file} is empty")
            self.files[file] = node
        return Node(file, self.files[file], 1)

    def line(self, node: Node) -> Line:
        """The line that names a node."""
        file = node.file.relative_to(self.top) if node.file.is_relative_to(self.top) else node.file
        return Line(file.as_posix().encode("utf-8", "replace").decode(), node.line)  # a name may be in any encoding
