"""The text of a contract: what it says as YAML or JSON, read within bounds, and in plain words where it is neither."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import yaml

LARGEST_FILE = 64 << 20
"""Bytes. As much as an answer may have in which a contract comes."""
PIECE = 1 << 16
"""Bytes that are read at once: most files have less."""
DEEPEST = 100
"""How many lists and objects may lie in each other."""
MOST_NODES = 1_000_000
"""How many values there may be, each counted as often as it is referred to."""

TOO_DEEP = f"it is nested deeper than {DEEPEST} levels."
TOO_MANY = "it becomes too large once each alias and reference is replaced by what it stands for."

PLAIN = {
    "mapping values are not allowed in this context": (
        "no `:` is expected here. Put a text that has one in quotes, or begin a new line."
    ),
    "could not find expected ':'": "expected a name and `:` behind it.",
    "did not find expected key": "expected a name and `:`, as far to the right as those above it.",
    "did not find expected '-' indicator": "expected `-`, as in the items above it.",
    "did not find expected ',' or ']'": "expected `,` or `]`.",
    "did not find expected ',' or '}'": "expected `,` or `}`.",
    "did not find expected node content": "expected a value.",
    "did not find expected alphabetic or numeric character": (
        "expected a letter or digit. Put a text that begins with `*` or `&` in quotes."
    ),
    "found character that cannot start any token": (
        "no value begins so. Indent with spaces, not tabs; put a text that begins with @, % or ` in quotes."
    ),
    "found unexpected end of stream": "expected a closing quote.",
    "found undefined alias": "there is no anchor of this name. Put a text that begins with `*` in quotes.",
    "but found another document": "expected one document, and here begins another.",
}
"""What the parser of YAML says, in plain words."""
FROM_START = ("could not find expected ':'", "found unexpected end of stream")
"""What the parser notices late: what is wrong is where it began to read."""

JSON_ALONE = re.compile(rf"\\u[dD][89a-fA-F]..|{yaml.reader.Reader.NON_PRINTABLE.pattern}")
"""What JSON may have in a text, and YAML not."""


class TextError(ValueError):
    """A text is no contract's; the message says why. `place` is the line and the column, as `:3:1`, if one is wrong."""

    def __init__(self, reason: str, place: str = "") -> None:
        super().__init__(f"line {place[1:].replace(':', ', column ')}: {reason}" if place else reason)
        self.reason, self.place = reason, place


class Loader(yaml.CSafeLoader):
    """YAML with the types of JSON: dates stay text. What is nested too deep is refused before it ends the process."""

    depth = 0

    def descend_resolver(self, current_node: Any, current_index: Any) -> None:
        """Enter a node; the C parser does this before it calls itself."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise TextError(TOO_DEEP)

    def ascend_resolver(self) -> None:
        """Leave a node."""
        self.depth -= 1


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def read(file: Path) -> str:
    """The text of a file. Raises `TextError`, or `OSError`."""
    with file.open("rb") as content:
        found = b"".join(islice(iter(partial(content.read, PIECE), b""), LARGEST_FILE // PIECE + 1))
    if len(found) > LARGEST_FILE:
        raise TextError(f"it is larger than {LARGEST_FILE >> 20} MiB.")
    return decoded(found)


def decoded(content: bytes) -> str:
    """The text of bytes, which may begin with a mark of their order. Raises `TextError`."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TextError("it is not written in UTF-8.", place(content, error.start)) from error


def parsed(text: str, json: bool) -> Any:
    """What a text says as YAML, or as JSON, which has escapes that YAML has not; raises `TextError`."""
    if json:
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise TextError(f"it is no JSON: {error.msg}.", f":{error.lineno}:{error.colno}") from error
    with plainly(text):
        return constructed(Loader(text), aliases="*" in text)


def composed(text: str, json: bool) -> yaml.Node | None:
    """The nodes of a text of YAML or JSON, which know their lines; None if it is empty. Raises `TextError`."""
    with plainly(text):
        return yaml.compose(JSON_ALONE.sub("_", text) if json else text, Loader)


@contextmanager
def plainly(text: str) -> Iterator[None]:
    """Has whatever is wrong with a text of YAML said in plain words, as a `TextError`."""
    try:
        yield
    except yaml.MarkedYAMLError as error:
        raise plain(error) from error
    except yaml.reader.ReaderError as error:
        raise TextError("a control character is in it.", place(text.encode(), error.position)) from error


def constructed(loader: Loader, aliases: bool) -> Any:
    """The document of a loader; its size is known before it is made, as aliases make much of little."""
    node = loader.get_single_node()
    if node is None:
        return None
    if aliases and size(node, {}) > MOST_NODES:
        raise TextError(TOO_MANY)
    return loader.construct_document(node)


def size(node: yaml.Node, known: dict[int, int]) -> int:
    """How many values a node is, with those that its aliases stand for. Raises `TextError` if it contains itself."""
    if id(node) in known:
        if not known[id(node)]:
            raise TextError("it contains itself.", at(node.start_mark))
        return known[id(node)]
    known[id(node)] = 0
    within = node.value if isinstance(node, yaml.CollectionNode) else []
    parts = [part for each in within for part in (each if isinstance(each, tuple) else (each,))]
    known[id(node)] = 1 + sum(size(part, known) for part in parts)
    return known[id(node)]


def plain(error: yaml.MarkedYAMLError) -> TextError:
    """What is wrong with a text of YAML."""
    problem = str(error.problem).replace("could not determine a constructor for the tag", "there is no type")
    problem = problem.replace("tag:yaml.org,2002:", "!!")
    mark = error.context_mark if problem in FROM_START else error.problem_mark
    return TextError(PLAIN.get(problem, f"{problem}."), at(mark) if mark else "")


def at(mark: yaml.Mark) -> str:
    """The line and the column of a mark."""
    return f":{mark.line + 1}:{mark.column + 1}"


def place(content: bytes, offset: int) -> str:
    """The line and the column of a byte."""
    before = content[:offset].decode("utf-8", "replace").split("\n")
    return f":{len(before)}:{len(before[-1]) + 1}"
