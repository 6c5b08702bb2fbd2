"""`common-apis verify` over real HTTP: a server that keeps the contract passes, one that breaks it is told where."""

import asyncio
import json
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from common_apis.contract.document import operations
from common_apis.serving.app import Settings, create_app
from common_apis.serving.guard import Guard

from ..serving.served import COMMAND
from .commands import run
from .defects import DEFECTS
from .mutant import Mutant

SINGLY = ("--phases", "decisions,examples,coverage")
QUICK = ("--max-examples", "4")


@contextmanager
def listening(app: ASGIApp) -> Iterator[str]:
    """The address of a server in a thread of this process."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{sock.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def silent_after(answered: int, app: ASGIApp) -> Iterator[str]:
    """The address of a server that answers so many requests, and then takes them and says nothing."""
    asked, over = 0, threading.Event()

    async def silent(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal asked
        asked += 1
        if asked > answered:
            await asyncio.to_thread(over.wait)
        else:
            await app(scope, receive, send)

    with listening(silent) as url:
        try:
            yield url
        finally:
            over.set()


class Variants:
    """Mutants of one mock, each with one defect, at /{name} before the path; the name is also that of its sandbox."""

    def __init__(self, app: ASGIApp) -> None:
        self.mutants = {name: Mutant(app, {each.where: each.change}) for name, each in DEFECTS.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        _, name, path = scope["path"].split("/", 2)
        headers = [*scope["headers"], (b"x-mock-sandbox", name.replace("_", "-").encode())]
        raw = scope["raw_path"].removeprefix(f"/{name}".encode())
        await self.mutants[name]({**scope, "path": f"/{path}", "raw_path": raw, "headers": headers}, receive, send)


@pytest.fixture(scope="module")
def variants(contract: dict[str, Any]) -> Iterator[str]:
    """The address that the broken servers stand behind."""
    with listening(Variants(create_app(contract=contract))) as url:
        yield url


def verify(url: str, *arguments: object) -> tuple[int, dict[str, Any], str]:
    """The exit code, the report and the error output of a run."""
    code, output, error = run("verify", url, "--format", "json", *arguments)
    return code, json.loads(output) if output else {}, error


@pytest.mark.parametrize("name", DEFECTS)
def test_a_broken_server_is_found(variants: str, contract: dict[str, Any], name: str) -> None:
    """Each defect makes it fail; it is named at its operation, with the line of the contract, and nothing else is."""
    defect = DEFECTS[name]
    ids = {f"{method.upper()} {path}": said["operationId"] for method, path, said in operations(contract)}
    collection = defect.where.split("/")[2]
    phases = ("--phases", "stateful") if defect.takes_a_sequence else SINGLY
    code, report, _ = verify(f"{variants}/{name}", "--operation", f"{collection}_*", *phases, *QUICK)
    assert code == 1
    assert {(each["operation"], each["rule"]) for each in report["findings"]} == {
        (ids[where], rule) for where, rule in defect.findings
    }
    assert all(re.fullmatch(r"openapi/.*\.yaml:\d+", each["line"]) for each in report["findings"])


def test_the_curl_line_shows_the_finding_again(variants: str) -> None:
    """Typed into a shell, it gets the answer that was wrong."""
    _, report, _ = verify(f"{variants}/lets_an_event_end_before_it_starts", "--checks", "D-17")
    [finding] = report["findings"]
    assert finding["message"] == "An event ends after it starts. A request against that was answered 201. Expected 400."
    assert (finding["place"], "CalendarEventCreate.yaml" in finding["line"]) == ("/end_time", True)
    _, sarif, _ = run(
        "verify", f"{variants}/lets_an_event_end_before_it_starts", "--checks", "D-17", "--format", "sarif"
    )
    [rule] = json.loads(sarif)["runs"][0]["tool"]["driver"]["rules"]
    assert (rule["id"], rule["help"]["text"][:29]) == ("D-17", "An event ends after it starts")
    shown = f"{finding['curl']} --silent --output /dev/null --write-out '%{{http_code}}'"
    assert subprocess.run(["/bin/sh", "-c", shown], capture_output=True, timeout=30, check=True).stdout == b"201"


def test_a_full_disk_costs_no_findings(variants: str) -> None:
    """What was found is told, and that the requests are not in the file."""
    code, said, _ = run(
        "verify", f"{variants}/lets_an_event_end_before_it_starts", "--checks", "D-17", "--har", "/dev/full"
    )
    assert (code, "calendar_events_create /end_time" in said) == (1, True)
    assert "cannot write /dev/full: No space left on device" in said


def test_the_same_seed_makes_the_same_requests(server_url: str, tmp_path: Path) -> None:
    """In two sandboxes of one mock; another seed makes others. The mock keeps the contract."""

    def asked(seed: int, sandbox: str) -> list[tuple[str, str, str]]:
        har = tmp_path / f"{sandbox}.har"
        options = ("--sandbox-prefix", sandbox, "--operation", "messages_*", "--max-examples", 2)
        assert verify(server_url, *options, "--seed", seed, "--har", har)[0] == 0
        requests = [entry["request"] for entry in json.loads(har.read_text("utf-8"))["log"]["entries"]]
        assert all(f"/s/{sandbox}/v1/" in each["url"] for each in requests)
        return [
            (each["method"], each["url"].replace(f"/s/{sandbox}/", "/"), each.get("postData", {}).get("text", ""))
            for each in requests
        ]

    first = asked(7, "verify-1")
    assert asked(7, "verify-2") == first
    assert asked(8, "verify-3") != first


def populated(url: str) -> dict[str, str]:
    """The ids of records that now are there, one of each collection that no operation creates."""
    person = {"first_name": "Dana", "last_name": "Whitfield", "timezone": "UTC"}
    ids: dict[str, str] = {}
    for collection, fields in (
        ("patients", person | {"phase": "intake", "birthday": "1971-09-30"}),
        ("workers", person | {"email": "dana@example.com"}),
        ("calendars", {"worker_id": "workers"}),
        ("careplans", {"user_id": "patients"}),
        ("integration_tasks", {"status": "failed", "ref_ids": []}),
    ):
        record = {field: ids.get(str(value), value) for field, value in fields.items()}
        id = ids[collection] = str(uuid4())
        httpx.put(f"{url}/_mock/sandboxes/default/records/{collection}/{id}", json=record).raise_for_status()
    return {collection: id for collection, id in ids.items() if collection != "patients"}


def test_a_server_without_the_records_of_the_document(contract: dict[str, Any]) -> None:
    """What can only be asked of a record that nobody named could not be told; with --reference it is asked."""
    with listening(create_app(Settings(seed="empty"), contract)) as url:
        options = ("--phases", "decisions,examples")
        code, report, error = verify(url, *options)
        assert (code, report["findings"]) == (2, [])
        said = "could not be asked for real, as no request was granted: "
        names = re.findall(r"(\w+) \(answered [\d, ]+\)", error.partition(said)[2])
        assert {*names} == {
            *("workers_get", "calendars_get", "careplans_get", "integration_tasks_get"),
            *("calendar_events_create", "calendar_events_get", "calendar_events_update"),
        }
        assert "name one with --reference calendars=ID." in error
        given = [option for name, id in populated(url).items() for option in ("--reference", f"{name}={id}")]
        assert verify(url, *options, *given)[0] == 0


@pytest.mark.parametrize(
    ("pattern", "phase", "code", "said"),
    [
        ("messages_*", "decisions", 0, []),
        ("workers_*", "examples", 2, ["it answered 404 to all.", "No record is known of workers: "]),
        (
            "calendar_events_get",
            "examples",
            2,
            ["calendar_events_get (answered 404). No record is known of calendars: "],
        ),
    ],
)
def test_no_other_operations_than_those_chosen_are_told_of(
    contract: dict[str, Any], pattern: str, phase: str, code: int, said: list[str]
) -> None:
    """What they do not need may be lacking, and of what they need all is said."""
    with listening(create_app(Settings(seed="empty"), contract)) as url:
        ended, _, error = verify(url, "--operation", pattern, "--phases", phase)
    assert ended == code
    assert all(each in error for each in said)


def test_operations_that_do_not_lead_to_each_other_take_no_sequences(server_url: str) -> None:
    """They are asked singly, or not at all if sequences alone are wanted: then nothing can be told."""
    options = ("--operation", "workers_*", *QUICK)
    assert verify(server_url, *options)[0] == 0
    code, _, error = verify(server_url, *options, "--phases", "stateful")
    assert (code, "Nothing was asked: " in error) == (2, True)


def test_a_token_lets_it_in_and_is_told_to_nobody(contract: dict[str, Any], tmp_path: Path) -> None:
    """Without it nothing can be told. It stands in no report."""
    guard = Guard(demands_token=True, tokens=frozenset({"fixture-token"}))
    with listening(Variants(create_app(Settings(guard=guard), contract))) as url:
        broken = f"{url}/leaves_a_field_out"
        code, _, error = verify(broken, "--operation", "workers_*")
        assert (code, "it answered 401 to all. Name a token with --auth." in error) == (2, True)
        har = tmp_path / "verify.har"
        for auth in ("fixture-token", "Authorization: Bearer fixture-token"):
            options = ("--auth", auth, "--phases", "examples", "--har", har)
            code, report, _ = verify(broken, "--operation", "workers_*", *options)
            assert (code, [each["operation"] for each in report["findings"]]) == (1, ["workers_get"])
            assert "fixture-token" not in json.dumps(report) + har.read_text("utf-8")


@pytest.mark.parametrize(
    "auth",
    [
        "fixture-t\u00f6ken",
        "X-\u00d6: fixture",
        "X-A: fixture-\u00f6",
        "Bearer fixture",
        "X-A: b\nX-B: fixture",
        ": fixture",
    ],
)
def test_what_no_server_could_be_sent_is_refused(auth: str) -> None:
    """It is not repeated, as it may be a secret."""
    code, output, error = run("verify", "http://127.0.0.1:1", "--auth", auth)
    assert (code, output, "fixture" in error) == (2, "", False)
    assert "It is no token and no header. Expected ASCII without spaces, or such as `X-Key: 123`." in error


def test_a_header_of_any_name_is_told_to_nobody(variants: str, tmp_path: Path) -> None:
    """Neither what Schemathesis has sent nor what was sent beside it shows it."""
    har, broken = tmp_path / "verify.har", f"{variants}/lets_an_event_end_before_it_starts"
    options = ("--phases", "decisions,examples", "--operation", "calendar_events_*", "--har", har)
    code, report, error = verify(broken, "--auth", "X-Own: fixture-value", *options)
    told = json.dumps(report) + har.read_text("utf-8") + error
    assert (code, "X-Own" in told, "fixture-value" in told) == (1, True, False)


def test_an_answer_that_breaks_off_is_found(contract: dict[str, Any]) -> None:
    """It is named at its operation, with the line that shows it."""
    mock = create_app(contract=contract)

    async def cut(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith("/v1/careplans/"):
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100")]})
        else:
            await mock(scope, receive, send)

    with listening(cut) as url:
        code, report, _ = verify(url, "--operation", "careplans_*", "--phases", "examples")
    [finding] = report["findings"]
    assert (code, finding["operation"], finding["rule"]) == (1, "careplans_get", "not_answered")
    assert finding["curl"].startswith(f"curl -X GET {url}/v1/careplans/")


async def a_page(scope: Scope, receive: Receive, send: Send) -> None:
    """A server of something else."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
    await send({"type": "http.response.body", "body": b"<p>Welcome</p>"})


