"""The command line: `serve`, `bundle` and `routes`, their options, what they print and how they end."""

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
import yaml
from click.testing import CliRunner
from openapi_spec_validator import validate

from common_apis.cli import main

from ..mock import A
from ..ports import reserve_port
from .served import COMMAND, Served, clean
from .wire import Wire, request

ROOT = Path(__file__).parents[2]
READY = (
    r"common-apis ready: (?P<url>http://(127\.0\.0\.1|\[::1\]):[1-9][0-9]*) "
    r"\(docs (?P=url)/docs, contract (?P=url)/openapi\.json\)\n"
)
CREATE = request("POST", "/v1/patient_tasks", "Content-Type: application/json", "Content-Length: 100")


def run(*arguments: str, command: tuple[str | Path, ...] = (COMMAND,), **environment: str) -> tuple[int, str, str]:
    """The exit code, the output and the error output of a command that ends by itself."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*command, *arguments], stdout=pipe, stderr=pipe, text=True, env=clean(environment)
    ) as process:
        try:
            output, error = process.communicate(timeout=10)
        finally:
            process.kill()
    return process.returncode, output, error


def invoke(*arguments: str) -> tuple[int, str, str]:
    """The same of a command that runs in this process, which is quicker."""
    ended = CliRunner(env={"COLUMNS": "100"}).invoke(main, arguments, prog_name="common-apis")
    return ended.exit_code, ended.stdout, ended.stderr


def taken_port() -> tuple[socket.socket, str]:
    """A port at which somebody else listens."""
    other = socket.create_server(("127.0.0.1", 0))
    return other, str(other.getsockname()[1])


# serve


def test_serve_says_once_where_it_is() -> None:
    """One line when it is ready, and nothing else if it is to be quiet: not at requests, and not at the end."""
    with Served("--port", "0", "--quiet") as server:
        found = re.fullmatch(READY, server.ready)
        assert found
        for path in ("/docs", "/openapi.json", f"/v1/workers/{A}"):
            assert httpx.get(found["url"] + path).status_code == 200
        assert httpx.get(found["url"] + "/v1/nothing").status_code == 404
        server.process.terminate()
        assert server.output.read() == ""
        assert server.said() == ""


def test_serve_listens_to_this_machine_alone(server_url: str) -> None:
    """By default nobody else can reach it."""
    port = int(server_url.rpartition(":")[2])
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.2", port), 1).close()


def test_serve_takes_the_port_of_the_environment() -> None:
    """COMMON_APIS_PORT, for those who cannot type an option."""
    with reserve_port() as port, Served(COMMON_APIS_PORT=port) as server:
        assert server.url == f"http://127.0.0.1:{port}"


def test_an_option_outdoes_the_environment_and_the_port_is_free_again_at_once() -> None:
    """What is typed counts; and a server that has served can be started again where it was."""
    with reserve_port() as port:
        for _ in range(2):
            with Served("--port", port, COMMON_APIS_PORT="1") as server, Wire(server.url) as wire:
                assert server.url == f"http://127.0.0.1:{port}"
                assert wire.ask(request("GET", f"/v1/workers/{A}")).status_code == 200


@pytest.mark.parametrize(
    ("arguments", "environment", "start"),
    [
        (["--host", "::"], {}, "http://[::1]:"),
        ([], {"COMMON_APIS_HOST": "::1"}, "http://[::1]:"),
        (["--host", "0.0.0.0"], {}, "http://127.0.0.1:"),
    ],
    ids=["all by IPv6", "IPv6 by environment", "all"],
)
def test_serve_listens_where_it_is_told(arguments: list[str], environment: dict[str, str], start: str) -> None:
    """An IPv6 address stands in brackets; that of all interfaces is written as one that can be used."""
    with Served("--port", "0", *arguments, **environment) as server:
        assert server.url.startswith(start)
        assert httpx.get(f"{server.url}/v1/workers/{A}").status_code == 200


def test_the_environment_may_hold_several_values_or_none() -> None:
    """COMMON_APIS_CORS has spaces between its origins; a variable that is set and empty says nothing."""
    empty = {f"COMMON_APIS_{name}": "" for name in ("HOST", "TOKEN", "REQUIRE_TOKEN")}
    with Served("--port", "0", COMMON_APIS_CORS="https://a.example https://b.example", **empty) as server:
        for origin in ("https://a.example", "https://b.example"):
            answer = httpx.get(f"{server.url}/v1/workers/{A}", headers={"Origin": origin})
            assert answer.status_code == 200
            assert answer.headers["Access-Control-Allow-Origin"] == origin


def test_serve_with_a_taken_port_says_so_and_ends_with_2() -> None:
    """A sentence with the address, what is wrong and what to do; no traceback, and nothing on the output."""
    other, port = taken_port()
    with other:
        code, output, error = run("serve", "--port", port)
    assert (code, output) == (2, "")
    assert error.startswith(f"common-apis: cannot listen at 127.0.0.1:{port}: Address already in use")
    assert error.endswith("Try --port 0, or COMMON_APIS_PORT=0, for a free port.\n")
    assert error.count("\n") == 1


@pytest.mark.parametrize("host", ["host.invalid", "203.0.113.1"])
def test_serve_with_an_address_of_another_machine_says_so_and_ends_with_2(host: str) -> None:
    """A sentence; another port would not help, and is not proposed."""
    code, output, error = run("serve", "--host", host, "--port", "0")
    assert (code, output) == (2, "")
    assert error.startswith(f"common-apis: cannot listen at {host}:0: ")
    assert "--port" not in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "environment", "named"),
    [
        (["--port", "70000"], {}, "--port"),
        (["--port", "-1"], {}, "--port"),
        (["--port", "http"], {}, "--port"),
        ([], {"COMMON_APIS_PORT": "x"}, "COMMON_APIS_PORT"),
        (["--prot", "1"], {}, "--port"),
        (["extra"], {}, "extra"),
        ([], {"COMMON_APIS_REQUIRE_TOKEN": "perhaps"}, "COMMON_APIS_REQUIRE_TOKEN"),
        (["--cors", "app.example.com"], {}, "--cors"),
        (["--cors", "https://app.example.com/"], {}, "Expected https://app.example.com."),
        (["--cors", "https://App.example.com"], {}, "Expected https://app.example.com."),
        (["--cors", "https://app.example.com:443"], {}, "Expected https://app.example.com."),
        (["--cors", "http://me@app.example.com:80/x?y#z"], {}, "Expected http://app.example.com."),
        (["--cors", "http://münster.example:81"], {}, "Expected http://xn--mnster-3ya.example:81."),
        (["--cors", "https://app.*.example.com"], {}, "--cors"),
        (["--cors", "https://*"], {}, "--cors"),
        (["--cors", "http://app.example.com:port"], {}, "--cors"),
        (["--cors", ""], {}, "--cors"),
        ([], {"COMMON_APIS_CORS": "https://a.example https://b.example/"}, "COMMON_APIS_CORS"),
        (["--allow-host", "https://mock.example.com"], {}, "--allow-host"),
        (["--allow-host", "mock.example.com:4010"], {}, "--allow-host"),
        (["--allow-host", "mock.*.example.com"], {}, "--allow-host"),
        (["--allow-host", "*."], {}, "--allow-host"),
        (["--allow-host", ""], {}, "--allow-host"),
        (["--token", ""], {}, "--token"),
    ],
)
def test_serve_with_a_bad_option_names_it_and_ends_with_2(
    arguments: list[str], environment: dict[str, str], named: str
) -> None:
    """Also where the option would have no effect: an origin that no browser sends, a token that nobody can have."""
    port = [] if "COMMON_APIS_PORT" in environment else ["--port", "0"]
    command: list[str | Path] = [COMMAND, "serve", *port, *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=clean(environment)) as process:
        assert process.stdout
        output = process.stdout.readline()
        process.terminate()
        _, error = process.communicate(timeout=10)
    assert (process.returncode, output) == (2, "")
    assert named in error


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("busy", ["idle", "within a body"])
def test_serve_ends_quickly_and_quietly(number: signal.Signals, busy: str) -> None:
    """Ctrl-C, or what a supervisor sends, with a client that has gone silent: no word, no traceback, no waiting.

    A connection that is idle would be kept for five seconds.
    """
    sent = {"idle": b"", "within a body": CREATE}[busy]
    with Served("--port", "0", "--quiet") as server, Wire(server.url) as wire:
        wire.ask(request("GET", f"/v1/workers/{A}"))
        wire.send(sent)
        wait_until_read(server)
        began = time.monotonic()
        server.process.send_signal(number)
        code = server.process.wait(10)
        took = time.monotonic() - began
        assert server.said().strip() == ""
    assert took < 4
    assert code in (0, -number, 128 + number)


def wait_until_read(server: Served) -> None:
    """Wait until the server has read what was sent before: it answers someone else."""
    assert httpx.get(f"{server.url}/v1/workers/{A}").status_code == 200


# a broken contract, a broken seed


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package, of which a test may break the contract and the data: these are copies, all else is a link."""
    package = tmp_path / "common_apis"
    package.mkdir()
    for folder in ("openapi", "mock_data"):
        shutil.copytree(ROOT / folder, package / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for each in (ROOT / "handlers", *(ROOT / "mock_server").iterdir()):
        (package / each.name).symlink_to(each)
    return package


def run_copy(copy: Path, *arguments: str) -> tuple[int, str, str]:
    """What the command of that copy prints, and how it ends."""
    start = "import sys; from common_apis.cli import main; main()"
    command = (sys.executable, "-c", start)
    return run(*arguments, command=command, PYTHONPATH=str(copy.parent), PYTHONDONTWRITEBYTECODE="1")


def edit(file: Path, old: str, new: str) -> None:
    """Replace a text that is there."""
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_an_unbroken_copy_is_served(copy: Path) -> None:
    """The tests below fail for what they break, and not for how they run."""
    assert run_copy(copy, "routes")[0] == 0


CONTRACT_FAULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "no file": (lambda copy: (copy / "openapi/openapi.yaml").unlink(), "openapi.yaml"),
    "no YAML": (lambda copy: (copy / "openapi/openapi.yaml").write_text("openapi: [3.0.3"), "openapi.yaml"),
    "no mapping": (lambda copy: (copy / "openapi/openapi.yaml").write_text("- 1"), "openapi.yaml"),
    "empty": (lambda copy: (copy / "openapi/openapi.yaml").write_text(""), "openapi.yaml"),
    "no UTF-8": (lambda copy: (copy / "openapi/openapi.yaml").write_bytes(b"\xff\xfe\x00"), "openapi.yaml"),
    "no target": (lambda copy: (copy / "openapi/paths/workers.yaml").unlink(), "workers.yaml"),
    "no place": (lambda copy: edit(copy / "openapi/openapi.yaml", "workers.yaml#/item", "workers.yaml#/none"), "none"),
    "no schema": (lambda copy: (copy / "openapi/components/schemas/Worker.yaml").unlink(), "Worker.yaml"),
}


