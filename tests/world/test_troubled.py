"""A sandbox in a store that refuses, delays, fails or answers late is as right as one in memory."""

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest

from common_apis.serving.app import Settings, create_app, create_sandboxes
from common_apis.world.memory import MemoryStore

from ..mock import A, Mock
from .troubled import TROUBLED, FailingStore, RefusingStore

CLAIM = {"resource": "patients", "namespace": "lab", "external_id": "L-1", "welkin_id": A}


class TroubledMock(Mock):
    """A mock whose sandboxes are in stores of a kind."""

    def __init__(self, contract: dict[str, Any], kind: type[MemoryStore]) -> None:
        settings = Settings()
        self.sandboxes = create_sandboxes(settings, contract)
        sandbox = self.sandboxes.live["default"]
        sandbox.store = self.store = kind(sandbox.store.origin)
        super().__init__(create_app(settings, contract, self.sandboxes))

    def together(self, *requests: tuple[str, str, Any]) -> list[httpx.Response]:
        """Send requests at once; send those again that the store could not keep."""

        async def send(method: str, path: str, body: Any) -> httpx.Response:
            while (answer := await self.send(method, path, json=body)).status_code == 503 and failed(answer):
                pass
            return answer

        async def gather() -> list[httpx.Response]:
            return await asyncio.gather(*(send(*request) for request in requests))

        return asyncio.run(gather())


def failed(answer: httpx.Response) -> bool:
    """Whether it was the store that failed."""
    return "made to fail" in answer.text


@pytest.fixture(params=TROUBLED)
def mock(request: pytest.FixtureRequest, contract: dict[str, Any]) -> TroubledMock:
    """A mock in each of the stores."""
    return TroubledMock(contract, TROUBLED[request.param])


def test_many_changes_at_once_are_each_made_once(mock: TroubledMock) -> None:
    """Each has an id of its own, and is there."""
    body = {"user_id": A, "task_type": "survey"}
    made = mock.together(*[("POST", "/v1/patient_tasks", body)] * 20)

    ids = [each.json()["id"] for each in made]
    assert [each.status_code for each in made] == [201] * 20
    assert len({*ids}) == 20
    assert [each.status_code for each in mock.together(*(("GET", f"/v1/patient_tasks/{id}", None) for id in ids))] == [
        200
    ] * 20
    sandbox = mock.get("/_mock/sandboxes/default").json()
    assert (sandbox["changes"], sandbox["commits"], sandbox["counter"]) == (20, 20, 20)


def test_a_unique_value_is_granted_once(mock: TroubledMock) -> None:
    """Whoever is refused was so by what is durable."""
    answers = mock.together(*[("POST", "/v1/external_ids", CLAIM)] * 8)
    assert Counter(each.status_code for each in answers) == {201: 1, 409: 7}
    assert mock.get("/_mock/sandboxes/default").json()["changes"] == 1


def test_a_record_is_deleted_once(mock: TroubledMock) -> None:
    """All others do not find it."""
    answers = mock.together(*[("DELETE", f"/v1/patient_tasks/{A}", None)] * 8)
    assert Counter(each.status_code for each in answers) == {200: 1, 404: 7}


def test_a_fault_rule_applies_as_often_as_it_may(mock: TroubledMock) -> None:
    """Not once more and not once less; the journal names the commit of each use."""
    mock.together(("POST", "/_mock/sandboxes/default/faults", {"status": 503, "times": 3, "operation": "workers_get"}))
    answers = mock.together(*[("GET", f"/v1/workers/{A}", None)] * 12)

    assert Counter(each.status_code for each in answers) == {503: 3, 200: 9}
    exchanges = mock.get("/_mock/sandboxes/default/requests").json()["requests"]
    used = [each["commits"] for each in exchanges if each["steered"]]
    assert sorted(used) == [[2], [3], [4]]
    assert mock.get("/_mock/sandboxes/default/faults/1").json()["used"] == 3


def test_an_override_and_the_change_after_it_are_two_commits(contract: dict[str, Any]) -> None:
    """The one of the change is repeated alone."""
    mock = TroubledMock(contract, RefusingStore)
    delay = {"operation": "patient_tasks_create", "delay": {"seconds": 0.01}, "times": 1}
    mock.together(("POST", "/_mock/sandboxes/default/faults", delay))
    [made] = mock.together(("POST", "/v1/patient_tasks", {"user_id": A, "task_type": "survey"}))

    assert made.status_code == 201
    [exchange] = mock.get("/_mock/sandboxes/default/requests").json()["requests"]
    assert (exchange["commits"], exchange["commit"]) == ([2, 3], 3)
    history = mock.get("/_mock/sandboxes/default/commits").json()["commits"]
    assert [(each["operation"], each["exchange"]) for each in history] == [
        ("faults_create", None),
        ("patient_tasks_create", 1),
        ("patient_tasks_create", 1),
    ]


def test_a_change_that_cannot_be_kept_is_503_and_was_never_there(contract: dict[str, Any]) -> None:
    """Nor is it in the history."""
    mock = TroubledMock(contract, FailingStore)
    answer = mock.delete(f"/v1/patient_tasks/{A}")

    assert answer.status_code == 503
    assert mock.get(f"/v1/patient_tasks/{A}").status_code == 200
    assert mock.get("/_mock/sandboxes/default/commits").json()["commits"] == []
    assert mock.delete(f"/v1/patient_tasks/{A}").status_code == 200
    assert [each["number"] for each in mock.get("/_mock/sandboxes/default/commits").json()["commits"]] == [1]
