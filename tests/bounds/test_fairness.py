"""Nobody's worst request keeps the event loop from others for longer than it takes to read a body of 1 MiB.

What counts is the processor time of the thread that answers all, beside that of reading such a body in the same run.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import orjson
import pytest

from common_apis.mock_server.control import requests
from common_apis.mock_server.control.terms import READERS
from common_apis.mock_server.serving.app import Settings, create_app, create_sandboxes

from ..mock import A

MIB = 1 << 20
LARGE = MIB - 200
GENEROUS = 8
"""How many times as long a request may take as to read the body: computers are busy, and a square takes more."""
FAULTS = "/_mock/sandboxes/default/faults"
JSON = (b"content-type", b"application/json")


class Loop:
    """A mock whose event loop is watched."""

    def __init__(self, contract: dict[str, Any], data: Path | None = None) -> None:
        settings = Settings(data=data)
        self.sandboxes = create_sandboxes(settings, contract)
        self.app = create_app(settings, contract, self.sandboxes)

    async def ask(
        self, method: str, path: str, body: bytes = b"", *headers: tuple[bytes, bytes], query: bytes = b""
    ) -> int:
        """Return the status of the answer."""
        statuses: list[int] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            if "status" in message:
                statuses.append(message["status"])

        heads = [(b"host", b"127.0.0.1:4010"), JSON, *headers]
        raw = path.encode()
        await self.app(
            {
                "type": "http",
                "method": method,
                "path": path,
                "raw_path": raw,
                "query_string": query,
                "headers": heads,
            },
            receive,
            send,
        )
        return statuses[0]

    async def seconds(self, *asked: Any, **more: Any) -> float:
        """Return the least processor time that the loop's thread takes for a request, of three times."""
        found = []
        for _ in range(3):
            began = time.thread_time()
            await self.ask(*asked, **more)
            found.append(time.thread_time() - began)
        return min(found)


@pytest.fixture
def loop(contract: dict[str, Any]) -> Loop:
    """A mock of its own."""
    return Loop(contract)


