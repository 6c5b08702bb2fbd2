"""What the commands have in common: options that can be variables, files to write, and how they end."""

import math
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NoReturn, TypeVar
from urllib.parse import urlsplit

import click
from click.core import ParameterSource

CANNOT_TELL = 2
INTERRUPTED = 130
Command = TypeVar("Command", bound=Callable[..., Any])
SERVICE = re.compile(r"(tcp|udp|sctp)://[^/]+:[0-9]+")
"""The address of a service, as Kubernetes and links of Docker set it in NAME_PORT."""
ANY_HOST = {"0.0.0.0": "127.0.0.1", "::": "::1"}
"""At which address what listens at all of them is asked."""


class Number(click.IntRange):
    """A whole number in a range, which a refusal names."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            bounds = f"of at least {self.min}" if self.max is None else f"from {self.min} to {self.max}"
            self.fail(f"`{value}` does not fit. Expected a number {bounds}.", param, ctx)


class _VariableOption(click.Option):
    """An option that can be a variable. One that is set because a service has our name is not meant for us."""

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:
        """Return the value of the variable, if it has one."""
        value = super().resolve_envvar_value(ctx)
        is_service = str(self.envvar).endswith("_PORT") and SERVICE.fullmatch(value or "")
        return None if is_service else value

    def get_error_hint(self, ctx: click.Context | None) -> str:
        """Return where the value of the option was read: in its variable, or on the command line."""
        source = ctx and ctx.get_parameter_source(self.name or "")
        is_variable = source in (ParameterSource.ENVIRONMENT, None)  # None for one that the command does not have
        return f"'{self.envvar if is_variable else self.opts[0]}'"

    def read_variable(self, ctx: click.Context) -> Any:
        """Return what the variable says, or the default; refuse a value that is none."""
        value = self.resolve_envvar_value(ctx)
        return self.default if value is None else self.type_cast_value(ctx, value)


HOST = _VariableOption(["--host"], envvar="COMMON_APIS_HOST", show_envvar=True, default="127.0.0.1")
PORT = _VariableOption(["--port"], envvar="COMMON_APIS_PORT", show_envvar=True, default=4010, type=Number(0, 65535))
"""Where `serve` listens, for the commands that ask it; they are options of none of them."""


def option(*names: str, **settings: Any) -> Callable[[Command], Command]:
    """An option that can also be given as `COMMON_APIS_NAME`, as its help says."""
    flag = next(name for name in names if name.startswith("--"))
    variable = "COMMON_APIS_" + flag.removeprefix("--").replace("-", "_").upper()
    return click.option(*names, cls=_VariableOption, envvar=variable, show_envvar=True, **settings)


def at_mock(command: Command) -> Command:
    """The option that says where the mock is."""
    default = "where `serve` listens by COMMON_APIS_HOST and COMMON_APIS_PORT; else http://127.0.0.1:4010"
    return option("--url", callback=mock_url, metavar="URL", show_default=default, help="Where the mock is.")(command)


def mock_url(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Return the address of a mock: the one that is given, or where `serve` listens with the same variables."""
    if value is not None:
        return address(context, parameter, value)
    host, port = HOST.read_variable(context).partition(" ")[0].strip("[]"), PORT.read_variable(context)
    url = to_url(host, port)
    if urlsplit(url).path or (port and not is_address(url)):
        raise click.BadParameter(f"`{host}` is no host. Expected one such as 127.0.0.1.", context, HOST)
    return url


def to_url(host: str, port: int) -> str:
    """Return the URL at which what listens at a host is reached from this machine."""
    host = ANY_HOST.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def not_empty(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
    """Refuse an empty value."""
    if value == "" or (isinstance(value, tuple) and "" in value):
        raise click.BadParameter("it is empty.")
    return value


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


def print_message(text: object) -> None:
    """Tell people something, beside the output."""
    click.echo(f"common-apis: {text}", err=True)


class CannotTell(click.ClickException):
    """A command ends without a verdict; the message says why."""

    exit_code = CANNOT_TELL

    def show(self, file: IO[Any] | None = None) -> None:
        """Say why."""
        print_message(self.message)


class Interrupted(CannotTell):
    """The same, since somebody has broken it off."""

    exit_code = INTERRUPTED


@contextmanager
def telling_defects() -> Iterator[None]:
    """A defect of a command is no verdict on the contract."""
    try:
        yield
    except (click.ClickException, click.exceptions.Exit, click.Abort):
        raise
    except Exception as error:
        context = click.get_current_context()
        name = context.invoked_subcommand or context.info_name
        raise CannotTell(f"{name} could not do its work: {describe_defect(error)}") from error


def describe_defect(error: Exception) -> str:
    """Return in a line why a command could not do its work: what the system refused, or else what was raised."""
    if isinstance(error, FileNotFoundError) and not error.filename:
        return "the working folder is not there any more. Change to another one."
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror}."
    return f"{type(error).__name__}: {' '.join(str(error).split())}".removesuffix(": ")


def give_up(reason: object) -> NoReturn:
    """Say why nothing can be done, and end with the exit code for that."""
    raise CannotTell(str(reason))
