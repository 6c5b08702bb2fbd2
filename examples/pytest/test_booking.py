import httpx
import pytest

from common_apis import Sandbox

A = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"


def book(api: str, day: str) -> str:  # stands for your program
    visit = {"calendar_id": A, "user_id": A, "day": day, "modality": "visit", "appointment_type": "home_visit"}
    return str(httpx.post(f"{api}/v1/calendar_events", json=visit).raise_for_status().json()["id"])


@pytest.mark.common_apis(now="2031-03-04T09:30:00-08:00")
def test_a_visit_is_booked(common_apis: Sandbox) -> None:
    visit = book(common_apis.url, "2031-03-11")
    record = common_apis.records.get("calendar_events", visit)
    assert record["created_at"] == "2031-03-04T17:30:00.000000+00:00"
    common_apis.expect("calendar_events_create==1")


def test_the_service_is_away(common_apis: Sandbox) -> None:
    common_apis.faults.add(operation="calendar_events_create", status=503)
    with pytest.raises(httpx.HTTPStatusError):
        book(common_apis.url, "2031-03-11")


@pytest.mark.common_apis(violations=["calendar_events_create:parse_exception"])
def test_a_day_that_there_is_not(common_apis: Sandbox) -> None:
    with pytest.raises(httpx.HTTPStatusError):
        book(common_apis.url, "2031-02-30")
