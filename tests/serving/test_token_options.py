"""Tokens on the command line: by an option, a variable, or a file, since a command line is seen by many."""

from collections.abc import Callable
from pathlib import Path

import click
import httpx
import pytest
from click.testing import CliRunner

from common_apis.cli import main
from common_apis.cli.access import Access, access_options, proxy_access_options

from ..mock import A
from ..proof.commands import run
from .served import Served
from .test_beyond_loopback import ELSEWHERE

SECRET = "correct-horse"
MINIMUM = {
    "proxy": ["http://127.0.0.1:1", "--host", ELSEWHERE],
    "replay": ["--contract", "openapi/openapi.yaml"],
    "serve": ["--host", ELSEWHERE],
    "verify": ["http://127.0.0.1:1"],
}
"""What a command must be told beside."""
SECRETS = [
    (name, option.opts[0])
    for name, command in main.commands.items()
    for option in command.params
    if isinstance(option, click.Option) and option.opts[0] in ("--token", "--admin-token", "--auth")
]
"""Each option for a secret, of each command."""
IDS = [" ".join(each) for each in SECRETS]


def options(command: str) -> dict[str, click.Option]:
    """The options of a command."""
    return {each.opts[0]: each for each in main.commands[command].params if isinstance(each, click.Option)}


def test_there_are_secrets() -> None:
    """Of all the commands that send or demand one."""
    assert {name for name, _ in SECRETS} == {"serve", "proxy", "ready", "check", "coverage", "replay", "verify"}


@pytest.mark.parametrize(("command", "flag"), SECRETS, ids=IDS)
def test_a_secret_can_be_a_variable_or_in_a_file(command: str, flag: str) -> None:
    """Of every command, and both under names that follow from the option's."""
    known = options(command)
    variable = f"COMMON_APIS_{flag[2:].replace('-', '_').upper()}"
    assert known[flag].envvar == variable
    assert known[f"{flag}-file"].envvar == f"{variable}_FILE"


def no_file(folder: Path) -> Path:
    """A file that is not there."""
    return folder / "none"


def empty(folder: Path) -> Path:
    """A file without a token."""
    return write(folder, b"\n \r\n")


def garbled(folder: Path) -> Path:
    """A file of another encoding."""
    return write(folder, SECRET.encode("utf-16"))


def spaced(folder: Path) -> Path:
    """A file with a line that no header can have."""
    return write(folder, f"{SECRET}\n{SECRET}\t{SECRET}\x07\n".encode())


def endless(folder: Path) -> Path:
    """A file that has no end."""
    return Path("/dev/zero")


def write(folder: Path, content: bytes) -> Path:
    """A file with this content."""
    file = folder / "tokens"
    file.write_bytes(content)
    return file


@pytest.mark.parametrize(("command", "flag"), SECRETS, ids=IDS)
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (no_file, "No such file or directory"),
        (Path, "Is a directory"),
        (empty, "is empty. Expected one token a line."),
        (garbled, "is no text in UTF-8"),
        (spaced, "has a line that cannot be used. It is no token"),
        (endless, "is larger than 64 KiB"),
    ],
)
def test_a_file_that_has_none_is_said_in_a_line(
    command: str, flag: str, make: Callable[[Path], Path], reason: str, tmp_path: Path
) -> None:
    """Which names the file and the option; nothing of what is in it is shown, and the exit code is 2."""
    file = make(tmp_path)
    code, output, error = run(command, *MINIMUM.get(command, []), f"{flag}-file", file)
    assert (code, output, error.count("\n")) == (2, "", 1)
    assert error.startswith("common-apis: ")
    assert f"{file} ({flag}-file)" in error
    assert reason in error
    assert SECRET not in error


@pytest.mark.parametrize(("command", "flag"), SECRETS, ids=IDS)
@pytest.mark.parametrize("value", ["", " ", "correct horse", "correct-hörse", "correct-horse\n"[:7] + "\x01"])
def test_what_is_no_token_is_refused_and_not_repeated(command: str, flag: str, value: str) -> None:
    """Since no header can have it."""
    code, output, error = run(command, *MINIMUM.get(command, []), flag, value)
    assert (code, output) == (2, "")
    assert f"'{flag}'" in error
    assert "It is " in error
    assert "correct" not in error


