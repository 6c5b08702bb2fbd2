"""Worlds are each other's like, and no other's concern."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ..mock import A
from ..resources.bodies import FULL, UPDATES, Record
from ..resources.clinic import COLLECTIONS, records
from .world import AT, Checked, World

MADE_ALONG = {"external_ids": {"lab": "LAB-20417"}}
STORY: list[tuple[str, str, Record | None]] = [
    *(("POST", collection, body) for collection, body in FULL.items()),
    ("POST", "patients", FULL["patients"] | MADE_ALONG),
    *(("PUT", f"{collection}/{A}", body) for collection, body in UPDATES.items() if collection != "calendar_events"),
    ("PUT", f"calendar_events/{A}", {"outcome": "cancelled"}),
    ("POST", "conversations", {"user_id": "nobody"}),
    ("DELETE", f"patient_tasks/{A}", None),
    ("DELETE", f"patient_tasks/{A}", None),
    *(("GET", f"{collection}/{A}", None) for collection in ("workers", "messages", "patient_tasks")),
]
"""Requests of every kind, some of which are refused."""


def told(world: World) -> list[tuple[int, bytes]]:
    """What a world answers to the story, in bytes."""
    answers = [world.api(method, path, json=body) for method, path, body in STORY]
    return [(each.status_code, each.content.replace(world.name.encode(), b"NAME")) for each in answers]


def test_a_fresh_world_has_the_records_of_the_clinic(world: World) -> None:
    """All of them, as the files have them, sorted by id."""
    assert world.records() == {each: sorted(records(each), key=lambda record: record["id"]) for each in COLLECTIONS}
    assert world.said("/diff") == {"created": {}, "changed": {}, "deleted": {}}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_what_happens_in_one_world_is_not_seen_in_another(
    make_mock: Callable[..., Checked], order: tuple[int, int]
) -> None:
    """Neither in a named one from `default`, nor the other way round."""
    mock = make_mock()
    worlds = World(mock, "default"), mock.world("other")
    busy, idle = (worlds[each] for each in order)
    before = idle.records(), idle.said()["commits"]
    told(busy)

    assert busy.said()["changes"] > 20
    assert (idle.records(), idle.said()["commits"]) == before


def test_what_is_made_anew_is_not_found_elsewhere(shared_mock: Checked) -> None:
    """And may be made there as well, with the same unique values and the same ids."""
    one, other = shared_mock.world(), shared_mock.world()
    made = one.create("external_ids", FULL["external_ids"])

    assert other.ask("GET", f"/records/external_ids/{made['id']}").status_code == 404
    assert other.create("external_ids", FULL["external_ids"]) == made


def test_the_same_requests_get_the_same_bytes_in_every_world(shared_mock: Checked) -> None:
    """Ids and times included, if the clocks stand still."""
    one, other = shared_mock.world(), shared_mock.world()

    assert told(one) == told(other)
    assert one.records() == other.records()


def test_the_same_requests_get_the_same_bytes_on_another_day(make_mock: Callable[..., Checked]) -> None:
    """Whatever the machine's time is, and whatever happened in other worlds before."""

    def machine(days: int) -> Callable[[], datetime]:
        return lambda: datetime(2026, 11, 22, tzinfo=UTC) + timedelta(days=days)

    one, other = make_mock(machine=machine(0)), make_mock(machine=machine(900))
    told(World(other, "before"))

    assert told(one.world("x")) == told(other.world("x"))


def test_the_same_requests_get_the_same_bytes_in_the_default(make_mock: Callable[..., Checked]) -> None:
    """Once its clock stands still."""
    mock = make_mock()
    default, other = World(mock, "default"), mock.world("other")
    default.told("PUT", "/clock", {"now": AT, "frozen": True})

    assert told(default) == told(other)


def test_the_story_is_one_of_all_kinds(world: World) -> None:
    """Else what is said above would be said of little."""
    statuses = [status for status, _ in told(world)]
    assert {200, 201, 400, 404} == set(statuses)
    assert {each["id"] for each in world.said("/diff")["created"]["external_ids"]} >= {
        each["id"] for each in world.said("/records/external_ids?where=external_id:LAB-20417")["records"]
    }


def test_worlds_have_clocks_of_their_own(shared_mock: Checked) -> None:
    """To set one is not to set another."""
    one, other = shared_mock.world(), shared_mock.world()
    one.told("POST", "/clock/advance", {"seconds": 60})
    made: list[Any] = [each.create("conversations", {"user_id": A})["created_at"] for each in (one, other)]

    assert made == ["2031-03-04T17:31:00.000000+00:00", AT]
