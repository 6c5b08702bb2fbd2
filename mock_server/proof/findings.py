"""Findings: what breaks the contract, who does it, where the contract says otherwise, and how to see it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace

from ..contract.source import Line

VERSION = re.compile(r"/v?\d[^\s;,)]*")
"""The version that the name of a program has behind it."""
ITEM = re.compile(r"/\d+(?=/|$)")
"""The position of an item in a pointer, or a number in a path."""

UNREADABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write, and a screen had better not show."""

CONSUMER, PROVIDER, DRIFT = "consumer", "provider", "drift"
"""Who can break a contract; and what is found where two servers differ, whichever is right."""

Identity = tuple[str, str, str, str]
"""Consumer, operation, rule and place: what stays the same from run to run."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that breaks the contract.

    `operation` is an operationId, or the method and the path of a request that matched none. `rule` is the code of a
    fault or the name of a check. `place` is a pointer into the body (empty for the whole) or the name of a parameter.
    `by` says who breaks it: the `consumer` that asked, or the `provider` that answered it; `drift` leaves it open.
    `line` is where the contract says it, `curl` a line that shows it. `times` counts findings of one identity.
    """

    operation: str
    rule: str
    message: str
    place: str = ""
    line: Line | None = None
    by: str = ""
    consumer: str | None = None
    curl: str = ""
    sandbox: str | None = None
    exchange: int | None = None
    times: int = 1

    def __post_init__(self) -> None:
        """Replace what no report can have: much of it was sent by others."""
        for each in fields(self):
            if isinstance(text := getattr(self, each.name), str):
                object.__setattr__(self, each.name, readable(text))

    @property
    def identity(self) -> Identity:
        """What is the same of this finding in another run: no version of a program, no position in a list.

        What is not of a consumer's making is the same whoever asks.
        """
        consumer = "" if self.by in (PROVIDER, DRIFT) else VERSION.sub("", self.consumer or "")
        return consumer, ITEM.sub("/*", self.operation), self.rule, ITEM.sub("/*", self.place)

    @property
    def title(self) -> str:
        """Operation and place, in a few words."""
        return f"{self.operation} {self.place}".rstrip()

    @property
    def seen(self) -> str:
        """Who did it, in which sandbox and exchange, and how often."""
        exchange = f"exchange {self.exchange}" if self.exchange else ""
        times = f"{self.times} times" if self.times > 1 else ""
        sandbox = f"sandbox {self.sandbox}" if self.sandbox else ""
        consumer = f"the {PROVIDER}, to {self.consumer or 'nobody known'}" if self.by == PROVIDER else self.consumer
        return ", ".join(filter(None, (consumer, sandbox, exchange, times)))

    def __str__(self) -> str:
        """All of it, for a person: one line, and below it how to see it."""
        line = f" ({self.line})" if self.line else ""
        first = f"{self.title}: {self.message} [{self.rule}]{line}"
        return "\n    ".join([*first.splitlines(), *filter(None, (self.seen, self.curl))])


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What was looked at: by which command, `scope` in words, and how often each operation was asked.

    `notes` are sentences to read beside the findings, `rules` says of a rule what it demands. `could_not_tell` says why
    there is no verdict; it is empty if there is one.
    """

    command: str
    scope: str = ""
    asked: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    rules: Mapping[str, str] = field(default_factory=dict)
    could_not_tell: str = ""

    def __post_init__(self) -> None:
        """Replace what no report can have: the names of files may be in it."""
        object.__setattr__(self, "scope", readable(self.scope))
        object.__setattr__(self, "notes", tuple(map(readable, self.notes)))
        object.__setattr__(self, "could_not_tell", readable(self.could_not_tell))


def readable(text: str) -> str:
    """A text with a mark in place of each character that no report can have."""
    return UNREADABLE.sub("\ufffd", text)


def folded(findings: Iterable[Finding]) -> list[Finding]:
    """One finding for those of one identity, with how many they are; the first of them speaks for all."""
    found: dict[Identity, Finding] = {}
    for finding in findings:
        fold(found, finding)
    return list(found.values())


def fold(found: dict[Identity, Finding], finding: Finding) -> None:
    """Add a finding to those found before."""
    known = found.get(finding.identity)
    found[finding.identity] = replace(known, times=known.times + finding.times) if known else finding


def verdict(findings: list[Finding], summary: Summary) -> str:
    """What came of it, in a sentence."""
    if summary.could_not_tell:
        return f"{summary.command}: could not tell: {summary.could_not_tell}"
    number = {0: "no findings", 1: "1 finding"}.get(len(findings), f"{len(findings)} findings")
    return f"{summary.command}: {number} in {summary.scope}."
