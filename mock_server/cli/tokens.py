"""Tokens: as an option, a variable, or a file, since a command line is seen by all users of a machine."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from .options import Command, give_up, option

TOKEN = re.compile("[!-~]+")
HEADER = re.compile(r"(?P<name>[\w!#$%&'*+.^`|~-]+)\s*:\s*(?P<value>[!-~][ -~]*)", re.ASCII)
LARGEST_FILE = 64 << 10
"""Bytes of a file of tokens."""

Parse = Callable[[str], Any]
"""Makes what is sent or compared of a text. Raises `ValueError`, which must not repeat the text."""


def parse_token(text: str) -> str:
    """Return a token. Raises `ValueError` for one that no header can have."""
    if not text:
        raise ValueError("It is empty.")
    if not TOKEN.fullmatch(text):
        raise ValueError("It is no token. Expected ASCII without spaces.")
    return text


def parse_header(text: str) -> dict[str, str]:
    """Return the header that lets one in, given whole or as a bearer token. Raises `ValueError`."""
    if not text:
        raise ValueError("It is empty.")
    if whole := HEADER.fullmatch(text):
        return {whole["name"]: whole["value"]}
    if TOKEN.fullmatch(text) and ":" not in text:
        return {"Authorization": f"Bearer {text}"}
    raise ValueError("It is no token and no header. Expected ASCII without spaces, or such as `X-Key: 123`.")


class Secret(click.ParamType):  # type: ignore[type-arg]  # older versions of click take none
    """A value that no message repeats."""

    name = "token"

    def __init__(self, parse: Parse) -> None:
        self.parse = parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return what the value says."""
        try:
            return self.parse(value.strip())
        except ValueError as error:
            self.fail(str(error), param, ctx)


class SecretFile(Secret):
    """A file of such values, one a line. Ends the command if there is none to be had of it."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return what the lines say."""
        flag = param.opts[0] if param else "file"
        try:
            with Path(value).open("rb") as file:
                content = file.read(LARGEST_FILE + 1)
            lines = content.decode("utf-8-sig").splitlines()
        except OSError as error:
            give_up(f"cannot read {value} ({flag}): {error.strerror}.")
        except UnicodeDecodeError:
            give_up(f"{value} ({flag}) is no text in UTF-8. Expected one token a line.")
        if len(content) > LARGEST_FILE:
            give_up(f"{value} ({flag}) is larger than {LARGEST_FILE >> 10} KiB. Expected one token a line.")
        try:
            secrets = tuple(self.parse(line.strip()) for line in lines if line.strip())
        except ValueError as error:
            give_up(f"{value} ({flag}) has a line that cannot be used. {error}")
        if not secrets:
            give_up(f"{value} ({flag}) is empty. Expected one token a line.")
        return secrets


def secret_options(flag: str, parse: Parse, help: str, **settings: Any) -> Callable[[Command], Command]:
    """Add an option for a secret, and one for a file that has it; both can be variables."""

    def decorate(command: Command) -> Command:
        file_help = f"A file of what {flag} takes, one a line."
        if not settings.get("multiple"):
            file_help = f"A file whose first line is what {flag} takes."
        command = option(f"{flag}-file", type=SecretFile(parse), metavar="FILE", help=file_help)(command)
        return option(flag, type=Secret(parse), help=help, **{"metavar": "TOKEN", **settings})(command)

    return decorate


def choose_secret(name: str) -> Any:
    """Return the one secret that was given by an option or by its file, if any was; refuse both."""
    chosen = _choose_sources(name)
    if len(chosen) > 1:
        flags = [f"--{each.replace('_', '-')}" for each in (name, f"{name}_file")]
        raise click.UsageError(f"{' and '.join(flags)} are both given. Give one of them.")
    return chosen[0][0] if chosen else None


def choose_secrets(name: str) -> tuple[Any, ...]:
    """Return all secrets that were given by a repeatable option and by its file."""
    return tuple(each for chosen in _choose_sources(name) for each in chosen)


def _choose_sources(name: str) -> list[tuple[Any, ...]]:
    """Return what an option has, and what its file has, if they were given; what was typed outdoes the environment."""
    context = click.get_current_context()
    given = [each for each in (name, f"{name}_file") if context.params[each]]
    typed = [each for each in given if context.get_parameter_source(each) is ParameterSource.COMMANDLINE]
    values = [context.params[each] for each in typed or given]
    return [each if isinstance(each, tuple) else (each,) for each in values]
