"""Ids follow from the counter of a world: they repeat where it does, and never within one world."""

from typing import Any
from uuid import UUID

import pytest

from ..mock import NOBODY, A
from ..resources.bodies import FULL
from .calls import EMPTY_SNAPSHOT
from .world import AT, Checked, World

MANY = 12


def create(world: World, count: int = MANY) -> list[str]:
    """The ids of so many conversations."""
    return [world.create("conversations", {"user_id": A})["id"] for _ in range(count)]


def test_ids_are_of_version_5(world: World) -> None:
    """Each another one; the counter says how many there are, those of records made along included."""
    made = create(world)
    world.create("patients", FULL["patients"])

    assert {(UUID(id).version, UUID(id).variant) for id in made} == {(5, "specified in RFC 4122")}
    assert len({*made}) == MANY
    assert world.said()["counter"] == MANY + 3


def test_what_is_refused_takes_no_id(world: World) -> None:
    """Nor does what is read, put or deleted; so the ids of a test do not hang on what it tries in vain."""
    first = create(world, 1)
    world.api("POST", "conversations", json={"user_id": NOBODY})
    world.api("POST", "conversations", json={})
    world.api("GET", f"workers/{A}")
    world.put("workers", NOBODY, world.record("workers", A) | {"id": NOBODY})
    world.told("DELETE", f"/records/workers/{NOBODY}")
    second = create(world, 1)
    world.told("POST", "/reset")

    assert create(world, 2) == first + second


def test_an_id_is_not_used_again_for_what_was_deleted(world: World) -> None:
    """The next one is another."""
    made = create(world)
    for id in made:
        world.told("DELETE", f"/records/conversations/{id}")

    assert not {*made} & {*create(world)}


def test_after_a_reset_they_begin_again(world: World) -> None:
    """With the first."""
    first = create(world)
    world.told("POST", "/reset")

    assert create(world) == first


def test_after_a_restore_they_go_on_from_there(world: World) -> None:
    """As they did the first time."""
    before = create(world, 3)
    world.told("POST", "/snapshots", {"name": "booked"})
    then = create(world, 3)
    world.told("POST", "/snapshots/booked/restore")
    again = create(world, 3)
    world.told("POST", "/reset")
    world.told("POST", "/snapshots/booked/restore")

    assert then == again == create(world, 3)
    assert not {*before} & {*then}


def test_a_fork_goes_on_as_the_other_does(world: World) -> None:
    """With the same ids in both, and none of those that there are."""
    before = create(world, 3)
    second = World(world.mock, world.told("POST", "/fork", {})["name"])
    mine, others = create(world, 3), create(second, 3)

    assert mine == others
    assert not {*before} & {*mine}


def test_all_sandboxes_have_the_same(shared_mock: Checked) -> None:
    """Whatever their seed and their clock."""
    worlds = shared_mock.world(), shared_mock.world(now=None), shared_mock.world(now="2026-01-01T00:00:00Z")

    assert len({tuple(create(each)) for each in worlds}) == 1


@pytest.mark.parametrize("counter", [0, 5, 2**31, 2**53 - 1])
def test_an_upload_says_where_to_go_on(world: World, counter: int) -> None:
    """From any count up to the largest, each id once; also if it was written as a float."""
    for written in (counter, float(counter)):
        world.told("PUT", "/snapshots/edited", EMPTY_SNAPSHOT | {"counter": written})
        assert world.told("POST", "/snapshots/edited/restore")["counter"] == counter
        assert isinstance(world.said("/snapshots/edited")["counter"], int)
        made = create(world, 3)
        assert len({*made}) == 3
        assert world.said()["counter"] == counter + 3


def test_an_id_that_was_put_is_not_made_again(world: World) -> None:
    """A record may be put at the id that would come next: the next one is another."""
    next_one = create(world, 1)[0]
    world.told("POST", "/reset")
    mine = world.put("conversations", next_one, {"user_id": A, "conversation_type": "third_party_app"})
    made = create(world, 3)

    assert next_one not in made
    assert world.record("conversations", next_one) == mine


def test_an_id_that_was_uploaded_is_not_made_again(world: World) -> None:
    """Though the counter of the document was set back."""
    made = create(world, 3)
    world.told("POST", "/snapshots", {"name": "booked"})
    document: dict[str, Any] = world.said("/snapshots/booked") | {"counter": 0}
    world.told("PUT", "/snapshots/edited", document)
    world.told("POST", "/snapshots/edited/restore")

    assert not {*made} & {*create(world, 3)}
    assert [world.record("conversations", id)["created_at"] for id in made] == [AT] * 3
