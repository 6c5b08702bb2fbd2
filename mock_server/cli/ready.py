"""`common-apis ready`."""

import sys

import click

from .credentials import Credentials, admin_token_options
from .options import Seconds, at_mock, give_up, print_message
from .progress import telling
from .reporting import BROKEN


@click.command()
@at_mock
@admin_token_options
@click.option("--wait", default=0.0, type=Seconds(0), metavar="SECONDS", help="How long to wait until it answers.")
def ready(url: str, wait: float, credentials: Credentials) -> None:
    """Tell whether the mock answers. If it does not, the exit code is 1: to a container, that is unhealthy.

    Example: common-apis ready --wait 30
    """
    from ..proof import readiness
    from .proxies import find_proxy

    try:
        with telling(lambda: f"waiting for {url}"):
            readiness.wait(url, wait, find_proxy, credentials.headers)
    except readiness.NotReady as reason:
        print_message(reason)
        sys.exit(BROKEN)
    except ValueError as error:
        give_up(error)
    click.echo(f"common-apis ready: {url}")
