"""What a command writes: whatever the encoding of its output is, and whatever becomes of it."""

import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import IO, Any

import httpx
import pytest
from click.testing import CliRunner

from common_apis.cli import main
from common_apis.proof import readiness
from common_apis.serving.app import create_app

from ..mock import A
from ..proof.commands import TASK, Consumer
from ..proof.commands import consumer as consumer
from ..proof.defects import DEFECTS
from ..proof.mutant import Mutant
from ..relay.servers import listening
from ..serving.served import COMMAND, clean

pytestmark = pytest.mark.slow

NAME = "Имяé😀"
"""A field that is none, in letters that no eight bits have together."""
ENCODINGS = {
    "cp1252": {"PYTHONIOENCODING": "cp1252"},
    "latin-1": {"PYTHONIOENCODING": "latin-1"},
    "ascii": {"PYTHONIOENCODING": "ascii"},
    "C locale": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}


@pytest.fixture
def journal(consumer: Consumer, tmp_path: Path) -> Path:
    """An exchange that breaks the contract, and one that keeps it."""
    consumer.create(**{NAME: 1})
    assert consumer.create().status_code == 201
    file = tmp_path / "requests.jsonl"
    assert consumer.check("--save", file)[0] == 1
    return file


@pytest.mark.parametrize("encoding", ENCODINGS.values(), ids=ENCODINGS)
def test_a_finding_is_found_whatever_the_encoding_of_the_output(encoding: dict[str, str], journal: Path) -> None:
    """The screen has an escape for what its encoding lacks, the file is UTF-8, and the exit code is 1."""
    file = journal.with_name("report.txt")
    command: list[str | Path] = [COMMAND, "check", "--journal", journal, "-o", file]
    ended = subprocess.run(command, capture_output=True, env=clean(encoding), check=False)
    assert (ended.returncode, ended.stderr) == (1, b"")
    assert b"patient_tasks_create /" in ended.stdout
    assert f"patient_tasks_create /{NAME}: " in file.read_text("utf-8")


def print_finding(encoding: str, *arguments: object) -> bytes:
    """What `check` prints of a finding to an output of an encoding."""
    ended = CliRunner(charset=encoding).invoke(main, ["check", *map(str, arguments)])
    assert (ended.exit_code, ended.stderr_bytes) == (1, b"")
    return ended.stdout_bytes


@pytest.mark.parametrize("form", ["json", "junit", "sarif", "github"])
def test_a_report_for_programs_is_utf_8_whatever_the_encoding_of_the_output(form: str, journal: Path) -> None:
    """A program that reads it from a pipe finds what a file would have."""
    report = print_finding("cp1252", "--journal", journal, "--format", form)
    file = journal.with_name("report")
    print_finding("cp1252", "--journal", journal, "--format", form, "-o", file)
    assert report == file.read_bytes()
    assert NAME in (
        json.dumps(json.loads(report), ensure_ascii=False) if form in ("json", "sarif") else report.decode()
    )


@pytest.mark.parametrize("form", ["text", "json", "junit", "sarif", "github"])
def test_a_file_whose_name_is_no_utf_8_is_no_obstacle(form: str, journal: Path) -> None:
    """Unix has names of any bytes; where they are shown, it is with an escape."""
    odd = Path(f"{journal}\udcff")
    journal.rename(odd)
    report = odd.with_name("report\udcff")
    assert print_finding("utf-8", "--journal", odd, "--format", form, "-o", report).decode()
    assert report.read_text("utf-8")


