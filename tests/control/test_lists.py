"""Lists: sorted, in pages that neither lose nor repeat, and of what is asked for."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid5

import pytest

from common_apis.serving.app import create_app

from ..mock import NOBODY, A
from ..resources.bodies import Record
from ..resources.clinic import COLLECTIONS, records
from .form import Form
from .world import AT, Checked, World, detail, done, faults

TASK = {"user_id": A, "task_type": "survey", "dismissed": False}
STAMPS = {"created_at": AT, "updated_at": AT}
LAST = "ffffffff-ffff-ffff-ffff-ffffffffffff"


def ids(world: World, path: str, **sent: Any) -> list[str]:
    """The ids of the records that a list answers."""
    return [record["id"] for record in world.said(path, **sent)["records"]]


def pages(world: World, limit: int, between: Callable[[int], object] = lambda at: None) -> Iterator[list[Record]]:
    """All tasks page by page; `between` is done before each."""
    after: dict[str, str] = {}
    for at in range(1000):
        between(at)
        page = world.said("/records/patient_tasks", params={"limit": limit, **after})
        yield page["records"]
        if page["next"] is None:
            return
        after = {"after": page["next"]}
    raise AssertionError("there is no last page")


@pytest.fixture
def many(world: World) -> World:
    """A world with sixty tasks beside those of the clinic, of which one was deleted."""
    for number in range(60):
        world.put("patient_tasks", str(uuid5(UUID(NOBODY), str(number))), TASK)
    world.told("DELETE", f"/records/patient_tasks/{A}")
    return world


@pytest.mark.parametrize("limit", [1, 7, 100, 1000])
def test_pages_have_every_record_once(many: World, limit: int) -> None:
    """Sorted by id, whichever the seed has and whichever was made; all but the last page are full."""
    found = [*pages(many, limit)]
    all_ids = [record["id"] for page in found for record in page]
    expected = {record["id"] for record in records("patient_tasks")} - {A}

    assert all_ids == sorted({*all_ids})
    assert len(all_ids) == 60 + len(expected)
    assert expected < {*all_ids}
    assert all(len(page) == limit for page in found[:-1])
    assert len(found[-1]) in range(1, limit + 1)


def test_pages_hold_while_records_come_and_go(many: World) -> None:
    """What is there all along is in them once, whatever is made and deleted in between."""
    there = {*ids(many, "/records/patient_tasks?limit=1000")}
    gone: set[str] = set()

    def between(at: int) -> None:
        many.create("patient_tasks", {"user_id": A, "task_type": "survey"})
        gone.add(victim := sorted(there)[at])
        many.told("DELETE", f"/records/patient_tasks/{victim}")

    seen = [record["id"] for page in pages(many, 7, between) for record in page]
    assert seen == sorted({*seen})
    assert there - gone <= {*seen}


def test_a_page_that_is_just_full_is_the_last(world: World) -> None:
    """No empty one follows it."""
    there = ids(world, "/records/patient_tasks?limit=1000")

    assert world.said("/records/patient_tasks", params={"limit": len(there)})["next"] is None
    assert world.said("/records/patient_tasks", params={"limit": len(there) - 1})["next"] == there[-2]


@pytest.mark.parametrize("after", [A, A.upper(), NOBODY, LAST])
def test_after_need_be_no_record(world: World, after: str) -> None:
    """The list goes on behind it; its case does not matter."""
    there = ids(world, "/records/patient_tasks?limit=1000")

    assert ids(world, f"/records/patient_tasks?after={after}") == [id for id in there if id > after.lower()]


def test_a_hundred_is_the_most_unless_more_is_asked_for(world: World) -> None:
    """Of records as of sandboxes."""
    made = {"patient_tasks": [{"id": str(uuid5(UUID(A), str(n))), **TASK, **STAMPS} for n in range(150)]}
    snapshot = {"seed": "clinic", "counter": 0, "clock": {"now": None, "frozen": False}, "records": made, "deleted": {}}
    world.told("PUT", "/snapshots/many", snapshot)
    world.told("POST", "/snapshots/many/restore")

    assert len(ids(world, "/records/patient_tasks")) == 100
    assert len(ids(world, "/records/patient_tasks?limit=1000")) > 150


@pytest.mark.parametrize(
    "limit", ["0", "1001", "-1", "1.5", "ten", "", "1e2", " 1", "+1", "9" * 400, "٣", "0x10", "1_0"]
)
def test_a_limit_out_of_range_is_refused(world: World, limit: str) -> None:
    """400 at the parameter."""
    for path in ("/_mock/sandboxes", f"/_mock/sandboxes/{world.name}/records/workers"):
        answer = world.mock.get(path, params={"limit": limit})
        assert (answer.status_code, faults(answer)) == (400, [("parse_exception", "limit")])


@pytest.mark.parametrize("after", ["", "a", "no-guid", f"{A} ", "%00"])
def test_an_after_that_is_no_id_is_refused(world: World, after: str) -> None:
    """400 at the parameter."""
    answer = world.ask("GET", "/records/workers", params={"after": after})

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", "after")])


def test_every_fault_of_a_query_is_named_at_once(world: World) -> None:
    """Those of the path as well."""
    answer = world.ask("GET", "/records/worker", params={"limit": 0, "after": "x", "where": "y", "wher": "z"})

    assert {place for _, place in faults(answer)} == {"collection", "limit", "after", "where", "wher"}


def seen(world: World, collection: str, *where: str) -> list[Record]:
    """The records that have these values."""
    listed: list[Record] = world.said(f"/records/{collection}", params={"where": where, "limit": 1000})["records"]
    return listed


def text(value: Any) -> str:
    """A value as `where` has it."""
    if isinstance(value, str):
        return value
    return {None: "null", True: "true", False: "false"}[value]


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_where_finds_a_record_by_any_of_its_plain_fields(world: World, collection: str) -> None:
    """Every record of the clinic that has this value, and no other."""
    there = records(collection)
    record = next(each for each in there if each["id"] == A)
    plain = {field: value for field, value in record.items() if value is None or isinstance(value, str | bool)}
    for field, value in plain.items():
        expected = sorted(each["id"] for each in there if each[field] == value)
        assert [each["id"] for each in seen(world, collection, f"{field}:{text(value)}")] == expected


def test_all_conditions_must_hold(world: World) -> None:
    """Sent as one parameter each."""
    both = seen(world, "patient_tasks", f"user_id:{A}", "dismissed:false")

    assert [record["id"] for record in both] == sorted(
        record["id"] for record in records("patient_tasks") if record["user_id"] == A and not record["dismissed"]
    )
    assert seen(world, "patient_tasks", "dismissed:false", "dismissed:true") == []


@pytest.mark.parametrize(
    ("value", "where", "others"),
    [
        (None, "null", ["", "None", '"null"']),
        (True, "true", ["True", "1", '"true"']),
        (False, "false", ["", "0"]),
        (7, "7", ["7.0", "07", '"7"']),
        (1.5, "1.5", ["1.50"]),
        ("a:b c&d=é👋%", "a:b c&d=é👋%", ["a"]),
        ("", "", ["null"]),
        ({"a": [1, None]}, '{"a":[1,null]}', ["{}"]),
    ],
)
def test_values_of_every_kind_are_compared(world: World, value: Any, where: str, others: list[str]) -> None:
    """`null`, `true` and `false` are those of JSON; all else is compared as text, as JSON has it."""
    put_args(world, value)

    assert len(seen(world, "integration_tasks", f"id:{NOBODY}", f"args:{where}")) == 1
    for other in others:
        assert seen(world, "integration_tasks", f"id:{NOBODY}", f"args:{other}") == []


@pytest.mark.parametrize("word", ["null", "true", "false"])
def test_a_text_that_says_null_is_not_null(world: World, word: str) -> None:
    """Nor is one that says true."""
    put_args(world, word)

    assert seen(world, "integration_tasks", f"id:{NOBODY}", f"args:{word}") == []


def put_args(world: World, value: Any) -> None:
    """Have a record with this value in a field that takes any."""
    task = next(each for each in records("integration_tasks") if each["id"] == A)
    world.put("integration_tasks", NOBODY, task | {"id": NOBODY, "args": value})


def test_where_knows_an_id_in_either_case(world: World) -> None:
    """D-35."""
    assert (
        seen(world, "calendar_events", f"user_id:{A.upper()}") == seen(world, "calendar_events", f"user_id:{A}") != []
    )


def test_where_sees_what_no_response_returns(world: World) -> None:
    """It is null where it has no value."""
    made = world.create("assessment_responses", {"user_id": A, "model": {}, "title": "At the first visit"})

    assert seen(world, "assessment_responses", "title:At the first visit") == [made | {"title": "At the first visit"}]
    assert made["id"] not in [each["id"] for each in seen(world, "assessment_responses", "title:null")]


def test_where_goes_with_pages(world: World) -> None:
    """`next` is of those that fit."""
    fitting = [record["id"] for record in seen(world, "patient_tasks", f"user_id:{A}")]
    first = world.said("/records/patient_tasks", params={"where": f"user_id:{A}", "limit": 1})

    assert [first["records"][0]["id"], first["next"]] == fitting[:1] * 2
    assert ids(world, "/records/patient_tasks", params={"where": f"user_id:{A}", "after": first["next"]}) == fitting[1:]


@pytest.mark.parametrize(("field", "near"), [("user_di", "user_id"), ("dismised", "dismissed"), ("phase", "")])
def test_a_field_that_is_none_is_refused(world: World, field: str, near: str) -> None:
    """With the nearest that is one."""
    answer = world.ask("GET", "/records/patient_tasks", params={"where": f"{field}:x"})

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", "where")])
    assert f"`{field}`" in detail(answer)
    assert (f"Did you mean `{near}`?" in detail(answer)) == bool(near)


@pytest.mark.parametrize("where", ["", ":", "user_id", ":x", "User_id:x", "user-id:x", "7:x", "x" * 1001])
def test_a_condition_of_another_form_is_refused(world: World, where: str) -> None:
    """400 at the parameter."""
    answer = world.ask("GET", "/records/patient_tasks", params={"where": where})

    assert (answer.status_code, {place for _, place in faults(answer)}) == (400, {"where"})


def test_too_many_conditions_are_refused(world: World) -> None:
    """Twenty are taken."""
    assert seen(world, "workers", *["timezone:US/Pacific"] * 20)
    assert world.ask("GET", "/records/workers", params={"where": ["id:x"] * 21}).status_code == 400


@pytest.fixture(scope="module")
def named(contract: dict[str, Any], form: Form) -> Checked:
    """A mock with sandboxes whose names sort in an odd way."""
    mock = Checked(create_app(contract=contract), form)
    for name in ("b", "a-b", "a.b", "a_b", "a", "0", "ab", "z9"):
        mock.world(name)
    return mock


@pytest.mark.parametrize("limit", [1, 2, 4, 9, 10])
def test_pages_have_every_sandbox_once(named: Checked, limit: int) -> None:
    """Sorted by name, as the characters are numbered."""
    names: list[str] = []
    after: dict[str, str] = {}
    for _ in range(10):
        page = done(named.get("/_mock/sandboxes", params={"limit": limit, **after}))
        names += [each["name"] for each in page["sandboxes"]]
        if page["next"] is None:
            break
        assert (len(page["sandboxes"]), page["next"]) == (limit, names[-1])
        after = {"after": page["next"]}

    assert names == ["0", "a", "a-b", "a.b", "a_b", "ab", "b", "default", "z9"]


def test_sandboxes_are_listed_as_each_is_got(named: Checked) -> None:
    """But for what getting it changes: when it was last used."""
    moving = {"used_at", "expires_at", "clock"}
    for listed in done(named.get("/_mock/sandboxes"))["sandboxes"]:
        got = done(named.get(f"/_mock/sandboxes/{listed['name']}"))
        assert {key: listed[key] for key in listed.keys() - moving} == {key: got[key] for key in got.keys() - moving}


def test_snapshots_are_sorted_by_name(world: World) -> None:
    """All of them, whenever they were saved."""
    for name in ("b", "a-b", "a", "0"):
        world.told("POST", "/snapshots", {"name": name})

    assert [each["name"] for each in world.said("/snapshots")["snapshots"]] == ["0", "a", "a-b", "b"]
