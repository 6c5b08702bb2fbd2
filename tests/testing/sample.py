"""A partner's tests: `test_plugin.py` runs them where only the wheel is installed, and says how each must end."""

import os
from collections.abc import Callable, Iterator
from datetime import date, datetime

import httpx
import pytest

from common_apis import Sandbox

A = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"
EVENT = {"calendar_id": A, "user_id": A, "day": "2031-03-11", "modality": "visit", "appointment_type": "home_visit"}


def swallow(url: str, path: str, sent: object) -> None:
    """A program that looks at no answer."""
    httpx.post(f"{url}/v1/{path}", json=sent)


@pytest.fixture
def program(common_apis: Sandbox) -> Iterator[None]:
    """A program that asks again when it ends, which is before its sandbox does."""
    yield
    swallow(common_apis.url, "messages", {"direction": "in"})


def test_green(common_apis: Sandbox) -> None:
    """Nothing breaks the contract."""
    assert httpx.get(f"{common_apis.url}/v1/workers/{A}").status_code == 200
    assert httpx.get(f"{common_apis.origin}/v1/workers/{A}", headers=common_apis.headers).status_code == 200
    assert common_apis.count("workers_get") == 2


def test_nothing_found(common_apis: Sandbox) -> None:
    """Not to find a record breaks nothing."""
    assert httpx.get(f"{common_apis.url}/v1/workers/{A[:-1]}b").status_code == 404


def test_swallowed(common_apis: Sandbox) -> None:
    """A refusal that nobody looked at."""
    swallow(common_apis.url, "messages", {"direction": "in"})


def test_no_operation(common_apis: Sandbox) -> None:
    """A path that the contract does not have."""
    httpx.get(f"{common_apis.url}/v1/patient")


def test_no_sandbox(common_apis: Sandbox) -> None:
    """A request that names no sandbox is the test's, too."""
    swallow(common_apis.origin, "messages", {"direction": "in"})


def test_another_sandbox(common_apis: Sandbox) -> None:
    """So is one to a sandbox that the test made beside its own; it does not outlast the test."""
    httpx.post(f"{common_apis.origin}/_mock/sandboxes", json={"name": "beside"}).raise_for_status()
    swallow(f"{common_apis.origin}/s/beside", "messages", {"direction": "in"})


def test_an_unknown_sandbox(common_apis: Sandbox) -> None:
    """So is one that names a sandbox that nobody made."""
    httpx.get(f"{common_apis.origin}/v1/workers/{A}", headers={"X-Mock-Sandbox": "beside"})


def test_a_sandbox_that_is_deleted(common_apis: Sandbox) -> None:
    """What it was asked nobody can tell."""
    httpx.delete(f"{common_apis.origin}/_mock/sandboxes/{common_apis.sandbox}").raise_for_status()


@pytest.mark.usefixtures("program")
def test_at_the_end() -> None:
    """What a program asks when the test is over counts."""


@pytest.mark.common_apis(violations="allowed")
def test_allowed(common_apis: Sandbox) -> None:
    """All of it is allowed."""
    swallow(common_apis.url, "messages", {"direction": "in"})
    httpx.get(f"{common_apis.url}/v1/patient")


@pytest.mark.common_apis(violations=["messages_create:parse_exception", "bad_request"])
class TestNarrow:
    """Some of it is allowed."""

    def test_allowed(self, common_apis: Sandbox) -> None:
        """The operation and the code are named, or the code alone."""
        swallow(common_apis.url, "messages", {"direction": "in"})
        swallow(common_apis.url, "calendar_events", {**EVENT, "start_time": "2031-03-11T09:00:00Z"})

    def test_another_operation(self, common_apis: Sandbox) -> None:
        """Another operation is not."""
        swallow(common_apis.url, "conversations", {})

    @pytest.mark.common_apis(violations=["messages_create"], seed="empty")
    def test_of_its_own(self, common_apis: Sandbox) -> None:
        """What a test says of itself comes before what its class says."""
        assert common_apis.records.list("workers") == []
        swallow(common_apis.url, "calendar_events", {**EVENT, "start_time": "2031-03-11T09:00:00Z"})


@pytest.mark.common_apis(now="2031-03-04T09:30:00-08:00")
@pytest.mark.parametrize("number", range(6))
def test_frozen(common_apis: Sandbox, number: int, record_property: Callable[[str, object], None]) -> None:
    """The same id at the same moment and the same number that is free, whatever others do, wherever they do it."""
    with httpx.Client(base_url=common_apis.url) as client:
        event = client.post("/v1/calendar_events", json=EVENT).raise_for_status().json()
        name = {"resource": "calendar_events", "namespace": "desk", "external_id": "1", "welkin_id": event["id"]}
        client.post("/v1/external_ids", json=name).raise_for_status()
    assert (event["id"], event["created_at"]) == (
        "5b5fd534-847c-52d4-8b99-22fe7dc84e7b",
        "2031-03-04T17:30:00.000000+00:00",
    )
    record_property("worker", os.environ.get("PYTEST_XDIST_WORKER", ""))
    record_property("origin", common_apis.origin)
    record_property("sandbox", common_apis.sandbox)


@pytest.mark.common_apis(violations=["messages_create"])
@pytest.mark.parametrize("end", [None, pytest.skip, pytest.fail], ids=["ended", "skipped", "failed"])
def test_that_means_to_break_it(common_apis: Sandbox, end: Callable[[], None] | None) -> None:
    """And does not, which is told unless it did not come so far."""
    if end:
        end()


@pytest.mark.parametrize(
    "options",
    [
        {"violations": ["mesages_create"]},
        {"violations": [1]},
        {"violations": None},
        {"violations": "messages_create"},
        {"now": date(2031, 3, 4)},
        {"now": datetime(2031, 3, 4)},
        {"seed": 1},
        {"seed": "nowhere"},
        {"sead": "empty"},
    ],
)
def test_marked(request: pytest.FixtureRequest, options: dict[str, object]) -> None:
    """None of these makes sense."""
    request.node.add_marker(pytest.mark.common_apis(**options))
    request.getfixturevalue("common_apis")


@pytest.mark.parametrize(
    "line",
    [
        lambda mock: mock.count("worker_get"),
        lambda mock: mock.requests("worker_get"),
        lambda mock: mock.expect("worker_get==1"),
        lambda mock: mock.expect("workers_get==1"),
        lambda mock: mock.records.get("workers", "Zo\xeb/x y"),
        lambda mock: mock.records.list("worker"),
        lambda mock: mock.records.put("workers", A, {"id": date(2031, 3, 4)}),
        lambda mock: mock.clock.set(date(2031, 3, 4)),
        lambda mock: httpx.post(f"{mock.url}/v1/conversations", json={}) and mock.check(),
    ],
)
def test_line(common_apis: Sandbox, line: Callable[[Sandbox], object]) -> None:
    """Each of these lines is wrong."""
    line(common_apis)
