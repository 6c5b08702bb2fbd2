"""What the commands have in common: options that can be variables, and how they end."""

import sys
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

import click

CANNOT_TELL = 2
Command = TypeVar("Command", bound=Callable[..., Any])


def option(*names: str, **settings: Any) -> Callable[[Command], Command]:
    """An option that can also be given as `COMMON_APIS_NAME`, as its help says."""
    flag = next(name for name in names if name.startswith("--"))
    variable = "COMMON_APIS_" + flag.removeprefix("--").replace("-", "_").upper()
    return click.option(*names, envvar=variable, show_envvar=True, **settings)


def give_up(reason: object) -> NoReturn:
    """Say why nothing can be done, and end with the exit code for that."""
    click.echo(f"common-apis: {reason}", err=True)
    sys.exit(CANNOT_TELL)
