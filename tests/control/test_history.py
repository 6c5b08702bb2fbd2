"""The history of a sandbox: its latest commits, to look at, to compare, to return to and to fork."""

from collections.abc import Callable
from typing import Any

import pytest

from common_apis.world import journal

from ..mock import NOBODY, A
from .calls import TASK
from .world import AT, Checked, Record, World, done, faults

PUT = f"/records/patient_tasks/{NOBODY}"


def commits(world: World, **query: Any) -> list[Record]:
    """The commits that are listed."""
    found: list[Record] = world.said("/commits", params=query)["commits"]
    return found


def state(world: World) -> Any:
    """All of a sandbox that a commit can change."""
    sandbox = world.said()
    own = {name: sandbox[name] for name in ("seed", "counter", "clock", "changes")}
    return own, world.said("/diff"), world.said("/faults")


def change(world: World) -> list[Any]:
    """Change a sandbox in each way that there is; return its state before the first commit and after each."""
    states = [state(world)]
    for do in (
        lambda: world.create("patient_tasks", {"user_id": A, "task_type": "survey"}),
        lambda: world.told("PUT", PUT, TASK),
        lambda: world.told("PUT", "/clock", {"now": "2032-01-01T00:00:00Z"}),
        lambda: world.told("POST", "/faults", {"status": 503, "times": 2, "operation": "workers_get"}),
        lambda: world.api("GET", f"workers/{A}"),
        lambda: world.told("DELETE", PUT),
        lambda: world.told("DELETE", "/faults/1"),
        lambda: world.told("POST", "/reset"),
        lambda: world.api("DELETE", f"patient_tasks/{A}"),
    ):
        do()
        states.append(state(world))
    return states


def test_each_commit_names_what_made_it_and_what_it_changed(world: World) -> None:
    """The operation, the exchange if it is one of the API, the time, and the records."""
    task = world.create("patient_tasks", {"user_id": A, "task_type": "survey"})
    world.told("PUT", PUT, TASK)
    done(world.api("PUT", f"patients/{A}", json={"phase": "maintenance"}))
    world.told("POST", "/clock/advance", {"seconds": 1})
    world.told("POST", "/reset")

    first = {
        "number": 1,
        "at": AT,
        "operation": "patient_tasks_create",
        "exchange": 1,
        "replaced": False,
        "changes": [{"collection": "patient_tasks", "id": task["id"], "change": "created"}],
    }
    found = commits(world)
    assert found[0] == first
    assert [(each["number"], each["operation"], each["exchange"], each["replaced"]) for each in found[1:]] == [
        (2, "records_put", None, False),
        (3, "patients_update", 2, False),
        (4, "clock_advance", None, False),
        (5, "sandboxes_reset", None, True),
    ]
    assert [each["change"] for each in found[2]["changes"]] == ["changed"]
    assert [world.said(f"/requests/{number}")["commits"] for number in (1, 2)] == [[1], [3]]


def test_a_commit_has_the_records_before_and_after_it(world: World) -> None:
    """Whatever became of them later."""
    before = world.record("patients", A)
    updated = done(world.api("PUT", f"patients/{A}", json={"phase": "maintenance"}))
    task = done(world.api("DELETE", f"patient_tasks/{A}"))

    assert world.said("/commits/1")["records"] == [{"before": before, "after": updated}]
    assert world.said("/commits/2")["records"] == [{"before": task, "after": None}]
    assert world.said("/commits/2") == commits(world)[1] | {"records": world.said("/commits/2")["records"]}


def test_a_sandbox_is_restored_to_each_commit(world: World) -> None:
    """All of it: records, counter, clock, fault rules and how often they still apply; that is a commit of its own."""
    states = change(world)
    for number in reversed(range(len(states))):
        world.told("POST", f"/commits/{number}/restore")
        assert state(world) == states[number], number
    assert world.said()["commits"] == 2 * len(states) - 1
    assert commits(world)[-1]["operation"] == "commits_restore"


def test_a_sandbox_is_forked_at_each_commit(world: World) -> None:
    """As it was then; neither sees what happens in the other."""
    states = change(world)
    for number, expected in enumerate(states):
        fork = World(world.mock, world.told("POST", f"/commits/{number}/fork", {})["name"])
        assert state(fork) == expected, number
        fork.create("conversations", {"user_id": A})
        fork.ask("DELETE")
    assert state(world) == states[-1]


def test_two_commits_are_compared(world: World) -> None:
    """With the one before, unless another is named; in either direction."""
    first = world.create("email_addresses", {"user_id": A, "email": "one@example.com"})
    second = done(world.api("PUT", f"email_addresses/{first['id']}", json={"email": "two@example.com"}))
    nothing: Record = {"created": {}, "changed": {}, "deleted": {}}

    assert world.said("/commits/1/diff") == nothing | {"created": {"email_addresses": [first]}}
    fields = {"email": {"before": "one@example.com", "after": "two@example.com"}}
    assert world.said("/commits/2/diff")["changed"] == {"email_addresses": [{"id": first["id"], "fields": fields}]}
    assert world.said("/commits/2/diff?against=0") == nothing | {"created": {"email_addresses": [second]}}
    assert world.said("/commits/0/diff?against=2") == nothing | {"deleted": {"email_addresses": [second]}}
    assert world.said("/commits/0/diff") == nothing


