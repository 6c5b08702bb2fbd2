"""The marker `common_apis`: what a test wants of its sandbox."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from ..contract.document import operations
from ..contract.words import shortened, suggestion

Mark = tuple[tuple[Any, ...], Mapping[str, Any]]
"""The arguments of a mark, without and with a name."""
EVERYTHING = "allowed"
"""What a test says that allows every violation."""
ADVICE = "Take it out of `violations`; or, if some tests break it and others do not, mark their class or module."
NAMES = f'"{EVERYTHING}", or a list of names such as "messages_create:parse_exception"'
KINDS = {
    "now": (datetime | str | None, 'a datetime with its offset, or a text such as "2031-03-04T09:30:00-08:00"'),
    "seed": (str | None, "the name of a seed"),
}
"""What an option may be, and what that is called."""


class MarkerError(Exception):
    """A marker says what makes no sense; the message says what it may say."""


@dataclass(frozen=True)
class Wanted:
    """What a test wants: a clock that stands still at `now`, another `seed`, and which `violations` it allows.

    These are `allowed`, for all of them, or a list of names: an operation, a code, or both as in
    `messages_create:parse_exception`.
    """

    now: datetime | str | None = None
    seed: str | None = None
    violations: str | Collection[str] = ()

    @property
    def created(self) -> dict[str, Any]:
        """What the sandbox is created from."""
        now = self.now.isoformat() if isinstance(self.now, datetime) else self.now
        return {name: value for name, value in (("now", now), ("seed", self.seed)) if value is not None}

    def allows(self, operation: str, code: str) -> bool:
        """Whether a violation of this operation and code is allowed."""
        return self.violations == EVERYTHING or any(means(name, operation, code) for name in self.violations)

    def check(self, broken: Collection[tuple[str, str]]) -> None:
        """Raise `MarkerError` if a name allows none of the violations that there were, by operation and code."""
        names = () if self.violations == EVERYTHING else self.violations
        if needless := [name for name in names if not any(means(name, *each) for each in broken)]:
            raise MarkerError(f"`{needless[0]}` is allowed, and no request broke the contract so. {ADVICE}")


def wanted(marks: Iterable[Mark], document: Mapping[str, Any]) -> Wanted:
    """What the marks of a test say, its own before those of its class and module. Raises `MarkerError`."""
    said: dict[str, Any] = {}
    for arguments, options in marks:
        if arguments:
            raise MarkerError(f"`{arguments[0]}` has no name. {known()}")
        said = {**options, **said}
    if unknown := said.keys() - {field.name for field in fields(Wanted)}:
        raise MarkerError(f"`{min(unknown)}` is no option. {known()}")
    check(said, document)
    return Wanted(**said)


def means(name: str, operation: str, code: str) -> bool:
    """Whether a name in `violations` is that of a violation."""
    return {*name.split(":")} <= {operation, code}


def known() -> str:
    """The options that there are."""
    return f"Options are {', '.join(f'{field.name}=...' for field in fields(Wanted))}."


def check(said: Mapping[str, Any], document: Mapping[str, Any]) -> None:
    """Refuse what is not of its kind, and names that are none. The mock does the rest. Raises `MarkerError`."""
    for option, (kind, expected) in KINDS.items():
        if not isinstance(said.get(option), kind):
            raise MarkerError(f"`{option}` is `{shortened(repr(said[option]))}`. Expected {expected}.")
    violations = said.get("violations", ())
    if violations == EVERYTHING:
        return
    listed = isinstance(violations, list | tuple | set | frozenset)
    if not listed or not all(isinstance(name, str) for name in violations):
        raise MarkerError(f"`violations` is `{shortened(repr(violations))}`. Expected {NAMES}.")
    codes: list[str] = document["components"]["schemas"]["ErrorCode"]["enum"]
    names = [*codes, *(operation["operationId"] for _, _, operation in operations(document))]
    for part in (part for name in violations for part in name.split(":")):
        if part not in names:
            raise MarkerError(f"`{part}` is no operation and no code of an error.{suggestion(part, names)}")
