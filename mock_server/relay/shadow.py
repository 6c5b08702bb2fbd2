"""The shadow: asks a mock what the server was asked, and tells where the two differ."""

import asyncio
import logging
from dataclasses import dataclass, field
from secrets import token_hex

import orjson

from ..handlers.errors import BadGateway, Refused
from ..proof.check import promised
from ..proof.curl import curl
from ..proof.exchanges import counted
from ..proof.findings import DRIFT, Finding
from ..serving import admin_guard, telling
from ..serving.operation import Operation
from ..serving.response import JSON, Headers, Response
from .answers import Answers, essence
from .drift import RULES, Drift, codes, drifts
from .ledger import Ledger
from .relay import Passed
from .twins import Twins
from .upstream import Upstream

logger = logging.getLogger("common_apis")

MOST = 1000
"""How many requests may wait to be asked of the mock."""
OWN = {b"authorization", b"cookie", b"x-mock-sandbox", admin_guard.HEADER}
"""Headers that are between a program and the server."""


@dataclass
class World:
    """A sandbox of the mock that shadows one of the proxy."""

    name: str = field(default_factory=lambda: f"shadow-{token_hex(6)}")
    twins: Twins = field(default_factory=Twins)
    made: bool = False


class Shadow:
    """Asks a mock, one request after the other and beside the way of the requests. Differences go to the ledger.

    Its control plane is asked with the `admin_token`, if there is one.
    """

    def __init__(self, mock: Upstream, ledger: Ledger, admin_token: str | None = None) -> None:
        self.mock = mock
        self.admin: Headers = [(admin_guard.HEADER, admin_token.encode())] if admin_token else []
        self.ledger = ledger
        self.answers = Answers()
        self.worlds: dict[str, World] = {}
        self.waiting: asyncio.Queue[Passed] = asyncio.Queue(MOST)
        self.asking: asyncio.Task[None] | None = None
        self.compared = self.apart = self.lost = self.late = self.failed = 0
        ledger.rules |= RULES

    def answered(self, passed: Passed) -> None:
        """Have the mock asked the same, in its turn."""
        if passed.operation is None:
            return
        self.asking = self.asking or asyncio.ensure_future(self.ask_all())
        try:
            self.waiting.put_nowait(passed)
        except asyncio.QueueFull:
            self.late += 1

    async def ask_all(self) -> None:
        """Ask whatever waits."""
        while True:
            passed = await self.waiting.get()
            try:
                await self.ask(passed)
            except Refused as refused:
                self.lost += 1
                self.ledger.report(f"the mock: {refused.first.detail}")
            except Exception:  # those that wait are still to be compared
                logger.exception("%s is not compared", telling.path(passed.exchange.scope))
                self.failed += 1
            except asyncio.CancelledError:
                self.late += 1
                raise
            finally:
                self.waiting.task_done()

    async def ask(self, passed: Passed) -> None:
        """Ask one request, and compare the answers. Raises `Refused` if the mock gives none."""
        exchange, operation, theirs = passed
        assert exchange.sandbox
        assert operation
        world = self.worlds.setdefault(exchange.sandbox.name, World())
        if not world.made:
            await self.make(world)
        path, content = exchange.sent_target, exchange.content
        headers: Headers = [each for each in exchange.scope["headers"] if each[0] not in OWN]
        ours = await self.mock.ask(
            exchange.scope["method"],
            f"/s/{world.name}{world.twins.translated(path)}",
            headers,
            world.twins.translated(content.decode("latin-1")).encode("latin-1"),
        )
        asked = f"{path} {content.decode('latin-1')}"
        if world.twins.apart(asked, theirs, ours, (codes(theirs), codes(ours))):
            self.apart += 1
        else:
            self.compared += 1
            for each in drifts(theirs, ours, self.schema(operation, theirs), exchange.scope["method"]):
                self.ledger.add(self.finding(passed, each))
        world.twins.meet(theirs, ours)

    async def make(self, world: World) -> None:
        """Make a sandbox of the mock. Raises `Refused` if there can be none."""
        body = orjson.dumps({"name": world.name})
        answer = await self.mock.ask("POST", "/_mock/sandboxes", [JSON, *self.admin], body)
        if answer.status != 201:
            said = f"{self.mock.route} makes no sandbox: POST /_mock/sandboxes was answered {answer.status}."
            advice = "Name a mock of this contract that demands no token, or the same --admin-token as this proxy."
            raise Refused([BadGateway(f"{said} {advice}")])
        world.made = True

    def schema(self, operation: Operation, response: Response) -> dict[str, object]:
        """The schema of an answer, if the contract has one."""
        promise = self.answers.promise(operation, response.status)
        return promise.bodies.get(essence(response), (None, {}))[1] if promise else {}

    def finding(self, passed: Passed, drift: Drift) -> Finding:
        """A difference as a finding."""
        exchange = passed.exchange
        assert exchange.sandbox
        told = {"sandbox": exchange.sandbox.name, **exchange.told()}
        fault = {"rule": drift.rule, "pointer": drift.pointer}
        return Finding(
            operation=told["operation"],
            by=DRIFT,
            rule=drift.rule,
            message=drift.detail,
            place=drift.pointer,
            line=promised(told["operation"], told["status"], fault, self.ledger.source),
            consumer=told["consumer"],
            curl=curl(told, self.ledger.server),
            sandbox=told["sandbox"],
            exchange=told["id"],
        )

    async def close(self) -> None:
        """Ask what still waits, within the time that one answer may take, and throw the sandboxes away."""
        if self.waiting.qsize():
            self.ledger.report(f"the mock is still to be asked {self.waiting.qsize()} requests ...")
        try:
            async with asyncio.timeout(self.mock.patience):
                await self.waiting.join()
        except TimeoutError:
            self.late += self.waiting.qsize()
        if self.asking:
            self.asking.cancel()
        for world in self.worlds.values():
            try:
                await self.mock.ask("DELETE", f"/_mock/sandboxes/{world.name}", self.admin, b"")
            except Refused:
                break
        await self.mock.close()
        self.tell()

    def tell(self) -> None:
        """Say how far the two were compared."""
        if self.lost:
            self.ledger.doubts.append(f"{were(self.lost)} not compared: the mock did not answer.")
        if self.late:
            self.ledger.doubts.append(f"{were(self.late)} not compared: they came faster than the mock answers.")
        if self.failed:
            self.ledger.doubts.append(f"{were(self.failed)} not compared, for a defect that the log tells of.")
        if self.apart:
            self.ledger.notes.append(
                f"{were(self.apart)} about records that one of the two has and the other has not."
                " Start the mock with a recording of the server (--record) to compare those."
            )
            if not self.compared:
                self.ledger.doubts.append("No request could be compared.")


def were(requests: int) -> str:
    """A number of requests, as the beginning of a sentence."""
    return f"{counted(requests, 'request')} {'was' if requests == 1 else 'were'}"