def test_the_list_comes_in_pages(world: World) -> None:
    """From a number on, up to a limit."""
    for number in range(5):
        world.told("POST", "/clock/advance", {"seconds": number + 1})

    assert [each["number"] for each in commits(world, after=3)] == [4, 5]
    page = world.said("/commits?after=1&limit=2")
    assert ([each["number"] for each in page["commits"]], page["next"]) == ([2, 3], 3)
    assert world.said("/commits?after=3&limit=2")["next"] is None
    assert commits(world, after=99) == []


@pytest.mark.parametrize("path", ["/commits/3", "/commits/3/diff", "/commits/1/diff?against=3"])
def test_a_commit_that_is_not_there_is_not_found(world: World, path: str) -> None:
    """The answer says which there are."""
    world.told("POST", "/clock/advance", {"seconds": 1})
    answer = world.ask("GET", path)

    assert answer.status_code == 404
    assert faults(answer) == [("not_found", "against" if "against" in path else "commit")]
    assert answer.json()["detail"].endswith("has no commit 3. It has those from 1 to 1.")
    assert [world.ask("POST", f"/commits/3/{verb}", json={}).status_code for verb in ("restore", "fork")] == [404] * 2
    assert World(world.mock, "nobody").ask("GET", "/commits/1").status_code == 404


def test_an_untouched_sandbox_has_none(world: World) -> None:
    """But what it began with can be forked, restored and compared."""
    assert world.said("/commits") == {"commits": [], "first": 1, "next": None}
    assert world.ask("GET", "/commits/0").json()["detail"].endswith("The next one is 1.")
    assert world.said("/commits/0/diff") == {"created": {}, "changed": {}, "deleted": {}}
    World(world.mock, world.told("POST", "/commits/0/fork", {})["name"]).ask("DELETE")


def test_a_fork_begins_a_history_of_its_own(world: World) -> None:
    """What led to it is that of the other."""
    world.told("POST", "/clock/advance", {"seconds": 1})
    fork = World(world.mock, world.told("POST", "/fork", {})["name"])
    assert fork.said("/commits") == {"commits": [], "first": 2, "next": None}
    fork.ask("DELETE")


def test_the_oldest_commits_make_room(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """There are as many as may be, and `first` says from which on."""
    monkeypatch.setattr(journal, "MOST", 3)
    for _ in range(5):
        world.told("POST", "/clock/advance", {"seconds": 1})

    assert [each["number"] for each in commits(world)] == [3, 4, 5]
    assert world.said("/commits")["first"] == 3
    assert world.ask("GET", "/commits/2").status_code == 404
    assert world.ask("POST", "/commits/2/restore").status_code == 200, "the state before the oldest is known"
    assert world.ask("POST", "/commits/1/restore").status_code == 404


def test_large_records_make_room_for_others(world: World) -> None:
    """Those of the history of a sandbox have at most 8 MiB."""
    body = {"user_id": A, "type_name": "large", "body": {"text": "x" * 900_000}}
    for _ in range(12):
        world.create("custom_data_type_records", body)

    found = world.said("/commits")
    assert 4 <= len(found["commits"]) <= 9
    assert found["first"] == found["commits"][0]["number"] == 13 - len(found["commits"])


def test_a_large_state_that_was_replaced_is_not_held(shared_mock: Checked) -> None:
    """What a reset takes away can be restored if it is small, and else is given up."""
    small, large = shared_mock.world(), shared_mock.world()
    for world, count in ((small, 1), (large, 10)):
        for _ in range(count):
            body = {"user_id": A, "type_name": "large", "body": {"text": "x" * 900_000}}
            world.create("custom_data_type_records", body)
        world.told("POST", "/reset")

    assert small.ask("POST", "/commits/1/restore").status_code == 200
    assert large.ask("POST", "/commits/10/restore").status_code == 404
    assert [each["operation"] for each in commits(large)] == ["sandboxes_reset"]
    small.ask("DELETE")
    large.ask("DELETE")


def test_a_server_that_was_started_again_knows_the_commits_since_then(start: Callable[..., Checked]) -> None:
    """Their numbers go on, and what it began with is known."""
    world = start().world("kept")
    world.told("PUT", "/clock", {"now": "2032-01-01T00:00:00Z"})
    again = World(start(), "kept")

    assert again.said("/commits") == {"commits": [], "first": 2, "next": None}
    again.told("PUT", "/clock", {"now": "2033-01-01T00:00:00Z"})
    assert [each["number"] for each in commits(again)] == [2]
    assert again.told("POST", "/commits/1/restore")["clock"]["now"].startswith("2032")


def test_rules_and_deleted_records_weigh_what_they_have(world: World) -> None:
    """They are held by the states of the history, and make room for later ones."""
    for _ in range(12):
        world.told("POST", "/faults", {"status": 503, "body": {"text": "x" * 900_000}})
        world.told("DELETE", "/faults")
    assert 4 <= len(commits(world)) <= 10

    body = {"user_id": A, "type_name": "large", "body": {"text": "x" * 900_000}}
    ids = [world.create("custom_data_type_records", body)["id"] for _ in range(12)]
    for id in ids:
        world.told("DELETE", f"/records/custom_data_type_records/{id}")
    assert 4 <= len(commits(world)) <= 10
