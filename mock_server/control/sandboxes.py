"""Sandboxes: list, create, delete many, get, delete, reset, fork."""

import asyncio
from datetime import datetime
from itertools import islice
from typing import Any

from ..handlers.errors import BadRequest, Refused, ResourceNotFound, UniquenessException
from ..world import snapshot
from ..world.clock import Clock, written
from ..world.errors import StoreFailed
from ..world.sandbox import Sandbox
from ..world.sandboxes import DEFAULT, Sandboxes
from ..world.seed import SeedError
from ..world.state import Snapshot
from ..world.stored import Stored
from . import clock
from .terms import Answer, Steered, aside, kept_sandbox, known, missing, named, sandbox


async def list(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """The sandboxes after a name, up to a limit."""
    after, limit = asked.parameters.get("after", ""), asked.parameters["limit"]
    names = [*islice((name for name in sandboxes.names() if name > after), limit + 1)]
    listed = []
    for name in names[:limit]:
        if name not in sandboxes.live:
            await asyncio.sleep(0)  # to open one takes its time, and others have their turn before the next
        if found := await sandboxes.peek_known(name):
            listed.append(said(sandboxes, found))
    return Answer({"sandboxes": listed, "next": names[limit - 1] if len(names) > limit else None})


async def create(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """A new sandbox, from a seed or from another sandbox."""
    body = asked.body
    name = free(sandboxes, body.get("name"))
    begin = Clock(frozen=datetime.fromisoformat(body["now"])) if "now" in body else None
    if "from" not in body:
        seed = body.get("seed", sandboxes.seed)
        await check_seed(sandboxes, seed)
        return made(sandboxes, await sandboxes.create(free(sandboxes, name), seed, begin))
    if "seed" in body:
        detail = "`seed` is sent with `from`. Send one of them: a fork rests on the seed of what it is forked from."
        raise Refused([BadRequest(detail, pointer="/seed")])
    if not known(sandboxes, body["from"]):
        detail = f"`from` names no sandbox: `{body['from']}`. Send the name of one that exists."
        raise Refused([ResourceNotFound(detail, pointer="/from")])
    source = await sandboxes.find(body["from"])
    return made(sandboxes, await sandboxes.fork(source, source.state, free(sandboxes, name), begin))


async def get(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """One sandbox."""
    return Answer(said(sandboxes, await sandbox(sandboxes, asked)))


async def state(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """The state of a sandbox, as a snapshot that is not saved."""
    found = Snapshot((await sandbox(sandboxes, asked)).state, sandboxes.machine())
    return await aside(lambda: snapshot.said(found, Stored.json))


async def delete(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """Throw a sandbox away."""
    name = named(sandboxes, asked)
    if not await sandboxes.delete_some([name]) and name != DEFAULT:
        raise missing(name)  # by somebody else meanwhile
    return Answer()


async def delete_many(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """Delete all sandboxes whose names begin alike."""
    return Answer({"deleted": await sandboxes.delete_many(asked.parameters["prefix"])})


async def reset(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """Have a sandbox be as it began."""
    found = await kept_sandbox(sandboxes, asked)
    await sandboxes.reset(found, asked.operation)
    return Answer(said(sandboxes, found))


async def reload(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """Have a sandbox be as its files are now, if it has any."""
    found = await sandbox(sandboxes, asked)
    if sandboxes.keeper.lasting:
        await sandboxes.reload(found)
    return Answer(said(sandboxes, found))


async def fork(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """A new sandbox that is as another is now."""
    source = await sandbox(sandboxes, asked)
    return made(sandboxes, await sandboxes.fork(source, source.state, free(sandboxes, asked.body.get("name"))))


def made(sandboxes: Sandboxes, new: Sandbox) -> Answer:
    """A sandbox that was made, and where it is."""
    return Answer(said(sandboxes, new), f"/_mock/sandboxes/{new.name}")


def free(sandboxes: Sandboxes, name: str | None) -> str | None:
    """A name that no sandbox has. Raises `Refused` for one that is taken."""
    if name in sandboxes.all and name in sandboxes.names():
        detail = f"`name` `{name}` is taken: there is a sandbox that has it. Send another one, or reset that sandbox."
        raise Refused([UniquenessException(detail, pointer="/name")])
    return name


async def check_seed(sandboxes: Sandboxes, name: str) -> None:
    """Refuse the name of a seed that is not there. Raises `StoreFailed` for one that is, and breaks the contract."""
    names = sandboxes.seeds.names()
    if name not in names:
        detail = f"`seed` names no seed: `{name}`. Seeds here are {', '.join(names)}."
        raise Refused([ResourceNotFound(detail, pointer="/seed")])
    try:
        await sandboxes.read_seed(name)
    except SeedError as error:
        first = str(error).partition("\n")[0]
        raise StoreFailed(f"The seed `{name}` cannot be used until it is mended: {first}") from error


def said(sandboxes: Sandboxes, found: Sandbox) -> dict[str, Any]:
    """A sandbox as its schema has it."""
    state, expires = found.state, sandboxes.expires(found)
    return {
        "name": found.name,
        "seed": state.base.name,
        "created_at": written(found.store.origin.at),
        "used_at": written(found.used),
        "expires_at": expires and written(expires),
        "clock": clock.said(found),
        "counter": state.counter,
        "commits": state.version,
        "changes": len(state.records),
    }
