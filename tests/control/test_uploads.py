"""Uploads that are broken: each fault is named at its place in the document, and nothing is kept of it."""

import time
from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

import pytest

from common_apis.contract.pointer import tokens

from ..mock import NOBODY, A
from ..resources.bodies import FULL, Record
from .calls import EMPTY_SNAPSHOT, OPTIONAL
from .world import AT, Checked, World, done, faults

TASK = {
    "id": NOBODY,
    "user_id": A,
    "task_type": "sleep_diary",
    "dismissed": False,
    "created_at": AT,
    "updated_at": AT,
}
CLAIM = {"id": NOBODY, "resource": "patients", "namespace": "ehr", "external_id": "MRN-7", "welkin_id": A}
BLANK = dict.fromkeys(
    ("operation", "path", "body", "times", "status", "code", "retry_after", "delay", "network"),
)
"""A fault rule that leaves all open."""
VALUE = {"operation": "patients_create", "value": "case_flaky", "times": 1, "since": None}
ONE = "11111111-1111-4111-8111-111111111111"


def without(record: Record, field: str) -> Record:
    """A record that lacks a field."""
    return {name: value for name, value in record.items() if name != field}


def tasks(*found: Any) -> Record:
    """A document with tasks."""
    return {"records": {"patient_tasks": [*found]}}


MALFORMED: list[tuple[Record, set[str]]] = [
    ({"seed": 7}, {"/seed"}),
    ({"seed": ""}, {"/seed"}),
    ({"counter": -1}, {"/counter"}),
    ({"counter": 1.5}, {"/counter"}),
    ({"counter": "1"}, {"/counter"}),
    ({"counter": 2**53}, {"/counter"}),
    ({"counter": 2**64 - 1}, {"/counter"}),
    ({"counter": 1e300}, {"/counter"}),
    ({"clock": None}, {"/clock"}),
    ({"clock": {}}, {"/clock/now", "/clock/frozen"}),
    ({"clock": {"now": None, "frozen": None}}, {"/clock/frozen"}),
    ({"clock": {"now": None, "frozen": True}}, {"/clock/now"}),
    ({"clock": {"now": "noon", "frozen": True}}, {"/clock/now"}),
    ({"clock": {"now": "2031-03-04T17:30:00", "frozen": True}}, {"/clock/now"}),
    ({"clock": {"now": "2016-12-31T23:59:60Z", "frozen": True}}, {"/clock/now"}),
    ({"clock": {"now": "1900-01-01T00:00:00+14:00", "frozen": True}}, {"/clock/now"}),
    ({"clock": {"now": "2199-12-31T23:59:59-14:00", "frozen": False}}, {"/clock/now"}),
    ({"clock": {"now": "2199-01-01T00:00:00Z", "frozen": False}}, {"/clock/now"}),
    ({"clock": {"now": AT, "frozen": True, "speed": 2}}, {"/clock/speed"}),
    ({"name": "booked"}, {"/name"}),
    ({"records": []}, {"/records"}),
    ({"records": {"patient": []}}, {"/records/patient"}),
    ({"records": {"__proto__": [], "a/b": []}}, {"/records/__proto__", "/records/a~1b"}),
    ({"records": {"patient_tasks": {}}}, {"/records/patient_tasks"}),
    (tasks(None), {"/records/patient_tasks/0"}),
    (tasks([]), {"/records/patient_tasks/0"}),
    (tasks({}), {"/records/patient_tasks/0/id"}),
    (tasks(TASK, TASK | {"id": 7}), {"/records/patient_tasks/1/id"}),
    (tasks(TASK | {"id": "AAAAAAAA-0000-4000-8000-000000000000"}), {"/records/patient_tasks/0/id"}),
    (tasks(TASK, TASK), {"/records/patient_tasks/1/id"}),
    (tasks(without(TASK, "user_id")), {"/records/patient_tasks/0/user_id"}),
    (tasks(without(TASK, "created_at")), {"/records/patient_tasks/0/created_at"}),
    (tasks(TASK | {"dismissed": None, "extra": 1}), {f"/records/patient_tasks/0/{f}" for f in ("dismissed", "extra")}),
    (tasks(TASK | {"created_at": "2031-03-04T17:30:00Z"}), {"/records/patient_tasks/0/created_at"}),
    ({"faults": {}}, {"/faults"}),
    ({"faults": [{}]}, {f"/faults/0/{field}" for field in (*BLANK, "id", "used")}),
    ({"faults": [BLANK | {"id": 0, "used": -1}]}, {"/faults/0/id", "/faults/0/used"}),
    ({"last_fault": -1}, {"/last_fault"}),
    ({"magic_values": [{}]}, {f"/magic_values/0/{field}" for field in ("operation", "value", "times", "since")}),
    ({"magic_values": [VALUE | {"times": 0.5, "since": "noon"}]}, {"/magic_values/0/times", "/magic_values/0/since"}),
    ({"deleted": {"worker": []}}, {"/deleted/worker"}),
    ({"deleted": {"workers": A}}, {"/deleted/workers"}),
    ({"deleted": {"workers": [A, 7, "a", None]}}, {f"/deleted/workers/{at}" for at in (1, 2, 3)}),
]