def test_output_on_a_full_disk_ends_with_2_and_a_line() -> None:
    """What is missing of the output is not taken for nothing."""
    for command in (["routes"], ["bundle"], ["check", "--help"]):
        with Path("/dev/full").open("wb") as full:
            ended = subprocess.run([COMMAND, *command], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        assert (ended.returncode, ended.stderr) == (
            2,
            "common-apis: cannot write the output: No space left on device.\n",
        )


def test_a_verdict_needs_no_stream(journal: Path) -> None:
    """With all three closed, the report is in its file, and the exit code is 1."""
    file = journal.with_name("report.txt")
    shell = '"$@" <&- >&- 2>&-'
    ended = subprocess.run(["sh", "-c", shell, "sh", COMMAND, "check", "--journal", journal, "-o", file], check=False)
    assert ended.returncode == 1
    assert NAME in file.read_text("utf-8")


@pytest.fixture
def verdicts(journal: Path, contract: dict[str, Any]) -> Iterator[dict[str, list[str | Path]]]:
    """Commands that find something, by their names."""
    changed = deepcopy(contract)
    del changed["components"]["schemas"]["PatientTaskCreate"]["properties"]["task_type"]
    old, new = journal.with_name("old.json"), journal.with_name("new.json")
    old.write_text(json.dumps(contract), "utf-8")
    new.write_text(json.dumps(changed), "utf-8")
    defect = DEFECTS["lets_an_event_end_before_it_starts"]
    with listening(Mutant(create_app(contract=contract), {defect.where: defect.change})) as url:
        yield {
            "check": ["--journal", journal],
            "coverage": ["--journal", journal, "--min", "100"],
            "diff": [old, new],
            "replay": [journal, "--contract", new],
            "verify": [url, "--checks", "D-17"],
        }


@pytest.mark.parametrize("command", ["check", "coverage", "diff", "replay", "verify"])
def test_a_verdict_needs_no_reader(command: str, verdicts: dict[str, list[str | Path]]) -> None:
    """As with `common-apis check | head -1`: the exit code is 1, and nothing is said of it."""
    arguments: list[str | Path] = [COMMAND, command, *verdicts[command]]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=clean({})) as process:
        leave(process.stdout)
        assert process.stderr
        said = [line for line in process.stderr.read().splitlines() if not line.endswith(b" s ...")]
        assert (process.wait(60), said) == (1, [])


STREAMS = {"closed": '"$@" >&- 2>&-', "full": '"$@" >/dev/full 2>/dev/full', "left": '"$@"'}
"""What may have become of the output of a server, as a shell says it."""


@contextmanager
def unheard(shell: str, *arguments: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A server that nobody can hear, at an address that was free."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
    url = f"http://127.0.0.1:{port}"
    command: list[str | Path] = ["sh", "-c", f"exec {shell}", "sh", COMMAND, *arguments, "--port", port]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=clean({})) as process:
        for stream in (process.stdout, process.stderr):
            leave(stream)
        try:
            readiness.wait(url, 30)
            yield url, process
        finally:
            process.terminate()
            process.wait(10)


def leave(stream: IO[bytes] | None) -> None:
    """Read no more of a pipe."""
    assert stream
    stream.close()


@pytest.mark.parametrize("shell", STREAMS.values(), ids=STREAMS)
def test_a_server_that_nobody_hears_goes_on_serving(shell: str) -> None:
    """Closed, full, or a pipe whose reader has gone: what it would print is lost, requests are answered."""
    with unheard(shell, "serve") as (url, server):
        preflight = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
        for _ in range(3):  # the first makes it warn of the origin
            httpx.options(f"{url}/v1/patients", headers=preflight)
            assert httpx.get(f"{url}/v1/workers/{A}").status_code == 200
        server.send_signal(signal.SIGTERM)
        assert server.wait(10) == 0


def test_a_proxy_that_nobody_hears_goes_on_and_tells_its_verdict(tmp_path: Path, server_url: str) -> None:
    """Findings that it cannot print are in its report, and its exit code is 1."""
    file = tmp_path / "report.json"
    with unheard(STREAMS["left"], "proxy", server_url, "--format", "json", "-o", str(file)) as (url, proxy):
        for _ in range(3):
            assert httpx.post(f"{url}/v1/patient_tasks", json=TASK | {"x": 1}).status_code == 400
        proxy.send_signal(signal.SIGTERM)
        assert proxy.wait(10) == 1
    assert len(json.loads(file.read_text("utf-8"))["findings"]) == 1
