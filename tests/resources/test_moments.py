"""Moments and days, wherever they are sent: which forms are taken, and what is said of one that is not."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common_apis.contract.document import load
from common_apis.contract.moment import explain_moment, parse_moment
from common_apis.contract.schema import validator

from ..mock import A, Mock
from .bodies import LEAST
from .records import created

TAKEN = {
    "2031-03-04T09:30:00.1234567-08:00": "2031-03-04T17:30:00.123456+00:00",  # .NET "o"
    "2031-03-04T17:30:00.123456789Z": "2031-03-04T17:30:00.123456+00:00",  # Go RFC3339Nano, Java Instant
    "2031-03-04T17:30:00.999999999Z": "2031-03-04T17:30:00.999999+00:00",
    "2031-12-31T23:59:59.9999999Z": "2031-12-31T23:59:59.999999+00:00",
    "2031-03-04T17:30:00." + "1" * 43 + "Z": "2031-03-04T17:30:00.111111+00:00",
    "2031-03-04T17:30:00.5Z": "2031-03-04T17:30:00.500000+00:00",
    "2031-03-04t17:30:00z": "2031-03-04T17:30:00.000000+00:00",
    "2031-03-04t17:30:00.1234567+00:00": "2031-03-04T17:30:00.123456+00:00",
    "2031-03-04T17:30:00-00:00": "2031-03-04T17:30:00.000000+00:00",
}
WRONG = {
    "now": "",
    "": "",
    "2031-03-04T17:30:00": "has no offset from UTC",
    "2031-03-04T17:30:00.1234567": "has no offset from UTC",
    "2031-03-04T17:30Z": "has no seconds",
    "2031-03-04T17Z": "has no minutes",
    "2031-03-04T": "has no time of day",
    "2031-03-04": "has no time of day",
    "2031-03-04 17:30:00Z": "has a space in place of the `T`",
    "2031-03-04T17:30:00,5Z": "has a comma where a dot belongs, before the digits behind its second",
    "2031-03-04T17:30:00.Z": "has a dot without digits behind its second",
    "2031-02-30T17:30:00Z": "is a day that there is not: that month has 28 days",
    "2031-04-31T17:30:00Z": "is a day that there is not: that month has 30 days",
    "2031-13-01T17:30:00Z": "has a month 13",
    "2031-03-04T24:00:00Z": "has an hour of 24: a day ends with the 00:00:00 of the next one",
    "2031-03-04T25:00:00Z": "has an hour of 25",
    "2031-03-04T17:60:00Z": "has a minute of 60",
    "2031-03-04T23:59:60Z": "has a second of 60: leap seconds are not taken, send :59",
    "2016-12-31T15:59:60-08:00": "has a second of 60: leap seconds are not taken, send :59",
    "2031-03-04T17:30:61Z": "has a second of 61",
    "2031-03-04T17:30:00+0100": "has no colon in its offset from UTC",
    "2031-03-04T17:30:00+01": "has no minutes in its offset from UTC",
    "2031-03-04T17:30:00+24:00": "has an offset from UTC that there is not",
    "2031-03-04T17:30:00+01:60": "has an offset from UTC that there is not",
    "2031-03-04T17:30:00 UTC": "has a name in place of its offset from UTC",
    "2031-03-04T17:30:00 Z": "has a name in place of its offset from UTC",
    "2031-03-04T17:30:00 +01:00": "has a space before its offset from UTC",
    "2031-03-04T17:30:00\u221208:00": "has another sign than `-` in its offset from UTC",
    "2031-03-04T09:30:00-08:00[US/Pacific]": "has the name of a zone behind its offset from UTC",
    "1899-12-31T23:59:59Z": "lies before the years 1900 to 2199",
    "2200-01-01T00:00:00Z": "lies after the years 1900 to 2199",
    "0000-01-01T00:00:00Z": "lies before the years 1900 to 2199",
    "2031-03-04-17:30:00Z": "has no `T` between its day and its time",
    "2031-W10-2T17:30:00Z": "is a day of a week, and not of a month",
    "2031-063T17:30:00Z": "is a day of a year, and not of a month",
    "20310304T173000Z": "has no dashes between year, month and day",
    "2031-03-04T173000Z": "has no colons in its time",
    "2031-03-04T9:30:00Z": "has an hour of one digit",
    "2031-3-4T09:30:00Z": "has a month or a day of one digit",
    "1930325400": "is a number",
    "Tue, 04 Mar 2031 17:30:00 GMT": "begins with the name of a day",
    " 2031-03-04T17:30:00Z": "has white space around it",
    "2031-03-04T17:30:00Z\n": "has white space around it",
    "+002031-03-04T17:30:00Z": "has a year that is not of four digits",
}
WRONG_DAYS = {
    "today": "",
    "2031-02-30": "is a day that there is not: that month has 28 days",
    "2031-00-10": "has a month 00",
    "2031-01-00": "is a day that there is not: that month has 31 days",
    "20310304": "has no dashes between year, month and day",
    "2031-3-4": "has a month or a day of one digit",
    "03/04/2031": "does not begin with its year",
    "04.03.2031": "does not begin with its year",
    "2031/03/04": "has no dashes between year, month and day",
    "2031-03-04T00:00:00Z": "has a time behind its day",
    "2031-03-04 00:00": "has a time behind its day",
    "2031-W10-2": "is a day of a week, and not of a month",
    "2031-03": "has no day",
    "1899-12-31": "lies before the years 1900 to 2199",
    "2200-01-01": "lies after the years 1900 to 2199",
}
SNAPSHOT = {"seed": "clinic", "counter": 0, "records": {}, "deleted": {}}


def details(answer: Any) -> list[str]:
    """What a problem document says of each fault."""
    return [each["detail"] for each in answer.json()["errors"]]


@pytest.mark.parametrize("sent", TAKEN)
def test_a_moment_is_taken_as_programs_write_it(shared_mock: Mock, sent: str) -> None:
    """D-65, D-66: in a record, by a clock and in a snapshot; each answer has it in UTC, to the microsecond."""
    record = created(shared_mock, "messages", LEAST["messages"] | {"send_time": sent})
    clock = shared_mock.put("/_mock/sandboxes/default/clock", {"now": sent, "frozen": True}).json()
    shared_mock.put("/_mock/sandboxes/default/clock", {"now": None, "frozen": False})
    sandbox = shared_mock.post("/_mock/sandboxes", {"now": sent}).json()
    path = f"/_mock/sandboxes/{sandbox['name']}"
    shared_mock.put(f"{path}/snapshots/x", SNAPSHOT | {"clock": {"now": sent, "frozen": True}})
    restored = shared_mock.ask("POST", f"{path}/snapshots/x/restore").json()
    shared_mock.delete(path)

    times = [record["send_time"], clock["now"], sandbox["clock"]["now"], restored["clock"]["now"]]
    assert times == [TAKEN[sent]] * 4


def test_an_event_ends_after_it_starts_as_it_is_kept(shared_mock: Mock) -> None:
    """D-65: moments that differ in what is cut off are one moment."""
    times = {"start_time": "2031-03-04T17:30:00.1234561Z", "end_time": "2031-03-04T17:30:00.1234569Z"}
    body = {name: value for name, value in LEAST["calendar_events"].items() if name != "day"} | times
    answer = shared_mock.post("/v1/calendar_events", body)

    assert answer.status_code == 400
    assert details(answer) == [
        "`end_time` is not after `start_time`: the event would run from 2031-03-04T17:30:00.123456+00:00 to "
        "2031-03-04T17:30:00.123456+00:00."
    ]


@pytest.mark.parametrize("sent", WRONG)
def test_a_moment_is_told_what_is_wrong_with_it(shared_mock: Mock, sent: str) -> None:
    """D-66, D-67: in a record, in a clock, in a new sandbox and in a snapshot; and what was expected."""
    answers = [
        shared_mock.post("/v1/messages", LEAST["messages"] | {"send_time": sent}),
        shared_mock.put("/_mock/sandboxes/default/clock", {"now": sent}),
        shared_mock.post("/_mock/sandboxes", {"now": sent}),
        shared_mock.put("/_mock/sandboxes/default/snapshots/x", SNAPSHOT | {"clock": {"now": sent, "frozen": True}}),
    ]
    why = f", which {WRONG[sent]}" if WRONG[sent] else ""
    for answer in answers:
        [detail] = details(answer)
        assert f"` is {f'`{sent}`' if sent else 'empty'}{why}. Expected a moment with its offset, such as " in detail


@pytest.mark.parametrize("sent", WRONG_DAYS)
@pytest.mark.parametrize(("collection", "field"), [("calendar_events", "day"), ("patients", "birthday")])
def test_a_day_is_told_what_is_wrong_with_it(shared_mock: Mock, collection: str, field: str, sent: str) -> None:
    """D-13: one of an event, and one of birth."""
    [detail] = details(shared_mock.post(f"/v1/{collection}", LEAST[collection] | {field: sent}))
    why = f", which {WRONG_DAYS[sent]}" if WRONG_DAYS[sent] else ""

    assert f"`{field}` is `{sent}`{why}. Expected a calendar day, such as " in detail


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ("2031-03-04T17:30:00.000000Z", "is not in UTC, with the offset `+00:00`"),
        ("2031-03-04T09:30:00.000000-08:00", "is not in UTC, with the offset `+00:00`"),
        ("2031-03-04T17:30:00+00:00", "does not have six digits behind its second"),
        ("2031-03-04T17:30:00.000+00:00", "does not have six digits behind its second"),
        ("2031-03-04T17:30:00.000000", "has no offset from UTC"),
    ],
)
def test_a_time_of_a_record_is_as_responses_have_it(shared_mock: Mock, sent: str, why: str) -> None:
    """D-12: what is put through the control plane is stored as it is, and the same is said of what is wrong with it."""
    task = {"user_id": A, "task_type": "survey", "dismissed": False, "created_at": sent}
    answer = shared_mock.put(f"/_mock/sandboxes/default/records/patient_tasks/{A}", task)

    assert [f"`created_at` is `{sent}`, which {why}. Expected a moment in UTC" in each for each in details(answer)] == [
        True
    ]


SCHEMA = load()["x-types"]["isodatetime"]["schema"]
IS_MOMENT = validator(SCHEMA).is_valid
CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]"
DAY = r"(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-([0-2][0-9])"
MOMENTS = st.from_regex(rf"{DAY}[Tt]{CLOCK}:[0-5][0-9](\.[0-9]{{1,30}})?([Zz]|[+-]{CLOCK})", fullmatch=True)
GOOD = st.sampled_from(["2031-03-04T17:30:00Z", "2032-02-29t09:30:00.1234567-08:00", "1999-12-31T23:59:59.5+14:00"])


@st.composite
def slips(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """A text with a character changed, added or left out."""
    text, sign = draw(texts), draw(st.sampled_from("0123456789-+:.,TtZz W"))
    at = draw(st.integers(0, len(text) - 1))
    return draw(
        st.sampled_from([text[:at] + sign + text[at + 1 :], text[:at] + text[at + 1 :], text[:at] + sign + text[at:]])
    )


@given(MOMENTS.filter(IS_MOMENT) | slips(GOOD).filter(IS_MOMENT))
def test_what_the_contract_takes_can_be_read(text: str) -> None:
    """D-65: every moment that the schema admits is one, within a day of what it says."""
    moment = parse_moment(text)
    assert moment.utcoffset() == timedelta()
    assert abs(moment.toordinal() - parse_moment(f"{text[:10]}T00:00:00Z").toordinal()) <= 1


@given(slips(GOOD))
def test_every_slip_is_explained(text: str) -> None:
    """D-67: a moment that one character has spoiled is told why."""
    assert IS_MOMENT(text) or explain_moment(text)
