"""`common-apis check` finds what programs on generated clients do wrong and hide, and nothing where they do it rightly.

Of each language eight workers run at once. Each does all that `planted/` has, wrong and right, in sandboxes of its own.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from ..proof.commands import places, run
from ..serving.served import Served
from . import install
from .conftest import PATIENCE_S, QUIET, Ran, Tool, checked, compiled, furnished

PLANTED = install.HERE / "planted"
WORKERS = 8
KINDS = {
    "wrong_value": ("calendar_events_create", "parse_exception", "/modality"),
    "missing_field": ("patient_tasks_create", "parse_exception", "/task_type"),
    "bad_date": ("patients_update", "parse_exception", "/birthday"),
    "unknown_field": ("conversations_create", "parse_exception", "/subject"),
    "wrong_path": ("POST /v1/patient-tasks", "not_found", ""),
    "wrong_media_type": ("conversations_create", "unsupported_media_type", "Content-Type"),
    "malformed_id": ("patient_tasks_get", "parse_exception", "id"),
    "wrong_type": ("email_addresses_create", "parse_exception", "/verified"),
    "unknown_parameter": ("workers_get", "parse_exception", "expand"),
    "fixed_field": ("phone_numbers_update", "parse_exception", "/phone_number"),
    "broken_rule": ("calendar_events_create", "bad_request", "/end_time"),
    "malformed_json": ("messages_create", "parse_exception", ""),
}
"""What is planted in each language: the operation, the rule and the place that the check is to name."""

DONE_RIGHTLY = {
    "calendar_events_create": 2,
    "conversations_create": 2,
    "email_addresses_create": 1,
    "messages_create": 1,
    "patient_tasks_create": 2,
    "patient_tasks_get": 1,
    "patients_update": 1,
    "phone_numbers_update": 1,
    "workers_get": 1,
}
"""How often the twins of one worker ask each operation."""

Command = tuple[str | Path, ...]
Language = tuple[str, Ran]
"""Its name, and what its type checker said of the programs."""


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a mock that nobody else asks."""
    with Served("--port", "0") as server:
        yield server.url


@pytest.fixture(scope="module")
def python_worked(python_client: Path, server: str, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """What mypy says of the Python programs, once they have run."""
    folder = furnished(tmp_path_factory.mktemp("python"), python_client, *PLANTED.glob("*.py"))
    work((install.PYTHON, "worker.py"), server, folder)
    return checked(folder, "defects.py", "twins.py")


@pytest.fixture(scope="module")
def typescript_worked(
    node: Tool,
    program: Callable[[str], str],
    typescript_types: Path,
    server: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Ran:
    """What the compiler says of the TypeScript programs, once they have run."""
    files = [install.HERE / "package.json", install.HERE / "tsconfig.json", *PLANTED.glob("*.[tj]s")]
    folder = furnished(tmp_path_factory.mktemp("typescript"), typescript_types, install.MODULES, *files)
    said = compiled(node, folder, "--noEmitOnError", "false")
    work((program("node"), "worker.js"), server, folder)
    return said


@pytest.fixture(scope="module", params=["python", "typescript"])
def language(request: pytest.FixtureRequest) -> Language:
    """A language whose workers are done."""
    return request.param, request.getfixturevalue(f"{request.param}_worked")


def work(command: Command, server: str, folder: Path) -> None:
    """Run the workers, which begin when the last is ready; they end well, and complain of nothing."""
    names = [f"{program}.{kind}" for program in ("defects", "twins") for kind in KINDS]
    lines = [[*command, server, str(number), *names] for number in range(WORKERS)]
    with ExitStack() as stack:
        workers = [stack.enter_context(started(line, folder)) for line in lines]
        for worker in workers:
            assert worker.stdout
            assert worker.stdout.readline() == "ready\n", worker.communicate(timeout=PATIENCE_S)
        for worker in workers:
            assert worker.stdin
            worker.stdin.write("go\n")
            worker.stdin.flush()
        said = [worker.communicate(timeout=PATIENCE_S) for worker in workers]
    assert said == [("", "")] * WORKERS
    assert [worker.returncode for worker in workers] == [0] * WORKERS


def started(line: list[str | Path], folder: Path) -> "Popen[str]":
    """A process to speak with."""
    return Popen(line, cwd=folder, env={**os.environ, **QUIET}, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True)


def check(server: str, sandboxes: str, *arguments: str) -> tuple[int, str]:
    """The exit code and the JSON report of the check."""
    code, said, error = run("check", "--url", server, "--sandbox", sandboxes, "--format", "json", *arguments)
    assert error == ""
    return code, said


def verdict(report: str, kind: str) -> str:
    """Whether a report names what was planted, and that alone."""
    return "found" if places(report) == [KINDS[kind]] else f"not found: {places(report)}"


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_hidden_is_found(kind: str, language: Language, server: str) -> None:
    """One finding for all workers says which operation, rule and place, who did it, and where the contract says so."""
    name, _ = language
    code, report = check(server, f"{name}-*-defects.{kind}")
    assert (code, verdict(report, kind)) == (1, "found")
    [finding] = json.loads(report)["findings"]
    assert (finding["consumer"], finding["times"]) == (f"{name} defects.{kind}", WORKERS)
    assert finding["line"].startswith("openapi/")


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_repaired_is_not_found(kind: str, language: Language, server: str) -> None:
    """With the twin in place of the defect, the verdict is another."""
    name, _ = language
    code, report = check(server, f"{name}-*-twins.{kind}")
    assert (code, verdict(report, kind)) == (0, "not found: []")


def test_all_together_are_found_and_no_more(language: Language, server: str) -> None:
    """Among right requests and wrong ones, each defect is one finding, and nothing else is."""
    name, _ = language
    code, report = check(server, f"{name}-*")
    assert (code, sorted(places(report))) == (1, sorted(KINDS.values()))


def test_the_twins_did_it_all(language: Language, server: str) -> None:
    """They keep the contract, and have asked as often as is expected of them."""
    name, _ = language
    expected = [f"--expect={operation}=={WORKERS * times}" for operation, times in DONE_RIGHTLY.items()]
    code, report = check(server, f"{name}-*-twins.*", *expected)
    assert (code, places(report)) == (0, [])
    assert json.loads(report)["asked"] == {operation: WORKERS * times for operation, times in DONE_RIGHTLY.items()}


def test_no_type_checker_objects(language: Language) -> None:
    """What the generated types show is not what is planted: the programs pass, strictly checked."""
    _, said = language
    assert (said.returncode, said.stderr) == (0, ""), said.stdout


def test_each_defect_has_its_twin(language: Language) -> None:
    """No function goes unnamed, in either program."""
    name, _ = language
    begin, suffix = {"python": ("def ", ".py"), "typescript": ("export async function ", ".ts")}[name]
    for program in ("defects", "twins"):
        lines = (PLANTED / program).with_suffix(suffix).read_text("utf-8").splitlines()
        named = [line.removeprefix(begin).partition("(")[0] for line in lines if line.startswith(begin)]
        assert [each for each in named if each != "answered"] == [*KINDS]
