"""The history of a sandbox: list its latest commits, get one, compare two, restore and fork at one."""

from typing import Any

from ..handlers.errors import NotFound, Refused
from ..world.changes import difference
from ..world.clock import written
from ..world.history import Committed
from ..world.sandbox import Sandbox
from ..world.sandboxes import Sandboxes
from ..world.state import State
from . import sandboxes as worlds
from .terms import Answer, Steered, aside, kept_sandbox, sandbox


async def list(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """The commits after one, up to a limit: of those that survive."""
    found, limit = await sandbox(sandboxes, asked), asked.parameters["limit"]
    last = found.state.version
    listed = [each for each in found.history.after(asked.parameters.get("after", 0)) if each.number <= last]
    return Answer(
        {
            "commits": [describe(each) for each in listed[:limit]],
            "first": min(found.history.first, last + 1),
            "next": listed[limit - 1].number if len(listed) > limit else None,
        }
    )


async def get(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """One commit, with the records before and after it."""
    found, number = await sandbox(sandboxes, asked), asked.parameters["commit"]
    committed = found.history.find(number) if number <= found.state.version else None
    if committed is None:
        raise missing(found, number, "commit")
    return await aside(lambda: describe(committed) | {"records": records(committed)})


async def diff(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """What was created, changed and deleted between two commits."""
    found, number = await sandbox(sandboxes, asked), asked.parameters["commit"]
    after = find_state(found, number, "commit")
    before = find_state(found, asked.parameters.get("against", max(number - 1, 0)), "against")
    return await aside(lambda: difference(after, before))


async def restore(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """Take a sandbox back to a commit."""
    found = await kept_sandbox(sandboxes, asked)
    await found.replace(find_state(found, asked.parameters["commit"], "commit"), asked.operation)
    return Answer(worlds.said(sandboxes, found))


async def fork(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """A new sandbox that is as another was after a commit."""
    found = await sandbox(sandboxes, asked)
    state = find_state(found, asked.parameters["commit"], "commit")
    name = worlds.free(sandboxes, asked.body.get("name"))
    return worlds.made(sandboxes, await sandboxes.fork(found, state, name))


def find_state(found: Sandbox, number: int, parameter: str) -> State:
    """Return the state after the commit of a number. Raises `Refused` if it is not known."""
    state = found.find_state(number)
    if state is None:
        raise missing(found, number, parameter)
    return state


def missing(found: Sandbox, number: int, parameter: str) -> Refused:
    """Return the refusal of a commit that is not known, or no longer."""
    first, last = found.history.first, found.state.version
    known = f"It has those from {first} to {last}." if first <= last else f"The next one is {last + 1}."
    return Refused([NotFound(f"The history of `{found.name}` has no commit {number}. {known}", parameter=parameter)])


def describe(committed: Committed) -> dict[str, Any]:
    """Return a commit as its schema has it."""
    return {
        "number": committed.number,
        "at": written(committed.at),
        "operation": committed.operation,
        "exchange": committed.exchange,
        "replaced": committed.replacement,
        "changes": [{"collection": key.collection, "id": key.id, "change": kind} for key, kind in committed.changes],
    }


def records(committed: Committed) -> Any:
    """Return the records that a commit changed, before and after it."""
    return [
        {"before": each.before and each.before.json(), "after": each.after and each.after.json()}
        for each in committed.records()
    ]
