"""The commands, in one group. What a command needs is imported when it runs, so that `--help` answers at once."""

import sys
import warnings
from collections.abc import Sequence
from typing import Any

import click

from .check import check
from .contract import bundle, routes
from .coverage import coverage
from .diff import diff
from .options import INTERRUPTED, telling_defects
from .proxy import proxy
from .ready import ready
from .replay import replay
from .seed import seed
from .seed_save import save
from .serve import serve
from .signals import end_first_process, ending_at_once
from .streams import prepare_streams
from .verify import verify

EXIT_CODES = "Exit codes: 0 kept, 1 broken, 2 could not tell, 130 interrupted."


class Commands(click.Group):
    """Commands that say nothing of the contract when somebody breaks them off."""

    def main(self, args: Sequence[str] | None = None, *others: Any, **extra: Any) -> Any:
        """Run a command; without arguments, those of the process, which then is ours."""
        if args is None:
            end_first_process()
            warnings.simplefilter("ignore")  # libraries warn those who program with them, who may have Python raise it
        prepare_streams()
        return super().main(args, *others, **extra)

    def make_context(self, *arguments: Any, **settings: Any) -> click.Context:
        """Read the arguments. Nothing has begun that Ctrl-C would break off."""
        with ending_at_once():
            return super().make_context(*arguments, **settings)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was named."""
        try:
            with telling_defects():
                return super().invoke(ctx)
        except (KeyboardInterrupt, click.Abort):
            sys.exit(INTERRUPTED)


@click.group(cls=Commands, context_settings={"max_content_width": 100, "show_default": True}, epilog=EXIT_CODES)
@click.version_option(package_name="common-apis")
def main() -> None:
    """The mock server of the Common APIs, and their contract."""


seed.add_command(save)
for command in (serve, ready, check, coverage, verify, proxy, diff, replay, bundle, routes, seed):
    command.epilog = EXIT_CODES
    main.add_command(command)
