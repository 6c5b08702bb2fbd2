"""Fault rules: a sandbox answers some requests otherwise, as often as somebody has asked for."""

import asyncio
import time
from typing import Any

import pytest

from common_apis.world.rule import Rule

from ..control.world import Checked, World
from ..mock import NOBODY, A, faults
from ..resources.bodies import SEUN
from .calls import CALLS, Answers, same

GET = CALLS["workers_get"]
TASK = CALLS["patient_tasks_create"]
RECORD = CALLS["custom_data_type_records_create"]
BLANK = {
    "id": 1,
    "operation": None,
    "path": None,
    "body": None,
    "times": None,
    "used": 0,
    "status": None,
    "code": None,
    "retry_after": None,
    "delay": None,
    "network": None,
}


def rule(world: World, **said: Any) -> dict[str, Any]:
    """A new rule."""
    made: dict[str, Any] = world.told("POST", "/faults", said)
    return made


def rules(world: World) -> list[dict[str, Any]]:
    """All rules."""
    found: list[dict[str, Any]] = world.said("/faults")["faults"]
    return found


def test_rules_are_made_read_and_taken_away(world: World) -> None:
    """With all that was said, and null for what was not; their numbers count up, and none comes twice."""
    assert rules(world) == []
    answer = world.ask("POST", "/faults", json={"status": 503})
    delay = {"distribution": "normal", "mean": 0.5, "deviation": 0.1}
    full = {"operation": "patient_tasks_get", "path": {"id": A}, "body": {"a": [1]}, "times": 3, "status": 404}
    full |= {"code": "not_found", "delay": delay}

    assert answer.headers["Location"] == f"/_mock/sandboxes/{world.name}/faults/1"
    assert answer.json() == BLANK | {"status": 503}
    assert rule(world, **full) == BLANK | full | {"id": 2}
    assert rule(world, network="reset", status=None) == BLANK | {"id": 3, "network": "reset"}
    assert [each["id"] for each in rules(world)] == [1, 2, 3]
    assert world.said("/faults/2") == rules(world)[1] == BLANK | full | {"id": 2}
    assert world.ask("DELETE", "/faults/2").status_code == 204
    assert [each["id"] for each in rules(world)] == [1, 3]
    assert world.ask("DELETE", "/faults").status_code == 204
    assert rules(world) == []
    assert rule(world, status=500)["id"] == 4
    assert world.ask("GET", "/faults/2").status_code == world.ask("DELETE", "/faults/2").status_code == 404


def test_ids_of_a_rule_are_compared_without_regard_to_case(world: World) -> None:
    """D-35: in the path and in the body, however the rule or the request has them."""
    rule(world, path={"id": A.upper()}, status=503)
    rule(world, body={"user_id": A.upper()}, status=503)

    for path in (f"workers/{A}", f"workers/{A.upper()}"):
        assert world.api("GET", path).status_code == 503
    for id in (A, A.upper()):
        assert world.api("POST", "conversations", json={"user_id": id}).status_code == 503


def test_a_rule_is_for_the_operation_that_it_names(world: World) -> None:
    """And for HEAD as for GET; without a name, it is for all."""
    rule(world, operation="workers_get", status=503)

    assert GET.ask(world).status_code == GET.ask(world, "HEAD").status_code == 503
    assert CALLS["calendars_get"].ask(world).status_code == 200
    rule(world, status=408)
    assert GET.ask(world).status_code == 503
    assert CALLS["calendars_get"].ask(world).status_code == 408
    assert [each["used"] for each in rules(world)] == [3, 1]


def test_a_rule_is_for_the_id_in_the_path_that_it_names(world: World) -> None:
    """And for no other record, or for an operation without one."""
    rule(world, path={"id": A}, status=503)

    assert GET.ask(world).status_code == 503
    assert GET.having(NOBODY).ask(world).status_code == 404
    assert TASK.ask(world).status_code == 201


