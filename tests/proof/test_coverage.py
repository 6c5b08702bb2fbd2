"""`common-apis coverage`: what of the contract was exercised is counted, and what was not is named."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from common_apis.contract.document import operations
from common_apis.proof.coverage.inventory import examples

from ..mock import A
from .commands import TASK, Consumer, consumer, run

__all__ = ["consumer"]


def exercised(report: str) -> dict[tuple[str, str], int]:
    """How often each item of a JSON report was exercised, of those that were, by operation (or resource) and name."""
    groups: dict[str, list[dict[str, Any]]] = json.loads(report)["resources"]
    return {
        (each["operation"] or group, f"{each['kind']} {each['name']}".rstrip()): each["times"]
        for group, items in groups.items()
        for each in items
        if each["times"]
    }


def test_what_was_exercised_is_counted(consumer: Consumer) -> None:
    """Operation, status, body fields, listed values sent and answered, and the examples of the same form."""
    consumer.create()
    consumer.create()
    event = {"calendar_id": A, "user_id": A, "day": "2031-03-11", "modality": "visit", "appointment_type": "intake"}
    consumer.send("POST", "/v1/calendar_events", json=event)
    assert exercised(consumer.ask("coverage", "--format", "json")[1]) == {
        ("patient_tasks_create", "operation"): 2,
        ("patient_tasks_create", "status 201"): 2,
        ("patient_tasks_create", "field /user_id"): 2,
        ("patient_tasks_create", "field /task_type"): 2,
        ("patient_tasks_create", "example request task"): 2,
        ("patient_tasks_create", "example 201 task"): 2,
        ("calendar_events_create", "operation"): 1,
        ("calendar_events_create", "status 201"): 1,
        ("calendar_events_create", "field /calendar_id"): 1,
        ("calendar_events_create", "field /user_id"): 1,
        ("calendar_events_create", "field /day"): 1,
        ("calendar_events_create", "field /modality"): 1,
        ("calendar_events_create", "field /appointment_type"): 1,
        ("calendar_events_create", "example request all_day"): 1,
        ("calendar_events_create", "example 201 all_day"): 1,
        ("Calendar Events", "value /modality visit"): 1,
    }


def test_a_request_that_broke_the_contract_exercises_its_status_alone(consumer: Consumer) -> None:
    """One for a record that is not there exercises the operation, and the status of any."""
    consumer.create(user_id="me")
    consumer.send("GET", f"/v1/workers/{A[:-1]}b")
    assert exercised(consumer.ask("coverage", "--format", "json")[1]) == {
        ("Errors", "status 400"): 1,
        ("Errors", "status 404"): 1,
        ("workers_get", "operation"): 1,
    }


def test_the_minimum_decides(consumer: Consumer) -> None:
    """Exit code 1 below it, and what is missing is named by resource and operation; every item counts alike."""
    consumer.create()
    code, said, _ = consumer.ask("coverage", "--min", "3")
    assert code == 1
    assert "Patient Tasks: 6 of 13 exercised, but not\n  patient_tasks_get: anything\n" in said
    assert said.endswith(
        "coverage: 2% (6 of 276 items of the contract) in 1 exchange of 1 sandbox, below the 3% wanted.\n"
    )
    assert consumer.ask("coverage", "--min", "2")[0] == 0
    assert consumer.ask("coverage")[0] == 0
    assert consumer.ask("coverage", "--min", "101")[0] == 2


def test_every_item_can_be_exercised(consumer: Consumer, contract: dict[str, Any]) -> None:
    """Each example that the contract has, sent or asked for, is found as such; and so is each status."""
    for method, path, said in operations(contract):
        for status, response in said["responses"].items():
            shown = examples(response, contract) if int(status) < 300 else {}
            for name in shown or [""]:
                prefer = f"code={status}" + (f", example={name}" if name else "")
                for sent in examples(said.get("requestBody", {}), contract).values() or [None]:
                    consumer.send(method, path.replace("{id}", A), json=sent, headers={"Prefer": prefer})
    _, text, _ = consumer.ask("coverage")
    shares = {line[:16].strip(): line.split()[-1] for line in text.splitlines() if line.endswith("%")}
    assert (shares["Operations"], shares["Statuses"], shares["Named examples"]) == ("100%", "100%", "100%")


def test_sandboxes_and_files_are_merged(consumer: Consumer, tmp_path: Path) -> None:
    """What either of two runs exercised is exercised."""
    files = [tmp_path / "one.jsonl", tmp_path / "two.jsonl"]
    consumer.create()
    consumer.check("--save", files[0])
    other = Consumer(consumer.server)
    with other.http:
        other.send("DELETE", f"/v1/patient_tasks/{A}")
        other.check("--save", files[1])
    code, said, _ = run("coverage", "--journal", files[0], "--journal", files[1])
    assert code == 0
    assert "Patient Tasks: 9 of 13 exercised, but not\n  patient_tasks_get: anything\n" in said
    assert said.endswith("in 2 exchanges of 2 sandboxes.\n")


def test_when_it_cannot_tell(consumer: Consumer) -> None:
    """Nothing was recorded; or what was is too little, and more is forgotten."""
    consumer.create()
    consumer.http.base_url = consumer.server
    consumer.send("DELETE", f"/_mock/sandboxes/{consumer.sandbox}/requests")
    assert consumer.ask("coverage")[0] == 2
    for _ in range(9):
        consumer.send("POST", f"/s/{consumer.sandbox}/v1/patient_tasks", json=TASK | {"task_type": "x" * 1_000_000})
    assert consumer.ask("coverage", "--min", "0")[0] == 0
    code, _, error = consumer.ask("coverage", "--min", "99")
    assert (code, "exchange is forgotten" in error) == (2, True)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_is_complete_and_fits_the_screen(
    consumer: Consumer, program: Callable[[str], str], tmp_path: Path, width: int
) -> None:
    """It loads nothing, is no wider than the screen, and tells what was exercised and what was not."""
    file = tmp_path / "coverage.html"
    consumer.create()
    consumer.send("PUT", f"/v1/phone_numbers/{A}", json={"verified": True})
    assert consumer.ask("coverage", "--min", "80", "--format", "html", "-o", file)[1].startswith(
        "Assessment Responses:"
    )
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 800})
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
        assert asked == [file.as_uri()]
        assert page.evaluate("document.documentElement.scrollWidth") == width
        tasks = page.locator("details", has_text="Patient Tasks")
        assert tasks.locator(".chip:not(.gap)").first.is_visible()
        assert tasks.locator(".chip:not(.gap)").first.inner_text() == "201 1"
        assert page.locator(".chip.gap", has_text="/opted_in_to_sms").first.is_visible()
        browser.close()
