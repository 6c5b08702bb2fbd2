"""How a line of the log looks, for people and for programs.

What a client has sent can neither begin a line nor command a terminal.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from time import localtime, strftime
from typing import Any, NamedTuple

from . import telling
from .request_log import Entry
from .response import entry as describe_fault

ENCODER = json.JSONEncoder(separators=(",", ":"))
LONGEST_DETAIL = 300
"""Characters that are told of what was wrong."""
RESET = "\x1b[0m"
COLOURS = {2: "\x1b[32m", 3: "\x1b[36m", 4: "\x1b[33m", 5: "\x1b[31m"}
"""Of a status, by its first digit: green, cyan, yellow, red."""
NO_RESPONSE, DIM = "\x1b[31m", "\x1b[2m"


class Notice(NamedTuple):
    """Something else that the server has to say, with the level that logging has for it."""

    at: float
    level: str
    text: str


Line = Entry | Notice
Format = Callable[[Line], str]


def format_text(line: Line) -> str:
    """Return a line for people."""
    return escape_lines(line.text) if isinstance(line, Notice) else _join(line, _plain)


def format_colours(line: Line) -> str:
    """Return a line for people at a terminal."""
    return escape_lines(line.text) if isinstance(line, Notice) else _join(line, _coloured)


def format_json(line: Line) -> str:
    """Return a line for programs: a JSON object in ASCII."""
    if isinstance(line, Notice):
        return _dump({"time": _moment(line.at), "level": line.level.lower(), "message": line.text})
    return _dump(
        {
            "time": _moment(line.at),
            "status": line.status,
            "method": line.method,
            "path": _find_path(line),
            "operation": line.operation,
            "sandbox": _find_sandbox(line),
            "duration": None if line.duration is None else round(line.duration * 1000, 3),
            "errors": line.faults,
            "error": describe_fault(line.fault) if line.fault else line.answer_fault,
            "override": line.override and dict(zip(("by", "name"), line.override, strict=True)),
        }
    )


def escape(text: str) -> str:
    """Return a text with its control characters, and all else that cannot be seen, written out."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def escape_lines(text: str) -> str:
    """Return a text of several lines, such as a traceback, each of them escaped."""
    return "\n".join(map(escape, text.split("\n")))


Paint = Callable[[str, str], str]
"""Gives a text a colour, or not."""


def _join(line: Entry, paint: Paint) -> str:
    """Return the parts of a line, one space between them."""
    status = str(line.status or "-")
    parts = [
        paint(_clock(int(line.at)), DIM),
        paint(status, COLOURS.get(int(status[0]), NO_RESPONSE) if line.status else NO_RESPONSE),
        escape(line.method or "-"),
        escape(_find_path(line) or "-"),
        paint(line.operation or "-", DIM),
        paint(escape(_find_sandbox(line) or "-"), DIM),
        paint("-" if line.duration is None else f"{line.duration * 1000:.1f} ms", DIM),
        *_explain(line),
    ]
    return " ".join(parts)


def _explain(line: Entry) -> list[str]:
    """Return why the response is what it is, as far as there is more to say than its status."""
    said = []
    if line.fault:
        place = line.fault.pointer or line.fault.parameter
        count = f" (1 of {line.faults})" if line.faults > 1 else ""
        said.append(escape(f"{place}: " if place else "") + escape(_shorten(line.fault.detail)) + count)
    elif line.answer_fault:
        said.append(f"response: {escape(_shorten(line.answer_fault['detail']))}")
    if line.override:
        said.append(escape(f"[{' '.join(line.override)}{f': {line.network}' if line.network else ''}]"))
    elif line.status is None:
        said.append("the client left before the response")
    return said


def _shorten(detail: str) -> str:
    """Return what fits into a line."""
    return detail if len(detail) <= LONGEST_DETAIL else f"{detail[:LONGEST_DETAIL]} …"


@lru_cache(1)
def _clock(second: int) -> str:
    """Return the time of the day here; many lines have the same."""
    return strftime("%H:%M:%S", localtime(second))


def _find_path(line: Entry) -> str | None:
    """Return the path as the journal has it, without secrets."""
    if not line.path:
        return None
    return telling.path({"path": "", "raw_path": line.path, "query_string": line.query})


def _find_sandbox(line: Entry) -> str | None:
    """Return the name of the sandbox that has the request in its journal, or else that the path begins with."""
    if line.sandbox is None and line.path.startswith(b"/s/"):
        return line.path.split(b"/")[2].decode("latin-1")
    return line.sandbox


def _moment(at: float) -> str:
    """Return a time as RFC 3339 has it."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _dump(value: Any) -> str:
    """Return JSON that no terminal and no encoding takes amiss."""
    return ENCODER.encode(value).replace("\x7f", "\\u007f")


def _plain(text: str, _: str) -> str:
    return text


def _coloured(text: str, colour: str) -> str:
    return f"{colour}{text}{RESET}"
