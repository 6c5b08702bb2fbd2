"""Steering: an answer that is not what the state of the world has, but what a person or a test asked for.

In this order: `Prefer`, fault rule, magic value, state. Only what the contract declares is answered.
"""

from collections.abc import Mapping
from typing import Any

from ..world.cases import Case, Met, leading
from ..world.rules import Rule
from ..world.sandbox import Sandbox
from .breaking import hold
from .declared import Declared
from .exchange import Exchange
from .prefer import PLACE, Preferences, preferences
from .response import Response
from .telling import path


async def steered(
    declared: Declared, world: Sandbox, exchange: Exchange, parameters: Mapping[str, Any], body: Any
) -> Response | None:
    """The answer to a valid request, if something but the state decides it. Raises `Refused`."""
    header, response = exchange.headers.get(b"prefer"), None
    if header is not None:
        response = await preferred(declared, preferences(header), exchange)
    if response:
        return response
    rule = world.rules.use(declared.id, declared.has, parameters, body)
    if rule:
        response = await ruled(declared, rule, exchange)
    if response:
        return response
    for value, case in leading(world.cases, parameters.values(), body.values()):
        if case.operation in (None, declared.id) and declared.has(case.status, case.code):
            return await told_by(declared, value, case, world, exchange)
    return None


async def preferred(declared: Declared, wanted: Preferences, exchange: Exchange) -> Response | None:
    """The answer that is preferred, if it is one and not only a delay."""
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


async def ruled(declared: Declared, rule: Rule, exchange: Exchange) -> Response | None:
    """The answer that a fault rule makes, if it makes one and is not only a delay."""
    exchange.steered = ("fault", str(rule.id))
    exchange.network = rule.network
    await hold(rule.wait(), exchange.scope)
    if rule.network in ("reset", "empty"):
        return Response(0, [])
    if rule.status is None:
        return None
    return declared.answer(rule.status, rule.code, exchange.scope).retried(rule.retry_after)


async def told_by(declared: Declared, value: str, case: Case, world: Sandbox, exchange: Exchange) -> Response | None:
    """The answer that a magic value leads to, if it does not lead to a delay, or to no more."""
    now = world.store.state.clock.read(world.machine)
    met = world.met.setdefault(f"{declared.id} {value}", Met(now))
    met.times += 1
    if case.fails is not None and met.times > case.fails:
        return None
    exchange.steered = ("case", case.name)
    await hold(case.delay, exchange.scope)
    if case.steps:
        example = next(iter(declared.examples(declared.success).values()))
        moved = example | case.step(now - met.since) | {"id": value}
        return declared.response(declared.success, moved, exchange.scope)
    if case.status is None:
        return None
    return declared.answer(case.status, case.code, exchange.scope).retried(case.retry_after)
