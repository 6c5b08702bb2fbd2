"""What the commands that find something have in common: how they report it, and how they end."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from .options import Command, give_up

if TYPE_CHECKING:
    from ..proof.findings import Finding, Summary

KEPT, BROKEN = 0, 1
FORMS = ("text", "json", "junit", "sarif", "github")


def reporting(command: Command) -> Command:
    """The options that say how to report."""
    for each in (
        click.option(
            "-o",
            "--output",
            type=click.Path(dir_okay=False, path_type=Path),
            help="A file for the report; the screen has it as text.",
        ),
        click.option("--format", "form", default="text", type=click.Choice(FORMS), help="The form of the report."),
    ):
        command = each(command)
    return command


def end(findings: "list[Finding]", summary: "Summary", form: str, output: Path | None) -> NoReturn:
    """Report the findings, and end with the exit code for them."""
    from ..proof.reports import REPORTS

    if output:
        write(output, REPORTS[form](findings, summary))
    click.echo(REPORTS["text" if output else form](findings, summary), nl=False)
    sys.exit(BROKEN if findings else KEPT)


def write(file: Path, text: str) -> None:
    """Write a report to a file."""
    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        give_up(f"cannot write {file}: {error.strerror}")
