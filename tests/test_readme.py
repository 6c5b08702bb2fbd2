"""The README is true: its commands are run as they stand there."""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
import yaml

from common_apis.cli import main
from common_apis.contract.text import Loader

from .conftest import COMMAND, ROOT
from .serving.served import Served, clean
from .waiting import wait_until

README = (ROOT / "README.md").read_text("utf-8")
JOBS = {file.name: file.read_text("utf-8") for file in sorted((ROOT / "docs").glob("*.md"))}


def console(page: str) -> str:
    """What a page shows of a terminal."""
    return "\n".join(re.findall(r"```console\n(.*?)```", page, re.DOTALL))


def curl_lines(page: str) -> list[str]:
    """The requests that a page shows."""
    return re.findall(r"^\$ (curl .*?)$(?=\n(?:\$|\n)|\Z)", console(page) + "\n\n", re.DOTALL | re.MULTILINE)


CONSOLE = console(README)
CURLS = curl_lines(README)
EXAMPLES = {
    "Dockerfile": "dockerfile",
    "compose.yaml": "yaml",
    "generators/contract.ts": "ts",
    "generators/pydantic_client.py": "python",
    "generators/hey-api.ts": "ts",
    "generators/kubb.config.ts": "ts",
    "generators/kubb.ts": "ts",
    "generators/openapi-ts.config.ts": "ts",
    "generators/orval.config.ts": "ts",
    "generators/orval.ts": "ts",
    "generators/swagger-typescript-api.ts": "ts",
    "github-actions.yml": "yaml",
    "gitlab-ci.yml": "yaml",
    "playwright/playwright.config.ts": "ts",
    "playwright/vite.config.ts": "ts",
    "playwright/sandbox.ts": "ts",
    "pytest/test_booking.py": "python",
    "vitest/mock.ts": "ts",
    "vitest/sandbox.ts": "ts",
    "vitest/vitest.config.ts": "ts",
}
"""The examples that the README and its pages show, and their language."""
STATUSES = ["200", "201", "201", "400", "200", "503"]
"""What the README's requests are answered, in their order."""


def test_the_readme_has_the_requests_that_are_tested() -> None:
    """No request of the README goes untested."""
    assert len(CURLS) == CONSOLE.count("$ curl") == len(STATUSES)


@pytest.mark.parametrize(("line", "status"), [*zip(CURLS, STATUSES, strict=True)])
def test_a_curl_line_of_the_readme_works(
    line: str, status: str, server_url: str, program: Callable[[str], str]
) -> None:
    """Typed as it stands, the line is answered as the text around it says."""
    assert type_curl(line, server_url, program("curl")) == status


def type_curl(line: str, url: str, curl: str) -> str:
    """Send the request of a page to a server; the status of its response."""
    command = line.replace("http://127.0.0.1:4010", url).replace("curl", curl, 1)
    quiet = f"{command} --silent --output /dev/null --write-out '%{{http_code}}'"
    done = subprocess.run(["/bin/sh", "-c", quiet], capture_output=True, text=True, timeout=30, check=True)
    return done.stdout


def test_the_faults_of_the_page_are_those_of_its_tests(program: Callable[[str], str]) -> None:
    """The tests that the page shows are those that are run, in order; and its lines work, one after the other."""
    page = JOBS["faults.md"]
    spec = (ROOT / "examples/playwright/faults.spec.ts").read_text("utf-8")
    assert "\n".join(re.findall(r"```ts\n(.*?)```", page, re.DOTALL)) == spec
    with Served("--port", "0") as server:
        statuses = [type_curl(line, server.url, program("curl")) for line in curl_lines(page)]
    assert statuses == ["204", *["201"] * 5, "200", "200"]
    assert page.count("$ curl") == len(statuses)


