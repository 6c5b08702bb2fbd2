"""The journal: every exchange of a sandbox, what it was, and what became of it."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from common_apis.serving import telling
from common_apis.serving.guard import Guard
from common_apis.world.bounds import Bounds

from ..control.world import AT, Checked, World
from ..mock import NOBODY, A, faults
from ..resources.bodies import FULL, SEUN
from .asking import Asking
from .calls import CALLS

TASK = CALLS["patient_tasks_create"]
WORKER = CALLS["workers_get"]
JSON = {"Content-Type": "application/json"}
Exchange = dict[str, Any]


def journal(world: World, query: str = "") -> list[Exchange]:
    """The exchanges that fit a query."""
    found: list[Exchange] = world.said(f"/requests{query}")["requests"]
    return found


def last(world: World) -> Exchange:
    """The latest exchange."""
    return journal(world, "?limit=1000")[-1]


def find(world: World, **wanted: Any) -> list[int]:
    """The numbers of the exchanges that a search finds."""
    return [each["id"] for each in world.told("POST", "/requests/find", wanted)["requests"]]


PLAIN = {"base64": None, "cut": False}
"""What is said beside a body that is plain JSON, and whole."""


def test_an_exchange_tells_what_was_asked_and_what_became_of_it(world: World) -> None:
    """All of it: who, when, what, the answer, the commit and its changes."""
    headers = {"X-Mock-Consumer": "web-app", "X-Trace": "Zo\xeb"}
    answer = world.api(
        "POST", "patient_tasks", json=TASK.body, headers={k: v.encode("latin-1") for k, v in headers.items()}
    )
    told = last(world)

    sent = told["request"].pop("headers")
    assert {
        "x-mock-consumer": "web-app",
        "x-trace": "Zo\xeb",
        "content-type": "application/json",
    }.items() <= sent.items()
    assert told.pop("duration") > 0
    assert told == {
        "id": 1,
        "at": AT,
        "operation": "patient_tasks_create",
        "method": "POST",
        "path": "/v1/patient_tasks",
        "consumer": "web-app",
        "request": {"body": TASK.body, **PLAIN},
        "status": 201,
        "response": {
            "headers": {"content-type": "application/json", "location": answer.headers["Location"]},
            "body": answer.json(),
            **PLAIN,
        },
        "faults": [],
        "violation": False,
        "answer_faults": [],
        "commit": 1,
        "commits": [1],
        "changes": [{"collection": "patient_tasks", "id": answer.json()["id"], "change": "created"}],
        "steered": None,
    }
    assert world.said("/requests/1") == told | {"duration": world.said("/requests/1")["duration"]} | {
        "request": {"headers": sent, "body": TASK.body, **PLAIN}
    }


def test_changes_are_told_by_what_became_of_the_records(world: World) -> None:
    """Created, changed and deleted; all that one request did in its one commit; none, if nothing changed."""
    CALLS["patients_create"]._replace(body=FULL["patients"] | {"external_ids": {"lab": "X-1"}}).ask(world)
    CALLS["patients_update"].ask(world)
    CALLS["patient_tasks_delete"].ask(world)
    CALLS["patient_tasks_delete"].ask(world)
    CALLS["patients_update"]._replace(body={}).ask(world)
    told = [(each["commit"], [(c["collection"], c["change"]) for c in each["changes"]]) for each in journal(world)]

    assert told == [
        (1, [(each, "created") for each in ("patients", "email_addresses", "phone_numbers", "external_ids")]),
        (2, [("patients", "changed")]),
        (3, [("patient_tasks", "deleted")]),
        (None, []),
        (None, []),
    ]


def test_a_refusal_is_told_with_its_faults(world: World) -> None:
    """As the answer has them."""
    answer = world.api("POST", "patient_tasks?page=2", json={"user_id": "17", "bogus": None})
    told = last(world)

    assert told["faults"] == answer.json()["errors"] == told["response"]["body"]["errors"]
    assert (told["status"], told["path"], told["commit"]) == (400, "/v1/patient_tasks?page=2", None)
    assert told["request"]["body"] == {"user_id": "17", "bogus": None}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", None),
        (b"{", "{"),
        (b"plain text", "plain text"),
        (b'"\xff"', None),
        (b"[1, null]", [1, None]),
        (b"null", None),
        (b'{"a": 1e999}', '{"a": 1e999}'),
        (b'"\\ud800"', '"\\ud800"'),
        (b"[" * 400 + b"]" * 400, "[" * 400 + "]" * 400),
        (b"[" * 5000, "[" * 5000),
        (b'{"a":' * 300 + b"1" + b"}" * 300, '{"a":' * 300 + "1" + "}" * 300),
    ],
)
def test_a_body_is_told_as_it_was_sent(world: World, content: bytes, told: Any) -> None:
    """What it says if it is JSON, or else its text; nothing that anybody sends breaks the journal."""
    world.api("POST", "patient_tasks", content=content, headers=JSON)

    assert last(world)["request"]["body"] == told


SECRETS = {
    "Authorization": "Bearer s3cret",
    "authorization": "Basic s3cret",
    "Proxy-Authorization": "s3cret",
    "Cookie": "session=s3cret",
    "X-Api-Key": "s3cret",
    "X-ApiKey": "s3cret",
    "X-Auth-Token": "s3cret",
    "X-Client-Secret": "s3cret",
    "X-Password": "s3cret",
    "X-CSRF-TOKEN": "s3cret",
}


@pytest.mark.parametrize("name", SECRETS)
def test_what_lets_somebody_in_is_not_kept(world: World, name: str) -> None:
    """It is said that it was there, in requests that are granted and in those that match nothing."""
    for path in (WORKER.path, "nonsense", "workers/17"):
        world.api("GET", path, headers={name: SECRETS[name]})

    assert "s3cret" not in json.dumps(world.said("/requests"))
    assert all(each["request"]["headers"][name.lower()] == "redacted" for each in journal(world))


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("?access_token=s3cret", "?access_token=redacted"),
        ("?a=1&api_key=s3cret&b=2", "?a=1&api_key=redacted&b=2"),
        ("?API-KEY=s3cret", "?API-KEY=redacted"),
        ("?admin_token=s3cret", "?admin_token=redacted"),
        ("?%61dmin_%74oken=s3cret", "?%61dmin_%74oken=redacted"),
        ("?client_secret=s3cret&password=s3cret", "?client_secret=redacted&password=redacted"),
        ("?x=http://h/?a=1;token=s3cret", "?x=http://h/?a=1;token=redacted"),
        ("?x=http%3A%2F%2Fh%2F%3Ftoken%3Ds3cret&b=1", "?x=redacted&b=1"),
        ("?x=http%3A%2F%2Fh%2F%3Fa%3D1%26token%3Ds3cret", "?x=redacted"),
        ("?x=http%3A%2F%2Fh%2F%23access_token%3Ds3cret", "?x=redacted"),
        ("?x=h%3Fy%3Dh%253F%252574oken%253Ds3cret", "?x=redacted"),
        ("?http%3A%2F%2Fh%2F%3Ftoken%3Ds3cret", "?redacted"),
        ("?a=token&b=1", "?a=token&b=1"),
        ("?a=http%3A%2F%2Fh%2Ftoken%3Fb%3D1", "?a=http%3A%2F%2Fh%2Ftoken%3Fb%3D1"),
        ("?token", "?token"),
    ],
)
def test_what_lets_somebody_in_is_not_kept_of_a_query_either(world: World, query: str, kept: str) -> None:
    """Which is where it does not belong."""
    world.api("GET", WORKER.path + query)

    assert "s3cret" not in json.dumps(world.said("/requests"))
    assert last(world)["path"] == f"/v1/{WORKER.path}{kept}"


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("http://x/?admin_token=s3cret", "http://x/?admin_token=redacted"),
        ("http://x/a?b=1&%61dmin_token=s3cret&c=2", "http://x/a?b=1&%61dmin_token=redacted&c=2"),
        ("http://x/#access_token=s3cret", "http://x/#access_token=redacted"),
        ("http://x/?back=http%3A%2F%2Fy%2F%3Ftoken%3Ds3cret", "http://x/?back=redacted"),
        ("http%3A%2F%2Fx%2F%3Ftoken%3Ds3cret", "redacted"),
        ("</?page=2&api_key=s3cret>; rel=next", "</?page=2&api_key=redacted; rel=next"),
        ("http://x/token?a=b", "http://x/token?a=b"),
        ("text/html;q=0.9, */*;q=0.8", "text/html;q=0.9, */*;q=0.8"),
    ],
)
@pytest.mark.parametrize("name", ["Referer", "X-Original-URL"])
def test_what_lets_somebody_in_is_not_kept_of_a_url_in_a_header(world: World, name: str, value: str, kept: str) -> None:
    """Browsers send the whole address of a page of the same origin; the rest of it says where a request comes from."""
    world.api("GET", WORKER.path, headers={name: value})

    assert "s3cret" not in json.dumps(world.said("/requests"))
    assert last(world)["request"]["headers"][name.lower()] == kept


def test_secrets_are_looked_for_in_linear_time() -> None:
    """However a query is escaped, and whatever it repeats."""
    for piece in (b"token", b"%25", b"%3F", b"=", b"?", b"%26token", b"a=b;"):
        taken = []
        for length in (16 << 10, 64 << 10):
            scope = {"path": "/", "raw_path": b"/", "query_string": piece * (length // len(piece))}
            began = time.thread_time()
            telling.path(scope)
            taken.append(time.thread_time() - began)
        assert taken[1] < 0.01 + 10 * taken[0], piece


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "violation"),
    [
        ("GET", WORKER.path, {}, 200, False),
        ("HEAD", WORKER.path, {}, 200, False),
        ("POST", "patient_tasks", {"json": TASK.body}, 201, False),
        ("GET", f"workers/{NOBODY}", {}, 404, False),
        ("POST", "patient_tasks", {"json": {"user_id": NOBODY, "task_type": "x"}}, 404, False),
        ("POST", "external_ids", {"json": CALLS["external_ids_update"].body}, 201, False),
        ("GET", "workers/17", {}, 400, True),
        ("GET", f"{WORKER.path}?page=2", {}, 400, True),
        ("POST", "patient_tasks", {"json": {}}, 400, True),
        ("POST", "patient_tasks", {"content": b"{", "headers": JSON}, 400, True),
        ("POST", "patient_tasks", {"content": b"{}"}, 415, True),
        ("POST", "patient_tasks", {"json": {"user_id": "x" * (1 << 20)}}, 413, True),
        ("PUT", f"calendar_events/{A}", {"json": {"end_time": "2000-01-01T00:00:00.000000+00:00"}}, 400, True),
        ("PATCH", WORKER.path, {}, 405, True),
        ("GET", "workers", {}, 404, True),
        ("GET", WORKER.path, {"headers": {"Prefer": "code=400"}}, 400, False),
        ("GET", WORKER.path, {"headers": {"Prefer": "code=418"}}, 400, True),
        ("GET", "workers/00000000-0000-4000-8000-000000400001", {}, 400, False),
    ],
)
def test_a_violation_is_a_request_that_breaks_the_contract(
    world: World, method: str, path: str, sent: dict[str, Any], status: int, violation: bool
) -> None:
    """Its path, method, media type or form, or a rule; not that a record is not there, nor an error that is steered."""
    answer = world.api(method, path, **sent)
    told = last(world)

    assert answer.status_code == told["status"] == status
    assert told["violation"] == violation
    assert world.said("/requests/count") == {"count": 1, "violations": int(violation), "forgotten": 0}


def test_a_value_that_is_taken_is_no_violation(world: World) -> None:
    """The second one of it is refused, and nobody broke the contract."""
    for status in (201, 409):
        assert CALLS["external_ids_create"].ask(world).status_code == status
    assert [each["violation"] for each in journal(world)] == [False, False]


def test_requests_that_match_no_operation_are_near_misses(world: World) -> None:
    """With up to three operations that may have been meant, the likest first, and why they are other."""
    asked = [
        ("POST", "patient_task", "patient_tasks_create", "the path is /v1/patient_tasks"),
        (
            "POST",
            "patient_tasks/",
            "patient_tasks_create",
            "the path is /v1/patient_tasks, without the slash at its end",
        ),
        ("GET", f"worker/{A}", "workers_get", "the path is /v1/workers/{id}"),
        (
            "GET",
            f"Workers/{A.upper()}/",
            "workers_get",
            "the path is /v1/workers/{id}, without the slash at its end, in lower case",
        ),
        ("PATCH", f"patients/{A}", "patients_update", "the method is PUT"),
        ("DELETE", f"calendars/{A}", "calendars_get", "the method is GET"),
        ("GET", f"phone-numbers/{A}?x=1", "phone_numbers_get", "the path is /v1/phone_numbers/{id}"),
    ]
    for method, path, *_ in asked:
        world.api(method, path)
    WORKER.ask(world)
    world.api("GET", "workers/17")
    misses = world.said("/requests/near_misses")["near_misses"]

    assert [each["request"]["id"] for each in misses] == [*range(1, len(asked) + 1)]
    assert [each["request"] for each in misses] == journal(world)[: len(asked)]
    assert [(each["nearest"][0]["operation"], each["nearest"][0]["why"]) for each in misses] == [
        (operation, why) for *_, operation, why in asked
    ]
    assert all(1 <= len(each["nearest"]) <= 3 for each in misses)


def test_a_path_without_v1_is_a_near_miss(world: World) -> None:
    """In the sandbox that the request names, or in `default`; the answer says what was meant."""
    asked = [
        ("POST", "/patients", "patients_create", "/v1/patients"),
        ("GET", f"/workers/{A}", "workers_get", "/v1/workers/{id}"),
        ("GET", "/api/v1/workers/17?x=1", "workers_get", "/v1/workers/{id}"),
        ("GET", "/v2/phone_number/12", "phone_numbers_get", "/v1/phone_numbers/{id}"),
    ]
    for method, path, _, meant in asked:
        answer = world.mock.ask(method, path, headers={"X-Mock-Sandbox": world.name})
        assert answer.json()["detail"] == f"There is nothing at this path. Did you mean {meant}?"
    misses = world.said("/requests/near_misses")["near_misses"]

    assert [each["request"]["path"] for each in misses] == [path for _, path, *_ in asked]
    assert [each["nearest"][0]["operation"] for each in misses] == [operation for *_, operation, _ in asked]


PAGES = [
    "/",
    "/docs",
    "/docs/boot.js",
    "/docs/x",
    "/openapi.json",
    "/openapi.yml",
    "/problems",
    "/problems/x",
    "/problem",
]
ASKED_BY_BROWSERS = [
    *("/favicon.ico", "/favicon.svg", "/robots.txt", "/sitemap.xml", "/manifest.json", "/site.webmanifest", "/sw.js"),
    *("/apple-touch-icon.png", "/apple-touch-icon-precomposed.png", "/index.html", "/service-worker.js", "/api"),
    *("/.well-known/appspecific/com.chrome.devtools.json", "/.well-known/security.txt", "/browserconfig.xml", "/login"),
]
CONTROL = ["/_mock", "/_mock/sandbox", "/_mock/sandboxes/x/request", "/_mock/health"]


@pytest.mark.parametrize("path", [*PAGES, *ASKED_BY_BROWSERS, *CONTROL])
def test_what_was_not_meant_for_the_api_is_no_miss(world: World, path: str) -> None:
    """Pages, what browsers ask for by themselves, and the control plane."""
    for method in ("GET", "POST"):
        world.mock.ask(method, path, headers={"X-Mock-Sandbox": world.name})

    assert journal(world) == []


def test_who_is_not_let_in_leaves_no_trace(make_mock: Callable[..., Checked]) -> None:
    """What is asked without the token that a server demands is in no journal, wherever it leads."""
    mock = make_mock(guard=Guard(demands_token=True))
    token = {"Authorization": "Bearer alpha"}
    for path in ("/patients", "/v1/patient", "/v1/patients"):
        assert mock.ask("GET", path).status_code in (404, 405)
    assert mock.get("/_mock/sandboxes/default/requests", headers=token).json()["requests"] == []

    mock.ask("GET", "/patients", headers=token)
    assert len(mock.get("/_mock/sandboxes/default/requests", headers=token).json()["requests"]) == 1


@pytest.mark.parametrize("name", ["unmade", "Un made"])
def test_a_request_whose_sandbox_is_refused_is_kept_by_default(make_mock: Callable[..., Checked], name: str) -> None:
    """It breaks the contract, also where it leads nowhere; the name is said, and no sandbox is made."""
    mock = make_mock(strict=True)
    for path in (WORKER.path, "patient"):
        assert mock.get(f"/v1/{path}", headers={"X-Mock-Sandbox": name}).status_code == 400
    told = mock.get("/_mock/sandboxes/default/requests").json()["requests"]
    assert [each["operation"] for each in told] == ["workers_get", None]
    assert [(each["violation"], each["faults"][0]["parameter"]) for each in told] == [(True, "X-Mock-Sandbox")] * 2
    assert all(f"`{name}`" in each["faults"][0]["detail"] for each in told)
    assert [each["name"] for each in mock.get("/_mock/sandboxes").json()["sandboxes"]] == ["default"]


def test_a_request_that_is_like_nothing_is_near_nothing(world: World) -> None:
    """It is told all the same."""
    world.api("PURGE", "q")

    assert [each["nearest"] for each in world.said("/requests/near_misses")["near_misses"]] == [[]]


def test_a_full_journal_of_misses_is_looked_through_in_no_time(world: World) -> None:
    """All thousand of them."""

    async def ask() -> None:
        for number in range(1000):
            await Asking(world.mock.app, f"/s/{world.name}/v1/patient_task/{number}").answered()

    asyncio.run(ask())
    began = time.process_time()
    assert len(world.said("/requests/near_misses")["near_misses"]) == 1000
    assert time.process_time() - began < 5


@pytest.fixture
def asked(world: World) -> World:
    """A world that was asked six times, by two."""
    web, batch = {"X-Mock-Consumer": "web-app"}, {"X-Mock-Consumer": "batch"}
    world.api("POST", "patient_tasks", json=TASK.body, headers=web)
    world.api("POST", "patient_tasks", json={"user_id": SEUN, "task_type": "weekly_check_in"}, headers=batch)
    world.api("POST", "patient_tasks", json={}, headers=web)
    world.api("GET", f"workers/{A}?page=2", headers=batch)
    world.api("GET", "worker", headers=web)
    world.api("POST", "custom_data_type_records", json=RECORD, headers=web | {"X-Trace": "7"})
    return world


RECORD = {"user_id": A, "type_name": "allergy", "body": {"substances": [{"name": "pollen", "since": 2019}, "dust"]}}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [1, 2, 3, 4, 5, 6]),
        ("operation=patient_tasks_create", [1, 2, 3]),
        ("status=400", [3, 4]),
        ("violations=true", [3, 4, 5]),
        ("violations=false", [1, 2, 6]),
        ("consumer=batch", [2, 4]),
        ("consumer=batch&violations=true", [4]),
        ("operation=patient_tasks_create&status=201&consumer=web-app&violations=false", [1]),
        ("operation=nonsense", []),
        ("status=599", []),
        ("consumer=Batch", []),
        ("after=4", [5, 6]),
        ("after=0", [1, 2, 3, 4, 5, 6]),
        ("after=99", []),
    ],
)
def test_requests_are_listed_and_counted_by_what_they_are(asked: World, query: str, found: list[int]) -> None:
    """All that is said has to be so."""
    assert [each["id"] for each in journal(asked, f"?{query}")] == found
    if "after" not in query:
        violations = {3, 4, 5} & {*found}
        said = asked.said(f"/requests/count?{query}")
        assert said == {"count": len(found), "violations": len(violations), "forgotten": 0}


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("status=abc", "status"),
        ("status=99", "status"),
        ("violations=yes", "violations"),
        ("violations=", "violations"),
        ("consumer=", "consumer"),
        ("operation=", "operation"),
        ("after=-1", "after"),
        ("after=x", "after"),
        ("after=99999999999999999999999", "after"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("page=1", "page"),
    ],
)
def test_a_query_that_makes_no_sense_is_refused(world: World, query: str, parameter: str) -> None:
    """And says which parameter it is."""
    answer = world.ask("GET", f"/requests?{query}")

    assert faults(answer) == [("parse_exception", parameter)]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 6, 7])
def test_requests_are_listed_page_by_page(asked: World, limit: int) -> None:
    """Each exchange once, whatever fits; `next` is null at the end alone."""
    for query, all_ in (("", [1, 2, 3, 4, 5, 6]), ("&violations=true", [3, 4, 5])):
        found: list[int] = []
        after: int | None = 0
        while after is not None:
            page = asked.said(f"/requests?limit={limit}&after={after}{query}")
            found += [each["id"] for each in page["requests"]]
            after = page["next"]
            assert 1 <= len(page["requests"]) <= limit
        assert found == all_


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, [1, 2, 3, 4, 5, 6]),
        ({"operation": "patient_tasks_create"}, [1, 2, 3]),
        ({"operation": None}, [5]),
        ({"method": "GET"}, [4, 5]),
        ({"method": "get"}, []),
        ({"status": 201}, [1, 2, 6]),
        ({"status": None}, []),
        ({"consumer": "batch"}, [2, 4]),
        ({"consumer": None}, []),
        ({"path": "/v1/patient_tasks"}, [1, 2, 3]),
        ({"path": "/v1/*"}, [1, 2, 3, 4, 5, 6]),
        ({"path": "*_t*_*"}, [6]),
        ({"path": "*"}, [1, 2, 3, 4, 5, 6]),
        ({"path": "**"}, [1, 2, 3, 4, 5, 6]),
        ({"path": "/v1/worker*"}, [4, 5]),
        ({"path": "/v1/worker*?page=*"}, [4]),
        ({"path": "/v1/workers/*"}, [4]),
        ({"path": "*worker"}, [5]),
        ({"path": "/v1/patient.tasks"}, []),
        ({"path": "/v1/[pw]*"}, []),
        ({"path": "/v1/worke?"}, []),
        ({"path": "/V1/worker"}, []),
        ({"path": "v1/worker"}, []),
        ({"path": f"/s/*/v1/workers/{A}"}, []),
        ({"body": {"user_id": A}}, [1, 6]),
        ({"body": {}}, [1, 2, 3, 6]),
        ({"body": {"body": {"substances": [{"name": "pollen"}]}}}, [6]),
        ({"body": {"body": {"substances": ["dust", {"since": 2019}]}}}, [6]),
        ({"body": {"body": {"substances": ["pollen"]}}}, []),
        ({"body": {"body": {"substances": [{"since": "2019"}]}}}, []),
        ({"headers": {"X-TRACE": "7"}}, [6]),
        ({"headers": {"x-trace": "8"}}, []),
        ({"headers": {"content-type": "application/json", "x-mock-consumer": "batch"}}, [2]),
        ({"method": "POST", "path": "*tasks", "status": 201, "body": {"task_type": "weekly_check_in"}}, [2]),
    ],
)
def test_requests_are_found_by_what_they_had(asked: World, wanted: dict[str, Any], found: list[int]) -> None:
    """All that is said has to be so; a `*` in a path is anything."""
    assert find(asked, **wanted) == found


@pytest.mark.parametrize(
    ("wanted", "pointer"),
    [
        ({"bogus": 1}, "/bogus"),
        ({"status": "201"}, "/status"),
        ({"body": []}, "/body"),
        ({"headers": {"a": 1}}, "/headers/a"),
        ({"method": ""}, "/method"),
        ({"path": ""}, "/path"),
        ({"path": None}, "/path"),
        ({"id": 1}, "/id"),
    ],
)
def test_a_search_that_makes_no_sense_is_refused(world: World, wanted: dict[str, Any], pointer: str) -> None:
    """And says what of it."""
    assert faults(world.ask("POST", "/requests/find", json=wanted)) == [("parse_exception", pointer)]


def test_a_search_knows_an_id_in_either_case(asked: World) -> None:
    """D-35: in the path and in the body."""
    assert find(asked, path=f"/v1/workers/{A.upper()}*") == find(asked, path=f"/v1/workers/{A}*") == [4]
    assert find(asked, body={"user_id": SEUN.upper()}) == find(asked, body={"user_id": SEUN}) == [2]


def test_a_search_with_many_wildcards_takes_no_time(world: World) -> None:
    """Over a long path that does not fit."""
    world.api("GET", "workers/" + "a" * 5000)
    began = time.process_time()

    assert find(world, path="*a" * 60 + "*b") == []
    assert find(world, path="*a" * 60 + "*") == [1]
    assert time.process_time() - began < 1


def test_a_search_finds_the_newest_thousand(world: World) -> None:
    """Which is as many as a journal keeps."""

    async def ask() -> None:
        for _ in range(1003):
            await Asking(world.mock.app, f"/s/{world.name}/v1/{WORKER.path}").answered()

    asyncio.run(ask())
    assert find(world) == [*range(4, 1004)]
    assert world.said("/requests/count") == {"count": 1000, "violations": 0, "forgotten": 3}
    assert [each["id"] for each in journal(world, "?limit=2")] == [4, 5]
    assert [world.ask("GET", f"/requests/{number}").status_code for number in (3, 4, 1003, 1004)] == [
        404,
        200,
        200,
        404,
    ]
    assert world.said("/requests?limit=1000&after=1")["next"] is None


def test_a_journal_keeps_eight_mebibytes(world: World) -> None:
    """Large bodies make the oldest room; what one takes, its answer takes as well."""
    call = CALLS["custom_data_type_records_create"]
    large = call._replace(body=(call.body or {}) | {"body": {"text": "x" * (1 << 19)}})
    for _ in range(12):
        assert large.ask(world).status_code == 201

    said = world.said("/requests/count")
    assert said["count"] + said["forgotten"] == 12
    assert 6 <= said["count"] <= 8


def test_an_exchange_counts_for_more_than_what_was_sent(make_mock: Callable[..., Checked]) -> None:
    """However little that is, it takes two kilobytes of the memory that journals may have."""
    world = make_mock(bounds=Bounds(journals=20_000)).world("x")
    for _ in range(20):
        WORKER.ask(world)
    assert 1 <= world.said("/requests/count")["count"] <= 10


def test_journals_have_a_bound_together(make_mock: Callable[..., Checked]) -> None:
    """The one that was longest asked nothing makes room first; a sandbox that is gone, or was emptied, takes none."""
    mock = make_mock(bounds=Bounds(journals=20_000))
    worlds = [mock.world(name) for name in "abc"]
    a, b, c = worlds
    for world in (b, *worlds, b, a):
        WORKER.ask(world)
    before = [world.said("/requests/count") for world in worlds]
    assert [each["count"] for each in before] == [2, 3, 1]
    while (said := b.said("/requests/count"))["count"] == 3:
        WORKER.ask(a)
        assert a.said("/requests/count")["forgotten"] == 0

    assert (c.said("/requests/count")["count"], c.said("/requests/count")["forgotten"]) == (0, 1)
    assert (said["count"], said["forgotten"]) == (2, 1)
    assert journal(b)[0]["id"] == 2
    assert a.ask("GET", "/requests/1").status_code == 200
    WORKER.ask(c)
    b.told("DELETE", "")
    c.told("DELETE", "/requests")
    kept = a.said("/requests/count")["count"]
    WORKER.ask(a)
    assert a.said("/requests/count") == {"count": kept + 1, "violations": 0, "forgotten": 0}


def test_large_headers_and_paths_count_as_well(shared_mock: Checked, world: World) -> None:
    """Nobody can have a journal take more by saying it elsewhere."""

    async def ask() -> None:
        for _ in range(40):
            await Asking(shared_mock.app, f"/s/{world.name}/v1/{'x' * 200_000}", (b"x", b"y" * 60_000)).answered()

    asyncio.run(ask())
    said = world.said("/requests/count")
    assert said["count"] + said["forgotten"] == 40
    assert said["count"] <= 33


def test_many_small_headers_count_as_well(shared_mock: Checked, world: World) -> None:
    """Each takes more than its bytes."""

    async def ask() -> None:
        for _ in range(10):
            headers = [(b"x-%d" % number, b"") for number in range(8000)]
            await Asking(shared_mock.app, f"/s/{world.name}/v1/{WORKER.path}", *headers).answered()

    asyncio.run(ask())
    assert world.said("/requests/count")["count"] <= 5


def test_an_emptied_journal_goes_on_counting(asked: World) -> None:
    """Its numbers; what had to make room is forgotten, too."""
    assert asked.ask("DELETE", "/requests").status_code == 204
    assert journal(asked) == []
    assert asked.said("/requests/count") == {"count": 0, "violations": 0, "forgotten": 0}
    assert asked.ask("GET", "/requests/6").status_code == 404
    assert asked.ask("DELETE", "/requests").status_code == 204
    WORKER.ask(asked)
    assert [each["id"] for each in journal(asked)] == [7]
    assert asked.said("/requests/7")["path"] == f"/v1/{WORKER.path}"
    assert asked.ask("GET", "/requests/6").status_code == asked.ask("GET", "/requests/8").status_code == 404


@pytest.mark.parametrize(("number", "status"), [("1", 404), ("0", 400), ("x", 400), ("-1", 400), ("9" * 5000, 400)])
def test_a_request_that_is_not_there_is_not_found(world: World, number: str, status: int) -> None:
    """And what is no number is refused."""
    answer = world.ask("GET", f"/requests/{number}")

    assert answer.status_code == status
    assert faults(answer)[0][1] == "request"


def test_what_is_not_of_the_api_is_not_kept(shared_mock: Checked, world: World) -> None:
    """The control plane, the pages, and `OPTIONS`, wherever it is asked."""
    to = {"X-Mock-Sandbox": world.name}
    world.said("/requests")
    world.ask("GET", "/nonsense", headers=to)
    for path in ("/", "/openapi.json", "/nonsense", "/_mock/sandboxes"):
        shared_mock.get(path, headers=to)
    world.api("OPTIONS", WORKER.path)
    preflight = {"Origin": "http://localhost", "Access-Control-Request-Method": "GET"}
    world.api("OPTIONS", WORKER.path, headers=preflight)

    assert journal(world) == []


def test_what_is_turned_away_at_the_door_is_not_kept(make_mock: Any) -> None:
    """One without the token that is demanded, one with headers that are too large."""
    mock = make_mock(guard=Guard(demands_token=True))
    world = World(mock, "default")
    token = {"Authorization": "Bearer x"}

    assert mock.get(f"/v1/{WORKER.path}").status_code == 401
    assert mock.get(f"/v1/{WORKER.path}", headers=token | {"X-Large": "x" * (64 << 10)}).status_code == 431
    assert mock.get(f"/v1/{WORKER.path}", headers=token).status_code == 200
    assert [each["status"] for each in world.ask("GET", "/requests", headers=token).json()["requests"]] == [200]


def test_a_request_is_of_the_sandbox_that_it_names(shared_mock: Checked, world: World) -> None:
    """However it names it; the path is told without."""
    shared_mock.get(f"/v1/{WORKER.path}", headers={"X-Mock-Sandbox": world.name})
    shared_mock.get(f"/v1/{WORKER.path}", headers={"Authorization": f"Bearer sandbox_{world.name}"})
    shared_mock.get(f"/v1/{WORKER.path}", headers={"Cookie": f"mock_sandbox={world.name}"})
    shared_mock.get(f"/s/{world.name}/v1/{WORKER.path}")
    shared_mock.get(f"/s/{world.name}/nonsense")

    assert [each["path"] for each in journal(world)] == [f"/v1/{WORKER.path}"] * 4 + ["/nonsense"]


def test_a_consumer_is_who_it_says_or_its_software(world: World) -> None:
    """Or nobody, if it says neither."""
    world.api("GET", WORKER.path, headers={"X-Mock-Consumer": "web-app", "User-Agent": "browser"})
    world.api("GET", WORKER.path, headers={"User-Agent": "browser"})
    asyncio.run(Asking(world.mock.app, f"/s/{world.name}/v1/{WORKER.path}").answered())

    assert [each["consumer"] for each in journal(world)] == ["web-app", "browser", None]
    assert find(world, consumer=None) == [3]
    assert find(world, consumer="browser") == [2]


def test_an_exchange_was_when_its_request_came(shared_mock: Checked) -> None:
    """By the clock of the sandbox: one that took long was before one that came meanwhile, though it ended later."""
    world = shared_mock.world()

    async def ask() -> None:
        slow = shared_mock.send("GET", f"/s/{world.name}/v1/{WORKER.path}", headers={"Prefer": "wait=0.5"})
        waiting = asyncio.create_task(slow)
        for _ in range(100):
            await asyncio.sleep(0)  # it has come, and waits
        await shared_mock.send("POST", f"/_mock/sandboxes/{world.name}/clock/advance", json={"seconds": 60})
        await shared_mock.send("GET", f"/s/{world.name}/v1/{WORKER.path}")
        await waiting

    asyncio.run(ask())
    quick, slow = journal(world)
    assert slow["at"] == AT
    assert quick["at"] == AT.replace("17:30", "17:31")
    assert slow["duration"] >= max(500, quick["duration"])
    world.ask("DELETE")


def test_a_journal_is_of_one_sandbox(shared_mock: Checked, asked: World) -> None:
    """A fork begins without; a reset and a snapshot that is restored leave it; it goes with the sandbox."""
    fork = World(shared_mock, asked.told("POST", "/fork", {})["name"])
    asked.told("POST", "/snapshots", {"name": "s"})
    asked.told("POST", "/snapshots/s/restore")
    asked.told("POST", "/reset")
    assert len(journal(asked)) == 6
    assert journal(fork) == []
    fork.ask("DELETE")
    named = shared_mock.world("remembered")
    WORKER.ask(named)
    named.ask("DELETE")
    again = shared_mock.world("remembered")
    assert journal(again) == []
    again.ask("DELETE")
    assert World(shared_mock, "nobody").ask("GET", "/requests").status_code == 404


def test_a_strange_path_is_told_as_it_was_sent(world: World) -> None:
    """Escapes and all."""
    for path in ("workers/%2F%00%ff", "w%C3%B6rkers?%E2%9C%93=1&&=", "//"):
        world.api("GET", path)

    assert [each["path"] for each in journal(world)] == [
        "/v1/workers/%2F%00%ff",
        "/v1/w%C3%B6rkers?%E2%9C%93=1&&=",
        "/v1///",
    ]


def test_head_is_told_as_head(world: World) -> None:
    """Its operation is that of GET."""
    world.api("HEAD", WORKER.path)

    assert (last(world)["method"], last(world)["operation"]) == ("HEAD", "workers_get")
