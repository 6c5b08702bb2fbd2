"""`common-apis check`: what a program did wrong is found, whatever it made of the answer, and nothing else is."""

import json
import os
import shlex
import subprocess
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from common_apis.proof import journals

from ..mock import NOBODY, A
from ..serving.served import COMMAND, Served
from .commands import Consumer, consumer, places, run

__all__ = ["consumer"]


def test_a_swallowed_400_is_found(consumer: Consumer) -> None:
    """One line says which operation, which field, what was wrong and where the contract says so; then who did it."""
    consumer.create()
    consumer.create(task_typ="x", user_id="me")
    code, said, _ = consumer.check()
    first, who, curl, second, *_, verdict = said.splitlines()
    assert code == 1
    assert "patient_tasks_create /user_id: `user_id` is `me`. Expected a guid" in first + second
    assert "patient_tasks_create /task_typ: `task_typ` is not a field here. Did you mean `task_type`?" in said
    assert "(openapi/components/schemas/PatientTaskCreate.yaml:" in first
    assert who == f"    web-app/1.4, sandbox {consumer.sandbox}, exchange 2"
    assert curl.startswith("    curl -X POST http://127.0.0.1:")
    assert said.count("curl ") == 1, "both are of one request"
    assert verdict == "check: 2 findings in 2 exchanges of 1 sandbox."


def test_what_keeps_the_contract_is_no_finding(consumer: Consumer) -> None:
    """Not to find a record, a value that is taken, and an error that was asked for break nothing."""
    made = consumer.create().json()
    consumer.send("GET", f"/v1/patient_tasks/{made['id']}")
    assert consumer.send("GET", f"/v1/workers/{NOBODY}").status_code == 404
    assert consumer.create(user_id=NOBODY).status_code == 404
    again = {"resource": "patients", "namespace": "ehr", "external_id": "mrn-1", "welkin_id": A}
    assert [consumer.send("POST", "/v1/external_ids", json=again).status_code for _ in range(2)][1] == 409
    assert consumer.send("GET", f"/v1/workers/{A}", headers={"Prefer": "code=503"}).status_code == 503
    assert consumer.check() == (0, "check: no findings in 7 exchanges of 1 sandbox.\n", "")


def test_a_request_for_no_operation_is_found_with_the_nearest(consumer: Consumer) -> None:
    """A wrong path and a wrong method, whatever ids are in them; and the path of a record without its id."""
    consumer.send("GET", f"/v1/patient_task/{A}")
    consumer.send("GET", f"/v1/patient_task/{NOBODY}?x=1")
    consumer.send("PATCH", f"/v1/patient_tasks/{A}", json={})
    consumer.send("GET", "/v1/workers/")
    code, said, _ = consumer.check("--format", "json")
    first, second, third = json.loads(said)["findings"]
    assert code == 1
    assert (first["operation"], first["rule"], first["times"]) == ("GET /v1/patient_task/{id}", "not_found", 2)
    assert "patient_tasks_get (GET /v1/patient_tasks/{id})" in first["message"]
    assert (second["operation"], second["rule"]) == ("PATCH /v1/patient_tasks/{id}", "method_not_allowed")
    assert (third["operation"], third["rule"]) == ("GET /v1/workers/", "not_found")
    assert first["line"].startswith("openapi/openapi.yaml:")


@pytest.mark.parametrize(
    ("sent", "place", "file"),
    [
        (
            {"content": b"{", "headers": {"Content-Type": "application/json"}},
            "",
            "components/schemas/PatientTaskCreate",
        ),
        ({"content": b"{}", "headers": {"Content-Type": "text/plain"}}, "Content-Type", "paths/patient_tasks"),
        ({"params": {"dry": "1"}, "json": {"user_id": A, "task_type": "t"}}, "dry", "paths/patient_tasks"),
    ],
    ids=["no JSON", "another media type", "a query parameter"],
)
def test_faults_of_other_kinds_are_found(consumer: Consumer, sent: dict[str, Any], place: str, file: str) -> None:
    """What is wrong with the whole body, a header or a parameter has its place and its line, too."""
    consumer.send("POST", "/v1/patient_tasks", **sent)
    _, said, _ = consumer.check("--format", "json")
    [finding] = json.loads(said)["findings"]
    assert finding["place"] == place
    assert finding["line"].startswith(f"openapi/{file}.yaml:")