def reading() -> float:
    """Return the processor time of reading a body of 1 MiB that is full of small values."""
    body = orjson.dumps([{"a": number} for number in range(MIB // 13)])

    def once() -> float:
        began = time.thread_time()
        orjson.loads(body)
        return time.thread_time() - began

    return median(once() for _ in range(5))


def listed(item: bytes, size: int = LARGE) -> bytes:
    """Return a list of about so many bytes."""
    return b"[" + b",".join([item] * (size // (len(item) + 1))) + b"]"


def custom(value: bytes) -> bytes:
    """Return the body of a record of custom data."""
    return b'{"user_id":"%s","type_name":"x","body":%s}' % (A.encode(), value)


GET = f"/v1/patients/{A}"
CUSTOM = "/v1/custom_data_type_records"
PATIENTS = "/v1/patients"
WORST: dict[str, tuple[Any, ...]] = {
    "a cookie of spaces": ("GET", GET, b"", (b"cookie", b"mock_sandbox=a" + b" " * 16_000 + b'x"y')),
    "a token of spaces": ("GET", GET, b"", (b"authorization", b"Bearer sandbox_" + b" " * 60_000 + b"x")),
    "preferences": ("GET", GET, b"", (b"prefer", b"code=503," * 7000)),
    "one header many times": ("GET", GET, b"", *[(b"a", b"")] * 16_000),
    "lists": ("POST", CUSTOM, custom(b'{"x":%s}' % listed(b"[]"))),
    "many lists that are taken": ("POST", CUSTOM, custom(b'{"x":%s}' % listed(b"[]", 70_000))),
    "numbers": ("POST", CUSTOM, custom(b'{"x":%s}' % listed(b"1"))),
    "lists deep in each other": ("POST", PATIENTS, b'{"x":%s}' % listed(b"[" * 59 + b"]" * 59)),
    "deep lists that are few enough": ("POST", PATIENTS, b'{"x":%s}' % listed(b"[" * 59 + b"]" * 59, 90_000)),
    "text full of brackets": ("POST", PATIENTS, b'{"x":%s}' % listed(b'"[,"')),
    "names": ("POST", PATIENTS, b"{%s}" % b",".join(b'"n%d":0' % number for number in range(49_000))),
    "bad names": (
        "POST",
        PATIENTS,
        b'{"external_ids":{%s}}' % b",".join(b'"N%d":0' % number for number in range(49_000)),
    ),
    "a long text": ("POST", PATIENTS, b'{"coach_id":"%s"}' % ("ü" * 500_000).encode()),
    "a long name": ("POST", PATIENTS, b'{"%s":1}' % (b"n" * LARGE)),
    "a long path": ("GET", "/v1" + "/a" * 30_000),
}


@pytest.mark.parametrize("name", WORST)
def test_a_worst_request_takes_no_longer_than_a_body_takes_to_read(loop: Loop, name: str) -> None:
    """Of each kind that is known."""
    assert asyncio.run(loop.seconds(*WORST[name])) < GENEROUS * reading()


def test_many_query_parameters_take_no_longer(loop: Loop) -> None:
    """Nor do the secrets in them, when the journal tells of them."""

    async def test() -> None:
        query = b"?" * 60_000
        assert await loop.seconds("GET", "/_mock/sandboxes/default/requests", query=b"a&" * 32_000) < bound
        assert await loop.ask("POST", "/v1/nothing", query=query) == 404
        began = time.process_time()
        assert await loop.ask("GET", "/_mock/sandboxes/default/requests/count") == 200
        assert time.process_time() - began < bound

    bound = GENEROUS * reading()
    asyncio.run(test())


@pytest.mark.parametrize(
    ("wanted", "sent", "statuses"),
    [
        ([f"x{number}" for number in range(3000)], [f"x{number}" for number in range(3000)], {503}),
        ([{"a": number} for number in range(3000)], [{"a": number} for number in range(3000)], {503}),
    ],
    ids=["texts", "objects"],
)
def test_a_fault_rule_takes_no_longer(loop: Loop, wanted: list[Any], sent: list[Any], statuses: set[int]) -> None:
    """One that wants many texts is compared at once; one that wants many objects is answered 503, which says why."""
    rule = {"body": {"body": {"x": wanted}}, "status": 503}
    request = ("POST", CUSTOM, custom(orjson.dumps({"x": sent[::-1]})))

    async def test() -> None:
        assert await loop.ask("POST", FAULTS, orjson.dumps(rule)) == 201
        assert await loop.ask(*request) in statuses
        assert await loop.seconds(*request) < GENEROUS * reading()

    asyncio.run(test())


def test_fault_rules_are_bounded_in_number_and_size(loop: Loop) -> None:
    """A thousand, and a mebibyte of what they want; then 503, and one that is deleted makes room."""

    async def test() -> None:
        large = orjson.dumps({"status": 503, "body": {"x": "x" * (MIB - 1000)}})
        assert [await loop.ask("POST", FAULTS, large) for _ in range(2)] == [201, 503]
        assert await loop.ask("DELETE", FAULTS) == 204
        small = [await loop.ask("POST", FAULTS, b'{"status":503}') for _ in range(1001)]
        assert small == [201] * 1000 + [503]
        assert await loop.ask("DELETE", f"{FAULTS}/2") == 204
        assert await loop.ask("POST", FAULTS, b'{"status":503}') == 201

    asyncio.run(test())


def longest_wait(loop: Loop, *asked: Any) -> tuple[int, float]:
    """Return the status of an answer, and how long another client's GET takes at most, meanwhile, in processor time."""

    async def test() -> tuple[int, float]:
        task = asyncio.ensure_future(loop.ask(*asked))
        waits = [0.0]
        while not task.done():
            waits.append(await loop.seconds("GET", f"/s/other{GET}"))
            await asyncio.sleep(0)
        return await task, max(waits)

    return asyncio.run(test())


SEARCHES: dict[str, Callable[[], tuple[str, str, bytes]]] = {
    "find": lambda: (
        "POST",
        "/_mock/sandboxes/default/requests/find",
        orjson.dumps({"body": {"body": {"x": [{"a": number} for number in range(2000)]}}}),
    ),
    "near misses": lambda: ("GET", "/_mock/sandboxes/default/requests/near_misses", b""),
    "count": lambda: ("GET", "/_mock/sandboxes/default/requests/count", b""),
    "list": lambda: ("GET", "/_mock/sandboxes/default/requests", b""),
}


@pytest.mark.parametrize("name", SEARCHES)
def test_a_search_of_a_full_journal_keeps_nobody_waiting(loop: Loop, name: str) -> None:
    """It is made in a thread, and has an end: one that would take too long is refused."""

    async def fill() -> None:
        body = custom(orjson.dumps({"x": [{"a": -number} for number in range(2000)]}))
        for number in range(200):
            await loop.ask("POST", CUSTOM if number % 2 else "/v1/nothing", body)

    asyncio.run(fill())
    status, wait = longest_wait(loop, *SEARCHES[name]())
    assert status in (200, 400)
    assert wait < GENEROUS * reading()


def test_an_exchange_is_encoded_once_for_all_who_listen(loop: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not once for each, and not before somebody reads."""
    encoded: list[Any] = []
    event = requests._event

    def counted(exchange: Any) -> bytes:
        encoded.append(exchange)
        return event(exchange)

    monkeypatch.setattr(requests, "_event", counted)

    async def test() -> None:
        journal = loop.sandboxes.find("default").journal
        streams = [requests.events(journal, 0) for _ in range(50)]
        for stream in streams:
            await anext(stream)
        await loop.ask("GET", GET)
        told = [await anext(stream) for stream in streams]
        assert len(set(told)) == 1
        for stream in streams:
            await stream.aclose()  # type: ignore[attr-defined]  # it is a generator

    asyncio.run(test())
    assert len(encoded) == 1


def test_a_write_is_made_durable_however_many_read(contract: dict[str, Any], tmp_path: Path) -> None:
    """The log has threads of its own: none of those that read, or that anything else uses, has to be free."""
    free = threading.Event()
    loop = Loop(contract, tmp_path)

    async def test() -> None:
        for _ in range(64):
            asyncio.get_running_loop().run_in_executor(READERS, free.wait)
            asyncio.get_running_loop().run_in_executor(None, free.wait)
        try:
            async with asyncio.timeout(10):
                assert await loop.ask("POST", CUSTOM, custom(b"1")) == 201
                assert await loop.ask("POST", "/_mock/sandboxes/default/snapshots", b'{"name":"x"}') == 201
        finally:
            free.set()

    asyncio.run(test())
    loop.sandboxes.close()
