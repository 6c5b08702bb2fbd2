"""The clock of a world: set, stopped, let go on, and the time that its records have."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from common_apis.serving.app import Settings, create_app

from ..mock import A
from .form import Form
from .world import AT, Checked, Machine, detail, faults

MACHINE = "2026-11-22T09:00:00.000000+00:00"
FIRST, LAST = "1900-01-01T00:00:00.000000+00:00", "2199-12-31T23:59:59.999999+00:00"
LAST_RUNNING = "2198-12-31T23:59:59.999999+00:00"
TEN_YEARS = 315_576_000


class Timed:
    """A world whose machine's time goes when it is told to."""

    def __init__(self, mock: Checked, machine: Machine) -> None:
        self.machine = machine
        self.machine.now = datetime.fromisoformat(MACHINE)
        self.world = mock.world(now=None)

    def wait(self, seconds: float) -> None:
        """Let the machine's time go on."""
        self.machine.now += timedelta(seconds=seconds)

    def set(self, **body: Any) -> Any:
        """Set the clock."""
        return self.world.told("PUT", "/clock", body)

    def advance(self, seconds: float) -> Any:
        """Let time pass in the world."""
        return self.world.told("POST", "/clock/advance", {"seconds": seconds})

    @property
    def clock(self) -> Any:
        """The clock, as it is said."""
        return self.world.said("/clock")


@pytest.fixture(scope="module")
def machine() -> Machine:
    """The machine's time."""
    return Machine()


@pytest.fixture(scope="module")
def mock(contract: dict[str, Any], form: Form, machine: Machine) -> Checked:
    """A mock that has it."""
    return Checked(create_app(Settings(machine=machine), contract), form)


@pytest.fixture
def timed(mock: Checked, machine: Machine) -> Timed:
    """A world in the machine's time, which stands still until it is told to go on."""
    return Timed(mock, machine)


def running(now: str) -> dict[str, Any]:
    """A clock that goes."""
    return {"now": now, "frozen": False}


def frozen(now: str) -> dict[str, Any]:
    """A clock that stands still."""
    return {"now": now, "frozen": True}


def later(now: str, seconds: float) -> str:
    """A moment so many seconds later."""
    return (datetime.fromisoformat(now) + timedelta(seconds=seconds)).isoformat(timespec="microseconds")


def test_at_first_it_is_the_machines_time(timed: Timed) -> None:
    """And goes with it."""
    assert timed.clock == running(MACHINE)
    timed.wait(1.5)
    assert timed.clock == running("2026-11-22T09:00:01.500000+00:00")


def test_it_is_set_and_runs_on(timed: Timed) -> None:
    """From the moment it is set to."""
    assert timed.set(now="2031-03-04T09:30:00-08:00") == running(AT)
    timed.wait(3)
    assert timed.clock == running(later(AT, 3))


def test_it_is_set_and_stands_still(timed: Timed) -> None:
    """Until it is told to go on, from where it stands."""
    assert timed.set(now=AT, frozen=True) == frozen(AT)
    timed.wait(3)
    assert timed.clock == frozen(AT)
    assert timed.set(frozen=False) == running(AT)
    timed.wait(3)
    assert timed.clock == running(later(AT, 3))


def test_it_is_stopped_where_it_is(timed: Timed) -> None:
    """In the machine's time, or after it was set."""
    timed.wait(1)
    assert timed.set(frozen=True) == frozen(later(MACHINE, 1))
    timed.set(now=AT, frozen=False)
    timed.wait(1)
    assert timed.set(frozen=True) == frozen(later(AT, 1))
    timed.wait(1)
    assert timed.set(frozen=True) == frozen(later(AT, 1))


def test_one_that_stands_still_does_so_where_it_is_set_to(timed: Timed) -> None:
    """What is left out stays as it is."""
    timed.set(frozen=True)
    assert timed.set(now=AT) == frozen(AT)


def test_null_takes_it_back_to_the_machines_time(timed: Timed) -> None:
    """There it goes on, unless it is told to stand still."""
    for before in ({"now": AT}, {"now": AT, "frozen": True}):
        timed.set(**before)
        assert timed.set(now=None) == running(MACHINE)
    timed.set(now=AT)
    assert timed.set(now=None, frozen=False) == running(MACHINE)
    assert timed.set(now=None, frozen=True) == frozen(MACHINE)
    timed.wait(1)
    assert timed.clock == frozen(MACHINE)


def test_an_empty_object_changes_nothing(timed: Timed) -> None:
    """It answers the clock, and is no commit."""
    timed.set(now=AT)

    assert timed.set() == running(AT)
    assert timed.world.said()["commits"] == 1


@pytest.mark.parametrize("seconds", [0.000001, 1, 1.5, 86_400, TEN_YEARS])
@pytest.mark.parametrize("stands", [True, False])
def test_time_passes(timed: Timed, seconds: float, stands: bool) -> None:
    """A clock that stands still does so later; one that runs goes on from there."""
    timed.set(now=AT, frozen=stands)
    then = later(AT, seconds)
    assert timed.advance(seconds) == {"now": then, "frozen": stands}
    timed.wait(1)
    assert timed.clock == {"now": then if stands else later(then, 1), "frozen": stands}


def test_time_passes_in_the_machines_time_as_well(timed: Timed) -> None:
    """From then on the world is ahead of it."""
    assert timed.advance(60) == running(later(MACHINE, 60))
    timed.wait(1)
    assert timed.advance(60) == running(later(MACHINE, 121))


