"""The contents of a sandbox: all its records as they are at one moment, asked for over HTTP."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from .asking import Ask
from .exchanges import Progress, Unreadable, no_such
from .journals import SANDBOXES, answered, asking_mock, listed
from .proxies import FindProxy, find_none

ATTEMPTS = 5
"""How often they are read, if the sandbox changes meanwhile."""


class Contents(NamedTuple):
    """The records of each collection, and a snapshot as a document."""

    records: dict[str, list[dict[str, Any]]]
    snapshot: dict[str, Any]


def fetch_contents(
    url: str,
    sandbox: str,
    collections: Sequence[str],
    headers: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    find_proxy: FindProxy = find_none,
) -> Contents:
    """Return all records of a sandbox of a mock, with the fields that no response has, and a snapshot of it.

    Raises `Unreadable`.
    """
    with asking_mock(url, headers, find_proxy) as ask:
        names = [each["name"] for each in listed(ask, SANDBOXES, "sandboxes", "SandboxList")]
        if sandbox not in names:
            raise Unreadable(no_such([sandbox], names))
        try:
            return _read_unchanged(ask, sandbox, collections, progress)
        except FileNotFoundError as error:
            raise Unreadable(f"the sandbox {sandbox} was deleted while it was read.") from error


def _read_unchanged(ask: Ask, sandbox: str, collections: Sequence[str], progress: Progress | None) -> Contents:
    """Return the contents of a sandbox, read between two looks at it that find it the same."""
    place = f"{SANDBOXES}/{sandbox}"
    for _ in range(ATTEMPTS):
        before = _identify(ask, place)
        records: dict[str, list[dict[str, Any]]] = {}
        for done, name in enumerate(collections):
            if progress:
                progress(done, len(collections))
            records[name] = [*listed(ask, f"{place}/records/{name}", "records", "RecordList")]
        snapshot = answered(ask, f"{place}/state", "Snapshot")
        if _identify(ask, place) == before:
            return Contents(records, snapshot)
    raise Unreadable(
        f"the sandbox {sandbox} changes all the time. Let it rest, or fork it (POST {place}/fork) and take the fork."
    )


def _identify(ask: Ask, place: str) -> tuple[Any, ...]:
    """Return what tells a state of a sandbox from those before and after it."""
    said = answered(ask, place, "Sandbox")
    return said["created_at"], said["seed"], said["commits"]
