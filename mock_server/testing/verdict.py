"""The verdict on a test: what its program asked that broke the contract, but for what the test allows."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..contract.document import operations
from ..contract.source import Source
from ..contract.words import suggestion
from ..proof.check import asked, findings
from ..proof.exchanges import Exchange, Recording, write
from ..proof.expectations import expectation, misses
from ..proof.findings import Finding
from .control import Control
from .marker import Wanted

__tracebackhide__ = True  # what fails here was asked in a line of the test: pytest shows that one
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
    """Judges the requests of a test by a folded contract, but for what is `wanted` to break it.

    Exchanges that were judged go to the file `journal`, if there is one. `over` has the names of the sandboxes of tests
    that are over: what still asks for them is not of this test. `broken` has operation and code of what was found.
    """

    document: Mapping[str, Any]
    wanted: Wanted
    journal: Path | None = None
    over: Collection[str] = ()
    broken: set[tuple[str, str]] = field(default_factory=set)

    def judge(self, control: Control) -> None:
        """Raise `ContractBroken` if requests broke the contract, or cannot be told; forget what there was.

        Requests to all sandboxes are the test's, also those that named none: nobody else asks its mock.
        """
        names = control.names()
        recording = self.recorded(control, names)
        self.keep(recording)
        found = findings(recording, self.document, Source())
        self.broken.update((each.operation, each.rule) for each in found)
        if refused := [each for each in found if not self.wanted.allows(each.operation, each.rule)]:
            raise ContractBroken(told(refused))
        if self.wanted.allows("", ""):
            return
        if control.name not in names:
            raise ContractBroken(gone(control.name))
        if recording.lost:
            raise ContractBroken(too_many(sum(recording.lost.values())))

    def recorded(self, control: Control, names: Iterable[str]) -> Recording:
        """What these sandboxes were asked, which forget it."""
        recording = Recording(server=control.origin)
        for name in names:
            sandbox = control.for_sandbox(name)
            exchanges = ({"sandbox": name, **said} for said in sandbox.pages("/requests", "requests"))
            recording.exchanges += [each for each in exchanges if not self.late(each)]
            if forgotten := sandbox.ask("GET", "/requests/count")["forgotten"]:
                recording.lost[name] = forgotten
            sandbox.ask("DELETE", "/requests")
        return recording

    def late(self, exchange: Exchange) -> bool:
        """Whether a request was refused because the sandbox that it named went with its test."""
        return any(word in self.over for fault in exchange["faults"] for word in fault["detail"].split("`"))

    def keep(self, recording: Recording) -> None:
        """Add what was judged to the journal; parallel workers share it."""
        if self.journal:
            write(self.journal, recording.exchanges, add=True)

    def expect(self, control: Control, expected: Iterable[str]) -> None:
        """Raise `Unmet` if operations were asked more or less often; `ValueError` for what is no expectation."""
        source = Source()
        try:
            understood = [expectation(text, source.operations()) for text in expected]
        except ValueError as error:
            raise ValueError(str(error)) from None
        if missed := misses(understood, asked(control.pages("/requests", "requests")), source):
            raise Unmet("\n".join(map(str, missed)))

    def check_operation(self, operation: str | None) -> None:
        """Raise `ValueError` if there is no such operation."""
        names = [each["operationId"] for _, _, each in operations(self.document)]
        if operation is not None and operation not in names:
            raise ValueError(f"no operation is called `{operation}`.{suggestion(operation, names)}")


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


def gone(name: str) -> str:
    """What there is to say of a sandbox that the test has thrown away."""
    return (
        f"Whether the contract was kept cannot be told: the test deleted its sandbox `{name}`, and with it what was"
        " asked. The fixture deletes it; a test that needs one to delete makes one of its own."
    )
