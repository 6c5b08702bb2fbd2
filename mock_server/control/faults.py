"""Fault rules of a sandbox: list, create, get, delete, clear."""

from collections.abc import Iterator
from typing import Any

from ..contract.answers import Answers, answers
from ..contract.words import shortened, suggestion
from ..handlers.errors import BadRequest, Fault, NotFound, Refused
from ..world.rule import Rule
from ..world.rules import add_rule, count_uses
from ..world.sandbox import Sandbox
from ..world.sandboxes import Sandboxes
from ..world.state import Commit, State
from .terms import Answer, Steered, kept_sandbox, sandbox

NEEDS = {"uniform": ("low", "high"), "normal": ("mean", "deviation"), "exponential": ("mean",)}
"""What has to be said of each distribution of delays."""


async def list(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """The rules of a sandbox, in the order in which they are tried."""
    found = await sandbox(sandboxes, asked)
    return Answer({"faults": [encode_used(found, rule) for rule in found.state.rules]})


async def create(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """A new rule."""
    found = await kept_sandbox(sandboxes, asked)
    if faults := [*wrong(sandboxes, asked.body)]:
        raise Refused(faults)
    committed = await found.change(lambda state: add_rule(state, asked.body), asked.operation)
    assert committed
    rule = committed.state.rules[-1]
    return Answer(encode_used(found, rule), f"/_mock/sandboxes/{found.name}/faults/{rule.id}")


async def get(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """One rule."""
    found = await sandbox(sandboxes, asked)
    return Answer(encode_used(found, find(found, found.state, asked)))


async def delete(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """Have a rule no longer."""
    found = await kept_sandbox(sandboxes, asked)
    await found.change(lambda state: Commit(rules={find(found, state, asked).id: None}), asked.operation)
    return Answer()


async def clear(sandboxes: Sandboxes, asked: Steered) -> Answer:
    """Have no rules."""

    def remove(state: State) -> Commit | None:
        return Commit(rules=dict.fromkeys(rule.id for rule in state.rules)) if state.rules else None

    await (await kept_sandbox(sandboxes, asked)).change(remove, asked.operation)
    return Answer()


def find(found: Sandbox, state: State, asked: Steered) -> Rule:
    """Return the rule that the path names. Raises `Refused`."""
    number = int(asked.parameters["fault"])
    rule = next((rule for rule in state.rules if rule.id == number), None)
    if rule is None:
        raise Refused([NotFound(f"The sandbox `{found.name}` has no fault rule {number}.", parameter="fault")])
    return rule


def wrong(sandboxes: Sandboxes, body: dict[str, Any]) -> Iterator[Fault]:
    """What a schema cannot say of a rule: that it can do something, and only what the contract declares."""
    status, network, operation = body.get("status"), body.get("network"), body.get("operation")
    if status is None and network is None and body.get("delay") is None:
        yield BadRequest("The rule does nothing. Send `status`, `delay` or `network`.", pointer="")
    if status is not None and network is not None:
        detail = "`network` is sent with `status`. Send one of them: a broken answer is none of the contract's."
        yield BadRequest(detail, pointer="/network")
    yield from undeclared(answers(sandboxes.contract), operation, status, body.get("code"))
    if body.get("retry_after") is not None and status != 503:
        yield BadRequest("`retry_after` is sent without the `status` 503, which alone has it.", pointer="/retry_after")
    yield from unclear(body.get("delay") or {})


def undeclared(declared: Answers, operation: str | None, status: int | None, code: str | None) -> Iterator[Fault]:
    """What the contract does not declare; a rule for any operation takes what one of them declares."""
    if operation is not None and operation not in declared:
        near = suggestion(operation, [*declared]) or " `common-apis routes` lists them."
        detail = f"`operation` names no operation of the contract: `{shortened(operation)}`.{near}"
        yield BadRequest(detail, pointer="/operation")
        return
    of = [declared[operation]] if operation else [*declared.values()]
    whose = operation or "An operation"
    known = sorted({each for statuses in of for each in statuses})
    if status is not None and status not in known:
        detail = f"`status` is {status}. {whose} declares {', '.join(map(str, known))}."
        yield BadRequest(detail, pointer="/status")
    elif code is not None and status is None:
        yield BadRequest("`code` is sent without the `status` that it belongs to.", pointer="/code")
    elif code is not None and status is not None:
        codes = sorted({each for statuses in of for each in statuses.get(status, [])})
        if code not in codes:
            detail = f"`code` is `{code}`. {whose} declares {', '.join(codes) or 'none'} for {status}."
            yield BadRequest(detail, pointer="/code")


def unclear(delay: dict[str, Any]) -> Iterator[Fault]:
    """What is missing of a delay, or too much."""
    needed = NEEDS[delay["distribution"]] if delay.get("distribution") else ("seconds",)
    for name in needed if delay else ():
        if delay.get(name) is None:
            yield BadRequest(f"`delay.{name}` is missing.", pointer=f"/delay/{name}")
    for name in delay:
        if name not in (*needed, "distribution") and delay[name] is not None:
            yield BadRequest(f"`delay.{name}` says nothing here. Leave it out.", pointer=f"/delay/{name}")
    if delay.get("distribution") == "uniform" and delay.get("high", 0) < delay.get("low", 0):
        yield BadRequest("`delay.high` is below `delay.low`. Send the least as `low`.", pointer="/delay/high")


def encode_used(found: Sandbox, rule: Rule) -> dict[str, Any]:
    """Return a rule as its schema has it."""
    used = found.uncounted[rule.id] if rule.times is None else count_uses(found.state, rule)
    return {**vars(rule), "used": used}
