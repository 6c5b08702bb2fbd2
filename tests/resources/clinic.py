"""The records that a mock starts from, as their files have them."""

import json
from pathlib import Path

from common_apis.world.seed import CLINIC

from .bodies import Record

__all__ = ["CLINIC", "COLLECTIONS"]

COLLECTIONS = [
    "assessment_responses",
    "calendar_events",
    "calendars",
    "careplans",
    "conversations",
    "custom_data_type_records",
    "email_addresses",
    "external_ids",
    "integration_tasks",
    "messages",
    "patient_tasks",
    "patients",
    "phone_numbers",
    "workers",
]
"""The fourteen, as the document has them."""


def records(collection: str, folder: Path = CLINIC) -> list[Record]:
    """The records of a collection."""
    found: list[Record] = json.loads((folder / f"{collection}.json").read_text("utf-8"))
    return found
