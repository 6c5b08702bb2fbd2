"""What a generated world tells: it hangs together, and nobody in it exists."""

import re
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from common_apis.world.clock import written
from common_apis.world.seed import Records

from .conftest import NOW

NOW_WRITTEN = written(NOW)
Record = dict[str, Any]


def by_patient(records: list[Record]) -> dict[str, list[Record]]:
    """Records by the patient whom they are about."""
    found: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records:
        found[record["user_id"]].append(record)
    return found


def times(event: Record, zone: str) -> tuple[datetime, datetime]:
    """From when until when an event goes; those of a whole day, as long as clinics are open."""
    if event["day"]:
        day = datetime.fromisoformat(event["day"]).replace(tzinfo=ZoneInfo(zone))
        return day.replace(hour=9), day.replace(hour=17)
    return datetime.fromisoformat(event["start_time"]), datetime.fromisoformat(event["end_time"])


def zones(world: Records) -> dict[str, str]:
    """The time zone of each patient."""
    return {patient["id"]: patient["timezone"] for patient in world["patients"]}


def wants_no_more(message: Record) -> bool:
    """Whether a patient asks not to be written to."""
    return message["direction"] == "inbound" and bool(re.search("^STOP$|any more", message["contents"]))


def test_everybody_is_invented(folder: Path) -> None:
    """No number can be called and no address written to: 555-01xx, and the domains that are set aside for examples."""
    text = "".join(file.read_text("utf-8") for file in folder.iterdir())

    numbers, domains = re.findall(r"\+\d{7,15}(?!\d|:)", text), re.findall(r"@([\w.-]+)", text)
    assert len(numbers) > 1000 < len(domains)
    assert {each for each in numbers if not re.fullmatch(r"\+1\d{3}55501\d\d", each)} == set()
    assert set(domains) == {"example.com", "example.net", "example.org"}


def test_nothing_is_known_before_the_patient_or_after_now(world: Records) -> None:
    """D-63: nor updated before it was created."""
    since = {patient["id"]: patient["created_at"] for patient in world["patients"]}
    for collection in world.keys() - {"external_ids"}:
        for record in world[collection]:
            known = since.get(record.get("user_id") or "", "")
            assert known <= record["created_at"] <= record["updated_at"] <= NOW_WRITTEN, (collection, record)


def test_hardly_anything_happens_at_this_very_moment(world: Records) -> None:
    """What would have come later is not heaped up in the last hours. Connections are at work, as ever."""
    lately = written(NOW - timedelta(hours=4))
    for collection in world.keys() - {"external_ids", "integration_tasks"}:
        created = [each["created_at"] for each in world[collection]]
        assert sum(each > lately for each in created) < len(created) / 50, collection
        assert sum(each == NOW_WRITTEN for each in created) < len(created) / 500, collection


def test_patients_are_adults(world: Records) -> None:
    """D-13: and of an age that people have."""
    ages = [(int(each["created_at"][:4]) - int(each["birthday"][:4])) for each in world["patients"]]

    assert 18 <= min(ages) < 30 < 80 < max(ages) <= 95


def test_addresses_are_whole_or_absent(world: Records) -> None:
    """A postal code has its state, and nobody abroad has either."""
    for patient in world["patients"]:
        assert (patient["state"] is None) == (patient["zip_code"] is None)
        assert (patient["country"] in ("US", "USA")) == (patient["state"] is not None)
        assert (patient["street"] is None) == (patient["country"] is None)


def test_both_spellings_of_a_flag_are_equal(world: Records) -> None:
    """D-23."""
    assert all(each["opted_on_to_phone"] == each["opted_in_to_phone"] for each in world["phone_numbers"])


def test_an_outcome_fits_the_time(world: Records) -> None:
    """What took place was noted after its end, and nobody says yet how it goes of what is going on."""
    zone, going_on = zones(world), 0
    for event in world["calendar_events"]:
        start, end = times(event, zone[event["user_id"]])
        created, updated = (datetime.fromisoformat(event[each]) for each in ("created_at", "updated_at"))
        assert created < start
        if event["outcome"] in ("completed", "no-show"):
            assert end <= updated
        elif event["outcome"] == "cancelled":
            assert updated <= start
        going_on += start < NOW < end
    assert going_on


def test_visits_are_in_the_hours_of_work(world: Records) -> None:
    """Where the patient lives, from Monday to Friday."""
    lives = zones(world)
    for event in world["calendar_events"]:
        zone = ZoneInfo(lives[event["user_id"]])
        start, end = (each.astimezone(zone) for each in times(event, zone.key))
        assert start.weekday() < 5
        assert (9, 0) <= (start.hour, start.minute) < (end.hour, end.minute) <= (17, 0)


def test_nobody_who_left_has_visits_to_come(world: Records) -> None:
    """Nor a record that was made after they had left."""
    left = {each["id"]: each["updated_at"] for each in world["patients"] if each["phase"] in ("discharged", "declined")}
    assert left
    for event in world["calendar_events"]:
        if event["user_id"] in left:
            assert (event["start_time"] or event["day"]) < left[event["user_id"]]


def test_messages_are_in_order_and_in_their_conversation(world: Records) -> None:
    """D-08, D-19: of the same patient, none before its beginning, and an outbound one has a worker."""
    begun = {each["id"]: each for each in world["conversations"]}
    last: dict[str, str] = {}
    for message in world["messages"]:
        conversation = begun[message["conversation_id"]]
        assert message["user_id"] == conversation["user_id"]
        assert message["worker_id"] or message["direction"] == "inbound"
        assert last.get(conversation["id"], conversation["created_at"]) <= message["send_time"] <= message["created_at"]
        last[conversation["id"]] = message["send_time"]


