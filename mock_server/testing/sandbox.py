"""A sandbox as a test has it: where its program finds it, and what the test does to it."""

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Unpack
from urllib.parse import quote

from .control import Control
from .types import Exchange, Record, Rule
from .verdict import Judge

__tracebackhide__ = True  # what fails here was asked in a line of the test: pytest shows that one
Moment = datetime | str
"""A moment with its zone, as a `datetime` or in the words of RFC 3339."""


class Records:
    """The records of a sandbox: of all collections, also those that the API itself cannot read or make."""

    def __init__(self, control: Control) -> None:
        self.control = control

    def list(self, collection: str, **fields: object) -> list[Record]:
        """The records whose fields have these values, or all records, sorted by id."""
        where = [f"{name}:{word(value)}" for name, value in fields.items()]
        return [*self.control.pages(place(collection), "records", where=where)]

    def get(self, collection: str, id: str) -> Record:
        """One record; raises `ControlError` if it is not there."""
        record: Record = self.control.ask("GET", place(collection, id))
        return record

    def put(self, collection: str, id: str, record: Mapping[str, Any]) -> Record:
        """Make a record, or put it in the place of another; raises `ControlError` if it breaks the contract."""
        made: Record = self.control.ask("PUT", place(collection, id), record)
        return made

    def delete(self, collection: str, id: str) -> None:
        """Remove a record; raises `ControlError` if it is not there."""
        self.control.ask("DELETE", place(collection, id))


class Clock:
    """The clock of a sandbox, which is the time of its records."""

    def __init__(self, control: Control) -> None:
        self.control = control

    def now(self) -> datetime:
        """What time it is, in UTC."""
        return datetime.fromisoformat(self.control.ask("GET", "/clock")["now"])

    def set(self, now: Moment) -> None:
        """Set it to a moment; it goes on to run, or to stand still."""
        self.control.ask("PUT", "/clock", {"now": written(now)})

    def freeze(self, now: Moment | None = None) -> None:
        """Have it stand still, at a moment or where it is."""
        at = {"now": written(now)} if now else {}
        self.control.ask("PUT", "/clock", {"frozen": True, **at})

    def run(self) -> None:
        """Have it run on from where it is."""
        self.control.ask("PUT", "/clock", {"frozen": False})

    def advance(self, by: timedelta | float) -> None:
        """Let time pass; a number is one of seconds."""
        seconds = by.total_seconds() if isinstance(by, timedelta) else by
        self.control.ask("POST", "/clock/advance", {"seconds": seconds})


class Faults:
    """The fault rules of a sandbox."""

    def __init__(self, control: Control) -> None:
        self.control = control

    def add(self, **rule: Unpack[Rule]) -> int:
        """Have some requests be answered otherwise from now on; the number of the rule."""
        number: int = self.control.ask("POST", "/faults", rule)["id"]
        return number

    def used(self, number: int) -> int:
        """How often a rule has applied."""
        used: int = self.control.ask("GET", f"/faults/{number}")["used"]
        return used

    def clear(self) -> None:
        """Take all rules away."""
        self.control.ask("DELETE", "/faults")


class Sandbox:
    """A world of its own, for one test.

    `url` is the base URL to give to any client; its paths begin with `/v1`. `origin` is the address of the mock itself,
    for programs that send `headers`, which name the sandbox. `records`, `clock` and `faults` are there to be changed.
    """

    def __init__(self, control: Control, judge: Judge) -> None:
        self.control = control
        self.judge = judge
        self.sandbox = control.name
        self.origin = control.origin
        self.url = f"{control.origin}/s/{control.name}"
        self.headers = {"X-Mock-Sandbox": control.name}
        self.records = Records(control)
        self.clock = Clock(control)
        self.faults = Faults(control)

    def requests(
        self, operation: str | None = None, *, status: int | None = None, violations: bool | None = None
    ) -> list[Exchange]:
        """The exchanges that there were, or those of an operation, a status, or that broke the contract or did not.

        Raises `ValueError` if there is no such operation, as does `count`.
        """
        self.judge.check_operation(operation)
        broke = None if violations is None else word(violations)
        found = self.control.pages("/requests", "requests", operation=operation, status=status, violations=broke)
        return [*found]

    def count(self, operation: str | None = None, *, status: int | None = None) -> int:
        """How many exchanges there were, or how many of an operation or a status."""
        self.judge.check_operation(operation)
        count: int = self.control.ask("GET", "/requests/count", operation=operation, status=status)["count"]
        return count

    def expect(self, *expected: str) -> None:
        """Raise `Unmet` unless operations were asked so often, such as `messages_create==1`; also >=, < and so on."""
        self.judge.expect(self.control, expected)

    def check(self) -> None:
        """Raise `ContractBroken` if a request broke the contract, in any sandbox, and forget those that there were.

        The end of the test does it, too. A test that asks more than 1000 times does it now and then: the mock remembers
        no more.
        """
        self.judge.judge(self.control)

    def reset(self) -> None:
        """Have the sandbox be as it began. The requests that there were stay known."""
        self.control.ask("POST", "/reset")


def place(*names: str) -> str:
    """The path of records: of a collection, or of an id in it, whatever characters these have."""
    return "/".join(["/records", *(quote(str(name), safe="") for name in names)])


def word(value: object) -> str:
    """A value as a search has it."""
    return value if isinstance(value, str) else json.dumps(value)


def written(moment: Moment) -> str:
    """A moment as it is sent; a mere day as well, so that the mock says what it expects."""
    return moment.isoformat() if isinstance(moment, date) else moment
