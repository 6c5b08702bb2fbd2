"""The terms between the handlers of the control plane and whoever serves them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, TypeVar

from orjson import Fragment

from ..contract.numbers import encode_exactly
from ..handlers.errors import NotFound, Refused
from ..world.sandbox import Sandbox
from ..world.sandboxes import DEFAULT, Sandboxes

T = TypeVar("T")
READERS = ThreadPoolExecutor(2, thread_name_prefix="reader")
"""Does what may take long. Few at a time: each takes its turn with the event loop."""
SEARCHERS = ThreadPoolExecutor(1, thread_name_prefix="searcher")
"""Compares what is searched with what is wanted, which may take longest: whoever only reads waits for none of it."""


class Steered(NamedTuple):
    """What a valid request asks: its parameters by name, the object of its body, its headers, and its operation."""

    parameters: Mapping[str, Any]
    body: dict[str, Any]
    headers: Mapping[bytes, bytes]
    operation: str


class Answer(NamedTuple):
    """What answers: something that JSON can say, or nothing; where what was made is; or a stream of events."""

    content: Any = None
    location: str = ""
    stream: AsyncIterator[bytes] | None = None


async def aside(make: Callable[[], Any]) -> Answer:
    """An answer whose making may take long: in a thread, so that other requests are answered meanwhile.

    It is made of what never changes, such as a state or an exchange, and of nothing else.
    """
    return Answer(Fragment(await in_thread(lambda: encode_exactly(make()))))


async def in_thread(make: Callable[[], T], threads: ThreadPoolExecutor = READERS) -> T:
    """Return what takes long to make, made in a thread."""
    return await asyncio.get_running_loop().run_in_executor(threads, make)


async def sandbox(sandboxes: Sandboxes, asked: Steered) -> Sandbox:
    """The sandbox that the path names; `default` is always there. Raises `Refused`."""
    name = named(sandboxes, asked)
    found = await sandboxes.find_known(name)
    if found is None:
        raise missing(name)
    return found


def named(sandboxes: Sandboxes, asked: Steered) -> str:
    """The name of a sandbox that is there, as the path has it. Raises `Refused`."""
    name: str = asked.parameters["sandbox"]
    if not known(sandboxes, name):
        raise missing(name)
    return name


def missing(name: str) -> Refused:
    """Return the refusal of a name that no sandbox has."""
    return Refused([NotFound(f"There is no sandbox `{name}`.", parameter="sandbox")])


async def kept_sandbox(sandboxes: Sandboxes, asked: Steered) -> Sandbox:
    """The same, to be changed: it is never evicted from now on, as if it had been created. Raises `Refused`."""
    found = await sandbox(sandboxes, asked)
    sandboxes.keep(found)
    return found


def known(sandboxes: Sandboxes, name: str) -> bool:
    """Whether there is a sandbox of this name; `default` begins afresh if it was deleted."""
    return name == DEFAULT or name in sandboxes.all
