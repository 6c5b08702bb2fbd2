"""How often things occur in a generated world: about as often as in life, and each value that there is."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from common_apis.world.seed import Records

from .conftest import NOW

Record = dict[str, Any]

SHARES: dict[str, tuple[str, Callable[[Record], bool], float, float]] = {
    "phones opted out of texts": ("phone_numbers", lambda each: not each["opted_in_to_sms"], 0.2, 0.5),
    "phones opted out of calls": ("phone_numbers", lambda each: not each["opted_in_to_phone"], 0.05, 0.25),
    "emails opted out": ("email_addresses", lambda each: not each["opted_in_to_email"], 0.1, 0.4),
    "verified phones": ("phone_numbers", lambda each: bool(each["verified"]), 0.5, 0.9),
    "all-day events": ("calendar_events", lambda each: bool(each["is_all_day"]), 0.05, 0.2),
    "events to come": ("calendar_events", lambda each: (each["start_time"] or each["day"]) > str(NOW), 0.1, 0.35),
    "no-shows": ("calendar_events", lambda each: each["outcome"] == "no-show", 0.04, 0.15),
    "cancelled events": ("calendar_events", lambda each: each["outcome"] == "cancelled", 0.05, 0.2),
    "completed events": ("calendar_events", lambda each: each["outcome"] == "completed", 0.5, 0.8),
    "dismissed tasks": ("patient_tasks", lambda each: bool(each["dismissed"]), 0.4, 0.8),
    "failed integration tasks": ("integration_tasks", lambda each: each["status"] == "failed", 0.04, 0.2),
    "unattempted integration tasks": ("integration_tasks", lambda each: each["status"] == "unattempted", 0.01, 0.1),
    "inbound messages": ("messages", lambda each: each["direction"] == "inbound", 0.3, 0.6),
    "empty careplans": ("careplans", lambda each: each["careplan"] is None, 0.01, 0.15),
    "patients without a coach": ("patients", lambda each: each["coach_id"] is None, 0.05, 0.3),
    "patients without an address": ("patients", lambda each: each["street"] is None, 0.03, 0.15),
    "names beyond ASCII": (
        "patients",
        lambda each: not f"{each['first_name']}{each['last_name']}".isascii(),
        0.05,
        0.25,
    ),
    "names in other scripts": (
        "patients",
        lambda each: not any("a" <= c.lower() <= "z" for c in each["last_name"]),
        0.01,
        0.1,
    ),
}


@pytest.mark.parametrize("what", SHARES)
def test_a_share_is_believable(world: Records, what: str) -> None:
    """Neither seldom nor always, where life is neither."""
    collection, holds, least, most = SHARES[what]
    records = world[collection]

    assert least <= sum(map(holds, records)) / len(records) <= most


@pytest.mark.parametrize(
    ("collection", "field", "values"),
    [
        ("calendar_events", "outcome", {None, "cancelled", "completed", "no-show"}),
        ("calendar_events", "modality", {"call", "video", "visit"}),
        ("conversations", "conversation_type", {"app", "email", "phone", "third_party_app"}),
        ("integration_tasks", "status", {"failed", "running", "succeeded", "unattempted"}),
        ("messages", "automatically_sent", {False, True}),
        ("patient_tasks", "dismissed", {False, True}),
        ("patients", "phase", {"outreach", "intake", "engaged", "maintenance", "discharged", "declined"}),
        ("phone_numbers", "phone_number_type", {"cell", "landline", "other"}),
        ("external_ids", "resource", {"patients", "calendar_events"}),
        ("assessment_responses", "spec_id", {"intake_assessment", "mood_check_9", None}),
    ],
)
def test_every_value_occurs(world: Records, collection: str, field: str, values: set[Any]) -> None:
    """D-10: so that a client meets it."""
    assert {each[field] for each in world[collection]} == values


@pytest.mark.parametrize(
    "zone", ["US/Pacific", "America/Chicago", "America/New_York", "Pacific/Honolulu", "America/Puerto_Rico"]
)
def test_patients_live_in_many_time_zones(world: Records, zone: str) -> None:
    """Aliases are among them; so are zones that keep no summer time."""
    zones = Counter(each["timezone"] for each in world["patients"])

    assert zones[zone] > 2
    assert len(zones) > 15
    assert max(zones.values()) < 0.4 * len(world["patients"])


@pytest.mark.parametrize(
    ("collection", "least", "most"),
    [("careplans", 0.3, 0.9), ("conversations", 0.7, 2), ("messages", 4, 15), ("calendar_events", 2, 8)],
)
def test_there_is_so_much_of_a_kind_for_a_patient(world: Records, collection: str, least: float, most: float) -> None:
    """On the average."""
    assert least <= len(world[collection]) / len(world["patients"]) <= most