@pytest.mark.parametrize(("breaks", "named"), CONTRACT_FAULTS.values(), ids=CONTRACT_FAULTS)
def test_a_broken_contract_is_named_and_ends_with_2(copy: Path, breaks: Callable[[Path], object], named: str) -> None:
    """The file or the name that is at fault, in a sentence, and no traceback."""
    breaks(copy)
    assert_refused(run_copy(copy, "routes"), named)


def test_serve_and_bundle_name_a_broken_contract_too(copy: Path) -> None:
    """All commands read the same contract."""
    (copy / "openapi/components/schemas/Worker.yaml").unlink()
    for command in (["serve", "--port", "0"], ["bundle"], ["bundle", "--format", "json"]):
        assert_refused(run_copy(copy, *command), "Worker.yaml")


def test_an_operation_without_a_handler_is_named(copy: Path) -> None:
    """The server does not start with less than the contract has."""
    edit(copy / "openapi/paths/workers.yaml", "workers_get", "workers_fetch")
    assert_refused(run_copy(copy, "serve", "--port", "0"), "workers_fetch")


def assert_refused(ended: tuple[int, str, str], named: str) -> None:
    """Fail if a command did not end with 2, one message that names what is at fault, and no traceback."""
    code, output, error = ended
    assert (code, output) == (2, "")
    assert error.startswith("common-apis: ")
    assert named in error
    assert "Traceback" not in error


