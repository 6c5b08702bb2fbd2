"""`common-apis proxy`: everything passes, either side's faults are found and told apart, and it reads like a mock."""

import gzip
import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from common_apis.serving.app import create_app

from ..mock import NOBODY, A
from ..proof.commands import TASK, run
from ..proof.defects import changes
from ..proof.mutant import Mutant
from .servers import Proxied, listening, saying

AWAY = "https://api.example.com/v1/else"
OK = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n"
EVENT = {"calendar_id": A, "user_id": A, "day": "2031-03-11", "modality": "visit", "appointment_type": "home_visit"}


@pytest.fixture(scope="module")
def before_mock(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    """A proxy before a mock."""
    with Proxied(server_url, "--quiet") as proxy:
        yield proxy


def found(report: str) -> set[tuple[str, str, str, str]]:
    """Who broke which operation, by which rule and where, of a JSON report."""
    return {(each["by"], each["operation"], each["rule"], each["place"]) for each in json.loads(report)["findings"]}


def test_a_clean_program_and_a_clean_server(server_url: str, tmp_path: Path) -> None:
    """Nothing is found, every exchange is in the file, and the commands that read a mock read the proxy."""
    journal = tmp_path / "traffic.jsonl"
    with Proxied(server_url, "--journal", journal) as proxy:
        made = proxy.http.post("/s/clean/v1/patient_tasks", json=TASK)
        place = made.headers["Location"]
        answers = [proxy.http.get(place), proxy.http.head(place), proxy.http.delete(place), proxy.http.get(place)]
        answers.append(proxy.http.get(f"/v1/workers/{NOBODY}", headers={"X-Mock-Sandbox": "clean"}))
        answers.append(proxy.http.post("/s/clean/v1/patient_tasks", json=TASK | {"user_id": NOBODY}))
        assert [each.status_code for each in [made, *answers]] == [201, 200, 200, 200, 404, 404, 404]
        assert place.startswith("/s/clean/v1/patient_tasks/")
        kept = proxy.http.get("/_mock/sandboxes/clean/requests").json()["requests"]
        assert run("check", "--url", proxy.url, "--sandbox", "clean")[0] == 0
        assert (
            "9 of" in run("coverage", "--url", proxy.url)[1] or "exchanges of" in run("coverage", "--url", proxy.url)[1]
        )
        code, said = proxy.stop()
        assert (code, said) == (0, "proxy: no findings in 7 exchanges of 1 sandbox.\n"), proxy.said()
    lines = [json.loads(line) for line in journal.read_text("utf-8").splitlines()]
    assert lines == [{"sandbox": "clean", **each} for each in kept]
    assert run("check", "--journal", journal) == (0, "check: no findings in 7 exchanges of 1 sandbox.\n", "")


def test_what_is_sent_and_answered_passes_unchanged() -> None:
    """Method, path, query, headers and body, and the answer with headers that stand twice, but for the connection's."""
    asked: dict[str, Any] = {}

    async def echo(scope: Scope, receive: Receive, send: Send) -> None:
        asked.update(scope, body=(await receive())["body"])
        headers = [
            (b"set-cookie", b"a=1"),
            (b"set-cookie", b"b=2"),
            (b"x-odd", b"\xe9"),
            (b"content-encoding", b"gzip"),
        ]
        await send({"type": "http.response.start", "status": 307, "headers": [*headers, (b"location", AWAY.encode())]})
        await send({"type": "http.response.body", "body": gzip.compress(b"\x00 odd")})

    with listening(echo) as upstream, Proxied(f"{upstream}/base/") as proxy:
        sent = {"Authorization": "Bearer abc", "Connection": "close, X-Hop", "X-Hop": "1", "Host": "proxy.test"}
        answer = proxy.http.request("DELETE", "/s/some/v1/a%2Fb%20c?x=%C3%A9&x=[1]&y", content=b"\xff{", headers=sent)
        assert (answer.status_code, answer.content, answer.headers["location"]) == (307, b"\x00 odd", AWAY)
        assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
        assert len(answer.headers.get_list("date")) == 1
        assert b"x-odd" in dict(answer.headers.raw)
    headers = dict(asked["headers"])
    assert (asked["method"], asked["raw_path"], asked["body"]) == ("DELETE", b"/base/v1/a%2Fb%20c", b"\xff{")
    assert asked["query_string"] == b"x=%C3%A9&x=%5B1%5D&y"
    assert headers[b"authorization"] == b"Bearer abc"
    assert headers[b"host"] == upstream.removeprefix("http://").encode()
    assert headers[b"x-mock-sandbox"] == b"some"
    assert b"x-hop" not in headers


def test_what_a_program_breaks_is_the_consumers_fault(before_mock: Proxied) -> None:
    """Form, rule, media type, path and method: as the mock itself finds them."""
    http = before_mock.http
    http.post("/s/bad/v1/patient_tasks", json={"user_id": "me", "nick": 1})
    http.post("/s/bad/v1/calendar_events", json=EVENT | {"start_time": "2031-03-11T09:00:00Z"})
    http.post("/s/bad/v1/patient_tasks", content=b"{}", headers={"Content-Type": "text/plain"})
    http.get("/s/bad/v1/patient_task?secret=1")
    http.patch(f"/s/bad/v1/patient_tasks/{A}", json={})
    http.get("/s/bad/v1/workers/me?x=1")
    code, said, _ = run("check", "--url", before_mock.url, "--sandbox", "bad", "--format", "json")
    direct = before_mock.process.args[2]  # type: ignore[index]
    assert code == 1
    assert {by for by, *_ in found(said)} == {"consumer"}
    assert found(said) == found(run("check", "--url", direct, "--sandbox", "bad", "--format", "json")[1])
    lines = [line for line in before_mock.said().splitlines() if "sandbox bad" in line]
    assert len(lines) == len(found(said))
    assert lines[0].startswith("common-apis: consumer: patient_tasks_create /task_type: `task_type` is missing.")
    near = http.get("/_mock/sandboxes/bad/requests/near_misses").json()["near_misses"]
    assert [each["nearest"][0]["operation"] for each in near] == ["patient_tasks_get", "patient_tasks_get"]


def test_the_doors_to_a_world_are_shut(before_mock: Proxied) -> None:
    """What reads journals works; what steers a world says that there is none; all other paths are the server's."""
    http = before_mock.http
    http.get("/s/doors/v1/nothing")
    assert http.get("/_mock/sandboxes/doors").json()["seed"] == "empty"
    assert http.get("/_mock/sandboxes/doors/requests/count").json() == {"count": 1, "violations": 1, "forgotten": 0}
    assert len(http.post("/_mock/sandboxes/doors/requests/find", json={"path": "*nothing"}).json()["requests"]) == 1
    with http.stream("GET", "/_mock/sandboxes/doors/requests/stream", headers={"Last-Event-ID": "0"}) as events:
        assert next(line for line in events.iter_lines() if line.startswith("data")).startswith('data: {"id":1')
    for method, path in (("POST", "/_mock/sandboxes"), ("GET", "/_mock/sandboxes/doors/clock")):
        answer = http.request(method, path, json={} if method == "POST" else None)
        assert answer.status_code == 404
        assert "this is a proxy: it has journals alone" in answer.json()["detail"]
    assert http.delete("/_mock/sandboxes/doors").status_code == 204
    http.get("/s/doors-1/v1/nothing")
    http.get("/s/doors-2/v1/nothing")
    assert http.delete("/_mock/sandboxes?prefix=doors").json() == {"deleted": 2}
    assert "openapi" in http.get("/openapi.json").json()
    assert http.options("/v1/patients").headers["Allow"] == "OPTIONS, POST"
    assert http.get("/", headers={"Origin": "https://app.example"}).headers.get("Access-Control-Allow-Origin") is None


def test_a_token_for_those_who_read(server_url: str) -> None:
    """The journals demand it, and what is passed on does not."""
    with Proxied(server_url, "--token", "a", "--token", "b") as proxy:
        assert proxy.http.get(f"/v1/workers/{A}").status_code == 200
        refused = proxy.http.get("/_mock/sandboxes/default/requests", headers={"Authorization": "Bearer c"})
        assert (refused.status_code, refused.headers["Content-Type"]) == (401, "application/problem+json")
        asked = {token: run("check", "--url", proxy.url, "--token", token)[0] for token in "abc"}
        assert asked == {"a": 0, "b": 0, "c": 2}
        assert proxy.stop()[0] == 0, "to look is no traffic"


def test_what_a_server_breaks_is_the_providers_fault(contract: dict[str, Any]) -> None:
    """Each defect that a single answer shows is found, at its operation, and only there."""
    mutant = Mutant(create_app(contract=contract), changes())
    with listening(mutant) as upstream, Proxied(upstream, "--format", "json") as proxy:
        http = proxy.http
        answers = [
            http.post("/v1/conversations", json={"user_id": A}),
            http.get(f"/v1/workers/{A}"),
            http.get(f"/v1/integration_tasks/{A}"),
            http.get(f"/v1/careplans/{A}"),
            http.post("/v1/assessment_responses", json={"user_id": A, "model": {"x": 1}}),
            http.put(f"/v1/patients/{A}", json={"coach_id": None}),
        ]
        assert [each.status_code for each in answers] == [200, 200, 200, 200, 201, 400]
        http.get(f"/v1/workers/{A}", headers={"X-Mock-Consumer": "phone-app"})
        taken = http.post("/v1/patient_tasks", json=TASK | {"nick": "x"})
        assert (taken.status_code, taken.headers["X-Mock-Violations"]) == (201, "1: /nick")
        code, said = proxy.stop(signal.SIGTERM)
    assert code == 1
    assert found(said) == {
        ("provider", "conversations_create", "status_code_conformance", ""),
        ("provider", "workers_get", "response_schema_conformance", "/gender"),
        ("provider", "integration_tasks_get", "response_schema_conformance", "/status"),
        ("provider", "careplans_get", "content_type_conformance", "Content-Type"),
        ("provider", "assessment_responses_create", "response_headers_conformance", "Location"),
        ("provider", "patients_update", "positive_data_acceptance", ""),
        ("provider", "patient_tasks_create", "negative_data_rejection", ""),
        ("consumer", "patient_tasks_create", "parse_exception", "/nick"),
    }
    [missing] = [each for each in json.loads(said)["findings"] if each["operation"] == "workers_get"]
    assert missing["times"] == 2, "whoever asks"
    assert missing["line"].startswith("openapi/components/schemas/Worker.yaml:")
    assert (
        missing["message"]
        == "`gender` is missing. Expected one of Male, Female, Unknown, Other, Transgender, Decline, or null."
    )


@pytest.mark.parametrize(
    ("answer", "status", "code", "fault"),
    [
        (b"", 504, "gateway_timeout", None),
        (b"SSH-2.0-x\r\n", 502, "bad_gateway", "readable_answer"),
        (b"HTTP/1.1 999 X\r\ncontent-length: 0\r\n\r\n", 502, "bad_gateway", "readable_answer"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf", 502, "bad_gateway", "readable_answer"),
        (
            b"HTTP/1.1 200 OK\r\ncontent-length: 17000000\r\n\r\n" + b"x" * 17_000_000,
            502,
            "bad_gateway",
            "readable_answer",
        ),
    ],
    ids=["slow", "no HTTP", "no status", "half", "too much"],
)
def test_a_server_that_gives_no_answer(answer: bytes, status: int, code: str, fault: str | None) -> None:
    """Whoever asked is told so by a problem document; silence alone says nothing of the contract."""
    timeout = "30" if answer else "0.3"
    with saying(answer) as upstream, Proxied(upstream, "--timeout", timeout) as proxy:
        problem = proxy.http.get(f"/v1/workers/{A}")
        assert (problem.status_code, problem.json()["errors"][0]["code"]) == (status, code)
        told = run("check", "--url", proxy.url)
        assert told[0] == (1 if fault else 2), "to be given no answer is not to be kept"
        assert upstream in problem.json()["detail"]
        [kept] = proxy.http.get("/_mock/sandboxes/default/requests").json()["requests"]
        assert [each["rule"] for each in kept["answer_faults"]] == ([fault] if fault else [])
        ended, said = proxy.stop()
        assert ended == (1 if fault else 2)
        assert "1 of 1 request got no answer of the server" in (said or proxy.said())


def test_nobody_there_and_nobody_asking(tmp_path: Path) -> None:
    """It could not tell, and says why; what it cannot start with is said at once."""
    with Proxied("http://127.0.0.1:1") as proxy:
        assert proxy.http.post("/v1/patient_tasks", json=TASK).status_code == 502
        assert proxy.stop() == (2, "")
        assert "1 of 1 request got no answer of the server: see whether it runs." in proxy.said()
    with Proxied("http://127.0.0.1:1", "--format", "json") as proxy:
        assert proxy.http.get("/v1/nothing").status_code == 502
        assert proxy.http.post("/v1/patient_tasks", json={"user_id": A}).status_code == 502
        code, said = proxy.stop()
        assert "common-apis: no answer: http://127.0.0.1:1 cannot be reached" in proxy.said()
        assert (code, found(said)) == (
            1,
            {
                ("consumer", "GET /v1/nothing", "not_found", ""),
                ("consumer", "patient_tasks_create", "parse_exception", "/task_type"),
            },
        ), "what is wrong with a request is told, and that nobody answers it is none of it"
    with Proxied("http://127.0.0.1:1") as proxy:
        assert proxy.stop() == (2, "")
        assert "no request came by" in proxy.said()
    for arguments, said in (
        (["http://x", "--journal", tmp_path], "is a directory"),
        (["http://x"], "cannot listen at 192.0.2.1:4011"),
        (["http://x", "--baseline", tmp_path / "none.json"], "cannot read the baseline"),
        (["http://x", "--baseline", __file__], "is no baseline"),
        (["http://x", "--write-baseline", tmp_path / "none" / "known.json"], "none is no folder"),
        (["http://x", "-o", tmp_path / "none" / "report.txt"], "none is no folder"),
    ):
        code, output, error = run("proxy", "--host", "192.0.2.1", *arguments)
        assert (code, output) == (2, "")
        assert said in error


def test_known_findings_are_accepted(server_url: str, tmp_path: Path) -> None:
    """A baseline of a proxy is one of `check`, too."""
    baseline = tmp_path / "known.json"
    with Proxied(server_url, "--write-baseline", baseline) as proxy:
        httpx.get(f"{proxy.url}/v1/nothing")
        assert proxy.stop()[0] == 0
    with Proxied(server_url, "--baseline", baseline) as proxy:
        httpx.get(f"{proxy.url}/v1/nothing")
        code, said, _ = run("check", "--url", proxy.url, "--baseline", baseline)
        assert (code, proxy.stop()[0]) == (0, 0)
        assert said.startswith(f"1 accepted by {baseline}.")
