"""Magic values: what somebody sends leads to an answer that is declared, and hard to get otherwise."""

import asyncio
import re
import time
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from common_apis.world.cases import CASES, CasesError, load

from ..control.world import AT, Checked, World
from ..mock import NOBODY, A
from ..resources.clinic import CLINIC, COLLECTIONS
from .calls import CALLS, REFERENCE, Answers, Call, same

FIELDS = {
    "id": REFERENCE,
    "email": {"patients_create": "email", "email_addresses_create": "email", "email_addresses_update": "email"},
    "phone": {"patients_create": "phone", "phone_numbers_create": "phone_number"},
    "type": {
        "patient_tasks_create": "task_type",
        "calendar_events_create": "appointment_type",
        "custom_data_type_records_create": "type_name",
        "patients_create": "phase",
        "patients_update": "phase",
    },
}
"""Where each kind of value stands in the body of an operation."""
SORTS = {
    "id": r"00000000-0000-4000-8000-[0-9]{12}",
    "email": r"[a-z-]+@[a-z.]+\.example",
    "phone": r"\+1[2-9][0-9]{2}55501[0-9]{2}",
    "type": r"case_[a-z_]+",
}
"""How each kind of value shows that nobody has it."""
ORDINARY = {"id": NOBODY, "email": "x@example.com", "phone": "+14155550142", "type": "survey"}
"""A value of each kind that leads nowhere."""
KNOWN = load()
FLAKY = [value for value, case in KNOWN.items() if case.fails]
SLOW = [value for value, case in KNOWN.items() if case.delay]
QUICK = [value for value in KNOWN if value not in SLOW]
TASK = CALLS["patient_tasks_create"]
SUCCEEDS, FAILS = "00000000-0000-4000-8000-000000000201", "00000000-0000-4000-8000-000000000202"
"""Integration tasks that move on."""


def sort(value: str) -> str:
    """What kind of value it is."""
    [name] = [name for name, pattern in SORTS.items() if re.fullmatch(pattern, value)]
    return name


def having(id: str, value: str, kind: str = "") -> Call | None:
    """The request to an operation with a value at a place for its kind, if it has one."""
    kind = kind or sort(value)
    if kind == "id" and CALLS[id].id:
        return CALLS[id].having(value)
    field = FIELDS[kind].get(id)
    return CALLS[id].having(value, field) if field else None


PLACES = [(id, value) for id, value in product(CALLS, KNOWN) if having(id, value)]
"""All operations, each with all values that it takes."""


def taking(value: str) -> Call:
    """A request that takes a value, and creates a record once it works."""
    operations = {"email": "email_addresses_create", "phone": "phone_numbers_create", "type": "patient_tasks_create"}
    call = having(operations[sort(value)], value)
    assert call
    return call


@pytest.mark.parametrize("id", CALLS)
def test_every_declared_error_of_an_operation_has_a_magic_value(world: World, answers: Answers, id: str) -> None:
    """Each status and each of its codes; the request is valid otherwise, and the answer is the declared one."""
    for (status, code), example in answers.errors(id).items():
        [value, *_] = [
            value
            for value, case in KNOWN.items()
            if case.status == status and case.code in (None, code) and not case.fails and sort(value) == "id"
        ]
        call = having(id, value)
        assert call
        answer = call.ask(world)

        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code)
        assert same(answer, example)
    assert world.said()["commits"] == 0


@pytest.mark.parametrize("value", QUICK)
def test_a_value_leads_to_what_is_declared_or_nowhere(world: World, answers: Answers, value: str) -> None:
    """In every operation that takes it; where its answer is not declared, it is a value as any other."""
    case, ordinary = KNOWN[value], ORDINARY[sort(value)]
    for id in [id for id, each in PLACES if each == value]:
        declared = case.operation in (None, id) and case.status in {None, *answers.all[id]}
        declared &= case.code is None or (case.status or 0, case.code) in answers.errors(id)
        call, other = having(id, value), having(id, ordinary, sort(value))
        assert call
        assert other
        answer = call.ask(world)

        if declared and case.status:
            assert (answer.status_code, case.code) in ((case.status, None), (case.status, code(answer)))
        elif not declared:
            usual = other.ask(world)
            assert (answer.status_code, code(answer)) == (usual.status_code, code(usual))


def code(answer: Any) -> str | None:
    """The first error code of an answer."""
    found: str | None = answer.json()["errors"][0]["code"] if answer.status_code >= 400 else None
    return found


