"""The jobs for CI systems and containers: what they have `common-apis` do is what it can do."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from common_apis.mock_server.cli import main

from .install import EXAMPLES, ROOT

JOBS = {
    "github-actions.yml": ["serve", "ready", "check", "coverage"],
    "gitlab-ci.yml": ["serve", "ready", "check", "coverage"],
    "compose.yaml": ["check"],
    "Dockerfile": ["ready", "serve"],
}
"""The commands of each, in their order."""
LINE = re.compile(r"common-apis (\w+[^&|]*)")
FORM = re.compile(r"^\w[^\[]* (\[.*\])$", re.MULTILINE)
"""How a Dockerfile names a program and its arguments."""


def texts(value: Any) -> Iterator[str]:
    """All texts in a document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts(each)


def lines(name: str) -> list[str]:
    """The command lines of a job."""
    text = (EXAMPLES / name).read_text("utf-8")
    if name == "Dockerfile":
        return [shlex.join(json.loads(form)) for form in FORM.findall(text)]
    return [*texts(yaml.safe_load(text))]


def commands(name: str) -> list[list[str]]:
    """What a job has `common-apis` do."""
    return [shlex.split(found[1]) for line in lines(name) if (found := LINE.match(line))]


def understood(command: list[str]) -> click.Context:
    """A command as the real one reads it; raises `click.UsageError` if it does not understand it."""
    return main.commands[command[0]].make_context(command[0], command[1:])


@pytest.mark.parametrize("name", JOBS)
def test_a_job_says_what_can_be_done(name: str) -> None:
    """Each line is one that the command takes."""
    assert [understood(command).info_name for command in commands(name)] == JOBS[name]


def test_a_line_that_is_wrong_is_found() -> None:
    """The check can fail."""
    with pytest.raises(click.UsageError):
        understood(["check", "--formats", "junit"])


def test_a_container_waits_for_the_mock_at_the_port_that_it_serves() -> None:
    """The health check, the command and the port that is opened agree."""
    ready, serve = map(understood, commands("Dockerfile"))
    assert ready.params["url"].endswith(f":{serve.params['port']}")
    assert f"EXPOSE {serve.params['port']}\n" in (EXAMPLES / "Dockerfile").read_text("utf-8")
    assert serve.params["host"] == "0.0.0.0"


@pytest.mark.parametrize("lock", sorted(ROOT.glob("*/*/package-lock.json")), ids=lambda lock: lock.parent.name)
def test_a_lock_file_names_no_registry(lock: Path) -> None:
    """So it installs from whichever registry a user has."""
    assert '"resolved"' not in lock.read_text("utf-8")