@pytest.mark.parametrize(
    ("wanted", "sent", "fits"),
    [
        ({}, {"a": 1}, True),
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": 1}, {"b": 1}, False),
        ({"a": None}, {"a": None}, True),
        ({"a": None}, {}, False),
        ({"a": {"b": {"c": "x"}}}, {"a": {"b": {"c": "x", "d": 1}, "e": 2}}, True),
        ({"a": {"b": {"c": "x"}}}, {"a": {"b": {"c": "y"}}}, False),
        ({"a": {"b": 1}}, {"a": [{"b": 1}]}, False),
        ({"a": [2]}, {"a": [1, 2, 3]}, True),
        ({"a": [3, 1]}, {"a": [1, 2, 3]}, True),
        ({"a": [4]}, {"a": [1, 2, 3]}, False),
        ({"a": []}, {"a": [1]}, True),
        ({"a": [{"b": 1}]}, {"a": [{"c": 1}, {"b": 1, "c": 2}]}, True),
        ({"a": [[1]]}, {"a": [[2, 1]]}, True),
        ({"a": 1}, {"a": [1]}, False),
        ({"a": True}, {"a": True}, True),
        ({"a": True}, {"a": 1}, False),
        ({"a": 0}, {"a": False}, False),
        ({"a": 1}, {"a": 1.0}, True),
        ({"a": "1"}, {"a": 1}, False),
        ({"a": ""}, {"a": "x"}, False),
    ],
)
def test_a_rule_is_for_bodies_that_contain_something(world: World, wanted: Any, sent: Any, fits: bool) -> None:
    """However deep: objects may have more fields and lists more items."""
    rule(world, operation="custom_data_type_records_create", body={"body": wanted}, status=503)
    answer = RECORD.having(sent, "body").ask(world)

    assert answer.status_code == (503 if fits else 201)
    assert rules(world)[0]["used"] == fits


def test_a_rule_for_a_body_is_for_none_that_has_no_body(world: World) -> None:
    """A GET contains nothing; ids are compared as they are stored, in lower case."""
    rule(world, body={"user_id": A}, status=503)

    assert CALLS["workers_get"].ask(world).status_code == 200
    assert TASK.having(SEUN, "user_id").ask(world).status_code == 201
    assert TASK.having(A.upper(), "user_id").ask(world).status_code == 503


def test_a_rule_is_for_operations_that_declare_its_answer(world: World) -> None:
    """Others are answered as if it were not there, and do not use it up."""
    rule(world, status=409, times=1)
    rule(world, status=404, code="resource_not_found", times=1)
    rule(world, status=201, times=1)

    assert GET.ask(world).status_code == 200
    assert [each["used"] for each in rules(world)] == [0, 0, 0]
    assert CALLS["patient_tasks_get"].having(NOBODY).ask(world).json()["errors"][0]["code"] == "not_found"
    assert CALLS["external_ids_create"].ask(world).status_code == 409
    assert TASK.ask(world).status_code == 404
    assert TASK.ask(world).status_code == 201
    assert [each["used"] for each in rules(world)] == [1, 1, 1]
    assert world.said()["changes"] == 0


@pytest.mark.parametrize("id", CALLS)
def test_a_rule_can_have_any_declared_answer(world: World, answers: Answers, id: str) -> None:
    """Each status and code of each operation, once."""
    for status, examples in answers.all[id].items():
        for code, example in examples.items():
            said = {"operation": id, "status": status, "times": 1}
            rule(world, **said | ({"code": code} if status >= 400 else {}))
            answer = CALLS[id].ask(world)

            assert answer.status_code == status
            assert same(answer, example if status >= 400 else next(iter(examples.values())))
    assert world.said()["changes"] == 0


def test_a_rule_can_say_when_to_try_again(world: World) -> None:
    """In place of what the contract has; 0 is a number of seconds, too."""
    for seconds, said in ((None, "2"), (7, "7"), (0, "0"), (86400, "86400")):
        rule(world, status=503, retry_after=seconds, times=1)
        assert GET.ask(world).headers.get_list("Retry-After") == [said]


