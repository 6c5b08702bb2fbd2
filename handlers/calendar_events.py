"""Calendar events: an appointment of a patient in a worker's calendar, at a time of day or on a whole day (D-17)."""

from collections.abc import Iterator

from .errors import BadRequest, Fault
from .resource import Draft, Reference, Resource
from .terms import Records

TIMES = ("start_time", "end_time")


def convert(draft: Draft) -> None:
    """Clear what no longer applies when the other kind of time is sent, and derive `is_all_day`."""
    event, body = draft.record, draft.body
    sent_time = any(body.get(field) for field in TIMES)
    if body.get("day") and not sent_time:
        event.update(dict.fromkeys(TIMES))
    elif sent_time and not body.get("day"):
        event["day"] = None
    event["is_all_day"] = event["day"] is not None


def one_kind_of_time(draft: Draft, records: Records) -> Iterator[Fault]:
    """An event has either `day`, or both `start_time` and `end_time`."""
    event = draft.record
    missing = [field for field in TIMES if event[field] is None]
    if event["day"]:
        if len(missing) < 2:
            yield BadRequest(
                "The event has both `day` and a time of day. Send either `day`, or `start_time` and `end_time`.",
                pointer="/day",
            )
    elif len(missing) == 2:
        yield BadRequest(
            "The event has no time. Send either `day`, or `start_time` and `end_time`.",
            pointer="/start_time" if TIMES[0] in draft.body or "day" not in draft.body else "/day",
        )
    elif missing:
        yield BadRequest(
            f"`{missing[0]}` is missing. An event that is not for a whole day has a start and an end.",
            pointer=f"/{missing[0]}",
        )


def start_before_end(draft: Draft, records: Records) -> Iterator[Fault]:
    """The start lies before the end; both are in UTC and of one length, so that their text compares as time does."""
    start, end = (draft.record[field] for field in TIMES)
    if start and end and start >= end:
        yield BadRequest(
            f"`end_time` is not after `start_time`: the event would run from {start} to {end}.", pointer="/end_time"
        )


resource = Resource(
    collection="calendar_events",
    references=(Reference("calendar_id", "calendars"), Reference("user_id", "patients")),
    complete=convert,
    rules=(one_kind_of_time, start_before_end),
)
