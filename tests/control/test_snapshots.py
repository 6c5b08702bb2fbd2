"""Snapshots: a world kept as it was, to return to, to download and to upload."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ..mock import NOBODY, A
from ..resources.bodies import FULL, UPDATES
from .calls import EMPTY_SNAPSHOT
from .world import AT, Checked, World, faults

LATER = "2031-03-04T17:30:07.000000+00:00"
KEPT = {"spec_name": "intake", "spec_version": "2", "title": "At the first visit"}


def lived(world: World) -> World:
    """A world in which much was made, changed and deleted."""
    for collection, body in FULL.items():
        world.create(collection, body)
    for collection, body in UPDATES.items():
        world.api("PUT", f"{collection}/{A}", json=body)
    world.told("DELETE", f"/records/patient_tasks/{A}")
    world.told("DELETE", f"/records/careplans/{A}")
    world.told("POST", "/clock/advance", {"seconds": 7})
    return world


def save(world: World, name: str = "booked") -> Any:
    """A snapshot that is saved, as a document."""
    world.told("POST", "/snapshots", {"name": name})
    return world.said(f"/snapshots/{name}")


def test_a_snapshot_says_all_that_differs(world: World) -> None:
    """Records that were made or changed, whole; the ids of those that were deleted; the counter and the clock."""
    lived(world)
    document, diff = save(world), world.said("/diff")
    made = {collection: {record["id"] for record in found} for collection, found in document["records"].items()}

    assert document["seed"] == "clinic"
    assert document["counter"] == world.said()["counter"]
    assert document["clock"] == {"now": LATER, "frozen": True}
    for collection in {*diff["created"], *diff["changed"]}:
        both = diff["created"].get(collection, []) + diff["changed"].get(collection, [])
        assert made[collection] == {each["id"] for each in both}
    for collection, found in document["records"].items():
        assert found == [world.record(collection, each["id"]) for each in found]
        assert found == sorted(found, key=lambda record: str(record["id"]))
    assert document["deleted"] == {
        collection: [each["id"] for each in found] for collection, found in diff["deleted"].items()
    }


def test_a_snapshot_names_a_record_that_is_gone_and_referred_to(world: World) -> None:
    """One that was made and deleted, too: without its id the reference would lead nowhere, and be refused."""
    patient = world.create("patients", FULL["patients"])["id"]
    world.create("conversations", {"user_id": patient})
    world.told("DELETE", f"/records/patients/{patient}")
    document = save(world)

    assert document["deleted"]["patients"] == [patient]
    assert world.ask("PUT", "/snapshots/again", json=document).status_code in (200, 201)


def test_a_snapshot_has_what_no_response_returns(world: World) -> None:
    """Else it would be lost when the world is taken back to it."""
    made = world.create("assessment_responses", FULL["assessment_responses"])
    save(world)
    world.told("POST", "/reset")
    world.told("POST", "/snapshots/booked/restore")

    assert world.record("assessment_responses", made["id"]) == made | KEPT


def test_an_untouched_world_has_an_empty_snapshot(shared_mock: Checked) -> None:
    """In the machine's time, unless its clock was set."""
    assert save(shared_mock.world(now=None)) == EMPTY_SNAPSHOT


def test_what_is_saved_is_listed(make_mock: Callable[..., Checked]) -> None:
    """With when it was, by the machine's time, and how much differs."""
    at = datetime(2026, 11, 22, 9, tzinfo=UTC)
    world = make_mock(machine=lambda: at).world("x")
    world.create("patients", FULL["patients"])
    answer = world.ask("POST", "/snapshots", json={"name": "booked"})

    assert answer.headers["location"] == "/_mock/sandboxes/x/snapshots/booked"
    assert answer.json() == {
        "name": "booked",
        "created_at": "2026-11-22T09:00:00.000000+00:00",
        "seed": "clinic",
        "changes": world.said()["changes"],
    }
    assert world.said("/snapshots") == {"snapshots": [answer.json()]}


def test_a_restore_takes_the_world_back(world: World) -> None:
    """Its records, its counter and its clock; what was made since is gone, and is made again with the same ids."""
    lived(world)
    document, before = save(world), world.records()
    made = world.create("conversations", {"user_id": A})
    world.told("DELETE", f"/records/patients/{A}")
    world.told("PUT", "/clock", {"now": "2026-01-01T00:00:00Z"})
    restored = world.told("POST", "/snapshots/booked/restore")

    assert restored["clock"] == document["clock"]
    assert restored["counter"] == document["counter"]
    assert world.records() == before
    assert world.said("/diff?against=booked") == {"created": {}, "changed": {}, "deleted": {}}
    assert world.create("conversations", {"user_id": A}) == made


def test_a_snapshot_is_restored_again_and_again(world: World) -> None:
    """It stays as it was saved."""
    world.create("conversations", {"user_id": A})
    document = save(world)
    for _ in range(3):
        world.told("POST", "/snapshots/booked/restore")
        world.create("conversations", {"user_id": A})
        world.told("DELETE", f"/records/workers/{A}")
        assert world.said("/snapshots/booked") == document


