"""`common-apis serve`."""

import gc
import re
import signal
from contextlib import closing, suppress
from datetime import timedelta
from errno import EADDRINUSE
from pathlib import Path
from typing import Any

import click

from .options import give_up, option


def known_to_browsers(context: click.Context, parameter: click.Parameter, origins: Any) -> Any:
    """Refuse an origin that no browser sends: it would have no effect."""
    for origin in origins:
        if origin != "*" and not re.fullmatch(r"[a-z][a-z0-9+.-]*://[^/?#]+", origin):
            raise click.BadParameter(f"`{origin}` is not an origin. Expected one such as https://app.example.com.")
    return origins


def not_empty(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
    """Refuse an empty value."""
    if value == "" or (isinstance(value, tuple) and "" in value):
        raise click.BadParameter("it is empty.")
    return value


def cannot_listen(host: str, port: int, error: OSError, variable: str = "") -> str:
    """What to say of an address at which nobody can listen."""
    advice = f" Try --port 0{variable} for a free port." if error.errno == EADDRINUSE else ""
    return f"cannot listen at {host}:{port}: {str(error.strerror).partition(' (')[0]}.{advice}"


@click.command()
@option("--host", default="127.0.0.1", callback=not_empty, help="The address to listen at.")
@option("--port", default=4010, type=click.IntRange(0, 65535), help="The port; 0 takes a free one.")
@option(
    "--cors",
    "origins",
    multiple=True,
    callback=known_to_browsers,
    metavar="ORIGIN",
    help="An origin whose pages may call the mock, beside those of this machine. Repeatable; * for any.",
)
@option("--require-token", is_flag=True, help="Demand a bearer token, and take any.")
@option(
    "--token",
    "tokens",
    multiple=True,
    callback=not_empty,
    metavar="TOKEN",
    help="Demand this token. Repeatable.",
)
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
@option("--seed", default="clinic", metavar="NAME", help="What a world begins with: clinic, empty or one's own.")
@option(
    "--seed-dir",
    "seed_dirs",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="A seed of one's own, called as its folder: JSON files as those of the clinic. Repeatable.",
)
@option(
    "--sandbox-ttl",
    default=86_400,
    type=click.IntRange(0, 10**9),
    metavar="SECONDS",
    help="How long a sandbox that nobody uses is kept; 0 for ever. In a --data folder it is kept all the same.",
)
@option(
    "--max-sandboxes",
    default=20_000,
    type=click.IntRange(1),
    metavar="NUMBER",
    help="How many sandboxes there may be. For one more, the longest unused of those that requests made by naming them"
    " is evicted, once it was idle for ten minutes; none that was created, and none in a --data folder.",
)
@option(
    "--sandbox-size",
    default=1 << 30,
    type=click.IntRange(0),
    metavar="BYTES",
    help="How much may be sent to one sandbox.",
)
@option("--strict-sandboxes", is_flag=True, help="Refuse a request to a sandbox that was not made before.")
@option("--lenient", is_flag=True, help="Serve what breaks the contract, if that can be, and say so in the answer.")
def serve(
    host: str,
    port: int,
    origins: tuple[str, ...],
    require_token: bool,
    tokens: tuple[str, ...],
    data: Path | None,
    sync: str,
    seed: str,
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
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # until it serves there is nothing to end in order
    gc.disable()  # what is imported stays: to look through it for garbage takes a sixth of the start
    from ..contract.document import ContractError, load
    from ..serving.app import Settings, create_app, create_sandboxes
    from ..serving.guard import Guard
    from ..serving.server import create_server, listen, url
    from ..world.log import DataError, Sync
    from ..world.sandboxes import Bounds
    from ..world.seed import SeedError

    settings = Settings(
        seed=seed,
        seed_dirs=seed_dirs,
        data=data,
        sync=Sync(sync),
        report=lambda text: click.echo(f"common-apis: {text}", err=True),
        guard=Guard(require_token or bool(tokens), frozenset(tokens)),
        origins=origins,
        bounds=Bounds(timedelta(seconds=sandbox_ttl), max_sandboxes, sandbox_size),
        strict=strict_sandboxes,
        lenient=lenient,
    )
    try:
        contract = load()
        listening = listen(host, port)
        sandboxes = create_sandboxes(settings, contract)
        app = create_app(settings, contract, sandboxes)
    except (ContractError, SeedError, DataError) as error:
        give_up(error)
    except OSError as error:
        give_up(cannot_listen(host, port, error, ", or COMMON_APIS_PORT=0,"))
    where = url(listening)
    ready = f"common-apis ready: {where} (docs {where}/docs, contract {where}/openapi.json)"

    def started() -> None:
        gc.freeze()
        gc.enable()
        click.echo(ready)

    # Once it has stopped, the server raises the signal again: it is to end this block, and not the process.
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.default_int_handler)
    with suppress(KeyboardInterrupt), closing(sandboxes):
        create_server(app, started, sandboxes.chores).run(sockets=[listening])
