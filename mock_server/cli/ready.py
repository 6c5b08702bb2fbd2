"""`common-apis ready`."""

import sys

import click

from .options import Seconds, address, give_up, option
from .recorded import progress
from .reporting import BROKEN


@click.command()
@option("--url", default="http://127.0.0.1:4010", callback=address, metavar="URL", help="Where the mock is.")
@click.option("--wait", default=0.0, type=Seconds(0), metavar="SECONDS", help="How long to wait until it answers.")
def ready(url: str, wait: float) -> None:
    """Tell whether the mock answers. If it does not, the exit code is 1: to a container, that is unhealthy.

    Example: common-apis ready --wait 30
    """
    from ..proof import readiness

    try:
        readiness.wait(url, wait, progress("seconds", "waited"))
    except readiness.NotReady as reason:
        click.echo(f"common-apis: {reason}", err=True)
        sys.exit(BROKEN)
    except ValueError as error:
        give_up(error)
    click.echo(f"common-apis ready: {url}")
