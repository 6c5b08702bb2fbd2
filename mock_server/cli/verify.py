"""`common-apis verify`."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from .credentials import auth_options
from .extras import require_extra
from .options import CannotTell, Interrupted, Number, Seconds, Writable, address, give_up
from .progress import telling
from .reporting import end, reporting

if TYPE_CHECKING:
    from ..proof.suite import Suite

WEEK_S = 7 * 24 * 3600
INTERRUPTION = "It was interrupted"


def listed(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Names, separated by commas or given one by one."""
    return tuple(name.strip() for value in values for name in value.split(",") if name.strip())


def records(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """The ids of records, by their collection."""
    pairs = [value.partition("=") for value in values]
    for name, _, id in pairs:
        if not id:
            raise click.BadParameter(f"`{name}` names no record. Expected COLLECTION=ID, such as workers=ID.")
    return {name: id for name, _, id in pairs}


@click.command()
@click.argument("url", callback=address)
@click.option(
    "--sandbox-prefix", metavar="NAME", help="Ask in this sandbox of a mock: /s/NAME is put before the paths."
)
@auth_options
@click.option(
    "--reference",
    "given",
    multiple=True,
    callback=records,
    metavar="COLLECTION=ID",
    help="A record that the server has, of a collection that no operation creates, such as workers. Repeatable.",
)
@click.option(
    "--contract",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Another contract than the one that comes with the command.",
)
@click.option(
    "--operation",
    "operations",
    multiple=True,
    callback=listed,
    metavar="PATTERN",
    show_default="all",
    help="Ask operations of this name alone; * is anything. Repeatable.",
)
@click.option(
    "--checks",
    multiple=True,
    callback=listed,
    metavar="NAMES",
    show_default="all",
    help="Make these checks alone; an unknown one, such as `?`, has all listed.",
)
@click.option("--exclude-checks", multiple=True, callback=listed, metavar="NAMES", help="Leave these checks out.")
@click.option(
    "--phases",
    multiple=True,
    callback=listed,
    metavar="NAMES",
    show_default="all",
    help="Of decisions, examples, coverage, fuzzing and stateful, these alone.",
)
@click.option(
    "--max-examples",
    type=Number(1),
    metavar="N",
    show_default="25",
    help="For each operation when fuzzing; four times as many sequences of requests.",
)
@click.option("--seed", type=Number(0), metavar="N", help="The same number makes the same requests.")
@click.option("--time-limit", type=Seconds(0, WEEK_S, min_open=True), metavar="SECONDS", help="When to give up.")
@reporting
@click.option("--har", type=Writable(), metavar="FILE", help="Write all requests and answers to this file.")
@require_extra("proof")
def verify(
    url: str,
    sandbox_prefix: str | None,
    auth: dict[str, str],
    given: dict[str, str],
    contract: Path | None,
    operations: tuple[str, ...],
    checks: tuple[str, ...],
    exclude_checks: tuple[str, ...],
    phases: tuple[str, ...],
    max_examples: int | None,
    seed: int | None,
    time_limit: float | None,
    form: str,
    output: Path | None,
    har: Path | None,
) -> None:
    """Find what a server does that breaks the contract. URL is what /v1 stands behind.

    It makes records of its own and asks of them whatever it can think of, valid and invalid. Take a server whose
    records may go to waste.

    Example: common-apis verify http://127.0.0.1:4010 --sandbox-prefix ci-1 --format junit -o verify.xml
    """
    suite: Suite | None = None
    with telling(lambda: suite.standing if suite else "getting ready"):
        from ..contract.document import CONTRACT, ContractError
        from ..proof.configuration import WishError, Wishes
        from ..proof.har import written
        from ..proof.verification import summary, verification
        from .proxies import find_proxy, proxies_for

        wishes = Wishes(
            url=url,
            sandbox=sandbox_prefix,
            headers=auth,
            operations=operations,
            checks=checks,
            excluded_checks=exclude_checks,
            phases=phases,
            max_examples=max_examples,
            seed=seed,
            time_limit=time_limit,
        )
        unwritten: list[str] = []
        try:
            with proxies_for(url), written(har, auth, unwritten) as keep:
                suite = verification(contract or CONTRACT, wishes, given, keep, find_proxy)
                with interruptible(suite):
                    proof = suite.run()
            proof.doubts += unwritten[:1]
        except (ContractError, WishError) as error:
            give_up(error)
    from ..proof.findings import folded

    findings = folded(proof.findings)
    if proof.doubts and not findings:
        raise (Interrupted if suite.reason == INTERRUPTION else CannotTell)(" ".join(proof.doubts))
    end(findings, summary(suite, wishes), form, output)


@contextmanager
def interruptible(suite: "Suite") -> Iterator[None]:
    """The first Ctrl-C lets a run end in order; a second one ends it at once."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, before)
        suite.stop(INTERRUPTION)

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