def test_an_answer_is_delayed(world: World) -> None:
    """By as many seconds as are said or drawn, whoever answers then."""
    for delay in ({"seconds": 0.15}, {"distribution": "uniform", "low": 0.15, "high": 0.2}):
        for status in (None, 503):
            rule(world, delay=delay, status=status, times=1)
            began = time.monotonic()

            assert GET.ask(world).status_code == status or 200
            assert time.monotonic() - began >= 0.15
    assert all(each["duration"] >= 150 for each in world.said("/requests")["requests"])


DELAYS: list[tuple[dict[str, Any], float, float]] = [
    ({"seconds": 2}, 2, 2),
    ({"distribution": "uniform", "low": 0.2, "high": 0.4}, 0.2, 0.4),
    ({"distribution": "uniform", "low": 0, "high": 0}, 0, 0),
    ({"distribution": "normal", "mean": 0.5, "deviation": 0.1}, 0, 1.2),
    ({"distribution": "normal", "mean": 0.001, "deviation": 60}, 0, 60),
    ({"distribution": "normal", "mean": 1, "deviation": 0}, 1, 1),
    ({"distribution": "exponential", "mean": 0.5}, 0, 8),
    ({"distribution": "exponential", "mean": 60}, 0, 60),
]


def waits(delay: dict[str, Any], uses: int) -> list[float]:
    """How many seconds a first rule waits in each of its uses."""
    rule = Rule(1, delay=delay)
    return [rule.wait(number) for number in range(1, uses + 1)]


@pytest.mark.parametrize(("delay", "least", "most"), DELAYS)
def test_delays_are_drawn_alike_in_two_runs(delay: dict[str, Any], least: float, most: float) -> None:
    """By the number of the rule and of its use, within their bounds, and one after another other ones."""
    drawn = waits(delay, 200)

    assert len(drawn) == 200
    assert waits(delay, 200) == drawn
    assert all(least <= each <= most for each in drawn)
    assert (len({*drawn}) > 50) == (least != most)


@pytest.mark.parametrize("delay", [DELAYS[1][0] | {"low": 0.4, "high": 0.6}, DELAYS[3][0], DELAYS[6][0]])
def test_a_drawn_delay_is_around_its_mean(delay: dict[str, Any]) -> None:
    """Over many uses."""
    drawn = waits(delay, 4000)

    assert 0.45 < sum(drawn) / len(drawn) < 0.55


def test_a_rule_applies_as_often_as_it_may_when_all_come_at_once(shared_mock: Checked, world: World) -> None:
    """Not once more, though the first still wait."""
    rule(world, status=503, delay={"seconds": 0.05}, times=3)

    async def together() -> list[int]:
        path = f"/s/{world.name}/v1/{GET.path}"
        answers = await asyncio.gather(*(shared_mock.send("GET", path) for _ in range(12)))
        return [each.status_code for each in answers]

    assert sorted(asyncio.run(together())) == [200] * 9 + [503] * 3


def test_a_request_that_is_invalid_uses_no_rule(world: World) -> None:
    """It is refused as ever; so is one that matches no operation."""
    rule(world, status=503)

    assert world.api("GET", "workers/17").status_code == 400
    assert TASK.having("no code", "task_type").ask(world).status_code == 400
    assert world.api("GET", "worker").status_code == 404
    assert world.api("PATCH", f"workers/{A}").status_code == 405
    assert rules(world)[0]["used"] == 0


def test_the_control_plane_has_no_faults(world: World) -> None:
    """However broken the sandbox is, it can be mended."""
    rule(world, network="reset")

    assert world.said()["name"] == world.name
    assert world.ask("DELETE", "/faults").status_code == 204
    assert GET.ask(world).status_code == 200


