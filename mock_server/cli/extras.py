"""Extras: what some commands need beside what every installation has."""

from collections.abc import Callable
from functools import wraps
from importlib.metadata import requires
from importlib.util import find_spec
from typing import Any

import click

from .options import Command, give_up

MODULES = {"proof": ("hypothesis", "openapi_spec_validator", "requests", "schemathesis")}
"""What each extra brings, by the name that is imported."""


def require_extra(extra: str) -> Callable[[Command], Command]:
    """Have a command end with 2, before it does anything, where its extra is not installed."""

    def require(command: Any) -> Any:
        @wraps(command)
        def checked(*arguments: Any, **options: Any) -> Any:
            if not all(map(find_spec, MODULES[extra])):
                give_up(explain_missing(click.get_current_context().command_path, extra))
            return command(*arguments, **options)

        return checked

    return require


def explain_missing(command: str, extra: str) -> str:
    """Return what to install, in a line."""
    mark = f'extra == "{extra}"'
    needed = [line.partition(";")[0].strip() for line in requires("common-apis") or () if mark in line]
    packages = " ".join(f"'{each}'" for each in needed)
    return f"`{command}` needs the extra `{extra}`, which is not installed. Install it: pip install {packages}"