def test_every_kind_of_value_is_tried() -> None:
    """What these tests send reaches all operations, and each value leads somewhere at least once."""
    assert {id for id, _ in PLACES} == {*CALLS}
    assert {value for _, value in PLACES} == {*KNOWN}
    assert {sort(value) for value in KNOWN} == {*SORTS}


@pytest.mark.parametrize("value", [value for value, case in KNOWN.items() if case.status and sort(value) != "id"])
def test_a_value_in_a_field_leads_to_its_case(world: World, answers: Answers, value: str) -> None:
    """Phone numbers, e-mail addresses and types, in every operation that declares the answer."""
    case, found = KNOWN[value], 0
    for id in [id for id, each in PLACES if each == value]:
        call = having(id, value)
        if call and case.status in answers.all[id]:
            answer = call.ask(world)
            found += 1

            assert answer.status_code == case.status
            assert answer.headers.get("Retry-After") == (None if case.retry_after is None else str(case.retry_after))
    assert found


def test_a_value_that_leads_nowhere_here_leaves_it_to_the_next(world: World) -> None:
    """An operation that declares no 409 passes that value over, and another one counts."""
    phone = CALLS["phone_numbers_create"].having("00000000-0000-4000-8000-000000409000", "user_id")

    assert phone.ask(world).status_code == 404
    assert phone.having("+12025550150", "phone_number").ask(world).status_code == 500


def test_the_path_counts_before_the_body(world: World) -> None:
    """Of two values that lead somewhere, the first that was sent."""
    call = CALLS["patients_update"].having("00000000-0000-4000-8000-000000503000")

    assert call.having("00000000-0000-4000-8000-000000500000", "coach_id").ask(world).status_code == 503


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"task_type": "case_broken", "user_id": "17"}, 400),
        ({"task_type": "case_broken", "bogus": 1, "user_id": A}, 400),
        ({"task_type": "case_broken"}, 400),
        ({"task_type": "case_broken", "user_id": NOBODY}, 500),
        ({"task_type": "Case_broken", "user_id": A}, 201),
        ({"task_type": "case_broken_", "user_id": A}, 201),
    ],
)
def test_a_value_counts_in_a_valid_request_alone(world: World, body: dict[str, Any], status: int) -> None:
    """One that is malformed is refused as ever; a rule that only the state can say is not reached; case matters."""
    assert world.api("POST", "patient_tasks", json=body).status_code == status


@pytest.mark.parametrize("value", FLAKY)
def test_a_flaky_value_fails_twice_and_then_works(world: World, value: str) -> None:
    """In each sandbox, and again after a reset."""
    for _ in range(2):
        answered = [taking(value).ask(world) for _ in range(4)]

        assert [each.status_code for each in answered] == [503, 503, 201, 201]
        assert [each.headers.get("Retry-After") for each in answered] == ["1", "1", None, None]
        assert value in answered[2].json().values()
        world.told("POST", "/reset")


def test_flaky_values_fail_each_for_itself(shared_mock: Checked, world: World) -> None:
    """One that works by now says nothing of another one, or of another sandbox or operation."""
    other = shared_mock.world()
    for _ in range(3):
        taking("case_flaky").ask(world)

    assert taking("case_flaky").ask(world).status_code == 201
    assert taking("case_flaky").ask(other).status_code == 503
    assert taking("flaky@cases.example").ask(world).status_code == 503
    assert CALLS["patients_create"].having("flaky@cases.example", "email").ask(world).status_code == 503
    other.ask("DELETE")


def test_slow_values_take_three_seconds(shared_mock: Checked) -> None:
    """And are granted then; meanwhile others are answered."""
    world = shared_mock.world()

    async def timed(call: Call) -> tuple[int, float]:
        began = time.monotonic()
        answer = await shared_mock.send(call.method, f"/s/{world.name}/v1/{call.path}", json=call.body)
        return answer.status_code, time.monotonic() - began

    async def together() -> list[tuple[int, float]]:
        return await asyncio.gather(timed(TASK), *(timed(taking(value)) for value in SLOW))

    [(_, quick), *slow] = asyncio.run(together())
    assert len(slow) == 3
    assert quick < 2.5
    assert all(status == 201 and seconds > 2.9 for status, seconds in slow)
    world.ask("DELETE")


def task(world: World, id: str) -> dict[str, Any]:
    """An integration task, as it is now."""
    answer = world.api("GET", f"integration_tasks/{id}")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    assert found["id"] == id
    return found


