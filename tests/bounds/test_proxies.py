"""What passes through a proxy may be large, and keeps nobody waiting who asks for something else."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from common_apis.relay import recorder
from common_apis.relay.app import SEED, create_proxy
from common_apis.relay.ledger import Ledger
from common_apis.relay.recorder import Recorder
from common_apis.relay.relay import Passed, Relay
from common_apis.relay.upstream import Upstream
from common_apis.serving.app import Settings, create_sandboxes

from ..mock import A, Mock
from ..relay.servers import listening
from .loop import CUSTOM, MIB, custom

MOMENT = "2031-03-04T17:30:00.000000+00:00"


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


async def echoing(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with what is sent."""
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message["body"], message.get("more_body", False)
    await Response(body, media_type="application/json")(scope, receive, send)


def record(type_name: str, size: int = 1) -> bytes:
    """A record of custom data, of about so many bytes."""
    body = {"id": A, "type_name": type_name, "body": {"note": "x" * size}}
    return orjson.dumps({**body, "user_id": A, "created_at": MOMENT, "updated_at": MOMENT})


class Recording:
    """A recorder whose thread waits until it is released, before a server that answers with what it is sent."""

    def __init__(self, contract: dict[str, Any], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.contract = contract
        self.folder = folder
        self.released = threading.Event()
        self.threads: list[bool] = []
        plain = Recorder.record

        def record(recorder: Recorder, passed: Passed) -> None:
            aside = threading.current_thread() is not threading.main_thread()
            self.threads.append(aside)
            if aside:
                assert self.released.wait(10)
            plain(recorder, passed)

        monkeypatch.setattr(Recorder, "record", record)

    async def send(self, *bodies: bytes) -> list[bool]:
        """Send records, release the thread a little after the first, and end. Return after which it was released."""
        found = []
        settings = Settings(seed=SEED)
        with listening(echoing) as url:
            ledger = Ledger(self.contract, "http://127.0.0.1:4011", lambda line: None)
            relay = Relay(Upstream(url, 10), ledger, (Recorder(self.folder, self.contract, ledger),))
            proxy = Mock(create_proxy(settings, self.contract, create_sandboxes(settings, self.contract), relay))
            for body in bodies:
                assert (await proxy.send("POST", CUSTOM, content=body)).status_code == 200
                found.append(self.released.is_set())
                if len(found) == 1:
                    release = threading.Timer(0.5, self.released.set)
                    release.start()
            await relay.close()
            assert relay.ledger.doubts == []
            release.join()
        return found

    @property
    def names(self) -> list[str]:
        """The type names of the records in the seed."""
        records = orjson.loads((self.folder / "custom_data_type_records.json").read_bytes())
        return [each["type_name"] for each in records]


@pytest.fixture
def recording(contract: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recording:
    """A recorder whose thread can be held."""
    return Recording(contract, tmp_path / "recording", monkeypatch)


def test_a_large_answer_is_recorded_in_a_thread_and_in_its_turn(recording: Recording) -> None:
    """A small one at once; after a large one it waits for that, so that the latest counts; at the end none is lost."""
    found = asyncio.run(recording.send(record("first"), record("second", MIB), record("third")))
    assert found == [False, False, False]
    assert recording.threads == [False, True, True]
    assert recording.names == ["third"]


def test_what_waits_to_be_recorded_is_bounded(recording: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer for which there is no room waits until there is, and is not left out."""
    monkeypatch.setattr(recorder, "LARGEST_WAITING", 3 * MIB)
    found = asyncio.run(recording.send(*(record(name, MIB) for name in ("first", "second"))))
    assert found == [False, True]
    assert recording.names == ["second"]


def test_a_finding_does_not_hold_a_large_body(relay: Relay, contract: dict[str, Any]) -> None:
    """Its line has a file in the place of what no system takes as an argument."""
    send(relay, contract, b'{"x":"%s"}' % (b"x" * MIB))
    lines = {found.curl for found in relay.ledger.findings()}
    assert [line.split(" --data-binary ")[1] for line in lines] == ["@body.json"]
