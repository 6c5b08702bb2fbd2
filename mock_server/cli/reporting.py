"""What the commands that find something have in common: how they report it, and how they end."""

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from .options import CannotTell, Writable, give_up, telling_defects

if TYPE_CHECKING:
    from ..proof.findings import Finding, Summary

KEPT, BROKEN = 0, 1
FORMS = ("text", "json", "junit", "sarif", "github")


def reporting(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say how to report; a command that gives up reports that, too."""
    command = reported(command)
    for each in (
        click.option(
            "-o", "--output", type=Writable(), metavar="FILE", help="A file for the report; the screen has it as text."
        ),
        click.option("--format", "form", default="text", type=click.Choice(FORMS), help="The form of the report."),
    ):
        command = each(command)
    return command


def reported(command: Callable[..., Any]) -> Callable[..., Any]:
    """Has a report say why it could not be told, as CI systems show nothing else of a run. People are told anyway."""

    @wraps(command)
    def reported(*, form: str, output: Path | None, **arguments: Any) -> None:
        try:
            with telling_defects():
                command(form=form, output=output, **arguments)
        except CannotTell as error:
            from ..proof.findings import Summary
            from ..proof.reports import REPORTS

            name = click.get_current_context().info_name or ""
            report = REPORTS[form]([], Summary(command=name, could_not_tell=error.message))
            if output:
                write(output, report)
            elif form != "text":
                print_report(report, form)
            raise

    return reported


def end(findings: "list[Finding]", summary: "Summary", form: str, output: Path | None) -> NoReturn:
    """Report the findings, and end with the exit code for them."""
    from ..proof.reports import REPORTS

    if output:
        write(output, REPORTS[form](findings, summary))
    shown = "text" if output else form
    print_report(REPORTS[shown](findings, summary), shown)
    sys.exit(BROKEN if findings else KEPT)


def print_report(report: str, form: str) -> None:
    """Print a report. One for programs is UTF-8, as it says or as they expect; a person's terminal has its own."""
    click.echo(report if form == "text" else report.encode("utf-8", "backslashreplace"), nl=False)


def write(file: Path, text: str) -> None:
    """Write a report to a file."""
    try:
        file.write_text(text, "utf-8", "backslashreplace")  # the name of a file may be no UTF-8
    except OSError as error:
        give_up(f"cannot write {file}: {error.strerror}")