def later(world: World, seconds: float) -> None:
    """Let time pass."""
    world.told("POST", "/clock/advance", {"seconds": seconds})


@pytest.mark.parametrize(("id", "end"), [(SUCCEEDS, "succeeded"), (FAILS, "failed")])
def test_an_integration_task_moves_on_by_the_clock_of_its_sandbox(world: World, id: str, end: str) -> None:
    """It is unattempted when it is first asked for, runs after ten seconds, and has ended after thirty."""
    later(world, 5000)
    seen = [task(world, id)]
    for seconds in (9.999, 0.001, 19, 0.999, 0.001, 10_000):
        later(world, seconds)
        seen.append(task(world, id))

    assert [each["status"] for each in seen] == ["unattempted"] * 2 + ["running"] * 3 + [end] * 2
    assert [each["result"] is None for each in seen] == [True] * 5 + [end == "failed"] * 2
    assert bool(seen[-1]["errors"]) == (end == "failed")
    assert world.said()["commits"] == 8, "those of the clock, and the first use of the value"


def test_an_integration_task_begins_anew(shared_mock: Checked, world: World) -> None:
    """In another sandbox, and after a reset."""
    other = shared_mock.world()
    task(world, SUCCEEDS)
    later(world, 30)
    later(other, 30)

    assert task(world, SUCCEEDS)["status"] == "succeeded"
    assert task(other, SUCCEEDS)["status"] == "unattempted"
    world.told("POST", "/reset")
    later(world, 100)
    assert task(world, SUCCEEDS)["status"] == "unattempted"
    other.ask("DELETE")


def test_an_integration_task_survives_a_clock_that_is_set_back(world: World) -> None:
    """It is as it was at first."""
    later(world, 100)
    task(world, SUCCEEDS)
    world.told("PUT", "/clock", {"now": AT})

    assert task(world, SUCCEEDS)["status"] == "unattempted"


def test_an_integration_task_is_one_of_its_operation_alone(world: World) -> None:
    """Elsewhere its id is nobody's; HEAD answers as GET does."""
    assert world.api("GET", f"patient_tasks/{SUCCEEDS}").status_code == 404
    assert TASK.having(SUCCEEDS, "user_id").ask(world).status_code == 404
    assert world.api("HEAD", f"integration_tasks/{SUCCEEDS}").status_code == 200


@pytest.mark.parametrize("value", KNOWN)
def test_every_value_is_visibly_made_up(value: str) -> None:
    """And no record of the clinic has it."""
    assert sort(value)
    for collection in COLLECTIONS:
        assert value.lower() not in (CLINIC / f"{collection}.json").read_text("utf-8").lower()


def test_every_value_is_told_in_the_file_of_cases() -> None:
    """Which a person reads: it says each in full."""
    text = CASES.read_text("utf-8")

    assert all(value in text for value in KNOWN)
    assert len({case.name for case in KNOWN.values()}) == text.count("- name:")


def test_every_case_is_declared_by_some_operation(answers: Answers) -> None:
    """None waits for an answer that no operation gives."""
    for case in KNOWN.values():
        of = answers.all if case.operation is None else {case.operation: answers.all[case.operation]}
        assert any(
            case.status is None or (case.status in each and (case.code is None or case.code in each[case.status]))
            for each in of.values()
        ), case.name


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- {name: x, values: [a], statsu: 500}", ["x", "statsu"]),
        ("- {name: x, values: [a], status: 500, retry-after: 1, dleay: 3}", ["x", "dleay", "retry-after"]),
        ("- {name: x, values: [a]}\n- {name: y, values: [b, a]}", ["`a`", "x", "y"]),
        ("- {name: x, values: [a, a]}", ["`a`", "x"]),
        ("- {name: x, status: 500}", ["x", "values"]),
        ("- {values: [a], status: 500}", ["name"]),
        ("- {name: x, values: a}", ["x", "values"]),
        ("name: x", ["list"]),
        ("", ["list"]),
        ("- x", ["`x`"]),
        ("- {name: x", ["line"]),
    ],
)
def test_a_file_of_cases_that_is_wrong_says_what_to_mend(tmp_path: Path, text: str, said: list[str]) -> None:
    """Which case it is, and what of it."""
    file = tmp_path / "cases.yaml"
    file.write_text(text, "utf-8")

    with pytest.raises(CasesError) as error:
        load(file)
    assert all(each in str(error.value) for each in [str(file), *said])