SEED_FAULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "no file": (lambda data: (data / "workers.json").unlink(), "workers.json"),
    "wrong value": (lambda data: edit(data / "workers.json", "@example.org", "@"), "/email: `email` is "),
}


@pytest.mark.parametrize(("breaks", "named"), SEED_FAULTS.values(), ids=SEED_FAULTS)
def test_a_broken_seed_is_named_and_ends_with_2(copy: Path, breaks: Callable[[Path], object], named: str) -> None:
    """The file, the record and the place that is at fault, and no traceback."""
    breaks(copy / "mock_data")
    assert_refused(run_copy(copy, "serve", "--port", "0"), named)


# bundle


@pytest.mark.parametrize(
    ("arguments", "read"), [([], yaml.safe_load), (["--format", "json"], json.loads)], ids=["yaml", "json"]
)
def test_bundle_writes_the_contract_as_one_document(arguments: list[str], read: Callable[[str], object]) -> None:
    """As YAML, or as JSON: one and the same document, valid, with every reference within."""
    code, output, error = invoke("bundle", *arguments)
    assert (code, error) == (0, "")
    document = read(output)
    assert isinstance(document, dict)
    validate(document)
    assert len(document["paths"]) == 24
    references = re.findall(r"""\$ref["']?:\s*["']?([^"'}\s]*)""", output)
    assert {each[0] for each in references} == {"#"}


