"""The tests of a front end run at once, and do not meet: each has a world of its own."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from ..mock import A
from . import install
from .conftest import ADMIN_TOKEN, Copy, Run

PATIENCE = ("--timeout=60000", "--global-timeout=480000")
"""Eight browsers start at once."""
ENDS = ("expected", "unexpected", "flaky", "skipped")
BREAKING = """
import { test } from "./sandbox";

const swallow = () => fetch("/v1/messages", { method: "POST", body: "{}" }).then(() => {}, () => {});

test("swallowed", async ({ page }) => {
  await page.goto("/");
  await page.evaluate(swallow);
});

test("too much", async ({ page }) => {
  await page.goto("/");
  await page.evaluate(async () => {
    const sent = { method: "PUT", headers: { "Content-Type": "application/json" } };
    const body = JSON.stringify({ body: { note: "x".repeat(900_000) } });
    const path = "/v1/custom_data_type_records/aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa";
    for (let each = 0; each < 6; each++) await fetch(path, { ...sent, body });
  });
});

test.describe("meant", () => {
  test.use({ violations: "allowed" });

  test("allowed", async ({ page }) => {
    await page.goto("/");
    await page.evaluate(swallow);
  });
});
"""

Play = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def example(copy: Copy) -> Path:
    """A copy of the example."""
    return copy(install.PLAYWRIGHT)


@pytest.fixture(scope="module")
def play(example: Path, run: Run, program: Callable[[str], str]) -> Play:
    """Plays the tests of the front end on a mock, and gives Playwright's report."""
    chromium = program("chromium")

    def play(mock: httpx.Client, *options: str, **environment: str) -> dict[str, Any]:
        settings = {"MOCK": str(mock.base_url), "CHROMIUM": chromium, **environment}
        ran = run("npx", "playwright", "test", "--reporter=json", *PATIENCE, *options, cwd=example, **settings)
        report: dict[str, Any] = json.loads(ran.stdout)
        return report

    return play


def ends(report: dict[str, Any]) -> dict[str, int]:
    """How many tests ended how."""
    assert report["errors"] == []
    return {end: report["stats"][end] for end in ENDS if report["stats"][end]}


def leave_worlds(mock: httpx.Client, report: dict[str, Any]) -> None:
    """Leave what a run that was killed in its first worker leaves: worlds that have changed."""
    for spec in report["suites"][0]["specs"]:
        name = f"worker-0-{spec['id']}"
        mock.post("/_mock/sandboxes", json={"name": name}).raise_for_status()
        mock.put(f"/s/{name}/v1/patients/{A}", json={"first_name": "Somebody"}).raise_for_status()


def test_eight_workers_do_not_meet(play: Play, mock: httpx.Client) -> None:
    """Fifty runs, eight at a time: none sees another, nor what a killed run has left; and none leaves anything."""
    leave_worlds(mock, play(mock, "front_desk", "--list"))
    assert ends(play(mock, "front_desk", "--workers=8", "--repeat-each=25")) == {"expected": 50}
    assert [each["name"] for each in mock.get("/_mock/sandboxes").json()["sandboxes"]] == ["default"]
    assert mock.get("/_mock/sandboxes/default/diff").json() == {"created": {}, "changed": {}, "deleted": {}}


def test_in_one_world_they_meet(play: Play, mock: httpx.Client) -> None:
    """Without worlds of their own the same tests pass once, one after the other, and fail together."""
    frozen = {"now": "2031-03-04T09:30:00-08:00", "frozen": True}
    mock.put("/_mock/sandboxes/default/clock", json=frozen).raise_for_status()
    assert ends(play(mock, "front_desk", "--workers=1", ONE_WORLD="yes")) == {"expected": 2}
    mock.post("/_mock/sandboxes/default/reset").raise_for_status()
    mock.put("/_mock/sandboxes/default/clock", json=frozen).raise_for_status()
    together = ends(play(mock, "front_desk", "--workers=8", "--repeat-each=2", ONE_WORLD="yes"))
    assert together["unexpected"] >= 1  # only one of two can take the number


def test_each_fault_is_met(run: Run, example: Path, program: Callable[[str], str]) -> None:
    """The tests of the page on faults pass, on a mock that the configuration starts itself; it shows no requests."""
    options = ("--reporter=list,json", "--workers=2", *PATIENCE)
    settings = {"CHROMIUM": program("chromium"), "PLAYWRIGHT_JSON_OUTPUT_NAME": "report.json"}
    ran = run("npx", "playwright", "test", "faults", *options, cwd=example, **settings)
    assert ends(json.loads((example / "report.json").read_text("utf-8"))) == {"expected": 6}
    assert "6 passed" in ran.stdout
    assert " GET /v1/" not in ran.stderr


def test_a_page_that_breaks_the_contract_fails(play: Play, example: Path, mock: httpx.Client) -> None:
    """Though it swallows the answer, unless the test allows it. In CI its sandbox stays, for `common-apis check`."""
    (example / "breaking.spec.ts").write_text(BREAKING, "utf-8")
    report = play(mock, "breaking", CI="true")
    (example / "breaking.spec.ts").unlink()
    assert ends(report) == {"expected": 1, "unexpected": 2}
    told = json.dumps(report)
    assert "The page broke the contract." in told
    assert "messages_create Content-Type: " in told
    assert "The page asked too much: the mock has forgotten 4 requests" in told
    assert len(mock.get("/_mock/sandboxes").json()["sandboxes"]) == 3


def test_a_mock_that_demands_an_admin_token(play: Play, guarded: httpx.Client) -> None:
    """The tests have it from the environment, and leave nothing; without it each is told what is lacking."""
    assert ends(play(guarded, COMMON_APIS_ADMIN_TOKEN=ADMIN_TOKEN)) == {"expected": 8}
    assert [each["name"] for each in guarded.get("/_mock/sandboxes").json()["sandboxes"]] == ["default"]
    refused = play(guarded)
    assert ends(refused) == {"unexpected": 8}
    assert "demands its admin token. Send `X-Mock-Admin-Token: TOKEN`." in json.dumps(refused)


def test_a_strict_compiler_takes_the_front_end(run: Run, example: Path) -> None:
    """What the README offers to paste compiles, with the page and the tests that use it."""
    ran = run("npx", "tsc", cwd=example)
    assert (ran.returncode, ran.stdout) == (0, "")
