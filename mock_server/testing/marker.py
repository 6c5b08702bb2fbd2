"""The marker `common_apis`: what a test wants of its sandbox."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from ..contract.document import operations
from ..contract.words import suggestion

Mark = tuple[tuple[Any, ...], Mapping[str, Any]]
"""The arguments of a mark, without and with a name."""
EVERYTHING = "allowed"
"""What a test says that allows every violation."""


class MarkerError(Exception):
    """A marker says what makes no sense; the message says what it may say."""


@dataclass(frozen=True)
class Wanted:
    """What a test wants: a clock that stands still at `now`, another `seed`, and which `violations` it allows.

    These are `allowed`, for all of them, or a list of names: an operation, a code, or both as in
    `messages_create:parse_exception`.
    """

    now: Any = None
    seed: str | None = None
    violations: str | Collection[str] = ()

    @property
    def created(self) -> dict[str, Any]:
        """What the sandbox is created from."""
        now = self.now.isoformat() if isinstance(self.now, datetime) else self.now
        return {name: value for name, value in (("now", now), ("seed", self.seed)) if value is not None}

    def allows(self, operation: str, code: str) -> bool:
        """Whether a violation of this operation and code is allowed."""
        if self.violations == EVERYTHING:
            return True
        return any({*name.split(":")} <= {operation, code} for name in self.violations)


def wanted(marks: Iterable[Mark], document: Mapping[str, Any]) -> Wanted:
    """What the marks of a test say, its own before those of its class and module. Raises `MarkerError`."""
    said: dict[str, Any] = {}
    for arguments, options in marks:
        if arguments:
            raise MarkerError(f"`{arguments[0]}` has no name. {known()}")
        said = {**options, **said}
    if unknown := said.keys() - {field.name for field in fields(Wanted)}:
        raise MarkerError(f"`{min(unknown)}` is no option. {known()}")
    found = Wanted(**said)
    check(found.violations, document)
    return found


def known() -> str:
    """The options that there are."""
    return f"Options are {', '.join(f'{field.name}=...' for field in fields(Wanted))}."


def check(violations: str | Collection[str], document: Mapping[str, Any]) -> None:
    """Refuse a name that allows nothing, since nothing is called so. Raises `MarkerError`."""
    if violations == EVERYTHING:
        return
    if isinstance(violations, str):
        raise MarkerError(f'`violations` is `{violations}`. Expected "{EVERYTHING}", or a list of names.')
    codes: list[str] = document["components"]["schemas"]["ErrorCode"]["enum"]
    names = [*codes, *(operation["operationId"] for _, _, operation in operations(document))]
    for part in (part for name in violations for part in name.split(":")):
        if part not in names:
            raise MarkerError(f"`{part}` is no operation and no code of an error.{suggestion(part, names)}")