def test_what_it_cannot_tell_ends_with_2(server_url: str, tmp_path: Path) -> None:
    """No server, no server of the contract, no time, and what cannot be wanted: it says what to do."""
    with listening(a_page) as page:
        for arguments, said in (
            (["http://127.0.0.1:1"], "nothing answers at http://127.0.0.1:1. Start the server, or check the address."),
            ([server_url.replace("http:", "https:")], "can be made. See to its certificate, or check the address."),
            ([page], "it answers no JSON, but 200. Name the address that /v1 stands behind"),
            ([f"{server_url}/v1"], "it answered 404 to all."),
            ([server_url, "--time-limit", "0.2"], "The time limit of 0.2 s was reached, in the phase"),
            ([server_url, "--checks", "use_after_fre"], "Did you mean use_after_free?"),
            ([server_url, "--checks", "D-19,D-99"], "no check is called `D-99`."),
            ([server_url, "--phases", "fuzz"], "no phase is called `fuzz`. Did you mean fuzzing?"),
            ([server_url, "--operation", "nobody_*"], "`common-apis routes` lists them."),
            ([server_url, "--reference", "workers"], "Expected COLLECTION=ID, such as workers=ID."),
            ([server_url, "--reference", "worker=1"], "Did you mean workers?"),
            ([server_url, "--reference", "workers=1"], "--reference workers is `1`. Expected a guid, "),
            (
                [server_url, "--sandbox-prefix", "con"],
                "--sandbox-prefix is `con`. Expected a name of ",
            ),
            ([server_url, "--sandbox-prefix", ""], "--sandbox-prefix is empty. Expected a name of "),
            ([server_url, "--time-limit", "inf"], "inf is not in the range "),
            ([server_url, "--time-limit", "nan"], "nan is not in the range "),
            ([server_url, "--har", tmp_path / "none" / "x.har"], "none is no folder"),
            (
                [server_url, "--har", "/dev/full", "--phases", "examples"],
                "cannot write /dev/full: No space left on device",
            ),
            ([server_url, "--contract", __file__], "cannot be read"),
        ):
            code, output, error = run("verify", *arguments)
            assert (code, output) == (2, ""), (arguments, output)
            assert said in error


