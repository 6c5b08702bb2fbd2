"""`common-apis seed generate`."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from ..contract.moment import explain_moment
from .options import Number, give_up


@click.group()
def seed() -> None:
    """Make seeds: what the worlds of a mock begin with.

    Example: common-apis seed generate --patients 20 -o busy
    """


def moment(context: click.Context, parameter: click.Parameter, value: str | None) -> datetime:
    """A moment with its zone; the beginning of this day, if none is given."""
    if value is None:
        return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        found = datetime.fromisoformat(value.upper())
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        wrong = explain_moment(value) or "is no moment"
        raise click.BadParameter(f"`{value}` {wrong}. Expected a moment such as 2026-11-22T09:00:00Z.")
    return found


@seed.command()
@click.option("--patients", default=100, type=Number(0), help="How many patients there are.")
@click.option("--seed", "number", default=1, type=int, help="Another number makes other people.")
@click.option(
    "--now",
    callback=moment,
    metavar="MOMENT",
    show_default="the beginning of this day, UTC",
    help="What is past and what is to come in the world.",
)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder for the JSON files; the seed is called as it.",
)
def generate(patients: int, number: int, now: Any, output: Path) -> None:
    """Invent a world of any size, as a seed. The same arguments make the same bytes.

    Example: common-apis seed generate --patients 20 --seed 7 -o busy
    """
    from ..population.generation import generate

    if output.is_dir() and any(output.iterdir()):
        give_up(f"{output} is not empty. Name a new folder: what is in this one stays as it is.")
    try:
        hidden = not sys.stderr.isatty()
        with click.progressbar(length=patients, label="Patients", file=sys.stderr, hidden=hidden) as bar:
            generate(output, patients=patients, seed=number, now=now, progress=lambda made: bar.update(1))
    except (OSError, ValueError) as error:
        give_up(f"cannot write {output}: {getattr(error, 'strerror', None) or error}")
    click.echo(f"{output} is a seed of {patients} patients at {now.isoformat()}:")
    click.echo(f"common-apis serve --seed-dir {output} --seed {output.name}")
