"""`common-apis replay`."""

from pathlib import Path

import click

from .credentials import Credentials
from .extras import require_extra
from .options import give_up
from .progress import counting
from .recorded import JOURNAL, of_mock, read, unsure
from .reporting import end, reporting


@click.command()
@click.argument("journals", metavar="[JOURNAL]...", nargs=-1, type=JOURNAL)
@click.option("--contract", "new", required=True, metavar="NEW", help="The edition to hold the traffic against.")
@click.option(
    "--old",
    metavar="OLD",
    show_default="this package's own",
    help="The edition that was in force when the traffic was recorded.",
)
@of_mock
@reporting
@require_extra("proof")
def replay(
    journals: tuple[Path, ...],
    new: str,
    old: str | None,
    url: str,
    sandboxes: tuple[str, ...],
    credentials: Credentials,
    form: str,
    output: Path | None,
) -> None:
    """Find which consumer breaks under another edition of the contract, and at which field.

    JOURNAL is a file of exchanges, one a line, as `check --save` writes it. Without one, the mock is asked for its
    journals. A consumer is called as its header X-Mock-Consumer says. NEW and OLD are contracts of OpenAPI 3.0: a file,
    the root of many files, a pipe, or an address.

    Example: common-apis replay traffic.jsonl --contract openapi/openapi.yaml
    """
    from ..contract.document import ContractError
    from ..proof.changes.change import rules
    from ..proof.check import asked
    from ..proof.edition import edition, own
    from ..proof.findings import Summary
    from ..proof.replay import Replay, consumers, findings, strangers
    from .proxies import find_proxy

    try:
        editions = Replay(edition(old, find_proxy) if old else own(), edition(new, find_proxy))
        recording = read(url, sandboxes, journals, credentials)
        with counting("exchanges") as count:
            found = findings(recording, editions, count)
    except ContractError as error:
        give_up(error)
    doubts = unsure(recording)
    if unknown := strangers(recording, editions):
        doubts.append(f"{editions.old.name} has no {', '.join(unknown)}. Name the edition of the traffic with --old.")
    if doubts and not found:
        give_up(" ".join(doubts))
    summary = Summary(
        command="replay",
        scope=f"{recording.scope}, held against {new}",
        asked=asked(recording.exchanges),
        notes=(*consumers(recording, found), *doubts),
        rules=rules(),
    )
    end(found, summary, form, output)
