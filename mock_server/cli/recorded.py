"""What the commands that look at recorded traffic have in common: where it is, and how it is read."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .credentials import Credentials, credential_options
from .options import at_mock, give_up
from .progress import counting

if TYPE_CHECKING:
    from ..proof.exchanges import Recording

JOURNAL = click.Path(exists=True, dir_okay=False, path_type=Path)
"""A file of exchanges."""
UNANSWERED = (502, 504)
"""What a proxy answers in place of a server that does not."""


def recorded(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say where the traffic is."""
    file = click.option(
        "--journal",
        "journals",
        multiple=True,
        type=JOURNAL,
        metavar="FILE",
        help="A file of exchanges to read instead of asking a mock. Repeatable.",
    )
    return of_mock(file(command))


def of_mock(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which journals of which mock."""
    for each in (
        credential_options,
        click.option(
            "--sandbox",
            "sandboxes",
            multiple=True,
            default=["*"],
            metavar="PATTERN",
            show_default="all",
            help="Look at the sandboxes of this name alone; * is anything. Repeatable.",
        ),
        at_mock,
    ):
        command = each(command)
    return command


def read(url: str, sandboxes: tuple[str, ...], journals: tuple[Path, ...], credentials: Credentials) -> "Recording":
    """What was recorded in the files, or else by the mock; gives up if it cannot be read."""
    from ..proof.exchanges import Unreadable, from_files
    from ..proof.journals import from_mock
    from .proxies import find_proxy

    try:
        with counting("files" if journals else "sandboxes") as count:
            if journals:
                return from_files(journals, sandboxes, count)
            return from_mock(url, sandboxes, credentials.headers, count, find_proxy)
    except Unreadable as error:
        give_up(error)


def keep(recording: "Recording", file: Path | None) -> None:
    """Write what was recorded to a file, if one is named."""
    from ..proof.exchanges import write

    if file:
        try:
            write(file, recording.exchanges)
        except OSError as error:
            give_up(f"cannot write {file}: {error.strerror}")


def unsure(recording: "Recording") -> list[str]:
    """Why it cannot be told from what was recorded that nothing is wrong, and what to do about it."""
    return [*empty(recording), *gaps(recording)]


def empty(recording: "Recording") -> list[str]:
    """That nothing was recorded, if it is so."""
    if recording.exchanges:
        return []
    return [f"nothing was recorded: {recording.scope}. Send requests to a sandbox, and look before it is deleted."]


def gaps(recording: "Recording") -> list[str]:
    """What was not recorded of that which was asked, if anything."""
    from ..proof.exchanges import counted

    if recording.lost:
        count, worst = sum(recording.lost.values()), max(recording.lost, key=lambda name: recording.lost[name])
        are = f"{counted(count, 'exchange')} {'is' if count == 1 else 'are'}"
        return [
            f"{are} forgotten, most of them of the sandbox {worst}: a journal keeps 1000 of 8 MiB. "
            "Take a sandbox for each test, or look more often."
        ]
    if unanswered := sum(each["status"] in UNANSWERED for each in recording.exchanges):
        of = counted(len(recording.exchanges), "request")
        return [f"{unanswered} of {of} got no answer of the server behind the proxy: see whether it runs."]
    return []