def test_the_last_snapshot_of_a_name_counts(world: World) -> None:
    """It takes the place of the one before it."""
    first = save(world)
    world.create("conversations", {"user_id": A})

    assert save(world) != first
    assert len(world.said("/snapshots")["snapshots"]) == 1


def test_a_deleted_snapshot_is_gone(world: World) -> None:
    """The world stays as it is."""
    world.create("conversations", {"user_id": A})
    save(world)
    save(world, "other")
    before = world.records()
    assert world.ask("DELETE", "/snapshots/booked").status_code == 204

    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/restore")):
        assert faults(world.ask(method, f"/snapshots/booked{path}")) == [("not_found", "snapshot")]
    assert [each["name"] for each in world.said("/snapshots")["snapshots"]] == ["other"]
    assert world.records() == before


def test_snapshots_are_each_sandboxs_own(shared_mock: Checked) -> None:
    """The same name means another one there."""
    one, other = shared_mock.world(), shared_mock.world(seed="empty")

    assert (save(one)["seed"], save(other)["seed"]) == ("clinic", "empty")
    one.told("DELETE", "/snapshots/booked")
    assert other.said("/snapshots/booked")["seed"] == "empty"


@pytest.mark.parametrize("seed", ["clinic", "empty"])
def test_what_was_downloaded_may_be_uploaded(shared_mock: Checked, seed: str) -> None:
    """Into a sandbox that rests on another seed even: restored, it is the same world."""
    world, other = lived(shared_mock.world()), shared_mock.world(seed=seed)
    document = save(world)
    uploaded = other.told("PUT", "/snapshots/brought", document)

    assert uploaded["changes"] == world.said()["changes"]
    assert other.said()["commits"] == 0
    assert other.said("/snapshots/brought") == document
    other.told("POST", "/snapshots/brought/restore")
    assert other.records() == world.records()
    assert other.said("/clock") == world.said("/clock")
    assert other.said("/diff") == world.said("/diff")
    assert other.create("patients", FULL["patients"]) == world.create("patients", FULL["patients"])


def test_what_was_downloaded_may_be_uploaded_though_it_refers_to_what_is_gone(world: World) -> None:
    """A record that others refer to may be deleted, so a snapshot may have such others."""
    world.create("messages", FULL["messages"])
    world.told("DELETE", f"/records/conversations/{A}")

    assert world.ask("PUT", "/snapshots/brought", json=save(world)).status_code == 200


def test_a_document_may_be_edited(world: World) -> None:
    """A record made, one of the seed changed, another one deleted."""
    task = world.record("patient_tasks", A)
    patient = world.record("patients", A) | {"first_name": "Rowena"}
    gone = world.records()["workers"][-1]["id"]
    edited = EMPTY_SNAPSHOT | {
        "counter": 3,
        "clock": {"now": "2031-03-04T09:30:00-08:00", "frozen": True},
        "records": {"patient_tasks": [task | {"id": NOBODY}], "patients": [patient]},
        "deleted": {"workers": [gone.upper()]},
    }
    assert world.told("PUT", "/snapshots/edited", edited)["changes"] == 3
    world.told("POST", "/snapshots/edited/restore")

    assert world.record("patient_tasks", NOBODY) == task | {"id": NOBODY}
    assert world.record("patients", A) == patient
    assert world.ask("GET", f"/records/workers/{gone}").status_code == 404
    assert world.said()["counter"] == 3
    assert world.said("/clock") == {"now": AT, "frozen": True}


def test_a_running_clock_goes_on_from_where_it_was(make_mock: Callable[..., Checked]) -> None:
    """However long ago that is by the machine."""
    time = [datetime(2026, 11, 22, 9, tzinfo=UTC)]
    world = make_mock(machine=lambda: time[0]).world("x", now=None)
    world.told("PUT", "/clock", {"now": AT, "frozen": False})
    time[0] += timedelta(seconds=7)
    document = save(world)
    assert document["clock"] == {"now": LATER, "frozen": False}
    time[0] += timedelta(days=30)
    world.told("PUT", "/snapshots/brought", document)
    for name in ("booked", "brought"):
        time[0] += timedelta(days=1)
        assert world.told("POST", f"/snapshots/{name}/restore")["clock"] == document["clock"]
        time[0] += timedelta(seconds=1)
        assert world.said("/clock")["now"] == "2031-03-04T17:30:08.000000+00:00"


def test_the_machines_time_stays_the_machines(make_mock: Callable[..., Checked]) -> None:
    """A snapshot of a world in the machine's time is restored to it."""
    time = [datetime(2026, 11, 22, 9, tzinfo=UTC)]
    world = make_mock(machine=lambda: time[0]).world("x", now=None)
    assert save(world)["clock"] == {"now": None, "frozen": False}
    time[0] += timedelta(days=30)
    world.told("PUT", "/clock", {"now": AT, "frozen": True})

    assert world.told("POST", "/snapshots/booked/restore")["clock"] == {
        "now": "2026-12-22T09:00:00.000000+00:00",
        "frozen": False,
    }
