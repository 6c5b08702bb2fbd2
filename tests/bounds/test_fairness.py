"""Nobody's worst request keeps the event loop from others for longer than it takes to read a body of 1 MiB.

What counts is the processor time of the thread that answers all, beside that of reading such a body in the same run.
"""

import asyncio
import threading
import time
from pathlib import Path
from typing import Any

import orjson
import pytest

from common_apis.control.terms import READERS

from .loop import CUSTOM, GENEROUS, GET, LARGE, MIB, Loop, custom, listed, reading

FAULTS = "/_mock/sandboxes/default/faults"
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


LONG = "x" * 1000
TEXTS: dict[str, Any] = {
    "a text": "x" * 1_000_000,
    "a text beyond ASCII": "\u00fc" * 500_000,
    "texts": [LONG] * 900,
    "a long text in a list": ["\u00fc" * 500_000],
}


@pytest.mark.parametrize("wanted", ["a", LONG], ids=["short", "long"])
def test_many_fault_rules_take_no_longer(loop: Loop, wanted: str) -> None:
    """However long the texts of a request are, and though they are as long as those that each rule wants."""

    async def test() -> None:
        for number in range(500):
            for x in (wanted[4:] + str(number + 1000), [wanted[4:] + str(number + 1000)]):
                assert await loop.ask("POST", FAULTS, orjson.dumps({"body": {"body": {"x": x}}, "status": 503})) == 201
        found = {sent: await loop.seconds("POST", CUSTOM, custom(orjson.dumps({"x": TEXTS[sent]}))) for sent in TEXTS}
        bound = GENEROUS * reading()
        assert all(seconds < bound for seconds in found.values()), found

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