BAD: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({}, [("bad_request", "")]),
    ({"times": 3, "operation": "workers_get"}, [("bad_request", "")]),
    ({"status": None, "delay": None, "network": None}, [("bad_request", "")]),
    ({"status": 503, "network": "reset"}, [("bad_request", "/network")]),
    ({"status": 418}, [("bad_request", "/status")]),
    ({"status": 204}, [("bad_request", "/status")]),
    ({"operation": "workers_get", "status": 409}, [("bad_request", "/status")]),
    ({"operation": "workers_get", "status": 201}, [("bad_request", "/status")]),
    ({"operation": "workers_list", "status": 503}, [("bad_request", "/operation")]),
    ({"operation": "faults_list", "status": 503}, [("bad_request", "/operation")]),
    ({"status": 503, "code": "not_found"}, [("bad_request", "/code")]),
    ({"operation": "workers_get", "status": 404, "code": "resource_not_found"}, [("bad_request", "/code")]),
    ({"status": 200, "code": "not_found"}, [("bad_request", "/code")]),
    ({"delay": {"seconds": 1}, "code": "not_found"}, [("bad_request", "/code")]),
    ({"status": 500, "retry_after": 3}, [("bad_request", "/retry_after")]),
    ({"network": "empty", "retry_after": 3}, [("bad_request", "/retry_after")]),
    ({"status": 503, "delay": {"distribution": "uniform"}}, [("bad_request", f"/delay/{n}") for n in ("low", "high")]),
    ({"delay": {"distribution": "normal", "mean": 1}}, [("bad_request", "/delay/deviation")]),
    ({"delay": {"distribution": "exponential"}}, [("bad_request", "/delay/mean")]),
    ({"delay": {"low": 1}}, [("bad_request", "/delay/seconds"), ("bad_request", "/delay/low")]),
    ({"delay": {"seconds": 1, "mean": 1}}, [("bad_request", "/delay/mean")]),
    ({"delay": {"distribution": "uniform", "low": 1, "high": 2, "seconds": 1}}, [("bad_request", "/delay/seconds")]),
    ({"delay": {"distribution": "uniform", "low": 2, "high": 1}}, [("bad_request", "/delay/high")]),
    ({"status": 418, "network": "empty"}, [("bad_request", "/network"), ("bad_request", "/status")]),
    ({"status": "503"}, [("parse_exception", "/status")]),
    ({"status": 503.5}, [("parse_exception", "/status")]),
    ({"status": 99}, [("parse_exception", "/status")]),
    ({"status": 503, "times": 0}, [("parse_exception", "/times")]),
    ({"status": 503, "used": 1}, [("parse_exception", "/used")]),
    ({"status": 503, "id": 1}, [("parse_exception", "/id")]),
    ({"status": 503, "code": "nonsense"}, [("parse_exception", "/code")]),
    ({"status": 503, "retry_after": -1}, [("parse_exception", "/retry_after")]),
    ({"status": 503, "path": {"name": A}}, [("parse_exception", "/path/id"), ("parse_exception", "/path/name")]),
    ({"status": 503, "path": {"id": "17"}}, [("parse_exception", "/path/id")]),
    ({"status": 503, "body": []}, [("parse_exception", "/body")]),
    ({"delay": {}}, [("parse_exception", "/delay")]),
    ({"delay": {"seconds": -1}}, [("parse_exception", "/delay/seconds")]),
    ({"delay": {"seconds": 61}}, [("parse_exception", "/delay/seconds")]),
    ({"delay": {"distribution": "exponential", "mean": 0}}, [("parse_exception", "/delay/mean")]),
    ({"delay": {"distribution": "poisson"}}, [("parse_exception", "/delay/distribution")]),
    ({"delay": 1}, [("parse_exception", "/delay")]),
    ({"network": "slow"}, [("parse_exception", "/network")]),
    ({"network": "reset", "bogus": 1}, [("parse_exception", "/bogus")]),
]


@pytest.mark.parametrize(("said", "wrong"), BAD)
def test_a_rule_that_makes_no_sense_is_refused(
    world: World, said: dict[str, Any], wrong: list[tuple[str, str]]
) -> None:
    """With what is wrong, and where; and there is no such rule."""
    answer = world.ask("POST", "/faults", json=said)

    assert answer.status_code == 400
    assert sorted(faults(answer)) == sorted(wrong)
    assert rules(world) == []
    assert rule(world, status=503)["id"] == 1


