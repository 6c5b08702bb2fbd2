"""The command line: the only reader of arguments and of the environment.

What a command needs is imported when it runs, so that `--help` answers at once.
"""

import sys
from typing import Any

import click

from .check import check
from .contract import bundle, routes
from .coverage import coverage
from .diff import diff
from .options import INTERRUPTED, give_up
from .proxy import proxy
from .ready import ready
from .replay import replay
from .seed import seed
from .serve import serve
from .verify import verify


class Commands(click.Group):
    """Commands that say nothing of the contract when somebody breaks them off."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was named."""
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, click.Abort):
            sys.exit(INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except Exception as error:  # a defect is no verdict on the contract
            give_up(f"{ctx.invoked_subcommand} could not do its work: {type(error).__name__}: {error}")


@click.group(cls=Commands, context_settings={"max_content_width": 100, "show_default": True})
@click.version_option(package_name="common-apis")
def main() -> None:
    """The mock server of the Common APIs, and their contract.

    Exit codes of every command: 0 kept, 1 broken, 2 could not tell, 130 interrupted.
    """


for command in (serve, ready, check, coverage, verify, proxy, diff, replay, bundle, routes, seed):
    main.add_command(command)