def test_bundle_is_what_is_served(server_url: str) -> None:
    """The very bytes of /openapi.json and /openapi.yaml."""
    for form in ("json", "yaml"):
        assert invoke("bundle", "--format", form)[1] == httpx.get(f"{server_url}/openapi.{form}").text


def test_bundle_names_the_servers_that_it_is_told() -> None:
    """`--server`, which may be repeated, stands in the place of `/`, where no program can start. All else stays."""
    urls = ["https://api.example.com/care/", "http://127.0.0.1:4010/s/ci-1"]
    code, output, error = invoke("bundle", "--format", "json", "--server", urls[0], "--server", urls[1])
    assert (code, error) == (0, "")
    document = json.loads(output)
    validate(document)
    assert document["servers"] == [{"url": "https://api.example.com/care"}, {"url": urls[1]}]
    plain = json.loads(invoke("bundle", "--format", "json")[1])
    assert document == plain | {"servers": document["servers"]}


@pytest.mark.parametrize(
    "url", ["", "/", "localhost:4010", "ftp://api.example.com", "http://a b", "http://a?b=c", "http://u:p@a"]
)
def test_bundle_names_no_server_that_is_none(url: str) -> None:
    """It ends with 2, and says what was expected."""
    code, output, error = invoke("bundle", "--server", "https://api.example.com", "--server", url)
    assert (code, output) == (2, "")
    assert "--server" in error
    assert "Expected one such as https://api.example.com." in error or "would be shown" in error


def test_bundle_writes_to_a_file(tmp_path: Path) -> None:
    """`-o`, or `--output`: then nothing is printed; a file that is there is replaced."""
    file = tmp_path / "openapi.json"
    file.write_text("old")
    for option in ("-o", "--output"):
        assert invoke("bundle", "--format", "json", option, str(file)) == (0, "", "")
        assert json.loads(file.read_text())["openapi"] == "3.0.3"


@pytest.mark.parametrize("target", ["/nonexistent/openapi.yaml", "."])
def test_bundle_that_cannot_be_written_ends_with_2(target: str) -> None:
    """With a sentence that names the file."""
    code, output, error = invoke("bundle", "-o", target)
    assert (code, output) == (2, "")
    assert target in error
    assert "Traceback" not in error


def test_bundle_knows_two_formats() -> None:
    """Another is refused, with those that there are."""
    code, _, error = invoke("bundle", "--format", "xml")
    assert code == 2
    assert "yaml" in error
    assert "json" in error


def test_output_that_nobody_reads_ends_without_a_traceback() -> None:
    """`common-apis bundle | head -1` is no error worth a page of text."""
    shell = f"{COMMAND} bundle | head -1; {COMMAND} routes | head -1"
    ended = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, env=clean({}))
    assert "Traceback" not in ended.stderr


# routes


