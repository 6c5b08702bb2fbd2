"""What a test does to its sandbox, with the fixture `common_apis` as the tests of this project have it."""

from datetime import UTC, datetime, timedelta
from time import process_time
from typing import Any

import httpx
import pytest

from common_apis.contract.document import CONTRACT, load
from common_apis.testing import control
from common_apis.testing.control import ControlError
from common_apis.testing.plugin import name
from common_apis.testing.sandbox import Sandbox
from common_apis.testing.server import Server
from common_apis.testing.types import Exchange, Rule
from common_apis.testing.verdict import ContractBroken, Unmet

from ..conftest import ROOT
from ..mock import NOBODY, A

NOON = datetime(2031, 3, 4, 12, tzinfo=UTC)


def test_records_are_there_to_be_read_and_made(common_apis: Sandbox) -> None:
    """Of any collection, also where the API cannot; what breaks the contract is refused with what is wrong."""
    records = common_apis.records
    worker = records.put("workers", NOBODY, {**records.get("workers", A), "id": NOBODY, "first_name": "Ingrid"})
    assert worker["first_name"] == "Ingrid"
    assert records.list("workers", first_name="Ingrid") == [worker]
    assert records.list("patient_tasks", user_id=NOBODY, dismissed=True) == []
    records.delete("workers", NOBODY)
    with pytest.raises(ControlError, match=f"GET .*/records/workers/{NOBODY} was answered 404: "):
        records.get("workers", NOBODY)
    with pytest.raises(ControlError, match=r"answered 400: .*`gender` is `Nobody`\. Expected one of Male, "):
        records.put("workers", A, {**records.get("workers", A), "gender": "Nobody"})


