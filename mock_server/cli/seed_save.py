"""`common-apis seed save`."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .credentials import Credentials, credential_options
from .options import at_mock, give_up, not_empty
from .progress import counting
from .seed import FOLDER, describe_seed, load_models, output_option, refuse_full_folder

if TYPE_CHECKING:
    from ..contract.model import Model
    from ..world.seed import Records


@click.command()
@click.option("--sandbox", default="default", callback=not_empty, metavar="NAME", help="Which sandbox to save.")
@at_mock
@credential_options
@click.option(
    "--data",
    type=FOLDER,
    metavar="FOLDER",
    help="A folder of `serve --data` to read instead of asking a mock. No server may use it meanwhile.",
)
@click.option(
    "--seed-dir",
    "seed_dirs",
    multiple=True,
    type=FOLDER,
    metavar="FOLDER",
    help="A seed of one's own that the sandbox in the --data folder rests on. Repeatable.",
)
@output_option
def save(
    sandbox: str, url: str, credentials: Credentials, data: Path | None, seed_dirs: tuple[Path, ...], output: Path
) -> None:
    """Save a sandbox as a seed: its records, with the fields that no response returns, its clock and its fault rules.

    Example: common-apis seed save --sandbox default -o mine
    """
    from ..population.writer import Writer
    from ..world.seed_folder import START
    from ..world.start import encode_start

    refuse_full_folder(output)
    models = load_models()
    read = read_folder(data, sandbox, seed_dirs, models) if data else read_mock(url, sandbox, credentials, models)
    records, snapshot = read
    try:
        with Writer(output, [*models]) as writer:
            for name in records:
                for record in records[name]:
                    writer.write((name, record))
            writer.add_file(START, encode_start(snapshot, records))
    except OSError as error:
        give_up(f"cannot write {output}: {error.strerror or error}")
    click.echo(f"{output} is a seed of {describe_seed(records)}:")
    click.echo(shlex.join(["common-apis", "serve", "--seed-dir", str(output)]))


def read_mock(
    url: str, sandbox: str, credentials: Credentials, models: "dict[str, Model]"
) -> "tuple[Records, dict[str, Any]]":
    """Return the records of a sandbox of a mock, and a snapshot of it; give up if it cannot be asked for them."""
    from ..proof.contents import fetch_contents
    from ..proof.exchanges import Unreadable
    from .proxies import find_proxy

    try:
        with counting("collections") as count:
            return fetch_contents(url, sandbox, [*models], credentials.headers, count, find_proxy)
    except Unreadable as error:
        give_up(error)


def read_folder(
    data: Path, sandbox: str, seed_dirs: tuple[Path, ...], models: "dict[str, Model]"
) -> "tuple[Records, dict[str, Any]]":
    """Return the records of a sandbox in a data folder, and a snapshot of it; give up if it cannot be read."""
    from ..world.contents import read_contents
    from ..world.log import DataError
    from ..world.seed import SeedError
    from ..world.seeds import Seeds, folders

    try:
        return read_contents(data, sandbox, models, Seeds(models, folders(seed_dirs), print))
    except (DataError, SeedError) as error:
        give_up(error)
