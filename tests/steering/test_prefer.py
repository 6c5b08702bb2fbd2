"""The header `Prefer` (RFC 7240): one request asks for one answer, and gets it if the contract declares it."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from common_apis.serving.guard import Guard

from ..control.world import Checked, World
from ..mock import NOBODY, A, faults
from .asking import Asking
from .calls import CALLS, Answers, Call, same
from .form import Form

STATUSES = (100, 200, 201, 204, 404, 405, 409, 413, 415, 418, 599)
GET = CALLS["workers_get"]
CREATE = CALLS["patient_tasks_create"]


def untouched(world: World) -> bool:
    """Whether nothing was committed in a world."""
    said = world.said()
    return bool((said["commits"], said["counter"], said["changes"]) == (0, 0, 0))


def refused(answer: httpx.Response) -> bool:
    """Whether an answer says that what is preferred cannot be."""
    return answer.status_code == 400 and faults(answer) == [("bad_request", "Prefer")]


def test_there_is_a_request_for_every_operation(world: World, answers: Answers) -> None:
    """What these tests send is granted as it stands, by each of the 29."""
    assert CALLS.keys() == answers.all.keys()
    assert len(CALLS) == 29
    for id, call in CALLS.items():
        assert call.ask(world).status_code == answers.granted(id)[0], id


@pytest.mark.parametrize("id", CALLS)
def test_a_code_is_answered_with_exactly_that_status(world: World, answers: Answers, id: str) -> None:
    """Any that the contract declares, with its headers and the first of its examples; the form is checked of each."""
    for status, examples in answers.all[id].items():
        answer = CALLS[id].preferring(world, f"code={status}")

        assert answer.status_code == status
        assert answer.headers["Preference-Applied"] == f"code={status}"
        assert same(answer, next(iter(examples.values())))
    assert untouched(world)


@pytest.mark.parametrize("id", [A, A.upper(), "00000000-0000-4000-8000-000000404001"])
def test_a_record_that_is_said_not_to_be_there_is_the_one_that_was_asked_for(world: World, id: str) -> None:
    """By a preference or a magic value, in the summary and in the fault."""
    said = GET.having(id).preferring(world, "code=404").json()

    assert said["detail"] == said["errors"][0]["detail"] == f"There is no record with the id `{id.lower()}`."


def test_an_error_that_is_preferred_looks_like_a_real_one(world: World, answers: Answers, form: Form) -> None:
    """Its code, its title and the places that it names are at one, as in any problem document of the mock."""
    for id, call in CALLS.items():
        for status, code in answers.errors(id):
            form.problem.check(call.preferring(world, f"code={status}, example={code}"))


@pytest.mark.parametrize("id", CALLS)
def test_a_code_that_is_not_declared_is_refused(world: World, answers: Answers, id: str) -> None:
    """The refusal names all that are."""
    known = answers.all[id].keys()
    for status in {*STATUSES} - known:
        answer = CALLS[id].preferring(world, f"code={status}")

        assert refused(answer)
        assert f"{id} declares no answer {status}." in answer.json()["detail"]
        assert answer.json()["detail"].endswith(f"It declares {', '.join(map(str, known))}.")
        assert "Preference-Applied" not in answer.headers
    assert untouched(world)


@pytest.mark.parametrize("id", CALLS)
def test_every_example_can_be_asked_for(world: World, answers: Answers, id: str) -> None:
    """By its name, beside its status; one of an answer to a request that is granted also without."""
    granted = answers.granted(id)[0]
    for status, examples in answers.all[id].items():
        for name, example in examples.items():
            for prefer in [f"code={status}, example={name}"] + [f"example={name}"] * (status == granted):
                answer = CALLS[id].preferring(world, prefer)

                assert answer.status_code == status
                assert answer.headers["Preference-Applied"] == prefer
                assert same(answer, example)
    assert untouched(world)


@pytest.mark.parametrize("id", CALLS)
def test_an_example_that_is_not_declared_is_refused(world: World, answers: Answers, id: str) -> None:
    """Also that of another status; the refusal names those of the status that is asked for."""
    granted, examples = answers.granted(id)
    asked = [("example=nonsense", granted), ("example=unauthorized", granted), ("code=401, example=nonsense", 401)]
    asked.append((f"code=401, example={next(iter(examples))}", 401))
    for prefer, status in asked:
        answer = CALLS[id].preferring(world, prefer)

        assert refused(answer), prefer
        assert answer.json()["detail"].endswith(f" for {status}. It has {', '.join(answers.all[id][status])}.")
    assert untouched(world)


@pytest.mark.parametrize("id", CALLS)
def test_a_dynamic_answer_is_made_up_and_follows_from_the_request(
    world: World, shared_mock: Checked, answers: Answers, id: str
) -> None:
    """It has the form of the contract, is no example, is the same in every sandbox, and varies by its seed."""
    drawn = {CALLS[id].preferring(world, f"dynamic=true, seed={seed}").content for seed in range(4)}
    first = CALLS[id].preferring(world, "dynamic=true")
    elsewhere = shared_mock.world()

    assert first.status_code == answers.granted(id)[0]
    assert first.headers["Preference-Applied"] == "dynamic=true"
    assert first.json() not in answers.granted(id)[1].values()
    assert len(drawn | {first.content}) == 5
    assert CALLS[id].preferring(world, "dynamic").content == first.content
    assert CALLS[id].preferring(elsewhere, "dynamic=true").content == first.content
    assert untouched(world)
    elsewhere.ask("DELETE")


EVENT, NUMBER, MESSAGE = (CALLS[id] for id in ("calendar_events_get", "phone_numbers_create", "messages_create"))


def drawn(world: World, call: Call) -> list[dict[str, Any]]:
    """Fifty dynamic answers."""
    return [call.preferring(world, f"dynamic=true, seed={seed}").json() for seed in range(50)]


@pytest.mark.parametrize("id", CALLS)
def test_a_dynamic_answer_was_not_changed_before_it_was_made(world: World, id: str) -> None:
    """Its times are in order."""
    for record in drawn(world, CALLS[id]):
        assert record.get("created_at", "") <= record.get("updated_at", "")


def test_a_dynamic_event_is_of_one_kind(world: World) -> None:
    """D-17: on a day, or from a start to an end after it; there are both."""
    events = drawn(world, EVENT)
    for event in events:
        assert event["is_all_day"] == (event["day"] is not None)
        assert event["is_all_day"] == (event["start_time"] is None) == (event["end_time"] is None)
        assert event["is_all_day"] or event["start_time"] < event["end_time"]

    assert {event["is_all_day"] for event in events} == {True, False}


def test_a_dynamic_phone_number_says_one_thing_twice(world: World) -> None:
    """D-23; and it is not always the same."""
    numbers = drawn(world, NUMBER)

    assert all(each["opted_on_to_phone"] == each["opted_in_to_phone"] for each in numbers)
    assert {each["opted_in_to_phone"] for each in numbers} == {True, False}


def test_a_dynamic_message_that_goes_out_has_a_worker(world: World) -> None:
    """D-08; one that comes in need not."""
    messages = drawn(world, MESSAGE)

    assert all(each["worker_id"] for each in messages if each["direction"] == "outbound")
    assert any(each["worker_id"] is None for each in messages)


def test_a_dynamic_answer_is_the_same_in_another_process(world: World, server_url: str) -> None:
    """Byte by byte, for every operation: nothing is drawn that the request does not say."""
    with httpx.Client(base_url=server_url, headers={"Prefer": "dynamic=true, seed=7"}) as client:
        for id, call in CALLS.items():
            answer = client.request(call.method, f"/v1/{call.path}", json=call.body)

            assert answer.content == call.preferring(world, "dynamic=true, seed=7").content, id


def test_another_request_draws_another_dynamic_answer(world: World) -> None:
    """Another id, or another body."""
    dynamic = "dynamic=true"

    assert GET.preferring(world, dynamic).content != GET.having(NOBODY).preferring(world, dynamic).content
    assert (
        CREATE.preferring(world, dynamic).content
        != CREATE.having("weekly_check_in", "task_type").preferring(world, dynamic).content
    )


def test_an_example_or_an_error_is_not_made_up(world: World, answers: Answers) -> None:
    """`dynamic` is for an answer to a request that is granted, and gives way to an example."""
    for prefer, status, name in (("code=404", 404, "not_found"), ("example=worker", 200, "worker")):
        answer = GET.preferring(world, f"dynamic=true, {prefer}")

        assert same(answer, answers.all["workers_get"][status][name])


def test_dynamic_can_be_declined(world: World) -> None:
    """Then the state answers."""
    answer = GET.preferring(world, "dynamic=false")

    assert answer.headers["Preference-Applied"] == "dynamic=false"
    assert answer.content == GET.ask(world).content


@pytest.mark.parametrize("prefer", ["wait=0.2", "code=503, wait=0.2", "dynamic=true, wait=0.2"])
def test_an_answer_is_waited_for(world: World, prefer: str) -> None:
    """For so many seconds, whoever makes it."""
    began = time.monotonic()
    answer = GET.preferring(world, prefer)

    assert time.monotonic() - began >= 0.2
    assert answer.headers["Preference-Applied"] == prefer
    assert answer.status_code == (503 if "503" in prefer else 200)


@pytest.mark.parametrize("seconds", ["1", "60", "60.0", "59.999"])
def test_an_answer_may_be_waited_for_up_to_a_minute(shared_mock: Checked, seconds: str) -> None:
    """It is not refused; it takes its time."""

    async def impatient() -> None:
        sent = shared_mock.send("GET", f"/v1/workers/{A}", headers={"Prefer": f"wait={seconds}"})
        await asyncio.wait_for(sent, 0.1)

    with pytest.raises(TimeoutError):
        asyncio.run(impatient())


@pytest.mark.parametrize(
    "prefer",
    [
        *("wait=61", "wait=60.001", "wait=100", "wait=-1", "wait=1e1", "wait=", "wait", "wait=soon", "wait=0.0001"),
        *("wait=nan", "wait=inf", "wait=\xb2", 'wait="1 "', "wait=0x1", "wait=1.", "wait=.5", "wait=1_0"),
        *(
            "code=",
            "code",
            "code=99",
            "code=600",
            "code=abc",
            "code=4040",
            "code=404.0",
            "code=+404",
            "code=\xb2\xb0\xb0",
        ),
        *("example=", "example", 'example=""', 'code=""', "code=;example=x", "respond-async, code=x", "wait=120"),
        *("dynamic=yes", "dynamic=1", "dynamic=0", 'dynamic="true "', "wait=0, code=x", "x=y, dynamic=maybe"),
    ],
)
def test_a_preference_that_makes_no_sense_is_refused(world: World, prefer: str) -> None:
    """And nothing is done."""
    answer = world.api("POST", "patient_tasks", json=CREATE.body, headers={"Prefer": prefer.encode("latin-1")})

    assert refused(answer)
    assert "Expected" in answer.json()["detail"]
    assert untouched(world)


@pytest.mark.parametrize(
    ("headers", "status", "applied"),
    [
        (["code=404"], 404, "code=404"),
        (['code="404"'], 404, "code=404"),
        (["CODE=404"], 404, "code=404"),
        (["Code = 404"], 404, "code=404"),
        (["  code=404  "], 404, "code=404"),
        (["code=404;example=x"], 404, "code=404"),
        (['code=404; a="b, code=500"'], 404, "code=404"),
        (["code=404, code=503"], 404, "code=404"),
        (["code=404, code=nonsense"], 404, "code=404"),
        (["code=404", "code=503"], 404, "code=404"),
        (["wait=0", "code=404"], 404, "wait=0, code=404"),
        (["respond-async, handling=lenient, code=404"], 404, "code=404"),
        (['foo="a, code=503", code=404'], 404, "code=404"),
        (['foo="a\\", code=503", code=404'], 404, "code=404"),
        ([",,, code=404,,"], 404, "code=404"),
        (["dynamic=TRUE"], 200, "dynamic=true"),
        (["Dynamic"], 200, "dynamic=true"),
        (["DYNAMIC=False"], 200, "dynamic=false"),
        (['seed="a \\"b\\", c", dynamic'], 200, 'seed="a \\"b\\", c", dynamic=true'),
        (["respond-async", "return=minimal"], 200, None),
        (["respond-async, wait=120"], 200, None),
        (["wait=120", "Respond-Async;x=y"], 200, None),
        (["wait=60, respond-async"], 200, None),
        (["respond-async, wait=soon, code=404"], 404, "code=404"),
        (['foo="respond-async", wait=0'], 200, "wait=0"),
        (["dynamic="], 200, "dynamic=true"),
        (['dynamic=""'], 200, "dynamic=true"),
        (["handling=strict;wait=x, wait=0;foo=bar"], 200, "wait=0"),
        (['foo="a, code=503"'], 200, None),
        (['foo="never closed, code=503'], 200, None),
        (["codes=503"], 200, None),
        ([""], 200, None),
        (["=code=503"], 503, "code=503"),
        (['"'], 200, None),
    ],
)
def test_preferences_are_read_as_the_rfc_has_them(
    shared_mock: Checked, headers: list[str], status: int, applied: str | None
) -> None:
    """Any case, quoted or not, in several headers, the first of a name counts, and unknown ones are passed over."""
    answer = shared_mock.get(f"/v1/workers/{A}", headers=[("Prefer", each) for each in headers])

    assert (answer.status_code, answer.headers.get("Preference-Applied")) == (status, applied)


@pytest.mark.parametrize(
    "prefer", ['"' + " " * 60_000 + '"', "a" + '\\"' * 30_000, 'a="' * 20_000, "a," * 30_000, "=;" * 30_000]
)
def test_a_long_header_is_read_in_no_time(world: World, prefer: str) -> None:
    """However it is made: no text is looked at again and again."""
    began = time.process_time()

    assert GET.preferring(world, prefer).status_code == 200
    assert time.process_time() - began < 1


def test_very_many_headers_are_read_in_no_time(shared_mock: Checked) -> None:
    """As many as there may be, one of them twice."""
    headers = [(b"x-%d" % number, b"") for number in range(9_000)]
    asking = Asking(shared_mock.app, f"/v1/workers/{A}", *headers, (b"prefer", b"wait=0"), (b"prefer", b"code=404"))
    began = time.process_time()
    asyncio.run(asking.answered())

    assert asking.status == 404
    assert time.process_time() - began < 1


PREFERRED = {"Prefer": "code=201, example=task, dynamic=true, wait=0"}
INVALID = [
    ("POST", "patient_tasks", {"json": {"user_id": A}}, 400, "parse_exception"),
    ("POST", "patient_tasks", {"json": (CREATE.body or {}) | {"bogus": 1}}, 400, "parse_exception"),
    ("POST", "patient_tasks", {"content": b"{"}, 400, "parse_exception"),
    ("POST", "patient_tasks?page=2", {"json": CREATE.body}, 400, "parse_exception"),
    ("GET", "workers/17", {}, 400, "parse_exception"),
    ("POST", "patient_task", {"json": CREATE.body}, 404, "not_found"),
    ("PUT", "patient_tasks", {"json": CREATE.body}, 405, "method_not_allowed"),
    ("POST", "patient_tasks", {"json": {"user_id": "x" * (1 << 20)}}, 413, "content_too_large"),
]


@pytest.mark.parametrize(("method", "path", "sent", "status", "code"), INVALID)
def test_what_is_invalid_is_refused_whatever_is_preferred(
    world: World, method: str, path: str, sent: dict[str, object], status: int, code: str
) -> None:
    """Once a request has the form of the contract, and not before, somebody asks what it prefers."""
    headers = PREFERRED | {"Content-Type": "application/json"}
    answer = world.api(method, path, **sent, headers=headers)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code)
    assert "Preference-Applied" not in answer.headers
    assert answer.content == world.api(method, path, **sent, headers={"Content-Type": "application/json"}).content


def test_a_wrong_media_type_is_refused_whatever_is_preferred(world: World) -> None:
    """415, as ever."""
    answer = world.api("POST", "patient_tasks", content=b"{}", headers=PREFERRED | {"Content-Type": "text/plain"})

    assert answer.status_code == 415


def test_who_is_not_let_in_prefers_in_vain(make_mock: Callable[..., Checked]) -> None:
    """A server that demands a token demands it first."""
    mock = make_mock(guard=Guard(demands_token=True))
    prefer = {"Prefer": "code=503"}

    assert mock.get(f"/v1/workers/{A}", headers=prefer).status_code == 401
    assert mock.get(f"/v1/workers/{A}", headers=prefer | {"Authorization": "Bearer x"}).status_code == 503


def test_a_record_that_is_not_there_may_be_preferred(world: World) -> None:
    """The state of the world is not asked."""
    assert GET.having(NOBODY).ask(world).status_code == 404
    assert GET.having(NOBODY).preferring(world, "code=200").status_code == 200


@pytest.mark.parametrize("prefer", ["code=404", "code=503", "example=worker", "dynamic=true", "code=418"])
def test_head_is_answered_as_get_is(world: World, prefer: str) -> None:
    """With the same status and headers, and no body."""
    head, get = GET.preferring(world, prefer, "HEAD"), GET.preferring(world, prefer)

    assert (head.status_code, head.headers, head.content) == (get.status_code, get.headers, b"")


def test_what_is_preferred_below_a_sandbox_stays_there(shared_mock: Checked, world: World) -> None:
    """`Location` leads into the sandbox, and the instance of a problem is the path as it was sent."""
    made = CREATE.preferring(world, "code=201")
    failed = CREATE.preferring(world, "code=503")
    elsewhere = shared_mock.post("/v1/patient_tasks", CREATE.body, headers={"Prefer": "code=201"})

    assert made.headers["Location"] == f"/s/{world.name}/v1/patient_tasks/{made.json()['id']}"
    assert failed.json()["instance"] == f"/s/{world.name}/v1/patient_tasks"
    assert elsewhere.headers["Location"] == f"/v1/patient_tasks/{made.json()['id']}"


def test_a_page_may_prefer_and_read_what_was_followed(shared_mock: Checked) -> None:
    """Across origins: the preflight allows the header, and the answer exposes the other one."""
    page = {"Origin": "http://localhost:3000"}
    asking = page | {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "prefer"}
    preflight = shared_mock.ask("OPTIONS", f"/v1/workers/{A}", headers=asking)
    answer = shared_mock.get(f"/v1/workers/{A}", headers=page | {"Prefer": "code=503"})

    assert "prefer" in preflight.headers["Access-Control-Allow-Headers"].lower()
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (503, page["Origin"])
    exposed = answer.headers["Access-Control-Expose-Headers"].split(", ")
    assert {"Preference-Applied", "Retry-After"} <= {*exposed}


def test_the_control_plane_has_no_preferences(world: World) -> None:
    """It does what it is asked."""
    answer = world.ask("GET", headers={"Prefer": "code=503, wait=60"})

    assert (answer.status_code, answer.headers.get("Preference-Applied")) == (200, None)
