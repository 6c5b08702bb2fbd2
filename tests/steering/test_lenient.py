"""The lenient mode: what breaks the contract is served if it can be, and the answer says how it broke it."""

import copy
import json
from collections.abc import Iterator
from random import Random
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from common_apis.serving.app import Settings, create_app
from common_apis.serving.guard import Guard

from ..control.world import Checked, World, done
from ..mock import NOBODY, A, faults
from ..resources.bodies import ANYTHING, FULL
from .calls import CALLS, Call
from .form import Form
from .live import Live

TASK = CALLS["patient_tasks_create"]
EMAIL = CALLS["email_addresses_create"]
WORKER = CALLS["workers_get"]
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="session")
def lenient_mock(contract: dict[str, Any], form: Form) -> Checked:
    """A lenient mock, for tests that keep to sandboxes of their own."""
    return Checked(create_app(Settings(lenient=True), contract), form)


@pytest.fixture
def lenient(lenient_mock: Checked) -> Iterator[World]:
    """A fresh world of it, its clock standing still."""
    world = lenient_mock.world()
    yield world
    world.ask("DELETE")


def with_fields(call: Call, **fields: Any) -> Call:
    """A request with further fields."""
    return call._replace(body=(call.body or {}) | fields)


def broken(answer: httpx.Response) -> tuple[int, list[str]] | None:
    """How often and where a request broke the contract, as the answer to it says."""
    said = answer.headers.get("X-Mock-Violations")
    if said is None:
        return None
    count, _, places = said.partition(": ")
    return int(count), [unquote(place) for place in places.split(", ")]


def last(world: World) -> dict[str, Any]:
    """The latest exchange of a world."""
    found: dict[str, Any] = world.said("/requests?limit=1000")["requests"][-1]
    return found


SERVED: list[tuple[Call, dict[str, Any], list[str]]] = [
    (with_fields(TASK, bogus=1), {}, ["/bogus"]),
    (with_fields(TASK, bogus=1, id=NOBODY, created_at="today"), {}, ["/bogus", "/created_at", "/id"]),
    (with_fields(EMAIL, verified="yes"), {}, ["/verified"]),
    (with_fields(EMAIL, verified=None, friendly_name=7), {}, ["/friendly_name", "/verified"]),
    (with_fields(CALLS["patients_create"], state="Kalifornien"), {}, ["/state"]),
    (with_fields(CALLS["patients_create"], external_ids={"Not Snake": "1"}), {}, ["/external_ids/Not Snake"]),
    (with_fields(CALLS["patients_create"], coach_id="17"), {}, ["/coach_id"]),
    (with_fields(CALLS["messages_create"], send_time="2300-01-01T00:00:00.000000+00:00"), {}, ["/send_time"]),
    (CALLS["patients_update"]._replace(body={"phase": 1, "first_name": "Zoë"}), {}, ["/phase"]),
    (CALLS["patients_update"]._replace(body={"bogus": 1}), {}, ["/bogus"]),
    (TASK, {"params": {"page": "2"}}, ["page"]),
    (WORKER, {"params": {"page": "2", "limit": "x"}}, ["limit", "page"]),
    (TASK, {"headers": {"Content-Type": "text/plain"}}, ["Content-Type"]),
    (TASK, {"headers": {"Content-Type": "application/json; charset=latin-1"}}, ["Content-Type"]),
    (TASK, {"headers": {"Content-Encoding": "gzip"}}, ["Content-Encoding"]),
    (
        with_fields(TASK, bogus=1),
        {"headers": {"Content-Type": "text/plain"}, "params": {"page": "2"}},
        ["/bogus", "Content-Type", "page"],
    ),
]


@pytest.mark.parametrize(("call", "sent", "places"), SERVED)
def test_what_breaks_the_contract_is_served_and_told(
    lenient: World, world: World, call: Call, sent: dict[str, Any], places: list[str]
) -> None:
    """As if it had not been sent; a mock that is not lenient refuses it for just that."""
    answer, refused = call.ask(lenient, **sent), call.ask(world, **sent)

    assert answer.status_code in (200, 201)
    count, where = broken(answer) or (0, [])
    assert (count, sorted(where)) == (len(places), places)
    assert refused.status_code in (400, 415)
    assert {place for _, place in faults(refused)} <= {*places}
    assert broken(refused) is None


def test_what_breaks_the_contract_is_left_out(lenient: World) -> None:
    """An optional value that is none is as if it were not there, and so is a field that there is not."""
    whole = {"verified": "yes", "friendly_name": "at work", "bogus": 1}
    made = done(with_fields(EMAIL, **whole).ask(lenient))

    assert (made["verified"], made["friendly_name"]) == (False, "at work")
    assert "bogus" not in made
    assert lenient.record("email_addresses", made["id"]) == made