@pytest.mark.parametrize(
    ("answered", "phase", "said"),
    [
        (0, "decisions", "takes requests and answers none. See what keeps it, or check the address."),
        (8, "decisions", "The time limit of 1 s was reached, in the phase decisions."),
        (20, "coverage", "The time limit of 1 s was reached, in the phase coverage."),
    ],
)
def test_a_server_that_falls_silent_holds_nobody_up(
    contract: dict[str, Any], answered: int, phase: str, said: str
) -> None:
    """Whenever it does, the time limit holds, and what is not answered for want of time is no finding."""
    with silent_after(answered, create_app(contract=contract)) as url:
        began = time.monotonic()
        options = ("--operation", "messages_*", "--phases", phase, "--time-limit", 1)
        code, output, error = run("verify", url, *options)
        assert (code, output) == (2, "")
        assert said in error
        assert time.monotonic() - began < 6


@pytest.mark.parametrize(("operation", "code"), [("*", 1), ("patients_*", 130)])
def test_ctrl_c_ends_it_in_order(variants: str, operation: str, code: int) -> None:
    """What was found so far is reported, and that it is not all."""
    options = ("--operation", operation, "--max-examples", "5000", "--phases", "examples,fuzzing")
    command = [str(COMMAND), "verify", f"{variants}/leaves_a_field_out", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        while "fuzzing" not in (said := process.stderr.readline()):
            assert said.startswith("common-apis: ")
        process.send_signal(signal.SIGINT)
        output, error = process.stdout.read(), process.stderr.read()
        assert process.wait(30) == code
    assert ("workers_get: " in output) == (code == 1)
    assert "It was interrupted, in the phase fuzzing." in output + error


def test_the_names_of_the_checks_are_those_of_the_page() -> None:
    """Whoever asks for a check that there is not reads the names that `docs/providers.md` explains."""
    _, _, error = run("verify", "http://127.0.0.1:1", "--checks", "?")
    page = (Path(__file__).parents[2] / "docs" / "providers.md").read_text("utf-8")
    explained = re.findall(r"`([\w-]+)`", "".join(re.findall(r"^\| (`.*?) \|", page, re.MULTILINE)))
    assert sorted(explained) == sorted(error.partition("There are ")[2].rstrip(".\n").split(", "))