def test_nobody_is_written_to_who_does_not_want_it(world: Records) -> None:
    """Where no number or address of a patient is opted in, the last word is the patient's: to stop."""
    agreed = {
        "phone": {each["user_id"] for each in world["phone_numbers"] if each["opted_in_to_sms"]},
        "email": {each["user_id"] for each in world["email_addresses"] if each["opted_in_to_email"]},
    }
    kinds = {each["id"]: each["conversation_type"] for each in world["conversations"]}
    last = {each["conversation_id"]: each for each in world["messages"]}
    stopped = [
        message
        for conversation, message in last.items()
        if message["user_id"] not in agreed.get(kinds[conversation], {message["user_id"]})
    ]

    assert stopped
    assert all(wants_no_more(each) for each in stopped)


def test_who_wants_no_more_is_opted_out(world: Records) -> None:
    """D-24: on the number or the address in question, at once."""
    out = by_patient([each for each in world["phone_numbers"] if not each["opted_in_to_sms"]])
    for user_id, addresses in by_patient(
        [each for each in world["email_addresses"] if not each["opted_in_to_email"]]
    ).items():
        out.setdefault(user_id, []).extend(addresses)
    stops = [each for each in world["messages"] if wants_no_more(each)]

    assert {len(each["contents"]) > 4 for each in stops} == {True, False}
    for message in stops:
        assert any(message["send_time"] <= each["updated_at"] for each in out[message["user_id"]])


def test_only_those_who_agreed_are_written_to_automatically(world: Records) -> None:
    """D-24: by phone or email; it is the workers' side that writes."""
    agreed = {
        "phone": {each["user_id"] for each in world["phone_numbers"] if each["automatic_recipient"]},
        "email": {each["user_id"] for each in world["email_addresses"] if each["automatic_recipient"]},
    }
    kinds = {each["id"]: each["conversation_type"] for each in world["conversations"]}
    automatic = [each for each in world["messages"] if each["automatically_sent"]]

    assert automatic
    for message in automatic:
        assert message["direction"] == "outbound"
        assert message["user_id"] in agreed.get(kinds[message["conversation_id"]], {message["user_id"]})


def test_a_reminder_names_the_time_of_a_visit_where_the_patient_lives(world: Records) -> None:
    """It is sent a day before."""
    events = by_patient(world["calendar_events"])
    reminders = [each for each in world["messages"] if each["automatically_sent"]]
    lives = zones(world)
    assert len(reminders) > 100
    for message in reminders:
        zone = lives[message["user_id"]]
        starts = [times(event, zone)[0].astimezone(ZoneInfo(zone)) for event in events[message["user_id"]]]
        spoken = [f"{start:%A, %B} {start.day}, at {start:%I:%M %p}".replace("at 0", "at ") for start in starts]
        assert any(each in message["contents"] for each in spoken), message


def test_a_task_of_a_connection_has_what_its_status_says(world: Records) -> None:
    """D-29: results of those that succeeded, errors of those that failed, neither of the others."""
    for task in world["integration_tasks"]:
        assert (task["result"] is not None) == (task["status"] == "succeeded")
        assert (task["errors"] is not None) == (task["status"] == "failed")
        if task["status"] in ("unattempted", "running"):
            age = NOW - datetime.fromisoformat(task["created_at"])
            assert age.total_seconds() < 12 * 3600
        assert (task["created_at"] == task["updated_at"]) == (task["status"] in ("unattempted", "running"))


def test_only_visits_of_those_in_care_are_billed(world: Records) -> None:
    """And only if they took place; a call to win somebody over costs nothing."""
    events = {each["id"]: each for each in world["calendar_events"]}
    billed = [each for each in world["external_ids"] if each["external_id"].startswith("ENC-")]

    assert billed
    for each in billed:
        event = events[each["welkin_id"]]
        assert event["outcome"] == "completed"
        assert event["appointment_type"] != "outreach_call"


def test_what_tasks_name_are_external_ids(world: Records) -> None:
    """D-20: the other system's ids are those under which the records are known."""
    known = {each["external_id"] for each in world["external_ids"]}

    assert {id for task in world["integration_tasks"] for id in task["ref_ids"]} <= known


def test_the_workers_of_a_plan_exist(world: Records) -> None:
    """D-29: and what is done was done before the plan was last changed."""
    workers = {each["id"] for each in world["workers"]}
    plans = [each for each in world["careplans"] if each["careplan"]]
    steps = [(plan, step) for plan in plans for goal in plan["careplan"]["goals"] for step in goal["interventions"]]
    assert {step["completed_at"] is None for _, step in steps} == {True, False}
    for plan, step in steps:
        assert {step["worker_id"], step["completed_by_worker_id"]} <= workers | {None}
        assert plan["created_at"] <= (step["completed_at"] or plan["created_at"]) <= plan["updated_at"]
        assert plan["created_at"][:10] <= step["reminder_date"]


def test_no_two_patients_share_an_email_address(world: Records) -> None:
    """It is not demanded (D-50), and one looks people up by it."""
    addresses = [each["email"] for each in world["email_addresses"]]

    assert len(set(addresses)) == len(addresses)
