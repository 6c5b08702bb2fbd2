"""What tests of the commands that look at recorded traffic have in common."""

import json
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import httpx
import pytest
from click.testing import CliRunner

from common_apis.cli import main, progress

from ..mock import A

AN_HOUR_S = 3600
TASK = {"user_id": A, "task_type": "weekly_check_in"}
"""A body of patient_tasks_create."""


def run(*arguments: object, quiet_s: float = AN_HOUR_S) -> tuple[int, str, str]:
    """The exit code, the output and the error output of a command, run in this process.

    It says how far it is after so many seconds: only where that is wanted, and not because the machine is busy.
    """
    with patch.object(progress, "QUIET_S", quiet_s):
        ended = CliRunner().invoke(main, [*map(str, arguments)], prog_name="common-apis")
    return ended.exit_code, ended.stdout, ended.stderr


def places(report: str) -> list[tuple[str, str, str]]:
    """The operation, the rule and the place of each finding of a JSON report."""
    return [(each["operation"], each["rule"], each["place"]) for each in json.loads(report)["findings"]]


class Consumer:
    """A program in a sandbox of its own, which does not look at what it is answered."""

    def __init__(self, server: str) -> None:
        self.server = server
        self.sandbox = f"ci-{uuid4()}"
        self.http = httpx.Client(base_url=f"{server}/s/{self.sandbox}", headers={"X-Mock-Consumer": "web-app/1.4"})

    def send(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """Send a request, and pass over what is wrong with it."""
        return self.http.request(method, path, **sent)

    def create(self, **fields: Any) -> httpx.Response:
        """Create a task, with other fields than a valid one."""
        return self.send("POST", "/v1/patient_tasks", json=TASK | fields)

    def ask(self, command: str, *arguments: object) -> tuple[int, str, str]:
        """What a command says of it."""
        return run(command, "--url", self.server, "--sandbox", self.sandbox, *arguments)

    def check(self, *arguments: object) -> tuple[int, str, str]:
        """What `check` says of it."""
        return self.ask("check", *arguments)


@pytest.fixture
def consumer(server_url: str) -> Iterator[Consumer]:
    """A program that has asked nothing yet."""
    consumer = Consumer(server_url)
    with consumer.http:
        yield consumer
