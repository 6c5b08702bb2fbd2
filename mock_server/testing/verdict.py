"""The verdict on a test: what its program asked that broke the contract, but for what the test allows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..contract.source import Source
from ..proof.check import asked, findings
from ..proof.exchanges import Recording, write
from ..proof.expectations import expectation, misses
from ..proof.findings import Finding
from ..proof.journals import from_mock
from .control import Control

OTHERS = "default"
"""The sandbox of requests that name none."""
MOST = 20
"""How many findings are told."""
ADVICE = (
    'A test that means to break it says so: @pytest.mark.common_apis(violations="allowed"), or with the names of'
    " operations and codes that it means, such as violations=[{example}]."
)


class ContractBroken(AssertionError):
    """Requests broke the contract; the message has each with its place, what was wrong, and the contract's line."""


class Unmet(AssertionError):
    """An operation was not asked as often as expected; the message has what was asked instead."""


@dataclass(frozen=True)
class Judge:
    """Judges the requests of a test by a folded contract.

    `allows` says whether a violation of an operation and a code is allowed; exchanges that were judged go to the file
    `journal`, if there is one.
    """

    document: Mapping[str, Any]
    allows: Callable[[str, str], bool]
    journal: Path | None = None

    def judge(self, control: Control) -> None:
        """Raise `ContractBroken` if requests broke the contract, or were too many to tell; forget what there was.

        Requests that named no sandbox are the test's, too: nobody else asks its mock.
        """
        recording = from_mock(control.origin, (control.name, OTHERS))
        for each in (control, Control(control.origin, OTHERS)):
            each.ask("DELETE", "/requests")
        self.keep(recording)
        broken = findings(recording, self.document, Source())
        if found := [each for each in broken if not self.allows(each.operation, each.rule)]:
            raise ContractBroken(told(found))
        if recording.lost and not self.allows("", ""):
            raise ContractBroken(too_many(sum(recording.lost.values())))

    def keep(self, recording: Recording) -> None:
        """Add what was judged to the journal; parallel workers share it."""
        if self.journal:
            write(self.journal, recording.exchanges, add=True)

    def expect(self, control: Control, expected: Iterable[str]) -> None:
        """Raise `Unmet` if operations were asked more or less often; `ValueError` for what is no expectation."""
        source = Source()
        understood = [expectation(text, source.operations()) for text in expected]
        if missed := misses(understood, asked(from_mock(control.origin, (control.name,)).exchanges), source):
            raise Unmet("\n".join(map(str, missed)))


def told(found: list[Finding]) -> str:
    """What there is to say of findings."""
    number = "one finding" if len(found) == 1 else f"{len(found)} findings"
    rest = [f"... and {len(found) - MOST} more."] if len(found) > MOST else []
    names = [name for name in (found[0].operation, found[0].rule) if " " not in name]
    advice = ADVICE.format(example=f'"{":".join(names)}"')
    return "\n".join([f"The contract was broken, {number}:", *map(str, found[:MOST]), *rest, advice])


def too_many(lost: int) -> str:
    """What there is to say of requests that the mock has forgotten."""
    return (
        f"Whether the contract was kept cannot be told: the mock remembers 1000 requests of 8 MiB in all, and has"
        f" forgotten {lost} of this test. Call `common_apis.check()` before there are so many."
    )
