"""The jobs for CI systems and containers: what they have `common-apis` do is what it can do."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import httpx
import pytest
import yaml

import common_apis
from common_apis.cli import main

from ..mock import A
from ..proof.commands import run
from ..serving.served import Served
from .conftest import ADMIN_TOKEN
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
    assert serve.params["hosts"] == ("0.0.0.0",)


def read_job(name: str) -> Any:
    """Return what a job says."""
    return yaml.safe_load((EXAMPLES / name).read_text("utf-8"))


def test_the_mock_of_the_containers_can_do_no_more_than_it_has_to() -> None:
    """Each service that runs its image writes to nothing but /tmp, has no capabilities and can get none."""
    services = [each for each in read_job("compose.yaml")["services"].values() if "build" in each]
    assert len(services) == 2
    for each in services:
        assert each["read_only"] is True
        assert each["tmpfs"] == ["/tmp"]
        assert each["cap_drop"] == ["ALL"]
        assert each["security_opt"] == ["no-new-privileges:true"]
        assert not each.keys() & {"cap_add", "privileged", "user", "volumes"}


def test_the_image_runs_as_a_user_without_a_name() -> None:
    """By its number, which orchestrators can tell from root's."""
    [user] = re.findall(r"^USER (.*)$", (EXAMPLES / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", user)


def test_the_image_installs_by_hash_alone() -> None:
    """What the wheel needs by hashes, and the wheel, whose checksum is looked at first, without looking for more."""
    [line] = re.findall(r"^RUN (.*?[^\\])$", (EXAMPLES / "Dockerfile").read_text("utf-8"), re.DOTALL | re.MULTILINE)
    check, *installs = [
        step for step in line.replace("\\\n", " ").split("&&") if "sha256sum" in step or "install" in step
    ]
    assert "sha256sum --check SHA256SUMS" in check
    assert ["--require-hashes" in step or "--no-deps" in step for step in installs] == [True, True]


def test_images_and_actions_are_pinned_by_version() -> None:
    """In full, so that the same job is the same tomorrow."""
    dockerfile = (EXAMPLES / "Dockerfile").read_text("utf-8")
    images = re.findall(r"^FROM (\S+)$", dockerfile, re.MULTILINE)
    images += [each["image"] for each in read_job("compose.yaml")["services"].values() if "image" in each]
    actions = [step["uses"] for step in read_job("github-actions.yml")["jobs"]["contract"]["steps"] if "uses" in step]
    assert (len(images), len(actions)) == (2, 4)
    for image in images:
        assert re.fullmatch(r"[a-z]+:\d+\.\d+\.\d+(-[a-z]+)+", image)
    for action in actions:
        assert re.fullmatch(r"[a-z/-]+@v\d+\.\d+\.\d+", action)


def test_a_job_installs_the_wheel_that_it_is_given() -> None:
    """By one variable, which names its address or its path."""
    for job in (
        read_job("github-actions.yml")["jobs"]["contract"]["env"],
        read_job("gitlab-ci.yml")["contract"]["variables"],
    ):
        assert job["COMMON_APIS_WHEEL"].endswith(f"/common_apis-{common_apis.__version__}-py3-none-any.whl")
    for name in ("github-actions.yml", "gitlab-ci.yml"):
        assert [line for line in lines(name) if " install " in line] == ['python -m pip install "$COMMON_APIS_WHEEL"']


def test_the_containers_share_an_admin_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever starts them has to set one; then the mock demands it, and the check sends it."""
    services = read_job("compose.yaml")["services"]
    tokens = [service["environment"]["COMMON_APIS_ADMIN_TOKEN"] for service in services.values()]
    assert [token.partition("?")[0] for token in tokens] == ["${COMMON_APIS_ADMIN_TOKEN:"] * 3
    _, serve = commands("Dockerfile")
    with Served(*serve[1:], "--port", "0", COMMON_APIS_ADMIN_TOKEN=ADMIN_TOKEN) as server:
        httpx.get(f"{server.url}/v1/workers/{A}").raise_for_status()
        check = [word.replace("http://mock:4010", server.url) for word in commands("compose.yaml")[0]]
        assert run(*check)[0] == 2
        monkeypatch.setenv("COMMON_APIS_ADMIN_TOKEN", ADMIN_TOKEN)
        assert run(*check)[0] == 0


@pytest.mark.parametrize("lock", sorted(ROOT.glob("*/*/package-lock.json")), ids=lambda lock: lock.parent.name)
def test_a_lock_file_names_no_registry(lock: Path) -> None:
    """So it installs from whichever registry a user has."""
    assert '"resolved"' not in lock.read_text("utf-8")
