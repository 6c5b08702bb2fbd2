"""The header `Prefer` (RFC 7240): how a request asks for one answer, as users of other mocks know it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..contract.words import shortened
from ..handlers.errors import BadRequest, Refused

LONGEST_WAIT = 60
"""Seconds that an answer may be asked to take."""
QUOTED = r'"((?:[^"\\]|\\.)*+)"?'
EACH = re.compile(rf'([^\s=;,"]++)\s*+(?:=\s*+(?:{QUOTED}|([^\s;,"]*+)))?+(?:{QUOTED}|[^,])*+')
"""One preference, its value and its parameters. No text is looked at twice, for a header may be long."""
ASYNC = "respond-async"
PLACE = {"parameter": "Prefer"}


@dataclass(frozen=True)
class Preferences:
    """What is preferred: a status, an example, a drawn answer and by which seed, and how many seconds to wait.

    `applied` says it again, for the answer.
    """

    code: int | None = None
    example: str | None = None
    dynamic: bool = False
    seed: str = ""
    wait: float = 0
    applied: str = ""


def preferences(header: bytes) -> Preferences:
    """What a header says; of equal names the first counts, and unknown ones are ignored. Raises `Refused`."""
    said: dict[str, Any] = {}
    sent = [(name.lower(), quoted, token) for name, quoted, token, _ in EACH.findall(header.decode("latin-1"))]
    # Beside it, `wait` bounds how long a client waits for an answer (RFC 7240, 4.3): the mock answers at once.
    ignored = {"wait"} if any(name == ASYNC for name, *_ in sent) else set()
    for name, quoted, token in sent:
        if name in READ and name not in said and name not in ignored:
            said[name] = READ[name](re.sub(r"\\(.)", r"\1", quoted) or token)
    return Preferences(**said, applied=", ".join(f"{name}={written(value)}" for name, value in said.items()))


def written(value: Any) -> str:
    """A value as a header has it."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if re.fullmatch(r"[\w.+-]+", text, re.ASCII) else '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def code(value: str) -> int:
    """A status."""
    if not re.fullmatch(r"[1-5][0-9]{2}", value):
        raise unreadable("code", value, "a status, such as 503")
    return int(value)


def example(value: str) -> str:
    """A name."""
    if not value:
        raise unreadable("example", value, "the name of an example")
    return value


def dynamic(value: str) -> bool:
    """Whether the answer is drawn."""
    if value.lower() not in ("", "true", "false"):
        raise unreadable("dynamic", value, "true or false")
    return value.lower() != "false"


def wait(value: str) -> float:
    """Seconds."""
    if not re.fullmatch(r"[0-9]{1,2}(\.[0-9]{1,3})?", value) or float(value) > LONGEST_WAIT:
        raise unreadable("wait", value, f"seconds, at most {LONGEST_WAIT}")
    return float(value) if "." in value else int(value)


def unreadable(name: str, value: str, expected: str) -> Refused:
    """The refusal of a value that says nothing."""
    said = f"is `{shortened(value)}`" if value else "has no value"
    return Refused([BadRequest(f"`{name}` in `Prefer` {said}. Expected {expected}.", parameter="Prefer")])


READ: dict[str, Callable[[str], Any]] = {
    "code": code,
    "example": example,
    "dynamic": dynamic,
    "seed": str,
    "wait": wait,
}