def test_the_ready_line_is_the_one_shown(server_url: str) -> None:
    """The line that the README shows is the server's own, but for the port."""
    shown = re.search(
        r"^common-apis ready: (\S+) \(docs (\S+)/docs, contract (\S+)/openapi\.json\)$", CONSOLE, re.MULTILINE
    )
    assert shown
    assert len(set(shown.groups())) == 1
    assert re.sub(r":\d+$", "", shown[1]) == re.sub(r":\d+$", "", server_url)


def test_the_job_for_ci_works(tmp_path: Path) -> None:
    """Of a program that has sent one message, its lines say that the contract is kept, and hardly exercised."""
    job = re.findall(r"^common-apis (?:ready|check|coverage) .*$", JOBS["ci.md"], re.MULTILINE)
    example = ROOT / "openapi/components/examples/MessageCreateOutbound.yaml"
    message = yaml.load(example.read_text("utf-8"), Loader)["value"]
    with Served("--port", "0") as server:
        httpx.post(f"{server.url}/s/ci-1/v1/messages", json=message).raise_for_status()
        settings = clean({"COMMON_APIS_URL": server.url, "PATH": f"{COMMAND.parent}:{os.environ['PATH']}"})
        codes = [subprocess.run(["/bin/sh", "-c", line], cwd=tmp_path, env=settings).returncode for line in job]
    assert codes == [0, 0, 1]
    assert {file.name for file in tmp_path.iterdir()} == {"check.xml", "coverage.html"}


def test_the_page_of_seeds_is_true(tmp_path: Path, program: Callable[[str], str]) -> None:
    """Its files are written and its lines typed, one after the other; what is shown of answers is what they are."""
    page = JOBS["seeds.md"]
    files = re.findall(r"`(east/\w+\.json)`:\n\n```json\n(.*?)```", page, re.DOTALL)
    lines = dict(re.findall(r"^\$ common-apis (.*)\n((?:(?!\$).+\n)*)", console(page), re.MULTILINE))
    check, serve, save = lines
    (tmp_path / "east").mkdir()
    write_files(tmp_path, files[:1])
    assert type_command(check, tmp_path) == (0, lines[check])
    with Served(
        *serve.replace("serve", "", 1).replace("east", str(tmp_path / "east")).split(), "--port", "0"
    ) as server:
        assert [type_curl(line, server.url, program("curl")) for line in curl_lines(page)] == ["200"]
        write_files(tmp_path, files[1:])
        place = f"{server.url}/_mock/sandboxes/default/records/calendar_events"
        wait_until(lambda: httpx.get(place).json()["records"])
        assert type_command(save, tmp_path, COMMON_APIS_URL=server.url) == (0, lines[save])
        edited = "The seed `east` was edited. Sandboxes that have it now: default."
        assert edited in page
        assert f"common-apis: {edited}\n" in server.said()


def test_the_page_of_seeds_shows_what_is_said_of_one_that_is_broken(tmp_path: Path) -> None:
    """Of a field that is missing, and of a file that has another name."""
    [(name, content)] = re.findall(r"`(east/patients\.json)`:\n\n```json\n(.*?)```", JOBS["seeds.md"], re.DOTALL)
    first, *others = content.split('"phase"')
    broken = first + '"phase"' + others[0] + "".join(re.sub(r'^: "\w+", ', "", each) for each in others[1:])
    (tmp_path / "east").mkdir()
    write_files(tmp_path, [(name, broken), ("east/appointments.json", "[]")])
    code, output = type_command("seed check east", tmp_path)
    [shown] = re.findall(r"```\n(east/.*?)```", JOBS["seeds.md"], re.DOTALL)
    assert code == 1
    for line, said in zip(shown.splitlines(), output.splitlines(), strict=True):
        assert said.startswith(line.removesuffix("..."))


def write_files(folder: Path, files: list[tuple[str, str]]) -> None:
    """Write files that a page shows."""
    for name, content in files:
        (folder / name).write_text(content, "utf-8")


