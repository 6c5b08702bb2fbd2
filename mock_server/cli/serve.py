"""`common-apis serve`."""

import gc
import signal
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import click

from .access import Access, access_options
from .descriptors import require_descriptors
from .listening import Listening, find_url, listening_options
from .options import Number, give_up, option
from .signals import end_at_once, ending_in_order
from .streams import allow_lost_output


@click.command()
@listening_options(4010)
@access_options
@option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Keep what is sent in this folder, as JSON; else it is kept until the server ends.",
)
@option(
    "--sync",
    default="each",
    type=click.Choice(["none", "batch", "each"]),
    help="When a write survives the loss of power: before it is answered, within 0.05 s, or when the system likes.",
)
@option(
    "--seed",
    metavar="NAME",
    show_default="the first --seed-dir, or clinic",
    help="What a world begins with: clinic, empty or one's own.",
)
@option(
    "--seed-dir",
    "seed_dirs",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="A seed of one's own, called as its folder: JSON files as docs/seeds.md describes. Repeatable.",
)
@option(
    "--sandbox-ttl",
    default=86_400,
    type=Number(0, 10**9),
    metavar="SECONDS",
    help="How long a sandbox that nobody uses is kept; 0 for ever. In a --data folder it is kept all the same.",
)
@option(
    "--max-sandboxes",
    default=20_000,
    type=Number(1),
    metavar="NUMBER",
    help="How many sandboxes there may be. For one more, the longest unused of those that requests made by naming them"
    " is evicted, once it was idle for ten minutes; none that was created, and none in a --data folder.",
)
@option(
    "--sandbox-size",
    default=1 << 30,
    type=Number(0),
    metavar="BYTES",
    help="How much may be sent to one sandbox.",
)
@option("--strict-sandboxes", is_flag=True, help="Refuse a request to a sandbox that was not made before.")
@option("--lenient", is_flag=True, help="Serve what breaks the contract, if that can be, and say so in the answer.")
def serve(
    listening: Listening,
    access: Access,
    data: Path | None,
    sync: str,
    seed: str | None,
    seed_dirs: tuple[Path, ...],
    sandbox_ttl: int,
    max_sandboxes: int,
    sandbox_size: int,
    strict_sandboxes: bool,
    lenient: bool,
) -> None:
    """Serve the mock. What it is sent is kept until it ends, or in a folder.

    Example: common-apis serve --port 0 --cors https://app.example.com
    """
    end_at_once(signal.SIGINT)  # until it serves there is nothing to end in order
    allow_lost_output()
    require_descriptors()
    gc.disable()  # what is imported stays: to look through it for garbage takes a sixth of the start
    from ..contract.document import ContractError, load
    from ..serving.app import Settings, create_app, create_sandboxes
    from ..serving.server import create_server
    from ..world.bounds import Bounds
    from ..world.log import DataError, Sync
    from ..world.seed import SeedError

    terminal = listening.open_terminal()
    settings = Settings(
        seed=seed,
        seed_dirs=seed_dirs,
        data=data,
        sync=Sync(sync),
        report=terminal.say,
        guard=access.guard,
        admin_guard=access.admin_guard(listening.hosts),
        origins=access.origins,
        hosts=(*listening.hosts, *access.allowed_hosts),
        forwarding=listening.forwarding,
        bounds=Bounds(timedelta(seconds=sandbox_ttl), max_sandboxes, sandbox_size),
        strict=strict_sandboxes,
        lenient=lenient,
    )
    try:
        contract = load()
        sockets = listening.open_sockets(", or COMMON_APIS_PORT=0,")
        sandboxes = create_sandboxes(settings, contract)
        app = create_app(settings, contract, sandboxes)
    except (ContractError, SeedError, DataError) as error:
        give_up(error)
    where = find_url(sockets[0])
    ready = f"common-apis ready: {where} (docs {where}/docs, contract {where}/openapi.json)"

    def started() -> None:
        gc.freeze()
        gc.enable()
        click.echo(ready)
        if line := access.describe(listening.hosts):
            terminal.say(line)
        terminal.start()

    with ending_in_order(), terminal, closing(sandboxes):
        server = create_server(app, started, sandboxes.chores, listening.find_log(terminal))
        server.run(sockets=sockets)
