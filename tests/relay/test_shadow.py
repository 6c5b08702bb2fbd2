"""`common-apis proxy --shadow`: where a server and the mock differ is found; where they may differ is passed over."""

import asyncio
import json
from collections.abc import Callable
from threading import Event
from typing import Any

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

from common_apis.relay.app import SEED, create_proxy
from common_apis.relay.ledger import Ledger
from common_apis.relay.relay import Relay
from common_apis.relay.shadow import Shadow
from common_apis.relay.upstream import Upstream
from common_apis.serving.app import Settings, create_app, create_sandboxes

from ..mock import NOBODY, A
from ..proof.commands import TASK
from ..proof.defects import changes
from ..proof.mutant import Answer, Ask, Mutant, Request
from ..serving.served import Served
from .servers import Proxied, listening
from .test_proxy import EVENT, found

MINE = "11111111-2222-4333-8444-555555555555"


def story(http: httpx.Client, world: str = "") -> list[int]:
    """What a program asks in the course of its work, with ids that it was answered; the statuses."""
    answers: list[httpx.Response] = []

    def ask(method: str, path: str, json: Any = None) -> Any:
        answers.append(http.request(method, f"{world}/v1/{path}", json=json))
        return answers[-1].json()

    conversation = ask("POST", "conversations", {"user_id": A})
    message = {"user_id": A, "conversation_id": conversation["id"].upper(), "direction": "inbound", "contents": "Hello"}
    sent = ask("POST", "messages", message)
    ask("GET", f"messages/{sent['id']}")
    task = ask("POST", "patient_tasks", TASK)
    ask("DELETE", f"patient_tasks/{task['id']}")
    ask("GET", f"patient_tasks/{task['id']}")
    ask("POST", "calendar_events", EVENT | {"modality": "fax"})
    ask("PUT", f"phone_numbers/{A}", {"verified": True})
    ask("PUT", f"phone_numbers/{A}", {"verified": False})
    for collection in ("workers", "integration_tasks", "careplans", "calendars"):
        ask("GET", f"{collection}/{A}")
    ask("GET", f"workers/{NOBODY}")
    ask("PUT", f"patients/{A}", {"coach_id": None})
    ask("POST", "custom_data_type_records", {"user_id": A, "type_name": "t", "body": {"a": [1, None, {"b": "x"}]}})
    return [each.status_code for each in answers]


def test_two_mocks_do_not_differ(server_url: str) -> None:
    """Ids, times and order are each server's own, and a request of the program that breaks the contract is no drift."""
    with Proxied(server_url, "--shadow", server_url, "--format", "json") as proxy:
        httpx.post(f"{server_url}/s/twin/v1/patient_tasks", json=TASK)  # from here on, the two make other ids
        statuses = story(proxy.http, "/s/twin")
        code, said = proxy.stop()
    assert statuses == [201, 201, 200, 201, 200, 404, 400, 200, 200, 200, 200, 200, 200, 404, 200, 201]
    assert found(said) == {("consumer", "calendar_events_create", "parse_exception", "/modality")}
    assert (code, json.loads(said)["notes"]) == (1, [])
    names = [each["name"] for each in httpx.get(f"{server_url}/_mock/sandboxes?limit=1000").json()["sandboxes"]]
    assert not [name for name in names if name.startswith("shadow-")]


async def finds_nothing_in_other_words(ask: Ask, request: Request) -> Answer:
    """Another error code for a record that is not there."""
    answer = await ask(request)
    errors = [each | {"code": "resource_not_found"} for each in answer.record.get("errors", [])]
    return answer.saying(errors=errors) if answer.status == 404 else answer


async def ends_a_list_early(ask: Ask, request: Request) -> Answer:
    """What was sent comes back with less in it."""
    return (await ask(request)).saying(body={"a": ["1"]})


def test_a_mock_with_an_admin_token_is_asked_with_that_of_the_proxy(server_url: str) -> None:
    """Else the proxy could make no sandbox there; without it, that is said."""
    with Served("--port", "0", "--admin-token", "correct-horse") as mock:
        with Proxied(server_url, "--shadow", mock.url, "--admin-token", "correct-horse") as proxy:
            assert proxy.http.get(f"/v1/workers/{A}").status_code == 200
            assert proxy.stop() == (0, "proxy: no findings in 1 exchange of 1 sandbox.\n")
        left = httpx.get(f"{mock.url}/_mock/sandboxes", headers={"X-Mock-Admin-Token": "correct-horse"}).json()
        assert [each["name"] for each in left["sandboxes"]] == ["default"]
        with Proxied(server_url, "--shadow", mock.url) as proxy:
            assert proxy.http.get(f"/v1/workers/{A}").status_code == 200
            assert proxy.stop()[0] == 2
            assert "or the same --admin-token as this proxy." in proxy.said()


