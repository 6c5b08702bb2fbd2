"""A baseline: the findings that are known and accepted, as a file that is kept with the program."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from .findings import Finding, Identity

FIELDS = ("consumer", "operation", "rule", "place")


class BaselineError(Exception):
    """A baseline cannot be read; the message names the file and says what to do."""


class Sifted(NamedTuple):
    """The findings that are new, how many are accepted, and how many of the accepted ones were not found again."""

    new: list[Finding]
    accepted: int
    gone: int


def read(file: Path) -> set[Identity]:
    """The identities that a baseline has; raises `BaselineError`."""
    advice = "Write it with --write-baseline."
    try:
        entries = json.loads(file.read_bytes(), object_pairs_hook=once)
        if not isinstance(entries, list):
            raise ValueError("it is no list")
        return {identity(entry) for entry in entries}
    except OSError as error:
        raise BaselineError(f"cannot read the baseline {file}: {error.strerror}. {advice}") from error
    except (ValueError, TypeError, RecursionError) as error:
        raise BaselineError(f"{file} is no baseline: {error}. {advice}") from error


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; raises `ValueError` if it says a name twice, such as after a merge."""
    names = [name for name, _ in pairs]
    if len(names) != len({*names}):
        raise ValueError(f"an entry has `{max(names, key=names.count)}` twice")
    return dict(pairs)


def identity(entry: Any) -> Identity:
    """The identity of an entry; raises `ValueError` if it is none."""
    match entry:
        case {"consumer": str(consumer), "operation": str(operation), "rule": str(rule), "place": str(place)}:
            return consumer, operation, rule, place
    raise ValueError(f"an entry is `{str(entry)[:100]}`. Expected an object with the texts {', '.join(FIELDS)}")


def write(file: Path, findings: Iterable[Finding]) -> None:
    """Write a baseline of findings, sorted, one a line. Raises `OSError`."""
    found = sorted({finding.identity for finding in findings})
    lines = [orjson.dumps(dict(zip(FIELDS, each, strict=True))).decode() for each in found]
    file.write_text("[\n" + ",\n".join(lines) + "\n]\n" if lines else "[]\n", "utf-8")


def sift(findings: Iterable[Finding], known: set[Identity]) -> Sifted:
    """Which of some findings are not in a baseline."""
    found = [*findings]
    new = [finding for finding in found if finding.identity not in known]
    return Sifted(new, len(found) - len(new), len(known - {finding.identity for finding in found}))
