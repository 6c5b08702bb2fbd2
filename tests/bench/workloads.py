"""What every server is asked to do."""

import json
from dataclasses import dataclass

from .place import ROOT

EVENT = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"


@dataclass(frozen=True)
class Workload:
    """One request, sent again and again, and the statuses that are a right answer to it."""

    name: str
    method: str
    path: str
    right: frozenset[int]
    body: str = ""

    @property
    def refused(self) -> bool:
        """Whether the right answer is a refusal."""
        return min(self.right) >= 400


def coach() -> str:
    """A worker of the seed data, for a patient's `coach_id`."""
    workers = json.loads((ROOT / "mock_data" / "workers.json").read_text())
    return str(workers[0]["id"])


def patient() -> dict[str, str]:
    """A full patient of 13 fields: none of them unique, so it can be created without end."""
    return {
        "phase": "active",
        "coach_id": coach(),
        "timezone": "US/Pacific",
        "first_name": "Ada",
        "last_name": "Example",
        "birthday": "1980-02-29",
        "street": "1 Example Street",
        "street_line_two": "Apartment 2",
        "city": "San Francisco",
        "county": "San Francisco",
        "zip_code": "94105",
        "state": "CA",
        "country": "US",
    }


def faulty_patient() -> dict[str, str]:
    """A patient with five faults: no last name, an unknown field and three bad formats."""
    wrong = {"nick": "A", "birthday": "1980-02-30", "timezone": "Mars/Base", "phone": "555-0100"}
    faulty = patient() | wrong
    del faulty["last_name"]
    return faulty


def workloads() -> list[Workload]:
    """All of them, in the order of the table."""
    post = "/patients"
    return [
        Workload("GET", "GET", f"/calendar_events/{EVENT}", frozenset({200})),
        Workload("POST", "POST", post, frozenset({201}), json.dumps(patient())),
        Workload("invalid POST", "POST", post, frozenset({400, 422}), json.dumps(faulty_patient())),
    ]
