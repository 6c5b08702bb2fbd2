"""Whatever bytes a request has, it is answered as the contract says, and never by a defect."""

import asyncio
from random import Random
from typing import Any

import httpx
import pytest
from starlette.types import Message

from ..mock import NOBODY, A
from ..resources.bodies import LEAST
from .calls import CALLS, EMPTY_SNAPSHOT, TASK, WITH_BODY, prepare
from .world import Checked, World, faults


@pytest.fixture(scope="module")
def ready(shared_mock: Checked) -> World:
    """A world that has what every call is for."""
    return prepare(shared_mock.world())


def raw(
    mock: Checked, method: str, path: bytes, *headers: tuple[bytes, bytes], query: bytes = b""
) -> tuple[int, bytes]:
    """The status and the body of the answer to a request that no client library would send."""
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": httpx.URL(path.decode("latin-1")).path if path.isascii() else path.decode("latin-1"),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1:4010"), *headers],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 4010),
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    async def asked() -> None:
        await mock.app(scope, receive, send)

    asyncio.run(asked())
    return sent[0]["status"], sent[1]["body"]


BYTES = [bytes([each]) for each in (*range(1, 9), 11, 12, *range(14, 32), 34, 44, 59, 92, *range(127, 256, 8))]
CARRIED = {
    "X-Mock-Sandbox": (b"x-mock-sandbox", b""),
    "Authorization": (b"authorization", b"Bearer sandbox_"),
    "Cookie": (b"cookie", b"mock_sandbox="),
}


@pytest.mark.parametrize("carrier", CARRIED)
def test_no_byte_in_a_header_is_too_strange(ready: World, carrier: str) -> None:
    """It makes no name, or ends one; whatever it does, nothing fails."""
    header, before = CARRIED[carrier]
    for byte in BYTES:
        for name in (byte, b"a" + byte, b"a" + byte + b"b", byte * 300):
            status, body = raw(ready.mock, "GET", f"/v1/workers/{A}".encode(), (header, before + name))
            assert status in (200, 400), (name, body)
            assert status == 200 or f'"parameter":"{carrier}"'.encode() in body


@pytest.mark.parametrize(
    "place", ["/s/{}/v1/workers/" + A, "/_mock/sandboxes/{}", "/_mock/sandboxes/{}/records/workers"]
)
def test_no_byte_in_a_path_is_too_strange(ready: World, place: str) -> None:
    """Escaped: 400 for what is no name, and 404 for what is no path."""
    for byte in range(256):
        for name in (f"%{byte:02x}", f"a%{byte:02X}", f"%{byte:02x}%{byte:02x}%"):
            status, body = raw(ready.mock, "GET", place.format(name).encode())
            assert status in (200, 400, 404), (name, body)


def test_no_query_is_too_strange(ready: World) -> None:
    """400 with the parameter."""
    random = Random(20180905)
    path = f"/_mock/sandboxes/{ready.name}/records/workers".encode()
    parts = [
        b"limit",
        b"after",
        b"where",
        b"=",
        b"&",
        b"%",
        b"%00",
        b"%ff",
        b"\xff",
        b"+",
        b";",
        b"1",
        A.encode(),
        b":",
        b"id",
    ]
    for _ in range(400):
        query = b"".join(random.choices(parts, k=random.randint(1, 8)))
        status, body = raw(ready.mock, "GET", path, query=query)
        assert status in (200, 400), (query, body)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/workers/%7B%7D",
        f"/s/%7B%7D/v1/workers/{A}",
        "/_mock/sandboxes/%7B%7D",
        f"/_mock/sandboxes/%7B%7D/records/workers/{A}",
        "/_mock/sandboxes/default/records/%7B%7D",
    ],
)
def test_braces_are_no_name(ready: World, path: str) -> None:
    """400, as any other."""
    assert ready.mock.get(path).status_code == 400


@pytest.mark.parametrize("path", ["/v1/workers/%", "/_mock/sandboxes/%zz"])
def test_an_instance_is_a_uri_though_the_path_was_none(ready: World, path: str) -> None:
    """What a client sent in error stands there escaped."""
    problem = raw(ready.mock, "GET", path.encode())[1]

    assert b'"instance":"' + path.replace("%", "%25").encode() + b'"' in problem


def deep(levels: int) -> Any:
    """An object of so many levels."""
    value: Any = {}
    for _ in range(levels - 1):
        value = {"a": value}
    return value


@pytest.mark.parametrize("id", WITH_BODY)
def test_a_deep_body_is_refused(ready: World, id: str) -> None:
    """At the 65th level; a snapshot holds its records three levels deeper."""
    deepest = 67 if id == "snapshots_put" else 64
    answer = WITH_BODY[id].ask(ready.mock, ready.name, json=WITH_BODY[id].body | {"deep": deep(deepest)})

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", "")])
    assert f"{deepest} levels" in answer.json()["detail"]


