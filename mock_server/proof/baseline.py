"""A baseline: the findings that are known and accepted, as a file that is kept with the program."""

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
        entries = orjson.loads(file.read_bytes())
        return {identity(entry) for entry in entries}
    except OSError as error:
        raise BaselineError(f"cannot read the baseline {file}: {error.strerror}. {advice}") from error
    except (ValueError, TypeError, KeyError) as error:
        raise BaselineError(f"{file} is no baseline: {error!r}. {advice}") from error


def identity(entry: dict[str, Any]) -> Identity:
    """The identity of an entry."""
    consumer, operation, rule, place = (str(entry[field]) for field in FIELDS)
    return consumer, operation, rule, place


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
