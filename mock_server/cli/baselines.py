"""What the commands that find something have in common: findings that are known and accepted."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import Command, Writable, give_up

if TYPE_CHECKING:
    from ..proof.findings import Finding


def accepting(command: Command) -> Command:
    """The options that accept findings."""
    for each in (
        click.option(
            "--write-baseline",
            "accept",
            type=Writable(),
            metavar="FILE",
            help="Accept all that is found now, and write it to this file.",
        ),
        click.option(
            "--baseline",
            type=click.Path(dir_okay=False, path_type=Path),
            metavar="FILE",
            help="A file of findings that are known and accepted.",
        ),
    ):
        command = each(command)
    return command


def against(found: "list[Finding]", baseline: Path | None, accept: Path | None) -> "tuple[list[Finding], list[str]]":
    """The findings that are not accepted, and what to say of those that are; gives up on a file that does not serve."""
    from ..proof.baseline import BaselineError, read, sift, write

    try:
        if accept:
            write(accept, found)
            return [], [f"{len(found)} accepted, and written to {accept}."]
        if baseline is None:
            return found, []
        sifted = sift(found, read(baseline))
    except BaselineError as error:
        give_up(error)
    except OSError as error:
        give_up(f"cannot write {accept}: {error.strerror}")
    notes = [f"{sifted.accepted} accepted by {baseline}."] if sifted.accepted else []
    gone = f"{sifted.gone} of {baseline} not found again: --write-baseline {baseline} removes what is mended."
    return sifted.new, [*notes, *([gone] if sifted.gone else [])]