def test_a_deep_record_is_kept(world: World) -> None:
    """Up to the 64th level of the body that it came in."""
    record = world.record("custom_data_type_records", A) | {"body": deep(63)}

    assert world.put("custom_data_type_records", A, record) == record
    world.told("POST", "/snapshots", {"name": "deep"})
    world.told("POST", "/reset")
    world.told("POST", "/snapshots/deep/restore")
    assert world.record("custom_data_type_records", A) == record


def test_a_deep_record_goes_with_a_download(world: World) -> None:
    """And comes back with an upload."""
    world.put("custom_data_type_records", A, world.record("custom_data_type_records", A) | {"body": deep(63)})
    world.told("POST", "/snapshots", {"name": "deep"})

    assert world.ask("PUT", "/snapshots/again", json=world.said("/snapshots/deep")).status_code == 200


def test_a_large_snapshot_may_be_uploaded(world: World) -> None:
    """As large as it was downloaded."""
    record = world.record("custom_data_type_records", A) | {"body": "x" * 100_000}
    for number in range(12):
        id = f"{number:08}-0000-4000-8000-000000000000"
        world.put("custom_data_type_records", id, record | {"id": id})
    world.told("POST", "/snapshots", {"name": "large"})

    assert world.ask("PUT", "/snapshots/again", json=world.said("/snapshots/large")).status_code == 200


def test_a_large_body_is_kept(world: World) -> None:
    """Up to a mebibyte of a document, and a hundred thousand characters of a text."""
    record = world.record("custom_data_type_records", A) | {"body": ["x" * 100_000] * 10}
    assert world.put("custom_data_type_records", A, record) == record
    too_long = world.ask("PUT", f"/records/custom_data_type_records/{A}", json=record | {"body": "x" * 100_001})

    assert (too_long.status_code, faults(too_long)) == (400, [("parse_exception", "/body")])


STRANGE: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    2**64,
    "",
    "x" * 300,
    "\u0000",
    "{}",
    A,
    [],
    {},
    [{}],
    {"": {}},
    "/",
    "~1",
]


@pytest.mark.parametrize("id", WITH_BODY)
def test_no_field_is_too_strange(shared_mock: Checked, id: str) -> None:
    """Each field with each of these values, and one of each name: granted or refused, with the field at fault."""
    world = prepare(shared_mock.world())
    body = WITH_BODY[id].body
    for value in STRANGE:
        for field in {*body, "name", "now", "frozen", "from", "seed", str(value)[:20]}:
            answer = WITH_BODY[id].ask(world.mock, world.name, json=body | {field: value})
            assert answer.status_code in (200, 201, 400, 404, 409, 413), answer.text
            if answer.status_code == 400:
                assert all(place is not None and place[:1] in ("", "/") for _, place in faults(answer))


@pytest.mark.parametrize("name", [".", "..", "...", "%2e", "%2E%2E", "a%2F..%2Fb", "con", "aux.json", "a" * 4000])
def test_no_name_leads_elsewhere(ready: World, name: str) -> None:
    """Those that mean something to a file system, or to a browser."""
    for path in (f"/s/{name}/v1/workers/{A}", f"/_mock/sandboxes/{name}/clock"):
        status, body = raw(ready.mock, "GET", path.encode())
        assert status in (400, 404), body


def test_a_restored_record_serves_as_any_other(world: World) -> None:
    """Whatever was put into it, the API reads and updates it, or refuses to with a reason."""
    event = world.record("calendar_events", A)
    for times in (
        {"start_time": None, "end_time": None, "day": None},
        {"start_time": "1900-01-01T00:00:00.000000+00:00", "end_time": None, "day": "2031-03-04"},
        {"start_time": "2199-12-31T23:59:59.999999+00:00", "end_time": "1900-01-01T00:00:00.000000+00:00"},
    ):
        world.put("calendar_events", A, event | times)
        assert world.api("GET", f"calendar_events/{A}").status_code == 200
        assert world.api("PUT", f"calendar_events/{A}", json={"outcome": "cancelled"}).status_code in (200, 400)
        assert world.api("PUT", f"calendar_events/{A}", json={"day": "2031-03-05"}).status_code == 200


def test_the_calls_are_granted_after_all_this(ready: World) -> None:
    """The world of these tests is whole."""
    assert CALLS["diff_get"].ask(ready.mock, ready.name).status_code == 200
    assert ready.api("POST", "conversations", json=LEAST["conversations"]).status_code == 201
    assert ready.put("patient_tasks", NOBODY, TASK)["id"] == NOBODY
    assert ready.told("PUT", "/snapshots/edited", EMPTY_SNAPSHOT)["changes"] == 0