def test_routes_lists_the_29_operations(contract: dict[str, dict[str, dict[str, object]]]) -> None:
    """One line for each: method, path, operationId, in the order of the contract."""
    code, output, error = run("routes")
    assert (code, error) == (0, "")
    listed = [tuple(line.split()) for line in output.splitlines()]
    assert len(listed) == 29
    assert set(listed) == {
        (method.upper(), path, operation["operationId"])
        for path, item in contract["paths"].items()
        for method, operation in item.items()
        if isinstance(operation, dict)
    }


# seed


def test_a_generated_seed_is_served(tmp_path: Path) -> None:
    """`seed generate` tells how to serve what it wrote, and that works."""
    folder = tmp_path / "busy"
    code, output, error = run("seed", "generate", "--patients", "3", "--now", "2026-11-22T09:00:00Z", "-o", str(folder))
    assert (code, error) == (0, "")
    arguments = output.partition("common-apis serve ")[2].split()
    patient = json.loads((folder / "patients.json").read_text("utf-8"))[2]
    with Served(*arguments, "--port", "0") as server:
        answer = httpx.put(f"{server.url}/v1/patients/{patient['id']}", json={})
    assert answer.json() == patient


@pytest.mark.parametrize("now", ["yesterday", "2026-11-22T09:00:00", "9999-11-22T09:00:00Z"])
def test_a_seed_of_no_time_is_refused(tmp_path: Path, now: str) -> None:
    """What is no moment, has no zone or is too far away ends with 2, and says so."""
    code, _, error = run("seed", "generate", "--now", now, "-o", str(tmp_path / "busy"))
    assert code == 2
    assert now[:4] in error


# help


@pytest.mark.parametrize("command", ["serve", "bundle", "routes", "seed generate", "seed check", "seed save"])
def test_each_command_has_an_example_that_works_as_it_stands(command: str, tmp_path: Path, server_url: str) -> None:
    """`--help` says what it does, shows one call, and that call runs."""
    code, output, error = invoke(*command.split(), "--help")
    assert (code, error) == (0, "")
    example = re.search(r"Example: common-apis (.*)", output)
    assert example
    arguments = example[1].split()
    assert " ".join(arguments).startswith(command)
    if command == "serve":
        with Served(*arguments[1:]):
            pass
    else:
        if command == "seed check":
            shutil.copytree(ROOT / "mock_data", tmp_path / "mine")
        environment = clean({"COMMON_APIS_URL": server_url})
        ended = subprocess.run([COMMAND, *arguments], capture_output=True, cwd=tmp_path, env=environment)
        assert ended.returncode == 0


def test_the_help_names_every_command_and_the_exit_codes() -> None:
    """What a CI job needs to know stands there."""
    code, output, _ = invoke("--help")
    assert code == 0
    assert all(re.search(rf"^  {command}\s", output, re.MULTILINE) for command in ("serve", "bundle", "routes", "seed"))
    assert "0 kept, 1 broken, 2 could not tell" in output


def test_the_help_of_serve_names_the_variable_of_every_option() -> None:
    """Each option of `serve` can be given in the environment."""
    output = invoke("serve", "--help")[1]
    options = set(re.findall(r"^\s+--([a-z-]+)", output, re.MULTILINE)) - {"help"}
    assert {"host", "port", "cors", "require-token", "token", "data", "seed"} <= options
    for option in options:
        assert f"COMMON_APIS_{option.replace('-', '_').upper()}" in output


def test_the_version_is_said() -> None:
    """That of the installed package."""
    code, output, _ = invoke("--version")
    assert code == 0
    assert re.search(r"\d+\.\d+", output)


@pytest.mark.parametrize("arguments", [("nonsense",), ("serv",), ("--nonsense",)])
def test_an_unknown_command_ends_with_2(arguments: tuple[str, ...]) -> None:
    """And says which it does not know."""
    code, output, error = invoke(*arguments)
    assert (code, output) == (2, "")
    assert arguments[0] in error


QUICK = """
import sys
from common_apis.cli import main
try:
    main(["--help"])
finally:
    print("HEAVY", [name for name in ("connexion", "uvicorn", "yaml", "jsonschema_rs") if name in sys.modules])
"""


def test_help_is_quick() -> None:
    """Nothing heavy is imported to print it."""
    assert run(command=(sys.executable, "-c", QUICK))[1].endswith("HEAVY []\n")
