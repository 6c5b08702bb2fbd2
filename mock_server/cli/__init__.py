"""The command line: the only reader of arguments and of the environment.

What a command needs is imported when it runs, so that `--help` answers at once.
"""

import click

from .check import check
from .contract import bundle, routes
from .coverage import coverage
from .ready import ready
from .seed import seed
from .serve import serve
from .verify import verify


@click.group(context_settings={"max_content_width": 100, "show_default": True})
@click.version_option(package_name="common-apis")
def main() -> None:
    """The mock server of the Common APIs, and their contract.

    Exit codes of every command: 0 kept, 1 broken, 2 could not tell.
    """


for command in (serve, ready, check, coverage, verify, bundle, routes, seed):
    main.add_command(command)
