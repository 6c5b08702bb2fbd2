"""Extras: what some commands need beside what every installation has."""

from collections.abc import Callable
from functools import wraps
from importlib.metadata import version
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
    """Return how to install it, in a line: the package is not published, so no registry has it by its name."""
    wheel = f"common_apis-{version('common-apis')}-py3-none-any.whl"
    requirement = f'"common-apis[{extra}] @ file:///PATH/TO/{wheel}"'
    advice = f"In a checkout `make install` installs it; with the wheel: pip install {requirement}"
    return f"`{command}` needs the extra `{extra}`, which is not installed. {advice}"