def test_a_list_has_all_its_records(common_apis: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many they are: they come in pages."""
    monkeypatch.setattr(control, "PAGE", 2)
    known = len(common_apis.records.list("conversations"))
    with httpx.Client(base_url=common_apis.url) as client:
        made = {client.post("/v1/conversations", json={"user_id": A}).json()["id"] for _ in range(5)}
    listed = [each["id"] for each in common_apis.records.list("conversations")]
    assert len(listed) == known + 5
    assert made < {*listed}


def test_a_clock_is_set_frozen_and_advanced(common_apis: Sandbox) -> None:
    """By moments with a zone, and by seconds or a timedelta."""
    clock = common_apis.clock
    clock.freeze(NOON)
    assert clock.now() == NOON == clock.now()
    clock.advance(timedelta(days=7))
    clock.advance(90)
    assert clock.now() == NOON + timedelta(days=7, seconds=90)
    clock.set("2031-03-04T04:00:00-08:00")
    assert clock.now() == NOON
    clock.run()
    assert NOON < clock.now() < NOON + timedelta(minutes=1)
    clock.freeze()
    assert clock.now() == clock.now()


def test_a_rule_breaks_an_answer(common_apis: Sandbox) -> None:
    """As often as it says, and not after it is taken away."""
    worker = f"{common_apis.url}/v1/workers/{A}"
    rule = common_apis.faults.add(operation="workers_get", status=503, times=1)
    assert [httpx.get(worker).status_code for _ in range(2)] == [503, 200]
    assert common_apis.faults.used(rule) == 1
    common_apis.faults.add(operation="workers_get", status=503)
    common_apis.faults.clear()
    assert httpx.get(worker).status_code == 200


@pytest.mark.common_apis(violations="allowed")
def test_requests_are_told_and_counted(common_apis: Sandbox) -> None:
    """By operation, status, and whether they broke the contract."""
    with httpx.Client(base_url=common_apis.url) as client:
        client.get(f"/v1/workers/{A}")
        client.get(f"/v1/workers/{NOBODY}")
        client.put(f"/v1/patients/{A}", json={"first_name": 7})
    assert [each["operation"] for each in common_apis.requests()] == ["workers_get", "workers_get", "patients_update"]
    assert [each["status"] for each in common_apis.requests("workers_get", violations=False)] == [200, 404]
    assert [each["request"]["body"] for each in common_apis.requests(violations=True)] == [{"first_name": 7}]
    assert (common_apis.count(), common_apis.count("workers_get"), common_apis.count(status=404)) == (3, 2, 1)
    common_apis.check()
    assert common_apis.count() == 0


def test_counts_are_expected(common_apis: Sandbox) -> None:
    """A miss says what was asked instead, and an operation that there is not is no expectation."""
    httpx.get(f"{common_apis.url}/v1/workers/{A}")
    common_apis.expect("workers_get==1", "messages_create<1")
    with pytest.raises(Unmet, match=r"messages_create == 1: It was called 0 times\. Other calls: workers_get once\."):
        common_apis.expect("messages_create==1")
    with pytest.raises(ValueError, match="no operation is called `workers_gets`"):
        common_apis.expect("workers_gets==1")


def test_a_check_fails_at_once_and_once(common_apis: Sandbox) -> None:
    """What was judged is forgotten."""
    httpx.put(f"{common_apis.url}/v1/patients/{A}", json={"first_name": 7})
    with pytest.raises(ContractBroken, match=r"one finding:\npatients_update /first_name: .* \(openapi/.*:\d+\)"):
        common_apis.check()
    common_apis.check()


def test_a_finding_is_told_as_the_readme_shows(common_apis: Sandbox) -> None:
    """With operation, place, what was wrong, and the line of the contract."""
    event = {"calendar_id": A, "user_id": A, "day": "2031-02-30", "modality": "visit", "appointment_type": "home_visit"}
    httpx.post(f"{common_apis.url}/v1/calendar_events", json=event)
    with pytest.raises(ContractBroken) as broken:
        common_apis.check()
    assert "\n".join(str(broken.value).splitlines()[:2]) in (ROOT / "docs/pytest.md").read_text("utf-8")


def test_requests_that_are_forgotten_are_not_passed_over(common_apis: Sandbox) -> None:
    """A check cannot tell, and says so."""
    with httpx.Client(base_url=common_apis.url) as client:
        for _ in range(11):
            client.put(f"/v1/custom_data_type_records/{A}", json={"body": {"note": "x" * 900_000}}).raise_for_status()
    with pytest.raises(ContractBroken, match=r"has forgotten [1-9] of this test\. Call `common_apis.check\(\)`"):
        common_apis.check()


def test_a_reset_takes_changes_back(common_apis: Sandbox) -> None:
    """The sandbox is as it began."""
    httpx.put(f"{common_apis.url}/v1/patients/{A}", json={"first_name": "Ingrid"}).raise_for_status()
    common_apis.reset()
    assert common_apis.records.get("patients", A)["first_name"] == "Maya"


@pytest.mark.parametrize("run", ["first", "second"])
def test_a_sandbox_is_thrown_away_with_its_test(common_apis: Sandbox, run: str) -> None:
    """Of the tests before this one nothing is left; the sandbox that is always there is as it began."""
    assert httpx.delete(f"{common_apis.origin}/v1/patient_tasks/{A}").status_code == 200
    found = httpx.get(f"{common_apis.origin}/_mock/sandboxes").json()["sandboxes"]
    assert [each["name"] for each in found] == sorted(["default", common_apis.sandbox])


@pytest.mark.usefixtures("common_apis_server")
def test_a_server_is_ready_within_a_second() -> None:
    """Of the processor, once what it needs is imported."""
    began = process_time()
    with Server() as server:
        took = process_time() - began
        assert httpx.get(f"{server.url}/v1/workers/{A}").status_code == 200
    assert took < 1


def test_what_a_test_leaves_running_is_not_of_the_next_one(common_apis: Sandbox, common_apis_server: Server) -> None:
    """A sandbox that was thrown away is not made anew by a late request, and nobody else answers for it."""
    common_apis_server.over.add("of-another-test")
    late = httpx.get(f"{common_apis_server.url}/s/of-another-test/v1/workers/{A}")
    assert (late.status_code, late.json()["errors"][0]["code"]) == (400, "bad_request")
    common_apis.check()
    httpx.get(f"{common_apis_server.url}/s/of-no-test/v1/workers/{A}")
    with pytest.raises(ContractBroken, match=r"workers_get sandbox: There is no sandbox `of-no-test`\."):
        common_apis.check()


NODES = [
    *(
        "con.py::test_a",
        "aux.py::test_a",
        "com1/test_a.py::con.",
        "tests/test_con.py::TestNul::test_a[con.]",
        "test_a.py",
    ),
    *("é", "", "_", "con.x[\udc80]", "con.x[\udc81]", "A.py::test", "a.py::test", f"{'x' * 60}/con.{'x' * 46}"),
]


def test_any_test_has_a_name(common_apis_server: Server) -> None:
    """Which the control plane takes, and which no other test has."""
    names = [*map(name, NODES)]
    assert len({*names}) == len(NODES)
    assert name("tests/test_booking.py::TestVisit::test_a_day[31]").startswith(
        "tests-test_booking-testvisit-test_a_day-31-"
    )
    for each in names:
        asking = control.Control(common_apis_server.url, each, common_apis_server.admin_token)
        asking.create({})
        asking.delete()


def fields(schema: str) -> dict[str, Any]:
    """The properties of a schema of the control plane."""
    found: dict[str, Any] = load(CONTRACT.with_name("control.yaml"))["components"]["schemas"][schema]["properties"]
    return found


def test_the_types_are_those_of_the_contract() -> None:
    """An exchange and a fault rule have the fields that the control plane gives and takes."""
    assert Exchange.__annotations__.keys() == fields("Exchange").keys()
    assert Rule.__annotations__.keys() == fields("FaultRuleCreate").keys()
