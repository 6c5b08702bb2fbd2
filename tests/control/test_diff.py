"""What has come of a world since its seed, or since a snapshot."""

import json
from typing import Any

import pytest

from ..mock import NOBODY, A
from ..resources.bodies import FULL
from .calls import EMPTY_SNAPSHOT
from .world import AT, World

NOTHING: dict[str, Any] = {"created": {}, "changed": {}, "deleted": {}}


def diff(world: World, against: str | None = None) -> Any:
    """What has changed."""
    return world.said("/diff", params={"against": against} if against else {})


def save(world: World) -> None:
    """Keep a world as it is now."""
    world.told("POST", "/snapshots", {"name": "booked"})


def test_what_was_made_changed_and_deleted_is_told_apart(world: World) -> None:
    """By collection: what was made as it is now, what was deleted as it was, and of what was changed the fields."""
    gone, before = world.record("patient_tasks", A), world.record("patients", A)
    made = world.create("conversations", {"user_id": A})
    world.api("PUT", f"patients/{A}", json={"phase": "maintenance", "coach_id": None})
    world.api("DELETE", f"patient_tasks/{A}")

    assert diff(world) == {
        "created": {"conversations": [made]},
        "changed": {
            "patients": [
                {
                    "id": A,
                    "fields": {
                        "phase": {"before": before["phase"], "after": "maintenance"},
                        "coach_id": {"before": before["coach_id"], "after": None},
                        "updated_at": {"before": before["updated_at"], "after": AT},
                    },
                }
            ]
        },
        "deleted": {"patient_tasks": [gone]},
    }


def test_records_made_along_with_another_are_told_of(world: World) -> None:
    """As is what a create does beside what it answers."""
    world.create("patients", FULL["patients"] | {"external_ids": {"lab": "LAB-7"}})

    assert {name: len(found) for name, found in diff(world)["created"].items()} == {
        "email_addresses": 1,
        "external_ids": 1,
        "patients": 1,
        "phone_numbers": 1,
    }


def test_what_was_changed_back_is_no_change(world: World) -> None:
    """Nor is what was made and deleted, or deleted and put back."""
    patient = world.record("patients", A)
    world.put("patients", A, patient | {"first_name": "Rowan"})
    assert diff(world)["changed"]
    world.put("patients", A, patient)
    made = world.create("conversations", {"user_id": A})
    world.told("DELETE", f"/records/conversations/{made['id']}")
    task = world.record("patient_tasks", A)
    world.told("DELETE", f"/records/patient_tasks/{A}")
    world.put("patient_tasks", A, task)

    assert diff(world) == NOTHING


def test_an_empty_update_is_no_change(world: World) -> None:
    """As D-36 has it."""
    world.api("PUT", f"patients/{A}", json={})

    assert (diff(world), world.said()["commits"]) == (NOTHING, 0)


def test_records_are_sorted_by_id(world: World) -> None:
    """In each part, collections by their name."""
    task = world.record("patient_tasks", A)
    for id in (NOBODY, "ffffffff-ffff-4fff-bfff-ffffffffffff", "11111111-1111-4111-8111-111111111111"):
        world.put("patient_tasks", id, task | {"id": id})
    world.create("conversations", {"user_id": A})
    created = diff(world)["created"]
    ids = [record["id"] for record in created["patient_tasks"]]

    assert [*created] == ["conversations", "patient_tasks"]
    assert ids == sorted(ids)


def test_it_is_told_against_a_snapshot(world: World) -> None:
    """What happened before is no part of it, and what was undone since is."""
    first = world.create("conversations", {"user_id": A})
    world.api("PUT", f"patients/{A}", json={"phase": "maintenance"})
    world.told("DELETE", f"/records/workers/{A}")
    save(world)
    assert diff(world, "booked") == NOTHING
    second = world.create("conversations", {"user_id": A})
    world.told("DELETE", f"/records/conversations/{first['id']}")
    world.api("PUT", f"patients/{A}", json={"phase": "engaged"})

    assert diff(world, "booked") == {
        "created": {"conversations": [second]},
        "changed": {"patients": [{"id": A, "fields": {"phase": {"before": "maintenance", "after": "engaged"}}}]},
        "deleted": {"conversations": [first]},
    }


def test_after_a_reset_all_is_undone(world: World) -> None:
    """Against a snapshot, that is: what was made is deleted, and the other way round."""
    made = world.create("conversations", {"user_id": A})
    worker = world.record("workers", A)
    world.told("DELETE", f"/records/workers/{A}")
    save(world)
    world.told("POST", "/reset")

    assert diff(world) == NOTHING
    assert diff(world, "booked") == {
        "created": {"workers": [worker]},
        "changed": {},
        "deleted": {"conversations": [made]},
    }


def test_a_snapshot_of_another_seed_is_compared_with(world: World) -> None:
    """All records of the clinic are made since, or deleted since, as one looks at it."""
    world.told("PUT", "/snapshots/booked", EMPTY_SNAPSHOT | {"seed": "empty"})
    everything = {collection: found for collection, found in world.records().items() if found}
    assert diff(world, "booked") == NOTHING | {"created": everything}
    world.told("POST", "/snapshots", {"name": "clinic"})
    world.told("POST", "/snapshots/booked/restore")

    assert diff(world, "clinic") == NOTHING | {"deleted": everything}
    assert diff(world) == NOTHING


def test_what_no_response_returns_is_part_of_it(world: World) -> None:
    """It is null where it has no value."""
    made = world.create("assessment_responses", FULL["assessment_responses"])
    save(world)
    record = world.record("assessment_responses", made["id"])
    world.put("assessment_responses", made["id"], {name: record[name] for name in record if name != "title"})

    assert diff(world)["created"]["assessment_responses"][0]["spec_name"] == "intake"
    (change,) = diff(world, "booked")["changed"]["assessment_responses"]
    assert change["fields"] == {"title": {"before": "At the first visit", "after": None}}


DIFFERENT = [
    (1, True),
    (0, False),
    (1, 1.5),
    ("1", 1),
    ([], {}),
    ([1, 2], [2, 1]),
    ({"a": 1}, {"a": True}),
    ({"a": {"b": [0]}}, {"a": {"b": [False]}}),
    ({"a": 0}, {}),
]
EQUAL = [
    ({"a": 1, "b": {"c": 2, "d": 3}}, {"b": {"d": 3, "c": 2}, "a": 1}),
    ([{"b": 2, "a": 1}], [{"a": 1, "b": 2}]),
]


def changed(world: World, before: Any, after: Any) -> Any:
    """What has changed once a field that takes anything has another value."""
    record = world.record("custom_data_type_records", A)
    world.put("custom_data_type_records", A, record | {"body": before})
    save(world)
    world.put("custom_data_type_records", A, record | {"body": after})
    return diff(world, "booked")["changed"]


@pytest.mark.parametrize(("before", "after"), DIFFERENT)
def test_values_are_told_apart_as_json_has_them(world: World, before: Any, after: Any) -> None:
    """True is not 1, at any depth."""
    (change,) = changed(world, before, after)["custom_data_type_records"]

    assert json.dumps(change["fields"]["body"]) == json.dumps({"before": before, "after": after})


@pytest.mark.parametrize(("before", "after"), EQUAL)
def test_the_order_of_names_means_nothing(world: World, before: Any, after: Any) -> None:
    """Two objects are the same if they have the same names and values."""
    assert changed(world, before, after) == {}