def upload(world: World, **other: Any) -> Any:
    """The answer to an upload of a document that differs so from a valid one."""
    return world.ask("PUT", "/snapshots/edited", json=EMPTY_SNAPSHOT | other)


@pytest.mark.parametrize(("wrong", "places"), MALFORMED)
def test_every_fault_of_form_is_named(world: World, wrong: Record, places: set[str]) -> None:
    """At its place in the document; nothing is kept."""
    answer = upload(world, **wrong)

    assert (answer.status_code, {*faults(answer)}) == (400, {("parse_exception", place) for place in places})
    assert world.said("/snapshots") == {"snapshots": []}


@pytest.mark.parametrize("field", sorted(EMPTY_SNAPSHOT.keys() - OPTIONAL))
def test_every_part_must_be_there(world: World, field: str) -> None:
    """A download has them all; those that earlier versions had not may be left out."""
    answer = world.ask("PUT", "/snapshots/edited", json=without(EMPTY_SNAPSHOT, field))

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", f"/{field}")])


def test_faults_of_several_records_are_named_at_once(world: World) -> None:
    """Of whichever collections."""
    worker = world.record("workers", A) | {"email": 7}
    answer = upload(world, records={"patient_tasks": [TASK | {"dismissed": 0}, TASK], "workers": [worker]})

    assert {place for _, place in faults(answer)} >= {"/records/patient_tasks/0/dismissed", "/records/workers/0/email"}


def test_a_fault_behind_many_items_is_named(world: World) -> None:
    """However far behind it is."""
    answer = upload(world, deleted={"workers": [*[A] * 10_000, 7]})

    assert faults(answer) == [("parse_exception", "/deleted/workers/10000")]


def test_very_many_faults_take_no_longer_than_many(world: World) -> None:
    """Else one request could hold up all others for minutes."""

    def seconds(count: int) -> float:
        began = time.process_time()
        assert len(faults(upload(world, deleted={"workers": [0] * count}))) == 100
        return time.process_time() - began

    assert seconds(300_000) < 45 * seconds(20_000), "fifteen times as many, and not the square of that"


MEANINGLESS: list[tuple[Record, str, set[str]]] = [
    ({"seed": "hospital"}, "resource_not_found", {"/seed"}),
    (tasks(TASK | {"user_id": NOBODY}), "resource_not_found", {"/records/patient_tasks/0/user_id"}),
    (tasks(TASK) | {"seed": "empty"}, "resource_not_found", {"/records/patient_tasks/0/user_id"}),
    (
        tasks(TASK | {"id": ONE}, TASK | {"user_id": ONE}),
        "resource_not_found",
        {"/records/patient_tasks/1/user_id"},
    ),
    (
        {"records": {"external_ids": [CLAIM, CLAIM | {"id": ONE, "namespace": "lab"}]}},
        "uniqueness_exception",
        {"/records/external_ids/0/welkin_id"},
    ),
    (
        {"records": {"external_ids": [CLAIM | {"namespace": "a"}, CLAIM | {"id": ONE, "namespace": "a"}]}},
        "uniqueness_exception",
        {"/records/external_ids/0/external_id", "/records/external_ids/0/welkin_id"},
    ),
]


@pytest.mark.parametrize(("wrong", "code", "places"), MEANINGLESS)
def test_every_fault_of_meaning_is_named(world: World, wrong: Record, code: str, places: set[str]) -> None:
    """404 for what is not there, 409 for what only one may have, be it in the document or in the seed."""
    answer = upload(world, **wrong)

    assert answer.status_code == {"resource_not_found": 404, "uniqueness_exception": 409}[code]
    assert {*faults(answer)} == {(code, place) for place in places}
    assert world.said("/snapshots") == {"snapshots": []}


def test_what_is_unique_may_change_hands(world: World) -> None:
    """From a record of the seed that is deleted, or has other values, to another one."""
    claim = world.record("external_ids", A)
    mine = claim | {"id": NOBODY}
    moved = claim | {"namespace": "other"}

    assert upload(world, records={"external_ids": [mine]}).status_code == 409
    assert upload(world, records={"external_ids": [mine]}, deleted={"external_ids": [A]}).status_code == 200
    assert upload(world, records={"external_ids": [mine, moved]}).status_code == 200
    assert upload(world, records={"external_ids": [moved, mine]}).status_code == 200
    world.told("POST", "/snapshots/edited/restore")
    assert world.ask("PUT", f"/records/external_ids/{A}", json=claim).status_code == 409


def test_records_may_refer_to_each_other(world: World) -> None:
    """In any order, and to those of the seed."""
    conversation = world.record("conversations", A) | {"id": NOBODY}
    message = world.record("messages", A) | {"id": NOBODY, "conversation_id": NOBODY}

    assert upload(world, records={"messages": [message], "conversations": [conversation]}).status_code == 200


