"""The Vitest example: its tests pass as they are, and fail when its program breaks the contract."""

import json
import os
from pathlib import Path

import httpx
import pytest

from ..conftest import COMMAND
from . import install
from .conftest import ADMIN_TOKEN, Copy, Ran, Run

BREAKING = """
import { test } from "./sandbox";

test("swallowed", async ({ api }) => {
  await api.POST("/v1/conversations", { body: {} as never }).catch(() => {});
});

test("too much", async ({ api }) => {
  const path = { id: "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa" };
  const body = { body: { note: "x".repeat(900_000) } };
  for (let each = 0; each < 6; each++) await api.PUT("/v1/custom_data_type_records/{id}", { params: { path }, body });
});

test("nowhere", async ({ sandbox }) => {
  await fetch(`${sandbox.url}/v1/patient`);
});
"""
MISTYPED = """
import createClient from "openapi-fetch";
import { book } from "./booking";

export const visit = await book(createClient(), "", "", 11);
"""


@pytest.fixture(scope="module")
def example(copy: Copy, run: Run) -> Path:
    """A copy of the example with the types of the contract."""
    folder = copy(install.VITEST)
    ran = run("npm", "run", "types", cwd=folder)
    assert ran.returncode == 0, ran.stderr
    return folder


def played(ran: Ran) -> dict[str, str]:
    """How each test ended, by its title, with what it failed for."""
    report = json.loads(ran.stdout[ran.stdout.index("{") :])
    cases = [case for file in report["testResults"] for case in file["assertionResults"]]
    return {case["title"]: "".join([case["status"], *case["failureMessages"]]) for case in cases}


def test_it_compiles_strictly(run: Run, example: Path) -> None:
    """And a program that sends what the contract does not take does not."""
    assert run("npm", "run", "compile", cwd=example).returncode == 0
    (example / "mistyped.ts").write_text(MISTYPED, "utf-8")
    assert "mistyped.ts(5,57): error TS2345" in run("npm", "run", "compile", cwd=example).stdout
    (example / "mistyped.ts").unlink()


def test_a_job_of_ci_tells_that_the_contract_was_kept(run: Run, example: Path, mock: httpx.Client) -> None:
    """What a test means to break is not in the way of `common-apis check`, and the rest is there for it to read."""
    url = str(mock.base_url).rstrip("/")
    assert run("npm", "test", cwd=example, MOCK=url, CI="true").returncode == 0
    checked = run(COMMAND, "check", "--url", url, "--expect", "calendar_events_create==8", cwd=example)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_it_starts_a_mock_of_its_own(run: Run, example: Path) -> None:
    """Its tests pass, each in a world of its own."""
    ends = played(run("npm", "test", "--", "--reporter=json", cwd=example))
    assert [*ends.values()] == ["passed"] * 7


def test_a_program_that_breaks_the_contract_fails(run: Run, example: Path, mock: httpx.Client) -> None:
    """Though nobody looked at the answer. In CI the sandboxes stay, for `common-apis check` to read."""
    (example / "breaking.test.ts").write_text(BREAKING, "utf-8")
    command = ("npm", "test", "--", "--reporter=json", "breaking")
    ends = played(run(*command, cwd=example, MOCK=str(mock.base_url).rstrip("/")))
    assert ends.keys() == {"swallowed", "too much", "nowhere"}
    assert "The program broke the contract." in ends["swallowed"]
    assert "conversations_create /user_id: `user_id` is missing. " in ends["swallowed"]
    assert "The program asked too much: the mock has forgotten 2 requests" in ends["too much"]
    assert "GET /v1/patient: " in ends["nowhere"]
    assert [each["name"] for each in mock.get("/_mock/sandboxes").json()["sandboxes"]] == ["default"]
    run(*command, cwd=example, MOCK=str(mock.base_url).rstrip("/"), CI="true")
    assert len(mock.get("/_mock/sandboxes").json()["sandboxes"]) == 4
    (example / "breaking.test.ts").unlink()


def test_a_mock_that_demands_an_admin_token(run: Run, example: Path, guarded: httpx.Client) -> None:
    """The tests have it from the environment, whoever started the mock; without it they are told what is lacking."""
    command, mock = ("npm", "test", "--", "--reporter=json"), str(guarded.base_url).rstrip("/")
    for own in ({}, {"MOCK": mock}):
        ends = played(run(*command, cwd=example, COMMON_APIS_ADMIN_TOKEN=ADMIN_TOKEN, **own))
        assert [*ends.values()] == ["passed"] * 7
    assert [each["name"] for each in guarded.get("/_mock/sandboxes").json()["sandboxes"]] == ["default"]
    ends = played(run(*command, cwd=example, MOCK=mock))
    assert all("demands its admin token. Send `X-Mock-Admin-Token: TOKEN`." in end for end in ends.values())


def test_a_mock_that_cannot_start_is_told(run: Run, example: Path) -> None:
    """With what to do."""
    ran = run("npm", "test", cwd=example, COMMON_APIS_SEED="nowhere")
    assert ran.returncode == 1
    assert "There is no seed `nowhere`" in ran.stderr
    assert "The mock ended with 2 before it was ready." in ran.stderr


def test_the_command_of_the_mock_can_be_named(run: Run, example: Path, tmp_path: Path) -> None:
    """By `COMMON_APIS`, where it is not on the path; it is started once for all projects."""
    mock = tmp_path / "mock"
    mock.write_text(f'#!/bin/sh\necho started >> {tmp_path}/log\nexec {COMMAND} "$@"\n', "utf-8")
    mock.chmod(0o755)
    path = os.environ["PATH"]  # without the environment of the tests
    ends = played(run("npm", "test", "--", "--reporter=json", cwd=example, PATH=path, COMMON_APIS=str(mock)))
    assert [*ends.values()] == ["passed"] * 7
    assert (tmp_path / "log").read_text("utf-8") == "started\n"


def test_a_command_that_is_not_there_is_told(run: Run, example: Path, tmp_path: Path) -> None:
    """With what to do."""
    ran = run("npm", "test", cwd=example, COMMON_APIS=str(tmp_path / "nowhere"))
    assert ran.returncode == 1
    assert "ENOENT. Install common-apis, or name its command: COMMON_APIS=" in ran.stderr
