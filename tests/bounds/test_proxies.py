"""What passes through a proxy may be large, and keeps nobody waiting who asks for something else."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from common_apis.relay.app import SEED, create_proxy
from common_apis.relay.ledger import Ledger
from common_apis.relay.relay import Relay
from common_apis.relay.upstream import Upstream
from common_apis.serving.app import Settings, create_sandboxes

from ..mock import Mock
from ..relay.servers import listening
from .loop import CUSTOM, MIB, custom


async def taking(scope: Scope, receive: Receive, send: Send) -> None:
    """Take whatever is sent."""
    while (await receive()).get("more_body"):
        pass
    await JSONResponse({"id": "x"})(scope, receive, send)


@pytest.fixture
def relay(contract: dict[str, Any]) -> Iterator[Relay]:
    """What stands before a server that takes everything."""
    with listening(taking) as url:
        yield Relay(Upstream(url, 10), Ledger(contract, "http://127.0.0.1:4011", lambda line: None))


def send(relay: Relay, contract: dict[str, Any], *bodies: bytes) -> None:
    """Send requests through a proxy, until it has looked at them."""
    settings = Settings(seed=SEED)
    proxy = Mock(create_proxy(settings, contract, create_sandboxes(settings, contract), relay))

    async def test() -> None:
        for body in bodies:
            assert (await proxy.send("POST", CUSTOM, content=body)).status_code == 200
        await relay.close()

    asyncio.run(test())


def test_a_large_exchange_is_looked_at_in_a_thread(
    relay: Relay, contract: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small one at once; and each is in the report."""
    threads: list[threading.Thread] = []
    look_at = Ledger.look_at

    def noticed(ledger: Ledger, exchange: Any) -> Any:
        threads.append(threading.current_thread())
        return look_at(ledger, exchange)

    monkeypatch.setattr(Ledger, "look_at", noticed)
    send(relay, contract, custom(b"1"), custom(b'"%s"' % (b"x" * 10 * MIB)))
    here = threading.current_thread()
    assert [each is here for each in threads] == [True, False]
    assert relay.ledger.exchanges == 2


def test_a_finding_does_not_hold_a_large_body(relay: Relay, contract: dict[str, Any]) -> None:
    """Its line has a file in the place of what no system takes as an argument."""
    send(relay, contract, b'{"x":"%s"}' % (b"x" * MIB))
    lines = {found.curl for found in relay.ledger.findings()}
    assert [line.split(" --data-binary ")[1] for line in lines] == ["@body.json"]
