"""The ledger: what came by and what it broke, told at once, and again at the end."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import orjson

from ..contract.source import Source
from ..proof.check import of_exchange, rules
from ..proof.exchanges import counted
from ..proof.findings import Finding, Identity, Summary, fold
from ..serving import telling
from ..serving.exchange import Exchange

logger = logging.getLogger("common_apis")

MOST = 10_000
"""How many findings are kept apart; any further one is only told."""


class Seen(NamedTuple):
    """An exchange as it is told, its line in a file of exchanges if there is one, and what it broke."""

    told: dict[str, Any]
    line: bytes
    findings: list[Finding]


class Ledger:
    """Counts exchanges, and finds what they break. `report` is told a line of each.

    Where there is a `journal`, each exchange becomes a line of that file. Raises `OSError` if it cannot be written to.
    """

    def __init__(
        self, document: dict[str, Any], server: str, report: Callable[[str], None], journal: Path | None = None
    ) -> None:
        self.document = document
        self.server = server
        self.report = report
        self.source = Source()
        self.journal: BinaryIO | None = journal.open("ab") if journal else None
        self.found: dict[Identity, Finding] = {}
        self.asked: Counter[str] = Counter()
        self.sandboxes: set[str] = set()
        self.exchanges = self.unanswered = 0
        self.codings: Counter[str] = Counter()
        self.doubts: list[str] = []
        self.notes: list[str] = []
        self.rules = rules(document)

    def look_at(self, exchange: Exchange) -> Seen:
        """Return what there is to keep of an exchange that has ended: it changes nothing, so a thread may do it."""
        assert exchange.sandbox
        told = {"sandbox": exchange.sandbox.name, **exchange.told()}
        line = orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE) if self.journal else b""
        return Seen(told, line, [*of_exchange(told, self.document, self.source, self.server)])

    def note(self, seen: Seen, unanswered: str | None = None) -> None:
        """Keep what was seen; `unanswered` says why the server gave no answer, if it gave none."""
        told = seen.told
        self.exchanges += 1
        self.sandboxes.add(told["sandbox"])
        if told["operation"]:
            self.asked[told["operation"]] += 1
        if unanswered:
            self.unanswered += 1
            if not told["answer_faults"]:
                self.report(f"no answer: {unanswered}")
        self.write(seen.line)
        for finding in seen.findings:
            self.add(finding)

    @contextmanager
    def passing_over(self, exchange: Exchange) -> Iterator[None]:
        """Pass over an exchange, for a defect: whoever waits for the answer gets it."""
        try:
            yield
        except Exception:
            logger.exception("exchange %s of %s is not looked at", exchange.number, telling.path(exchange.scope))
            self.doubts.append("An exchange was passed over, for a defect that the log tells of.")

    def add(self, finding: Finding) -> None:
        """Tell of a finding, and keep it."""
        first, seen, *_ = str(finding).splitlines()
        self.report(f"{finding.by}: {first} ({seen.strip()})")
        if finding.identity in self.found or len(self.found) < MOST:
            fold(self.found, finding)

    def unread(self, coding: str) -> None:
        """Count an answer that has a content coding which is none of ours, and tell of the first."""
        self.codings[coding] += 1
        if self.codings[coding] == 1:
            self.report(f"answers that are encoded as `{coding}` cannot be judged.")

    def write(self, line: bytes) -> None:
        """Add an exchange to the file. If that cannot be, say so once."""
        if self.journal is None:
            return
        try:
            self.journal.write(line)
            self.journal.flush()
        except OSError as error:
            self.doubts.append(f"{self.journal.name} cannot be written to: {error.strerror}. It ends there.")
            self.report(self.doubts[-1])
            self.journal = None

    def findings(self) -> list[Finding]:
        """What was found, each once."""
        return list(self.found.values())

    def unsure(self) -> list[str]:
        """Why it cannot be told that nothing is wrong."""
        if not self.exchanges:
            return ["no request came by. Have programs ask the proxy instead of the server.", *self.doubts]
        said: list[str] = []
        if self.unanswered:
            of = counted(self.exchanges, "request")
            said.append(f"{self.unanswered} of {of} got no answer of the server: see whether it runs.")
        for coding, times in self.codings.items():
            what = f"{counted(times, 'answer')} could not be judged, for what is encoded as `{coding}` is not read."
            said.append(f"{what} The server was asked for `identity`.")
        return [*said, *self.doubts]

    def summary(self, *notes: str) -> Summary:
        """What came by, with further notes."""
        scope = f"{counted(self.exchanges, 'exchange')} of {counted(len(self.sandboxes), 'sandbox')}"
        return Summary(
            command="proxy",
            scope=scope,
            asked=dict(sorted(self.asked.items())),
            notes=(*self.notes, *notes),
            rules=self.rules,
        )