def test_a_journal_that_has_forgotten_cannot_tell(consumer: Consumer) -> None:
    """Unless what is left is at fault: that is known."""
    for _ in range(9):
        consumer.send("POST", "/v1/patient_tasks", content=b'"' + b"x" * 1_000_000 + b'"')
    consumer.send("POST", "/v1/patient_tasks", content=b"", headers={"Content-Type": "application/json"})
    assert consumer.check()[0] == 1
    for _ in range(1000):
        consumer.send("GET", f"/v1/workers/{A}")
    code, said, error = consumer.check()
    assert (code, said) == (2, "")
    assert f"10 exchanges are forgotten, most of them of the sandbox {consumer.sandbox}" in error
    assert "Take a sandbox for each test" in error


def test_when_nothing_was_recorded_it_cannot_tell(consumer: Consumer) -> None:
    """It says so, unless somebody expects something of it."""
    consumer.http.base_url = consumer.server
    consumer.send("POST", "/_mock/sandboxes", json={"name": consumer.sandbox})
    code, said, error = consumer.check()
    assert (code, said) == (2, "")
    assert "nothing was recorded: 0 exchanges of 1 sandbox." in error
    code, said, _ = consumer.check("--expect", "workers_get==0")
    assert (code, "nothing was recorded: 0 exchanges of 1 sandbox." in said) == (0, True)
    assert consumer.check("--expect", "workers_get==1")[0] == 1