def test_a_server_that_differs_is_found(server_url: str, contract: dict[str, Any]) -> None:
    """Each at its operation and its field, with the line of the contract: status, media type, fields, values, codes."""
    others = {
        "GET /v1/workers/{id}": finds_nothing_in_other_words,
        "POST /v1/custom_data_type_records": ends_a_list_early,
    }
    with (
        listening(Mutant(create_app(contract=contract), changes() | others)) as upstream,
        Proxied(upstream, "--shadow", server_url, "--format", "json") as proxy,
    ):
        story(proxy.http)
        code, said = proxy.stop()
    assert code == 1
    assert {(operation, rule, place) for by, operation, rule, place in found(said) if by == "drift"} == {
        ("conversations_create", "drift_status", ""),
        ("messages_get", "drift_status", ""),
        ("patient_tasks_get", "drift_status", ""),
        ("calendar_events_create", "drift_status", ""),
        ("phone_numbers_update", "drift_value", "/verified"),
        ("integration_tasks_get", "drift_value", "/status"),
        ("careplans_get", "drift_media_type", ""),
        ("calendars_get", "drift_type", "/worker_id"),
        ("workers_get", "drift_code", ""),
        ("patients_update", "drift_status", ""),
        ("custom_data_type_records_create", "drift_field", "/body/a"),
        ("custom_data_type_records_create", "drift_type", "/body/a/0"),
    }
    [drift] = [each for each in json.loads(said)["findings"] if each["rule"] == "drift_code"]
    assert drift["message"] == "It answers 404 `resource_not_found`, and the mock 404 `not_found`."
    assert drift["line"].startswith("openapi/")
    assert drift["curl"].endswith(f"/v1/workers/{NOBODY}")


async def proxied(
    contract: dict[str, Any],
    ledger: Ledger,
    upstream: str,
    mock: Upstream,
    *collections: str,
    before_end: Callable[[], object] = lambda: None,
) -> None:
    """Ask a server for records by a proxy that asks a mock the same, until it ends."""
    relay = Relay(Upstream(upstream, 10), ledger, (Shadow(mock, ledger),))
    settings = Settings(seed=SEED)
    app = create_proxy(settings, contract, create_sandboxes(settings, contract), relay)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://proxy") as http:
        for collection in collections:
            await http.get(f"/v1/{collection}/{A}")
    await asyncio.to_thread(before_end)
    await relay.close()


def test_a_defect_of_ours_is_told_and_the_rest_is_compared(server_url: str, contract: dict[str, Any]) -> None:
    """A request that cannot be compared does not keep those behind it from it, and the end says so."""

    def report(text: str) -> None:
        if text.startswith("drift: calendars_get"):
            raise RuntimeError("nobody expected this")

    ledger, mock = Ledger(contract, "", report), Upstream(server_url, 10)
    with listening(Mutant(create_app(contract=contract), changes())) as upstream:
        asyncio.run(proxied(contract, ledger, upstream, mock, "calendars", "integration_tasks"))
    assert {each.operation for each in ledger.findings() if each.by == "drift"} == {"integration_tasks_get"}
    assert ledger.unsure() == ["1 request was not compared, for a defect that the log tells of."]


def silent(app: ASGIApp, asked: Event) -> ASGIApp:
    """A server that is asked for workers, and says nothing until nobody waits any more."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if "/workers/" in scope.get("path", ""):
            asked.set()
            while (await receive())["type"] != "http.disconnect":
                pass
        else:
            await app(scope, receive, send)

    return answer


def test_a_request_that_is_under_way_at_the_end_is_not_compared(server_url: str, contract: dict[str, Any]) -> None:
    """It is told of as are those that still wait: what was not compared is no agreement."""
    ledger, asked = Ledger(contract, "", lambda text: None), Event()
    with listening(silent(create_app(contract=contract), asked)) as url:
        mock = Upstream(url, 30)

        def wait_for_request() -> None:
            assert asked.wait(30)
            mock.patience = 0.1  # for the end

        asyncio.run(proxied(contract, ledger, server_url, mock, "workers", "workers", before_end=wait_for_request))
    assert ledger.unsure() == ["2 requests were not compared: they came faster than the mock answers."]


def test_what_the_two_have_is_no_drift(server_url: str) -> None:
    """A record that the mock was never told of cannot be compared; that is said, and so is a mock that is not there."""
    made = httpx.put(f"{server_url}/_mock/sandboxes/default/records/calendars/{MINE}", json={"worker_id": A})
    assert made.status_code in (200, 201), made.text
    with Proxied(server_url, "--shadow", server_url) as proxy:
        assert proxy.http.get(f"/v1/calendars/{MINE}").status_code == 200
        assert proxy.stop() == (2, "")
        assert "No request could be compared." in proxy.said()
    with Proxied(server_url, "--shadow", "http://127.0.0.1:1") as proxy:
        assert proxy.http.get(f"/v1/workers/{A}").status_code == 200
        assert proxy.stop() == (2, "")
        assert "1 request was not compared: the mock did not answer." in proxy.said()