def test_a_refusal_says_what_could_have_been_meant(world: World) -> None:
    """The operation whose name is the nearest, and the statuses and codes that the contract declares."""
    nearly, not_at_all = (
        world.ask("POST", "/faults", json={"operation": name, "status": 503}).json()["detail"]
        for name in ("patient_task_get", "zzz")
    )
    status = world.ask("POST", "/faults", json={"operation": "workers_get", "status": 409}).json()["detail"]
    code = world.ask("POST", "/faults", json={"status": 404, "code": "forbidden"}).json()["detail"]

    assert nearly.endswith("Did you mean `patient_tasks_get`?")
    assert not_at_all.endswith("`zzz`. `common-apis routes` lists them.")
    assert "workers_get declares 200, 400, 401, 403, 404, 408, 431, 500, 503" in status
    assert "not_found, resource_not_found" in code
    alone = world.ask("POST", "/faults", json={"delay": {"seconds": 1}, "code": "forbidden"}).json()["detail"]
    assert alone == "`code` is sent without the `status` that it belongs to."


@pytest.mark.parametrize(("number", "status"), [("1", 404), ("0", 400), ("-1", 400), ("x", 400), ("9" * 30, 400)])
def test_a_rule_that_is_not_there_is_not_found(world: World, number: str, status: int) -> None:
    """And what is no number is refused."""
    for method in ("GET", "DELETE"):
        answer = world.ask(method, f"/faults/{number}")
        assert answer.status_code == status
        assert faults(answer)[0][1] == "fault"


def test_a_rule_is_for_one_sandbox(shared_mock: Checked, world: World) -> None:
    """A fork begins with those that there are, and from then on neither hears of the other's."""
    rule(world, status=503, times=3)
    assert GET.ask(world).status_code == 503
    fork = World(shared_mock, world.told("POST", "/fork", {})["name"])

    assert rules(fork) == rules(world)
    assert [GET.ask(fork).status_code for _ in range(3)] == [503, 503, 200]
    assert shared_mock.get(f"/v1/{GET.path}").status_code == 200
    assert GET.ask(world).status_code == 503
    fork.ask("DELETE")


def test_rules_go_when_the_sandbox_is_reset_or_deleted(shared_mock: Checked) -> None:
    """One of the same name begins without; no number is used twice."""
    world = shared_mock.world("ruled")
    rule(world, status=503)
    assert GET.ask(world).status_code == 503
    world.told("POST", "/reset")
    assert rules(world) == []
    assert GET.ask(world).status_code == 200
    assert rule(world, status=503)["id"] == 2
    world.ask("DELETE")
    again = shared_mock.world("ruled")
    assert rules(again) == []
    assert GET.ask(again).status_code == 200
    assert rule(again, status=503)["id"] == 1
    again.ask("DELETE")


def test_a_snapshot_has_the_rules_and_how_often_they_still_apply(world: World) -> None:
    """A restore takes them back; what was added meanwhile is gone."""
    rule(world, status=503, times=2)
    assert GET.ask(world).status_code == 503
    world.told("POST", "/snapshots", {"name": "s"})
    rule(world, status=500)
    assert [GET.ask(world).status_code for _ in range(2)] == [503, 500]
    world.told("POST", "/snapshots/s/restore")

    assert [(each["id"], each["used"]) for each in rules(world)] == [(1, 1)]
    assert [GET.ask(world).status_code for _ in range(2)] == [503, 200]
    assert rule(world, status=503)["id"] == 3


def test_the_sandbox_default_may_have_rules(shared_mock: Checked) -> None:
    """As any other; an unknown one has none."""
    world = World(shared_mock, "default")
    rule(world, status=503, times=1, operation="careplans_get")

    assert shared_mock.get(f"/v1/careplans/{A}").status_code == 503
    assert shared_mock.get(f"/v1/careplans/{A}").status_code == 200
    world.told("DELETE", "/faults")
    assert World(shared_mock, "nobody").ask("POST", "/faults", json={"status": 503}).status_code == 404