def test_saved_exchanges_are_read_again(consumer: Consumer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Page by page from the mock, then from a file: the same findings; sandboxes can be chosen, too."""
    monkeypatch.setattr(journals, "PAGE", 2)
    for _ in range(3):
        consumer.create(status="done")
    consumer.create(user_id="me")
    saved = tmp_path / "saved.jsonl"
    _, said, _ = consumer.check("--format", "json", "--save", saved)
    assert len(saved.read_bytes().splitlines()) == 4
    code, again, _ = run("check", "--journal", saved, "--sandbox", "ci-*", "--format", "json")
    assert (code, json.loads(again)) == (1, json.loads(said))
    assert run("check", "--journal", saved, "--sandbox", "other")[0] == 2
    untold = json.loads(saved.read_bytes().splitlines()[0]) | {"faults": []}
    saved.write_text(json.dumps(untold) * 2, "utf-8")
    assert run("check", "--journal", saved)[0] == 2, "two on one line are none"
    saved.write_text(json.dumps(untold), "utf-8")
    assert "whoever recorded it does not say how" in run("check", "--journal", saved)[1]


def test_several_files_are_read_as_one(consumer: Consumer, tmp_path: Path) -> None:
    """What is in any of them is looked at."""
    saved = tmp_path / "saved.jsonl"
    consumer.create(status="done")
    consumer.check("--save", saved)
    assert "in 2 exchanges of 1 sandbox" in run("check", "--journal", saved, "--journal", saved)[1]


@pytest.mark.parametrize("form", ["json", "junit", "sarif", "github"])
def test_a_report_is_written_to_a_file(consumer: Consumer, tmp_path: Path, form: str) -> None:
    """The screen has it as text all the same."""
    consumer.create(user_id="me")
    file = tmp_path / "report"
    code, said, _ = consumer.check("--format", form, "-o", file)
    assert code == 1
    assert said.endswith("check: 1 finding in 1 exchange of 1 sandbox.\n")
    assert consumer.check("--format", form)[1] == file.read_text("utf-8")
    assert "PatientTaskCreate.yaml" in file.read_text("utf-8")


@pytest.mark.parametrize("form", ["text", "json", "junit", "sarif", "github"])
def test_a_report_says_why_there_is_no_verdict(consumer: Consumer, tmp_path: Path, form: str) -> None:
    """In the file, as CI systems look at nothing else, and without one on the screen; a person is told anyway."""
    file, nowhere = tmp_path / "report", ("--url", "http://127.0.0.1:1")
    code, said, error = run("check", *nowhere, "--format", form, "-o", file)
    assert (code, said) == (2, "")
    assert error.startswith("common-apis: no mock answers at http://127.0.0.1:1: ")
    report = file.read_text("utf-8")
    assert "no mock answers at http://127.0.0.1:1" in report
    assert run("check", *nowhere, "--format", form)[1] == ("" if form == "text" else report)


@pytest.mark.parametrize("option", ["-o", "--save", "--write-baseline"])
def test_what_cannot_be_written_is_said_before_the_work(option: str, tmp_path: Path) -> None:
    """Before a mock is asked, of which there is none."""
    for file, said in ((tmp_path, "is a directory"), (tmp_path / "no" / "file", f"{tmp_path / 'no'} is no folder.")):
        code, output, error = run("check", "--url", "http://127.0.0.1:1", option, file)
        assert (code, output, said in error) == (2, "", True)
        assert "no mock answers" not in error


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (b"{}", "it is no list"),
        (b'[{"consumer": "a"}]', "Expected an object with the texts consumer, operation, rule, place"),
        (b'[{"rule": "a", "rule": "b"}]', "an entry has `rule` twice"),
        (b"[" * 9999, "is no baseline: "),
        (b"\xff", "is no baseline: "),
    ],
    ids=["no list", "no entry", "twice", "deep", "no UTF-8"],
)
def test_what_is_no_baseline_is_said(consumer: Consumer, tmp_path: Path, written: bytes, said: str) -> None:
    """It is never taken for one that accepts nothing, or something else."""
    consumer.create(user_id="me")
    file = tmp_path / "baseline.json"
    file.write_bytes(written)
    code, output, error = consumer.check("--baseline", file)
    assert (code, output, f"{file} is no baseline: " in error, said in error) == (2, "", True, True)
    assert error.endswith(" Write it with --write-baseline.\n")


def test_a_baseline_is_kept_when_nothing_was_recorded(server_url: str, tmp_path: Path) -> None:
    """A run that cannot tell accepts nothing."""
    empty, baseline = tmp_path / "empty.jsonl", tmp_path / "baseline.json"
    empty.touch()
    baseline.write_text("kept", "utf-8")
    assert run("check", "--journal", empty, "--write-baseline", baseline)[0] == 2
    assert baseline.read_text("utf-8") == "kept"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_file_may_have_any_name(consumer: Consumer, tmp_path: Path) -> None:
    """Also one that is no UTF-8."""
    consumer.create(user_id="me")
    odd = tmp_path / os.fsdecode(b"\xff")
    code, said, _ = consumer.check("--write-baseline", odd, "--save", f"{odd}.jsonl", "-o", f"{odd}.txt")
    assert (code, "1 accepted, and written to " in said) == (0, True)
    assert run("check", "--journal", f"{odd}.jsonl", "--baseline", odd)[0] == 0
    code, _, error = run("check", "--journal", f"{odd}.jsonl", "--baseline", f"{odd}.txt", "-o", f"{odd}.txt")
    assert (code, "is no baseline" in error) == (2, True)


@pytest.mark.parametrize(
    "sent",
    [
        {"json": {"user_id": "it's $HOME"}},
        {"content": b"'{\"", "headers": {"Content-Type": "application/json; charset=utf-8"}},
        {"content": b"{}"},
        {"params": {"a b": "é"}, "json": {}},
    ],
    ids=["quotes", "no JSON", "no media type", "query"],
)
def test_the_curl_line_shows_the_finding_again(consumer: Consumer, sent: dict[str, Any]) -> None:
    """Typed into a shell, it is answered as the program was."""
    answer = consumer.send("POST", "/v1/patient_tasks", **sent)
    _, said, _ = consumer.check("--format", "json")
    line = json.loads(said)["findings"][0]["curl"]
    done = subprocess.run(["/bin/sh", "-c", f"{line} --silent"], capture_output=True, timeout=30, check=True)
    assert json.loads(done.stdout)["errors"] == answer.json()["errors"]


def test_half_a_file_is_not_kept_in_silence(consumer: Consumer, tmp_path: Path) -> None:
    """A disk that takes a part of what is to be kept is told of, and ends it without a verdict."""
    consumer.send("POST", "/v1/patient_tasks", json={"user_id": "x" * 4000})
    told = [COMMAND, "check", "--url", consumer.server, "--save", tmp_path / "journal.jsonl"]
    done = subprocess.run(
        ["/bin/sh", "-c", f"ulimit -f 2; {shlex.join(map(str, told))}"], capture_output=True, timeout=30, text=True
    )
    assert (done.returncode, "journal.jsonl: File too large" in done.stderr) == (2, True)


def test_what_cannot_be_read_is_said(server_url: str, tmp_path: Path) -> None:
    """Nothing there, no mock, no address, no such sandbox, no exchange: what is wrong, and what to do."""
    journal = tmp_path / "journal.jsonl"
    for arguments, said in (
        (["--url", "http://127.0.0.1:1"], "no mock answers at http://127.0.0.1:1: "),
        (["--url", f"{server_url}/docs"], "is no mock of this contract: GET /_mock/sandboxes was answered 404"),
        (["--url", "localhost"], "`localhost` is no address of a server."),
        (["--url", "http://127.0.0.1:99999"], "`http://127.0.0.1:99999` is no address of a server."),
        (["--url", server_url, "--token", "ü"], "It is no token. Expected ASCII without spaces."),
        (["--url", server_url, "--sandbox", "no-*"], "no sandbox is called no-*. There are "),
        (["--journal", tmp_path / "none.jsonl"], "does not exist"),
        (["--url", server_url, "--baseline", tmp_path / "none.json"], "Write it with --write-baseline."),
        (["--url", server_url, "-o", tmp_path], "is a directory"),
    ):
        code, output, error = run("check", *arguments)
        assert (code, output) == (2, ""), arguments
        assert said in error
    for line, said in ((b"{", "line 2 is not JSON"), (b'{"id": 1}', "line 2 is no exchange: `at` is missing")):
        journal.write_bytes(b"\n" + line + b"\n")
        code, output, error = run("check", "--journal", journal)
        assert (code, output) == (2, "")
        assert f"{journal}, {said}" in error


def test_a_defect_of_a_command_is_no_verdict(consumer: Consumer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its exit code is that of who cannot tell, in a sentence."""
    consumer.create(user_id="me")
    monkeypatch.setattr("common_apis.proof.check.template", None)
    code, output, error = consumer.check()
    assert (code, output, "check could not do its work: TypeError: " in error) == (2, "", True)


def test_no_body_of_a_journal_is_too_deep_for_a_verdict(consumer: Consumer, tmp_path: Path) -> None:
    """Deeper than anything that mock and proxy keep: it is judged, and what is saved of it can be read again."""
    journal, saved = tmp_path / "journal.jsonl", tmp_path / "saved.jsonl"
    consumer.send("POST", "/v1/messages", json={"deep": 1})
    _, said, _ = consumer.check("--save", journal, "--format", "json")
    deep = b'"deep":' + b"[" * 900 + b"]" * 900
    journal.write_bytes(journal.read_bytes().replace(b'"deep":1', deep, 1))
    code, again, _ = run("check", "--journal", journal, "--save", saved, "--format", "json")
    assert (code, places(again)) == (1, places(said))
    assert run("check", "--journal", saved)[0] == 1
    assert run("coverage", "--journal", journal)[0] == 0


def test_no_verdict_on_no_sandbox(consumer: Consumer, tmp_path: Path) -> None:
    """A name that nobody has is a mistake, whatever is expected."""
    journal = tmp_path / "journal.jsonl"
    consumer.create()
    consumer.check("--save", journal)
    code, _, error = run("check", "--journal", journal, "--sandbox", "typo*", "--expect", "messages_create<=5")
    assert (code, "no sandbox is called typo*" in error) == (2, True)


def test_a_lenient_mock_with_a_token_is_read() -> None:
    """What was served although it breaks the contract is found. Without the token nobody is let in, and told so."""
    with Served("--port", "0", "--lenient", "--token", "fixture-token") as server:
        consumer = Consumer(server.url)
        with consumer.http:
            consumer.http.headers["Authorization"] = "Bearer fixture-token"
            assert consumer.create(nick="x").status_code == 201
            code, _, error = consumer.check()
            assert (code, "Name the token with --token." in error) == (2, True)
            code, said, _ = consumer.check("--token", "fixture-token", "--format", "json")
    assert (code, places(said)) == (1, [("patient_tasks_create", "parse_exception", "/nick")])


def test_a_server_that_is_no_mock_is_told_from_one(tmp_path: Path) -> None:
    """Also if it answers JSON at every path."""
    (tmp_path / "_mock").mkdir()
    (tmp_path / "_mock" / "sandboxes").write_text("{}", "utf-8")
    handler = partial(SimpleHTTPRequestHandler, directory=tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        code, _, error = run("check", "--url", f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
    assert (code, "is no mock of this contract: GET /_mock/sandboxes was answered 200" in error) == (2, True)