def test_a_document_with_many_faults_gets_a_short_answer(world: World) -> None:
    """A hundred are named: an answer is not to be larger than what it answers."""
    answer = upload(world, **tasks(*({"id": f"{number:08}-0000-4000-8000-000000000000"} for number in range(15_000))))

    assert (answer.status_code, len(faults(answer))) == (400, 100)
    assert len(answer.content) < 100_000
    unknown = [TASK | {"id": f"{number:08}-0000-4000-8000-000000000000", "user_id": NOBODY} for number in range(3000)]
    answer = upload(world, **tasks(*unknown))
    assert (answer.status_code, len(faults(answer))) == (404, 100)


def test_a_refused_upload_leaves_the_former_one(world: World) -> None:
    """As it was."""
    done(upload(world, counter=7))
    upload(world, counter=-1)

    assert world.said("/snapshots/edited")["counter"] == 7


STRANGE: list[Any] = [
    *(None, True, False, 0, -1, 1.5, 2**63, 2**64 - 1, 1e308, "", "null", "x" * 300, "\u0000", "👋", [], {}, [[]]),
    *(A, A.upper(), NOBODY, "patients", "clinic", "empty", AT, "2031-13-04T17:30:00Z", "9999-12-31T23:59:59Z"),
    *("0000-01-01T00:00:00.000000+00:00", "2031-02-30T00:00:00.000000+00:00", {"id": A}, [{"id": A}], {"": None}),
    *({"a/b~c": 1}, [None] * 101, {"x": {"y": [{}]}}),
]
NAMES = ["id", "user_id", "", "a/b", "~", "records", "patients", "now", "x" * 500, "\u0000"]


def places(node: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a document."""
    yield place
    if isinstance(node, dict | list):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            yield from places(value, (*place, key))


def mutated(document: Record, random: Random) -> Record:
    """A document that is changed in one to three places."""
    mutant: Any = deepcopy(document)
    for _ in range(random.randint(1, 3)):
        *way, last = random.choice([place for place in places(mutant) if place])
        node = mutant
        for key in way:
            node = node[key]
        what = random.random()
        if what < 0.5:
            node[last] = deepcopy(random.choice(STRANGE))
        elif what < 0.65:
            del node[last]
        elif what < 0.8 and isinstance(node, list):
            node.append(deepcopy(node[last]))
        elif isinstance(node, dict):
            node[random.choice(NAMES)] = deepcopy(random.choice(STRANGE))
    changed: Record = mutant
    return changed


def leads(document: Any, where: str) -> bool:
    """Whether a pointer leads to a place in a document, or to where something ought to be."""
    *way, _ = ["", *tokens(where)]
    node = document
    for token in way[1:]:
        if isinstance(node, list):
            node = node[int(token)]
        elif isinstance(node, dict) and token in node:
            node = node[token]
        else:
            return False
    return isinstance(node, dict | list) or not where


@pytest.fixture(scope="module")
def busy(shared_mock: Checked) -> tuple[World, Record]:
    """A world, and the document of a rich snapshot of it."""
    world = shared_mock.world()
    for collection, body in FULL.items():
        world.create(collection, body)
    for collection in ("workers", "careplans", "calendars", "integration_tasks"):
        world.put(collection, NOBODY, without(world.record(collection, A), "id"))
    world.told("DELETE", f"/records/patient_tasks/{A}")
    world.told("POST", "/snapshots", {"name": "booked"})
    return world, world.said("/snapshots/booked")


@pytest.mark.parametrize("seed", range(8))
def test_no_document_is_too_strange(busy: tuple[World, Record], seed: int) -> None:
    """It is kept, and can be restored, read and downloaded; or it is refused with pointers that lead into it."""
    world, document = busy
    random = Random(seed)
    for _ in range(15):
        mutant = mutated(document, random)
        answer = world.ask("PUT", "/snapshots/edited", json=mutant)
        assert answer.status_code in (200, 400, 404, 409), answer.text
        if answer.status_code != 200:
            assert all(leads(mutant, where or "") for _, where in faults(answer)), (answer.text, mutant)
            continue
        world.told("POST", "/snapshots/edited/restore")
        downloaded = world.said("/snapshots/edited")
        assert world.ask("PUT", "/snapshots/again", json=downloaded).status_code == 200
        assert world.said("/snapshots/again") == downloaded
        for collection, found in downloaded["records"].items():
            assert [world.record(collection, each["id"]) for each in found] == found
        assert world.create("conversations", {"user_id": A})["user_id"] == A


def test_mutants_are_of_both_kinds(busy: tuple[World, Record]) -> None:
    """A part of them is kept, and a greater one refused; else the test above would prove little."""
    world, document = busy
    random = Random(7)
    statuses = [world.ask("PUT", "/snapshots/edited", json=mutated(document, random)).status_code for _ in range(150)]

    assert 5 < statuses.count(200) < 75
