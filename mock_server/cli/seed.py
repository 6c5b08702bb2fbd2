"""`common-apis seed`, and of it `generate` and `check`; `save` is in `seed_save.py`."""

import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..contract.moment import explain_moment
from .options import Number, give_up
from .reporting import BROKEN

if TYPE_CHECKING:
    from ..contract.model import Model
    from ..world.seed import Records

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
"""A folder that is there."""
output_option = click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder for the JSON files; the seed is called as it.",
)


@click.group()
def seed() -> None:
    """Make and check seeds: what the worlds of a mock begin with.

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
@output_option
def generate(patients: int, number: int, now: Any, output: Path) -> None:
    """Invent a world of any size, as a seed. The same arguments make the same bytes.

    Example: common-apis seed generate --patients 20 --seed 7 -o busy
    """
    from ..population.generation import generate

    refuse_full_folder(output)
    try:
        hidden = not sys.stderr.isatty()
        with click.progressbar(length=patients, label="Patients", file=sys.stderr, hidden=hidden) as bar:
            generate(output, patients=patients, seed=number, now=now, progress=lambda made: bar.update(1))
    except (OSError, ValueError) as error:
        give_up(f"cannot write {output}: {getattr(error, 'strerror', None) or error}")
    click.echo(f"{output} is a seed of {patients} patients at {now.isoformat()}:")
    click.echo(shlex.join(["common-apis", "serve", "--seed-dir", str(output)]))


@seed.command()
@click.argument("folder", type=FOLDER)
def check(folder: Path) -> None:
    """Find all that is wrong with a seed, each kind of it in a line. If there is anything, the exit code is 1.

    Example: common-apis seed check mine
    """
    from ..world.seed import SeedError, load

    try:
        found = load(load_models(), folder)
    except SeedError as error:
        click.echo(error)
        sys.exit(BROKEN)
    click.echo(f"{folder} is a seed of {describe_seed(found.records)}.")


def refuse_full_folder(folder: Path) -> None:
    """Give up if there is anything in a folder that is to be written."""
    if folder.is_dir() and any(folder.iterdir()):
        give_up(f"{folder} is not empty. Name a new folder: what is in this one stays as it is.")


def load_models() -> "dict[str, Model]":
    """Return the models of the contract; give up if that cannot be read."""
    from ..contract.document import ContractError, load
    from ..contract.model import models

    try:
        return models(load())
    except ContractError as error:
        give_up(error)


def describe_seed(found: "Records") -> str:
    """Return how many records a seed has, of which collections."""
    total = sum(map(len, found.values()))
    listed = ", ".join(f"{len(records)} {name}" for name, records in found.items() if records)
    return f"{total} record{'' if total == 1 else 's'}{f' ({listed})' if listed else ''}"
