"""`common-apis proxy`."""

import signal
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .access import Access, proxy_access_options
from .baselines import accepting, against
from .descriptors import require_descriptors
from .listening import Listening, find_url, listening_options
from .options import Seconds, Writable, address, give_up
from .reporting import end, reporting
from .signals import end_at_once, ending_in_order
from .streams import allow_lost_output

if TYPE_CHECKING:
    from ..relay.ledger import Ledger


@click.command()
@click.argument("upstream", callback=address)
@listening_options(4011, place_in_environment=False)
@proxy_access_options
@click.option(
    "--timeout",
    default=30.0,
    type=Seconds(0, 3600, min_open=True),
    metavar="SECONDS",
    help="How long the server may take to answer.",
)
@click.option(
    "--journal",
    type=Writable(),
    metavar="FILE",
    help="Add each exchange to this file, one a line, as it was: what people wrote is in it.",
)
@click.option(
    "--record",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Make a seed of what is answered in this new folder. All that tells of people is replaced. Codes in lower"
    " case stay, such as a task_type: a name that somebody wrote there would, too.",
)
@click.option(
    "--shadow",
    "mock",
    callback=address,
    metavar="URL",
    help="Ask the mock at this address the same, and find where the two differ.",
)
@reporting
@accepting
def proxy(
    upstream: str,
    listening: Listening,
    access: Access,
    timeout: float,
    journal: Path | None,
    folder: Path | None,
    mock: str | None,
    form: str,
    output: Path | None,
    baseline: Path | None,
    accept: Path | None,
) -> None:
    """Stand before the server UPSTREAM: pass everything on, and find what breaks the contract, either way.

    It has the same journals as a mock, so check and coverage read what came by. Ctrl-C ends it with a report.

    Example: common-apis proxy https://api.example.com --journal traffic.jsonl
    """
    end_at_once(signal.SIGINT)  # until it serves there is nothing to end in order
    allow_lost_output()
    require_descriptors()
    from ..contract.document import ContractError, load
    from ..relay.app import SEED, create_proxy
    from ..relay.ledger import Ledger
    from ..relay.recorder import Recorder
    from ..relay.relay import Relay, Watcher
    from ..relay.shadow import Shadow
    from ..relay.upstream import Upstream
    from ..serving.app import Settings, create_sandboxes
    from ..serving.server import create_server
    from .proxies import find_proxy

    against([], None if accept else baseline, None)  # gives up on a file that does not serve, before there is traffic
    if folder and folder.is_dir() and any(folder.iterdir()):
        give_up(f"{folder} is not empty. Name a new folder: what is in this one stays as it is.")
    terminal = listening.open_terminal()
    settings = Settings(
        seed=SEED,
        origins=access.origins,
        hosts=(*listening.hosts, *access.allowed_hosts),
        guard=access.guard,
        admin_guard=access.admin_guard(listening.hosts),
        forwarding=listening.forwarding,
        report=terminal.say,
    )
    try:
        contract = load()
    except ContractError as error:
        give_up(error)
    sockets = listening.open_sockets()
    with terminal, closing(create_sandboxes(settings, contract)) as sandboxes:
        where = find_url(sockets[0])
        if upstream in map(find_url, sockets):
            give_up(f"{upstream} is the proxy itself. Name the server that it is to stand before.")
        try:
            ledger = Ledger(contract, where, terminal.say, journal)
            watchers: list[Watcher] = [Recorder(folder, contract, ledger)] if folder else []
        except OSError as error:
            give_up(f"cannot write {error.filename}: {error.strerror}")
        watchers += [Shadow(Upstream(mock, timeout, find_proxy), ledger, access.admin_token)] if mock else []
        relay = Relay(Upstream(upstream, timeout, find_proxy), ledger, tuple(watchers))
        ready = f"common-apis ready: {where} (proxy of {upstream})"
        app = create_proxy(settings, contract, sandboxes, relay)

        def started() -> None:
            click.echo(ready)
            if line := access.describe(listening.hosts):
                terminal.say(line)
            terminal.start()

        with ending_in_order():
            server = create_server(app, started, sandboxes.chores, listening.find_log(terminal))
            server.run(sockets=sockets)
    finish(ledger, form, output, baseline, accept)


def finish(ledger: "Ledger", form: str, output: Path | None, baseline: Path | None, accept: Path | None) -> None:
    """Report what came by, and end with the exit code for it."""
    found, notes = against(ledger.findings(), baseline, accept)
    doubts = ledger.unsure()
    if doubts and not found:
        give_up(" ".join(doubts))
    end(found, ledger.summary(*doubts, *notes), form, output)
