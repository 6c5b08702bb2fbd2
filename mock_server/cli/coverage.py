"""`common-apis coverage`."""

import sys
from pathlib import Path

import click

from .credentials import Credentials
from .options import Number, Writable, give_up
from .recorded import read, recorded, unsure
from .reporting import BROKEN, print_report, write


@click.command()
@recorded
@click.option("--min", "least", type=Number(0, 100), metavar="PERCENT", help="The least that is good enough.")
@click.option(
    "--format", "form", default="text", type=click.Choice(["text", "json", "html"]), help="The form of the report."
)
@click.option(
    "-o",
    "--output",
    type=Writable(),
    metavar="FILE",
    help="A file for the report; the screen has it as text.",
)
def coverage(
    url: str,
    sandboxes: tuple[str, ...],
    journals: tuple[Path, ...],
    credentials: Credentials,
    least: int | None,
    form: str,
    output: Path | None,
) -> None:
    """Tell how much of the contract was exercised: operations, statuses, body fields, listed values and examples.

    Each of these is an item, and the coverage is the share of items that were exercised, in per cent, rounded down.

    Example: common-apis coverage --min 80 --format html -o coverage.html
    """
    from ..contract.document import ContractError, load
    from ..proof.coverage.exercised import coverage
    from ..proof.coverage.reports import REPORTS

    try:
        document = load()
    except ContractError as error:
        give_up(error)
    recording = read(url, sandboxes, journals, credentials)
    doubts = unsure(recording)
    if not recording.exchanges:
        give_up(" ".join(doubts))
    found = coverage(recording.exchanges, document)
    if output:
        write(output, REPORTS[form](found, recording.scope, least))
    shown = "text" if output else form
    print_report(REPORTS[shown](found, recording.scope, least), shown)
    if least is not None and found.share.percent < least:
        if doubts:
            give_up(" ".join(doubts))
        sys.exit(BROKEN)