def test_the_journal_has_what_was_served(lenient: World) -> None:
    """Its faults, as a refusal would have said them, and that it broke the contract; it was committed."""
    with_fields(TASK, bogus=1).ask(lenient, params={"page": "2"})
    told = last(lenient)

    assert (told["status"], told["violation"], told["commit"]) == (201, True, 1)
    assert sorted(each.get("pointer", each.get("parameter")) for each in told["faults"]) == ["/bogus", "page"]
    assert told["request"]["body"]["bogus"] == 1
    assert told["response"]["headers"]["x-mock-violations"].startswith("2: ")
    TASK.ask(lenient)
    assert (last(lenient)["faults"], last(lenient)["violation"]) == ([], False)


def test_the_journal_has_what_the_state_refuses_as_well(lenient: World) -> None:
    """The answer says only why it is refused; the journal says that the request broke the contract, too."""
    answer = with_fields(TASK, bogus=1, user_id=NOBODY).ask(lenient)
    told = last(lenient)

    assert faults(answer) == [("resource_not_found", "/user_id")]
    assert [each["pointer"] for each in told["faults"]] == ["/bogus", "/user_id"]
    assert told["violation"] is True


REFUSED: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "patient_tasks", {"json": {"user_id": A}}),
    ("POST", "patient_tasks", {"json": {"user_id": A, "bogus": 1}}),
    ("POST", "patient_tasks", {"json": {"user_id": "17", "task_type": "x"}}),
    ("POST", "patient_tasks", {"json": {"user_id": A, "task_type": None}}),
    ("POST", "patient_tasks", {"json": []}),
    ("POST", "patient_tasks", {"json": "text"}),
    ("POST", "patient_tasks", {"content": b"{", "headers": JSON}),
    ("POST", "patient_tasks", {"content": b"", "headers": JSON}),
    ("POST", "patient_tasks", {"content": b'{"user_id": "\xff"}', "headers": JSON}),
    ("POST", "patient_tasks", {"content": b'{"a":' * 99 + b"1" + b"}" * 99, "headers": JSON}),
    ("POST", "patient_tasks", {"json": {"user_id": "x" * (1 << 20)}}),
    ("GET", "workers/17", {}),
    ("GET", "workers/17?page=2", {}),
    ("PUT", "patients/17", {"json": {}}),
    ("PUT", f"patients/{NOBODY}", {"json": {}}),
    ("PUT", f"calendar_events/{A}", {"json": {"end_time": "2000-01-01T00:00:00.000000+00:00"}}),
    ("PATCH", f"patients/{A}", {"json": {}}),
    ("GET", "patient", {}),
]


@pytest.mark.parametrize(("method", "path", "sent"), REFUSED)
def test_what_cannot_be_served_is_refused_as_ever(
    lenient: World, world: World, method: str, path: str, sent: dict[str, Any]
) -> None:
    """Something that is required is missing or malformed, it is no object, or the state of the world forbids it."""
    answer, usual = lenient.api(method, path, **sent), world.api(method, path, **sent)

    assert answer.status_code == usual.status_code >= 400
    assert faults(answer) == faults(usual)
    assert broken(answer) is None
    assert lenient.said()["commits"] == 0


def test_a_wrong_media_type_of_what_is_not_json_is_refused(lenient: World) -> None:
    """With both of its faults."""
    answer = lenient.api("POST", "patient_tasks", content=b"user_id=17", headers={"Content-Type": "text/plain"})

    assert answer.status_code == 400
    assert faults(answer) == [("unsupported_media_type", "Content-Type"), ("parse_exception", "")]


def test_what_keeps_to_the_contract_is_answered_as_ever(lenient: World, world: World) -> None:
    """Byte by byte, for every operation."""
    for id, call in CALLS.items():
        answer, usual = call.ask(lenient), call.ask(world)

        assert (answer.status_code, answer.content) == (usual.status_code, usual.content), id
        assert broken(answer) is None


def test_the_control_plane_is_not_lenient(lenient: World) -> None:
    """Who steers a mock is told of each slip."""
    assert lenient.ask("PUT", "/clock", json={"frozen": True, "bogus": 1}).status_code == 400
    assert lenient.ask("GET", "?page=2").status_code == 400
    assert lenient.ask("POST", "/faults", json={"status": 503, "bogus": 1}).status_code == 400


def test_nobody_is_let_in_who_would_not_be_otherwise(contract: dict[str, Any], form: Form) -> None:
    """A token that is demanded is demanded."""
    mock = Checked(create_app(Settings(lenient=True, guard=Guard(demands_token=True)), contract), form)

    assert mock.get(f"/v1/{WORKER.path}").status_code == 401


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("a\r\nSet-Cookie: x", "/a%0D%0ASet-Cookie%3A%20x"),
        ("Zo\xeb \u2713", "/Zo%C3%AB%20%E2%9C%93"),
        ("a/b", "/a~1b"),
        ("~", "/~0"),
        ("", "/"),
        ("a, b", "/a%2C%20b"),
        ("\x00\x7f", "/%00%7F"),
        ("100%", "/100%25"),
    ],
)
def test_a_field_of_any_name_can_be_told(lenient: World, field: str, told: str) -> None:
    """As a pointer in a URI has it; no name breaks the header."""
    answer = TASK._replace(body=(TASK.body or {}) | {field: 1}).ask(lenient)

    assert answer.status_code == 201
    assert answer.headers["X-Mock-Violations"] == f"1: {told}"