@pytest.mark.parametrize("now", [FIRST, LAST])
def test_a_clock_may_be_at_either_end(timed: Timed, now: str) -> None:
    """From the year 1900 to 2199."""
    assert timed.set(now=now, frozen=True) == frozen(now)


@pytest.mark.parametrize(
    "now",
    [
        *("1899-12-31T23:59:59.999999Z", "2200-01-01T00:00:00Z", "1900-01-01T00:00:00+00:01"),
        *("2199-12-31T23:59:59-00:01", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2031-02-29T00:00:00Z"),
        *("2016-12-31T23:59:60Z", "2031-03-04T24:00:00Z", "2031-03-04T17:30:00", "2031-03-04", "now", "", 0, True, []),
    ],
)
def test_what_is_no_moment_is_refused(timed: Timed, now: Any) -> None:
    """400 at `now`, in whichever way it is none."""
    answer = timed.world.ask("PUT", "/clock", json={"now": now})

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", "/now")])
    assert timed.clock == running(MACHINE)


@pytest.mark.parametrize("wrong", [None, 0, "true", []])
def test_it_stands_still_or_not(timed: Timed, wrong: Any) -> None:
    """Nothing else."""
    assert faults(timed.world.ask("PUT", "/clock", json={"frozen": wrong})) == [("parse_exception", "/frozen")]


@pytest.mark.parametrize("seconds", [0, -1, 0.0000001, TEN_YEARS + 1, 1e300, None, "60", True, []])
def test_so_much_time_cannot_pass(timed: Timed, seconds: Any) -> None:
    """400 at `seconds`: none, time backwards, or more than ten years at once."""
    answer = timed.world.ask("POST", "/clock/advance", json={"seconds": seconds})

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", "/seconds")])


@pytest.mark.parametrize(("last", "stands"), [(LAST, True), (LAST_RUNNING, False)])
def test_time_does_not_pass_beyond_its_end(timed: Timed, last: str, stands: bool) -> None:
    """400 at `seconds`, saying what time it would be; up to the last microsecond it does."""
    timed.set(now=later(last, -1), frozen=stands)
    answer = timed.world.ask("POST", "/clock/advance", json={"seconds": 2})

    assert (answer.status_code, faults(answer)) == (400, [("bad_request", "/seconds")])
    assert later(last, 1) in detail(answer)
    assert last in detail(answer)
    assert timed.advance(1)["now"] == last


@pytest.mark.parametrize(("body", "place"), [({"now": LAST, "frozen": False}, "/now"), ({"frozen": False}, "/frozen")])
def test_one_that_runs_is_set_so_that_it_can(timed: Timed, body: dict[str, Any], place: str) -> None:
    """A year before the end, or it would run beyond it."""
    timed.set(now=LAST, frozen=True)
    answer = timed.world.ask("PUT", "/clock", json=body)

    assert (answer.status_code, faults(answer)) == (400, [("bad_request", place)])
    assert timed.clock == frozen(LAST)
    assert timed.set(**running(LAST_RUNNING)) == running(LAST_RUNNING)


def test_one_that_gets_to_the_end_stays_there(timed: Timed) -> None:
    """What is made then can be answered, and kept, as ever."""
    timed.set(**running(LAST_RUNNING))
    timed.wait(2 * 366 * 86_400)

    assert timed.clock == running(LAST)
    assert timed.world.create("conversations", {"user_id": A})["created_at"] == LAST
    assert timed.world.said("/requests")["requests"][0]["at"] == LAST
    timed.world.told("POST", "/snapshots", {"name": "end"})
    assert timed.world.said("/snapshots/end")["clock"] == running(LAST)
    timed.world.told("POST", "/snapshots/end/restore")
    assert timed.clock == running(LAST)


def test_records_are_stamped_by_it(timed: Timed) -> None:
    """What is made and what is changed, by the API and here."""
    timed.set(now=AT, frozen=True)
    made = timed.world.create("email_addresses", {"user_id": A, "email": "rowan@example.com"})
    assert (made["created_at"], made["updated_at"]) == (AT, AT)
    then = timed.advance(86_400)["now"]
    changed = timed.world.api("PUT", f"email_addresses/{made['id']}", json={"verified": True}).json()

    assert (changed["created_at"], changed["updated_at"]) == (AT, then)


def test_rules_go_by_it(timed: Timed) -> None:
    """Who will be born tomorrow, is not yet."""
    baby = {
        "phase": "intake",
        "timezone": "US/Pacific",
        "first_name": "Rowan",
        "last_name": "Tidewell",
        "birthday": "2031-03-05",
    }
    timed.set(now=AT, frozen=True)
    assert timed.world.api("POST", "patients", json=baby).status_code == 400
    timed.advance(86_400)

    assert timed.world.api("POST", "patients", json=baby).status_code == 201


def test_a_message_was_sent_at_its_time(timed: Timed) -> None:
    """If nothing else is said."""
    timed.set(now=AT, frozen=True)
    message = {"user_id": A, "conversation_id": A, "direction": "inbound", "contents": "Hello."}

    assert timed.world.create("messages", message)["send_time"] == AT


def test_its_own_times_are_the_machines(timed: Timed) -> None:
    """When a sandbox was made and used, and when a snapshot was saved."""
    timed.set(now=AT, frozen=True)
    timed.world.told("POST", "/snapshots", {"name": "booked"})

    assert timed.world.said()["used_at"] == MACHINE
    assert timed.world.said("/snapshots")["snapshots"][0]["created_at"] == MACHINE