def test_all_tokens_of_a_server_are_taken(tmp_path: Path) -> None:
    """Those that were typed, and each line of the file; none that a variable has beside."""
    file = write(tmp_path, b"\xef\xbb\xbfbeta\r\n\r\n  gamma \r\n")
    arguments = ("--port", "0", "--token", "alpha", "--token-file", str(file))
    with Served(*arguments, COMMON_APIS_TOKEN="delta") as server:
        taken = {
            token: httpx.get(f"{server.url}/v1/workers/{A}", headers={"Authorization": f"Bearer {token}"}).status_code
            for token in ("alpha", "beta", "gamma", "delta")
        }
    assert taken == {"alpha": 200, "beta": 200, "gamma": 200, "delta": 401}


@pytest.mark.parametrize("options", [access_options, proxy_access_options])
@pytest.mark.parametrize(
    ("typed", "variables", "valid"),
    [
        ("--token", "", "alpha"),
        ("--token --token-file", "", "alpha beta gamma"),
        ("", "TOKEN TOKEN_FILE", "delta epsilon"),
        ("--token", "TOKEN TOKEN_FILE", "alpha"),
        ("--token-file", "TOKEN TOKEN_FILE", "beta gamma"),
        ("", "", ""),
    ],
)
def test_what_is_typed_outdoes_the_environment(
    options: Callable[[Callable[..., None]], Callable[..., None]],
    typed: str,
    variables: str,
    valid: str,
    tmp_path: Path,
) -> None:
    """Of `serve` and of `proxy`: a token that a variable or its file has counts only if none is typed."""

    def print_tokens(access: Access) -> None:
        click.echo(" ".join(access.tokens))

    (tmp_path / "typed").write_text("beta\ngamma\n", "utf-8")
    (tmp_path / "other").write_text("epsilon\n", "utf-8")
    values = {"--token": "alpha", "--token-file": "typed", "TOKEN": "delta", "TOKEN_FILE": "other"}
    values |= {name: str(tmp_path / values[name]) for name in ("--token-file", "TOKEN_FILE")}
    runner = CliRunner(env={f"COMMON_APIS_{name}": values[name] for name in variables.split()})
    arguments = [each for flag in typed.split() for each in (flag, values[flag])]
    assert runner.invoke(click.command(options(print_tokens)), arguments).output.split() == valid.split()


def test_a_command_is_let_in_however_it_has_its_tokens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is typed outdoes the environment, and of a file with more lines the first is sent."""
    right, wrong = tmp_path / "right", tmp_path / "wrong"
    right.write_text(f"{SECRET}\nanother\n", "utf-8")
    wrong.write_text("another\n", "utf-8")
    with Served("--port", "0", "--admin-token", SECRET) as server:
        httpx.get(f"{server.url}/v1/workers/{A}").raise_for_status()

        def check(*arguments: object, **environment: object) -> int:
            for name in ("", "_FILE"):
                monkeypatch.delenv(f"COMMON_APIS_ADMIN_TOKEN{name}", raising=False)
            for name, value in environment.items():
                monkeypatch.setenv(f"COMMON_APIS_{name}", str(value))
            return run("check", "--url", server.url, *arguments)[0]

        assert check() == 2
        assert check("--admin-token", SECRET) == 0
        assert check("--admin-token-file", right) == 0
        assert check("--admin-token-file", wrong) == 2
        assert check(ADMIN_TOKEN=SECRET) == 0
        assert check(ADMIN_TOKEN_FILE=right) == 0
        assert check("--admin-token-file", right, ADMIN_TOKEN="another") == 0
        assert check("--admin-token", SECRET, ADMIN_TOKEN_FILE=wrong) == 0
        assert check("--admin-token", SECRET, ADMIN_TOKEN_FILE=tmp_path / "none") == 2
        assert check("--admin-token", SECRET, "--admin-token-file", right) == 2
        assert check(ADMIN_TOKEN=SECRET, ADMIN_TOKEN_FILE=right) == 2


def test_a_token_by_two_ways_is_refused(tmp_path: Path) -> None:
    """Naming both: which counts would be a guess."""
    file = write(tmp_path, SECRET.encode())
    code, _, error = run("check", "--token", SECRET, "--token-file", file)
    assert (code, "--token and --token-file are both given. Give one of them." in error) == (2, True)
    assert SECRET not in error


def test_a_server_is_verified_with_a_header_from_a_file(tmp_path: Path) -> None:
    """A whole header, or a token."""
    asked = ("--operation", "calendars_get", "--phases", "examples", "--checks", "not_a_server_error")
    with Served("--port", "0", "--token", SECRET) as server:
        for content in (SECRET, f"Authorization: Bearer {SECRET}"):
            file = write(tmp_path, content.encode())
            assert run("verify", server.url, "--auth-file", file, *asked)[0] == 0
        assert run("verify", server.url, "--auth-file", write(tmp_path, b"another"), *asked)[0] == 2
