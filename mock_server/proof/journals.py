"""The journals of a mock: the exchanges that its sandboxes remember, asked for over HTTP."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import orjson

from .asking import Ask, NoAddress, NoAnswer, asking
from .exchanges import Progress, Recording, Unreadable, fits, no_such, unfit, writable
from .proxies import FindProxy, describe_route, find_none
from .refusal import read_refusal

SERVER = "http://127.0.0.1:4010"
"""Where a mock listens, unless it was told otherwise."""
SANDBOXES = "/_mock/sandboxes"
"""The path at which a mock lists its sandboxes."""
ADVICE = "Start one with `common-apis serve`, or name it with --url."
_OWN_PATH = re.compile(r"/(v1|s|_mock|docs)(/.*)?\Z")
"""How the paths of a mock begin: behind its address they are too much."""
PAGE = 1000
"""How many entries of a list are asked for at once."""


def from_mock(
    url: str = SERVER,
    patterns: Iterable[str] = ("*",),
    headers: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    find_proxy: FindProxy = find_none,
) -> Recording:
    """The journals of a mock's sandboxes, by patterns such as `ci-*`; `headers` let one in. Raises `Unreadable`."""
    with asking_mock(url, headers, find_proxy) as ask:
        names = [each["name"] for each in listed(ask, SANDBOXES, "sandboxes", "SandboxList")]
        chosen = [name for name in names if fits(name, patterns)]
        if not chosen:
            raise Unreadable(no_such(patterns, names))
        recording = Recording(server=url.rstrip("/"))
        for done, name in enumerate(chosen):
            if progress:
                progress(done, len(chosen))
            add_journal(recording, ask, name)
        return recording


@contextmanager
def asking_mock(
    url: str = SERVER, headers: Mapping[str, str] | None = None, find_proxy: FindProxy = find_none
) -> Iterator[Ask]:
    """Yield what asks a mock. Raises `Unreadable` for what is none, or does not answer, whatever is asked."""
    route = describe_route(url, find_proxy(url))
    try:
        with asking(url, headers, find_proxy=find_proxy) as ask:
            yield ask
    except NoAddress as error:
        raise Unreadable(f"`{url}` is no address of a mock. Expected one such as {SERVER}.") from error
    except NoAnswer as error:
        raise Unreadable(f"no mock answers at {route}: {error}. {ADVICE}") from error
    except NoMock as error:
        advice = advise(url, "Name one with --url.")
        raise Unreadable(f"{route} is no mock of this contract: {error} {advice}") from error


def advise(url: str, advice: str = ADVICE) -> str:
    """Return what to do where a URL is no mock: to leave out a path of the mock that it names, or else the advice."""
    parts = urlsplit(url)
    path = _OWN_PATH.sub("", parts.path)
    return advice if path == parts.path else f"Did you mean {parts._replace(path=path).geturl()}?"


class NoMock(Exception):
    """What answers is no mock; the message says by which answer that is seen."""


def add_journal(recording: Recording, ask: Ask, name: str) -> None:
    """Add the journal of a sandbox. One that has gone meanwhile has lost we know not how many: one, at the least."""
    path = f"{SANDBOXES}/{name}/requests"
    try:
        exchanges = [*listed(ask, path, "requests", "ExchangeList")]
        forgotten = answered(ask, f"{path}/count", "ExchangeCount")["forgotten"]
    except FileNotFoundError:
        recording.lost[name] = 1
        return
    recording.journals += 1
    recording.exchanges += [writable({"sandbox": name, **each}) for each in exchanges]
    if forgotten:
        recording.lost[name] = forgotten


def listed(ask: Ask, path: str, name: str, form: str) -> Iterator[Any]:
    """All entries of a list, page by page: each page begins after the one before, so there is a last one."""
    after: dict[str, Any] = {}
    while True:
        page = answered(ask, path, form, limit=PAGE, **after)
        yield from page[name]
        if page["next"] is None:
            return
        if after and page["next"] <= after["after"]:
            raise NoMock(f"the pages of GET {path} go round in circles, at `{page['next']}`.")
        after = {"after": page["next"]}


def answered(ask: Ask, path: str, form: str, **parameters: Any) -> Any:
    """What a mock answers, in the form of a schema. Raises `FileNotFoundError`, `NoMock`, or `Unreadable`."""
    answer = ask(path, **parameters)
    if refusal := read_refusal(answer):
        raise Unreadable(f"the mock refuses to answer: {refusal.advice}")
    if answer.status == 404 and path != SANDBOXES:
        raise FileNotFoundError(path)
    said = f"GET {path} was answered {answer.status} {answer.media_type}".rstrip()
    try:
        value = orjson.loads(answer.body)
    except orjson.JSONDecodeError as error:
        raise NoMock(f"{said}.") from error
    if answer.status != 200:
        raise NoMock(f"{said}.")
    if fault := unfit(value, form, "The answer"):
        raise NoMock(f"{said}. {fault}")
    return value