def test_very_many_fields_or_long_ones_are_served_as_well(lenient: World) -> None:
    """The header does not grow with them."""
    for fields in ({f"field_{number}": 1 for number in range(2000)}, {"x" * 50_000: 1}, {"\u2713" * 5000: 1}):
        answer = TASK._replace(body=(TASK.body or {}) | fields).ask(lenient)

        assert answer.status_code == 201
        assert 10 < len(answer.headers["X-Mock-Violations"]) <= 1000


def test_a_steered_answer_tells_of_it_as_well(lenient: World) -> None:
    """Whoever decides, the request broke the contract."""
    preferred = with_fields(TASK, bogus=1).preferring(lenient, "code=201")
    slow = with_fields(CALLS["patients_create"], email="flaky@cases.example", bogus=1)

    assert preferred.headers["Preference-Applied"] == "code=201"
    assert broken(preferred) == (1, ["/bogus"])
    assert [slow.ask(lenient).status_code for _ in range(3)] == [503, 503, 201]
    assert [each["violation"] for each in lenient.said("/requests")["requests"]] == [True] * 4


def test_a_page_may_read_of_it(lenient_mock: Checked) -> None:
    """Across origins."""
    answer = lenient_mock.get(f"/v1/{WORKER.path}?page=2", headers={"Origin": "http://localhost:3000"})

    assert answer.headers["X-Mock-Violations"] == "1: page"
    assert "X-Mock-Violations" in answer.headers["Access-Control-Expose-Headers"].split(", ")


def test_head_tells_of_it(lenient: World) -> None:
    """As GET does."""
    answer = lenient.api("HEAD", f"{WORKER.path}?page=2")

    assert (answer.status_code, broken(answer)) == (200, (1, ["page"]))


def test_a_server_can_be_started_so() -> None:
    """By the environment, too; over a connection, no name of a field breaks the answer."""
    with Live("--port", "0", "--quiet", COMMON_APIS_LENIENT="1") as live:
        answer = live.client.post("/v1/patient_tasks", json=(TASK.body or {}) | {"a\nb": 1})

        assert (answer.status_code, answer.headers["X-Mock-Violations"]) == (201, "1: /a%0Ab")
        assert live.said() == ""


def anything(random: Random) -> Any:
    """Some JSON."""
    return copy.deepcopy(random.choice(ANYTHING))


def mutations(random: Random, body: Any) -> Any:
    """A body that is like another one, but for a few places."""
    body = copy.deepcopy(body)
    for _ in range(random.choice([1, 1, 2, 3])):
        if not isinstance(body, dict):
            return body
        name = random.choice([*body, "bogus", "id", "created_at"])
        change = random.randrange(6)
        if change == 0:
            body.pop(name, None)
        elif change == 1:
            body = random.choice([body, body, [body], anything(random)])
        elif change == 2 and isinstance(body.get(name), str):
            body[name] = body[name][:-1] + random.choice(["", "x", "\x00", "\u2028", "9" * 300])
        elif change == 3:
            body[random.choice(["", "\r\n", name.upper(), "x" * 500])] = anything(random)
        else:
            body[name] = anything(random)
    return body


def mutated(random: Random, call: Call) -> tuple[str, str, dict[str, Any]]:
    """A request that is like a valid one, but for some places."""
    path, sent = call.path, {}
    full = FULL.get(call.collection) if call.method == "POST" else call.body
    if call.body is not None:
        body = mutations(random, random.choice([call.body, full]))
        content = json.dumps(body).encode()
        if random.random() < 0.05:
            content = content[: random.randrange(len(content) + 1)]
        kind = random.choice(["application/json"] * 8 + ["text/plain", "", "application/json; charset=x"])
        sent = {"content": content, "headers": {"Content-Type": kind}}
    if random.random() < 0.2:
        path += random.choice(["?page=2", "?%ff=%00", "?a&a&=", "?\u2713=1"])
    if call.id and random.random() < 0.2:
        path = path.replace(call.id, random.choice([call.id.upper(), call.id[:-1], NOBODY, "%00", "17"]))
    return call.method, path, sent


@pytest.mark.parametrize("id", CALLS)
def test_whatever_is_sent_is_served_or_refused_as_declared(lenient: World, world: World, id: str) -> None:
    """Never a 500. What a strict mock grants is granted alike; what it refuses is served and told, or refused, too."""
    random = Random(id)
    for number in range(1, 19):
        method, path, sent = mutated(random, CALLS[id])
        answer, strict = lenient.api(method, path, **sent), world.api(method, path, **sent)

        assert answer.status_code != 500, (method, path, sent)
        if strict.status_code < 400:
            assert (answer.status_code, broken(answer)) == (strict.status_code, None)
        told = lenient.said(f"/requests/{number}")
        served = answer.status_code < 400 and bool(told["faults"])
        assert served == (broken(answer) is not None)
        assert told["violation"] >= served
        if served:
            assert strict.status_code in (400, 415)
            lenient.told("POST", "/reset")
            world.told("POST", "/reset")
