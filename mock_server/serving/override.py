"""Overrides: a response that does not come from the state of a sandbox, but is what a person or a test asked for.

In this order: `Prefer`, fault rule, magic value. Only what the contract declares is sent. A use that counts is
committed before the response is delayed, broken or made.
"""

from collections.abc import Mapping
from typing import Any

from ..world.cases import Case, leading
from ..world.sandbox import Sandbox
from ..world.uses import RuleUse, use_rule, use_value
from .breaking import hold
from .declared import Declared
from .exchange import Exchange
from .prefer import PLACE, Preferences, preferences
from .response import Response
from .telling import path


async def find_override(
    declared: Declared, sandbox: Sandbox, exchange: Exchange, parameters: Mapping[str, Any], body: Any
) -> Response | None:
    """Return the response to a valid request, if something but the state decides it. Raises `Refused`."""
    header, response = exchange.headers.get(b"prefer"), None
    if header is not None:
        response = await from_preferences(declared, preferences(header), exchange)
    if response:
        return response
    if sandbox.has_rules:
        use = await use_rule(sandbox, declared.id, declared.has, parameters, body)
        response = await from_rule(declared, use, exchange) if use else None
    if response:
        return response
    for value, case in leading(sandbox.cases, parameters.values(), body.values()):
        if case.operation in (None, declared.id) and declared.has(case.status, case.code):
            return await from_value(declared, value, case, sandbox, exchange)
    return None


async def from_preferences(declared: Declared, wanted: Preferences, exchange: Exchange) -> Response | None:
    """Return the response that is preferred, unless only a delay is."""
    status = wanted.code or declared.success
    declared.check(status, wanted.example, PLACE)
    exchange.applied = wanted.applied
    await hold(wanted.wait, exchange.scope)
    if wanted.code is None and wanted.example is None and not wanted.dynamic:
        return None
    exchange.steered = ("prefer", wanted.applied)
    if wanted.dynamic and wanted.example is None and status == declared.success:
        seed = f"{wanted.seed} {declared.id} {path(exchange.scope)} {exchange.content!r}"  # the same in every sandbox
        return declared.sampled(seed, exchange.scope)
    return declared.answer(status, wanted.example, exchange.scope)


async def from_rule(declared: Declared, use: RuleUse, exchange: Exchange) -> Response | None:
    """Return the response that a fault rule makes, unless it only delays."""
    rule = use.rule
    exchange.add_commit(use.committed)
    exchange.steered = ("fault", str(rule.id))
    exchange.network = rule.network
    await hold(rule.wait(use.number), exchange.scope)
    if rule.network in ("reset", "empty"):
        return Response(0, [])
    if rule.status is None:
        return None
    return declared.answer(rule.status, rule.code, exchange.scope).retried(rule.retry_after)


async def from_value(
    declared: Declared, value: str, case: Case, sandbox: Sandbox, exchange: Exchange
) -> Response | None:
    """Return the response that a magic value leads to, unless it leads to a delay, or to no more."""
    now = sandbox.state.clock.read(sandbox.machine)
    use = await use_value(sandbox, declared.id, value, case)
    if use is None:
        return None
    exchange.add_commit(use.committed)
    exchange.steered = ("case", case.name)
    await hold(case.delay, exchange.scope)
    if case.steps:
        example = next(iter(declared.examples(declared.success).values()))
        moved = example | case.step(now - use.since) | {"id": value}
        return declared.response(declared.success, moved, exchange.scope)
    if case.status is None:
        return None
    return declared.answer(case.status, case.code, exchange.scope).retried(case.retry_after)
