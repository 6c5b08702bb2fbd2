"""What the commands have in common: options that can be variables, files to write, and how they end."""

import math
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NoReturn, TypeVar
from urllib.parse import urlsplit

import click

CANNOT_TELL = 2
INTERRUPTED = 130
Command = TypeVar("Command", bound=Callable[..., Any])


def option(*names: str, **settings: Any) -> Callable[[Command], Command]:
    """An option that can also be given as `COMMON_APIS_NAME`, as its help says."""
    flag = next(name for name in names if name.startswith("--"))
    variable = "COMMON_APIS_" + flag.removeprefix("--").replace("-", "_").upper()
    return click.option(*names, envvar=variable, show_envvar=True, **settings)


def at_mock(command: Command) -> Command:
    """The option that says where the mock is."""
    default = "http://127.0.0.1:4010"
    return option("--url", default=default, callback=address, metavar="URL", help="Where the mock is.")(command)


class Seconds(click.FloatRange):
    """A number of seconds in a range; `inf` is in none, nor is `nan`, which click takes to be in every one."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number."""
        seconds = float(super().convert(value, param, ctx))
        if not math.isfinite(seconds):
            self.fail(f"{value} is not in the range {self._describe_range()}.", param, ctx)
        return seconds


def address(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """The address of a server, without a slash at its end; refuses what is none."""
    if value and "@" in value:
        raise click.BadParameter("A name or a password in an address would be shown: send them in a header.")
    if value is not None and not is_address(value):
        raise click.BadParameter(f"`{value}` is no address of a server. Expected one such as https://api.example.com.")
    return value and value.rstrip("/")


def addresses(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> list[str | None]:
    """Return the addresses of several servers."""
    return [address(context, parameter, value) for value in values]


def is_address(value: str) -> bool:
    """Whether a text is the address of a server, with nothing behind the path."""
    try:
        parts = urlsplit(value)
        host = (parts.hostname or "").encode("idna")  # raises for a name with an empty part
        plain = value.isascii() and value.isprintable() and not {*value} & {*"?# "}
        return plain and parts.scheme in ("http", "https") and host != b"" and parts.port != 0
    except ValueError:
        return False


class Writable(click.Path):
    """A file to write to; refused before the work if that cannot be."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, writable=True, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; one that is there is looked at by click."""
        file = Path(os.fsdecode(super().convert(value, param, ctx)))
        if not file.exists() and not os.access(file.parent, os.W_OK):
            reason = "may not be written to" if file.parent.is_dir() else "is no folder"
            self.fail(f"Cannot write {click.format_filename(file)}: {click.format_filename(file.parent)} {reason}.")
        return file


class CannotTell(click.ClickException):
    """A command ends without a verdict; the message says why."""

    exit_code = CANNOT_TELL

    def show(self, file: IO[Any] | None = None) -> None:
        """Say why."""
        click.echo(f"common-apis: {self.message}", file, err=True)


class Interrupted(CannotTell):
    """The same, since somebody has broken it off."""

    exit_code = INTERRUPTED


@contextmanager
def telling_defects() -> Iterator[None]:
    """A defect of a command is no verdict on the contract."""
    try:
        yield
    except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
        raise
    except Exception as error:
        context = click.get_current_context()
        name = context.invoked_subcommand or context.info_name
        raise CannotTell(f"{name} could not do its work: {type(error).__name__}: {error}") from error


def give_up(reason: object) -> NoReturn:
    """Say why nothing can be done, and end with the exit code for that."""
    raise CannotTell(str(reason))
