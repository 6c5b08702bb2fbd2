"""Exchanges: the traffic that a proof looks at, read from files, and written to one.

An exchange is what the contract of the control plane says (schema `Exchange`), with the name of its `sandbox` beside. A
file has one on each line, as JSON.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from ..contract.document import control
from ..contract.numbers import encode_exactly
from ..contract.schema import json_schema, validator
from ..contract.violation import violations

TOO_DEEP = "nested too deep to be shown"
"""Stands for such a body. The contract has none so deep, and mock and proxy keep it as text."""
SOME = 10
"""How many names of sandboxes are told."""

Exchange = dict[str, Any]
ADDED: Exchange = {"commits": []}
ADDED_TO_MESSAGES: Exchange = {"base64": None, "cut": False}
"""Fields that exchanges of earlier versions lack, and their requests and responses."""
SIDES = ("request", "response")
Progress = Callable[[int, int], None]
"""Is told how many of how many sandboxes or files are read."""


class Unreadable(Exception):
    """What was recorded cannot be read; the message says why, and what to do."""


@dataclass
class Recording:
    """What was recorded: exchanges, how many journals were read, what each has lost, and the mock if one was asked."""

    exchanges: list[Exchange] = field(default_factory=list)
    journals: int = 0
    lost: dict[str, int] = field(default_factory=dict)
    server: str | None = None

    @property
    def scope(self) -> str:
        """How much it is, in words."""
        sandboxes = len({each["sandbox"] for each in self.exchanges}) or self.journals
        return f"{counted(len(self.exchanges), 'exchange')} of {counted(sandboxes, 'sandbox')}"


def from_files(files: Iterable[Path], patterns: Iterable[str] = ("*",), progress: Progress | None = None) -> Recording:
    """The exchanges of some files, one JSON object a line. Raises `Unreadable`, naming the file and the line."""
    recording, files = Recording(), [*files]
    names: set[str] = set()
    for done, file in enumerate(files):
        if progress:
            progress(done, len(files))
        try:
            with file.open("rb") as lines:
                read = [parsed(line, f"{file}, line {number}") for number, line in enumerate(lines, 1) if line.strip()]
        except OSError as error:
            raise Unreadable(f"cannot read {file}: {error.strerror}.") from error
        names.update(each["sandbox"] for each in read)
        recording.exchanges += [each for each in read if fits(each["sandbox"], patterns)]
    if names and not recording.exchanges:
        raise Unreadable(no_such(patterns, sorted(names)))
    return recording


def write(file: Path, exchanges: Iterable[Exchange], add: bool = False) -> None:
    """Write exchanges to a file, one a line, or add them to it; processes may add at once. Raises `OSError`."""
    content = b"".join(encode_exactly(each) + b"\n" for each in exchanges)
    with file.open("ab" if add else "wb", buffering=0) as lines:
        while content:  # a full disk may take a part, and says with the next why no more
            content = content[lines.write(content) :]


def fits(name: str, patterns: Iterable[str]) -> bool:
    """Whether a name is as one of the patterns, in which `*` is anything."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def no_such(patterns: Iterable[str], names: list[str]) -> str:
    """What to say when no sandbox is called as it was asked for."""
    known = ", ".join(names[:SOME]) + (", …" if len(names) > SOME else "")
    return f"no sandbox is called {' or '.join(patterns)}. There {'are ' + known if names else 'is none'}."


def parsed(line: bytes, place: str) -> Exchange:
    """The exchange of a line; raises `Unreadable` naming the place."""
    try:
        exchange = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"{place} is not JSON: {error}. Expected one exchange as common-apis writes it.") from error
    if isinstance(exchange, dict):
        sides = {side: ADDED_TO_MESSAGES | exchange[side] for side in SIDES if isinstance(exchange.get(side), dict)}
        exchange = ADDED | exchange | sides
    if fault := unfit(exchange, "Exchange", "The line"):
        raise Unreadable(f"{place} is no exchange: {fault}")
    exchange = {"sandbox": "default", **exchange}
    if not isinstance(exchange["sandbox"], str):
        raise Unreadable(f"{place} is no exchange: `sandbox` is no text.")
    return writable(exchange)


def writable(exchange: Exchange) -> Exchange:
    """The exchange; bodies of one that is nested deeper than can be written again are left out."""
    try:
        orjson.dumps(exchange)
    except orjson.JSONEncodeError:
        return exchange | {side: exchange[side] | {"body": TOO_DEEP} for side in SIDES}
    return exchange


def unfit(value: Any, name: str, called: str) -> str | None:
    """Why a value has not the form of a schema of the control plane, if it has not."""
    check, schema = form(name)
    return None if check.is_valid(value) else violations(check, schema, value, called)[0].detail


@cache
def form(name: str) -> tuple[Any, Any]:
    """A schema of the control plane, compiled, and as it is."""
    schema = json_schema({"$ref": f"#/components/schemas/{name}"}, control())
    return validator(schema), schema


def counted(number: int, noun: str) -> str:
    """A number of things, in words."""
    plural = f"{noun}es" if noun.endswith("x") else f"{noun}s"
    return f"{number} {noun if number == 1 else plural}"