def type_command(line: str, folder: Path, **environment: str) -> tuple[int, str]:
    """Type a command of a page in a folder; its exit code, and all that it prints."""
    done = subprocess.run(
        [COMMAND, *line.split()], cwd=folder, env=clean(environment), capture_output=True, text=True, timeout=30
    )
    return done.returncode, done.stdout + done.stderr


def test_the_options_of_serve_are_those_listed() -> None:
    """The table of options names each option of `serve` with its variable, and no other."""
    shown = subprocess.run([COMMAND, "serve", "--help"], capture_output=True, text=True, timeout=30, check=True).stdout
    options = set(re.findall(r"^  (--[a-z-]+)", shown, re.MULTILINE)) - {"--help"}
    listed = dict(re.findall(r"^\| `(--[a-z-]+)[^`]*` \| `(COMMON_APIS_\w+)`", README, re.MULTILINE))
    assert set(listed) == options
    assert set(listed.values()) == set(re.findall(r"COMMON_APIS_\w+", shown))


def test_the_commands_are_those_listed() -> None:
    """The table of commands names each command."""
    shown = subprocess.run([COMMAND, "--help"], capture_output=True, text=True, timeout=30, check=True).stdout
    commands = set(re.findall(r"^  ([a-z]+)  ", shown.partition("Commands:")[2], re.MULTILINE))
    assert set(re.findall(r"^\| `common-apis ([a-z]+)`", README, re.MULTILINE)) == commands


def test_the_exit_codes_are_those_of_every_help() -> None:
    """One wording, in the README, in its page for CI, and in the help of each command."""
    for command in (main, *main.commands.values()):
        assert command.epilog == main.epilog
    codes = str(main.epilog).removeprefix("Exit codes: ").removesuffix(".")
    assert f"Exit codes: {codes}." in README
    assert f"**Exit codes**: {codes}." in JOBS["ci.md"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_shown_as_it_is(name: str) -> None:
    """The code in the README or one of its pages is that of the examples, which are run, to the letter."""
    code = (ROOT / "examples" / name).read_text("utf-8")
    [page] = [text for text in (README, *JOBS.values()) if f"```{EXAMPLES[name]}\n{code}```" in text]
    assert f"examples/{name})" in page


def test_the_pages_are_there() -> None:
    """The README leads to each page, and each link of a page to a file."""
    assert set(re.findall(r"\(docs/([a-z]+\.md)\)", README)) == set(JOBS)
    for folder, texts in ((ROOT, [README]), (ROOT / "docs", JOBS.values())):
        for text in texts:
            for link in re.findall(r"\]\((?!http)([^)#]+)\)", text):
                assert (folder / link).exists(), link


@pytest.mark.parametrize("page", JOBS)
def test_the_lines_of_a_page_are_commands(page: str) -> None:
    """Each line that calls a command names one that there is, with options that it has."""
    text = "\n".join(re.findall(r"```(?:sh|yaml)\n(.*?)```", JOBS[page], re.DOTALL)).replace("\\\n", " ")
    for name, rest in re.findall(r"^(?:\s*- (?:run: )?)?common-apis ([a-z]+)(.*)$", text, re.MULTILINE):
        shown = subprocess.run([COMMAND, name, "--help"], capture_output=True, text=True, timeout=30, check=True).stdout
        assert set(re.findall(r"(?<= )--[a-z-]+", rest)) <= set(re.findall(r"--[a-z-]+", shown)), rest


def test_no_page_has_an_address_that_gets_no_mail() -> None:
    """Names that end so are nobody's (RFC 2606): what is reported there is lost."""
    pages = {name: (ROOT / name).read_text("utf-8") for name in ("README.md", "SECURITY.md", "CONTRIBUTING.md")}
    for name, page in (pages | JOBS).items():
        prose = re.sub(r"```.*?```", "", page, flags=re.DOTALL)
        assert not re.findall(r"[\w.]+@[\w.-]*\b(?:example|invalid|test)\b", prose), name
