"""`common-apis check`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .baselines import accepting, against
from .credentials import Credentials
from .options import Writable, give_up
from .recorded import empty, gaps, keep, read, recorded
from .reporting import end, reporting

if TYPE_CHECKING:
    from ..contract.source import Source
    from ..proof.expectations import Expectation


@click.command()
@recorded
@click.option(
    "--expect",
    "expected",
    multiple=True,
    metavar="'OPERATION==N'",
    help="How often an operation is to have been asked; also !=, >=, <=, > and <. Repeatable.",
)
@reporting
@accepting
@click.option(
    "--save",
    type=Writable(),
    metavar="FILE",
    help="Keep the exchanges in this file, one a line, to read them again with --journal.",
)
def check(
    url: str,
    sandboxes: tuple[str, ...],
    journals: tuple[Path, ...],
    credentials: Credentials,
    expected: tuple[str, ...],
    form: str,
    output: Path | None,
    baseline: Path | None,
    accept: Path | None,
    save: Path | None,
) -> None:
    """Find what a program asked of the mock that breaks the contract.

    It reads the journals of the sandboxes, so it finds a refused request whatever the program made of the answer.

    Example: common-apis check --sandbox 'ci-*' --expect 'messages_create==1' --format junit -o check.xml
    """
    from ..contract.document import ContractError, load
    from ..contract.source import Source
    from ..proof.check import asked, findings, rules
    from ..proof.expectations import misses
    from ..proof.findings import Summary

    try:
        document, source = load(), Source()
        expectations = understood(expected, source)
        recording = read(url, sandboxes, journals, credentials)
        keep(recording, save)
        if (nothing := empty(recording)) and not expectations:
            give_up(*nothing)
        counts = asked(recording.exchanges)
        found, notes = against(findings(recording, document, source), baseline, accept)
        found += misses(expectations, counts, source)
    except ContractError as error:
        give_up(error)
    doubts = gaps(recording)
    if doubts and not found:
        give_up(" ".join(doubts))
    summary = Summary(
        command="check", scope=recording.scope, asked=counts, notes=(*nothing, *doubts, *notes), rules=rules(document)
    )
    end(found, summary, form, output)


def understood(expected: tuple[str, ...], source: "Source") -> "list[Expectation]":
    """What is expected; ends as a misuse of the command if that is no expectation."""
    from ..proof.expectations import expectation

    try:
        return [expectation(text, source.operations()) for text in expected]
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--expect") from error
