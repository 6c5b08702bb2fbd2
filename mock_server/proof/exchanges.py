"""Exchanges: the traffic that a proof looks at, read from a mock's journals or from files, and written to one.

An exchange is what the contract of the control plane says (schema `Exchange`), with the name of its `sandbox` beside. A
file has one on each line, as JSON.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import orjson

from ..contract.document import control
from ..contract.schema import json_schema, validator
from ..contract.violation import violations

SERVER = "http://127.0.0.1:4010"
"""Where a mock listens, unless it was told otherwise."""
PAGE = 1000
"""How many entries of a list are asked for at once."""
PATIENCE_S = 30
SOME = 10
"""How many names of sandboxes are told."""

Exchange = dict[str, Any]
Progress = Callable[[int, int], None]
"""Is told how many of how many sandboxes or files are read."""


class Unreadable(Exception):
    """What was recorded cannot be read; the message says why, and what to do."""


@dataclass
class Recording:
    """What was recorded: exchanges, how many journals were read, how many each has lost, and where to ask again."""

    exchanges: list[Exchange] = field(default_factory=list)
    journals: int = 0
    lost: dict[str, int] = field(default_factory=dict)
    server: str = SERVER

    @property
    def scope(self) -> str:
        """How much it is, in words."""
        sandboxes = len({each["sandbox"] for each in self.exchanges}) or self.journals
        return f"{counted(len(self.exchanges), 'exchange')} of {counted(sandboxes, 'sandbox')}"


def from_mock(
    url: str = SERVER, patterns: Iterable[str] = ("*",), token: str | None = None, progress: Progress | None = None
) -> Recording:
    """The journals of a mock's sandboxes, by patterns such as `ci-*`. Raises `Unreadable`."""
    try:
        with httpx.Client(base_url=url, headers=authorization(token), timeout=PATIENCE_S) as client:
            names = [*listed(client, "/_mock/sandboxes", "sandboxes")]
            chosen = [each["name"] for each in names if fits(each["name"], patterns)]
            if not chosen:
                raise Unreadable(no_such(patterns, [each["name"] for each in names]))
            recording = Recording(server=url.rstrip("/"))
            for done, name in enumerate(chosen):
                if progress:
                    progress(done, len(chosen))
                add_journal(recording, client, name)
            return recording
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        raise Unreadable(f"`{url}` is no address of a mock. Expected one such as {SERVER}.") from error
    except httpx.HTTPError as error:
        reason = str(error) or type(error).__name__
        advice = "Start one with `common-apis serve`, or name it with --url."
        raise Unreadable(f"no mock answers at {url}: {reason}. {advice}") from error


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
    with file.open("ab" if add else "wb", buffering=0) as lines:
        lines.write(b"".join(orjson.dumps(each) + b"\n" for each in exchanges))


def authorization(token: str | None) -> dict[str, str]:
    """The headers that let one in. Raises `Unreadable` for a token that no header can have."""
    if token and not (token.isascii() and token.isprintable()):
        raise Unreadable("the token has a character that no header can have. Expected visible ASCII.")
    return {"Authorization": f"Bearer {token}"} if token else {}


def fits(name: str, patterns: Iterable[str]) -> bool:
    """Whether a name is as one of the patterns, in which `*` is anything."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def add_journal(recording: Recording, client: httpx.Client, name: str) -> None:
    """Add the journal of a sandbox. One that has gone meanwhile has lost we know not how many: one, at the least."""
    try:
        page = [*listed(client, f"/_mock/sandboxes/{name}/requests", "requests")]
        count = ask(client, f"/_mock/sandboxes/{name}/requests/count", ("forgotten",))
    except FileNotFoundError:
        recording.lost[name] = 1
        return
    recording.journals += 1
    recording.exchanges += [{"sandbox": name, **each} for each in page]
    if count["forgotten"]:
        recording.lost[name] = count["forgotten"]


def listed(client: httpx.Client, path: str, name: str) -> Iterator[Any]:
    """All entries of a list, page by page."""
    after: dict[str, Any] = {}
    while True:
        page = ask(client, path, (name, "next"), limit=PAGE, **after)
        yield from page[name]
        if page["next"] is None:
            return
        after = {"after": page["next"]}


def ask(client: httpx.Client, path: str, fields: Iterable[str], **parameters: Any) -> Any:
    """These fields of what a mock answers; raises `FileNotFoundError` if nothing is there, `Unreadable` if no mock."""
    response = client.get(path, params=parameters)
    if response.status_code in (401, 403):
        raise Unreadable(f"{client.base_url} demands a token, or another one. Name it with --token.")
    if response.status_code == 404 and path != "/_mock/sandboxes":
        raise FileNotFoundError(path)
    try:
        answer = response.raise_for_status().json()
        return {field: answer[field] for field in fields}
    except (httpx.HTTPStatusError, ValueError, TypeError, KeyError) as error:
        said = f"GET {path} was answered {response.status_code} {response.headers.get('content-type', '')}".rstrip()
        raise Unreadable(f"{client.base_url} is no mock of this contract: {said}. Name one with --url.") from error


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
    check, schema = form()
    if not check.is_valid(exchange):
        reason = violations(check, schema, exchange, "The line")[0].detail
        raise Unreadable(f"{place} is no exchange: {reason}")
    exchange = {"sandbox": "default", **exchange}
    if not isinstance(exchange["sandbox"], str):
        raise Unreadable(f"{place} is no exchange: `sandbox` is no text.")
    return exchange


@cache
def form() -> tuple[Any, Any]:
    """The form of an exchange, compiled, and its schema."""
    schema = json_schema({"$ref": "#/components/schemas/Exchange"}, control())
    return validator(schema), schema


def counted(number: int, noun: str) -> str:
    """A number of things, in words."""
    plural = f"{noun}es" if noun.endswith("x") else f"{noun}s"
    return f"{number} {noun if number == 1 else plural}"
