"""The files of a world, in which nothing may be half there."""

import json
from pathlib import Path
from typing import Any

from .clients import Asked

ALONG = {"email_addresses": "user_id", "phone_numbers": "user_id", "external_ids": "welkin_id"}
"""What is made along with a patient, and which field of it names the patient."""


class Failed(Exception):
    """A write that was answered is not there, or half of one is."""


class Files:
    """The records that are in the files of a world; a server has just folded its log into them."""

    def __init__(self, folder: Path) -> None:
        self.records: dict[str, dict[str, Any]] = {}
        for collection in ("patients", "patient_tasks", *ALONG):
            file = folder / f"{collection}.json"
            found = json.loads(file.read_bytes()) if file.exists() else []
            self.records[collection] = {record["id"]: record for record in found}

    def made_by(self, asked: Asked) -> str | None:
        """The path of the record that a create has made which was not answered, if it has made one."""
        collection = asked.path.split("/")[2]
        field = "street" if collection == "patients" else "task_type"
        found = [id for id, record in self.records[collection].items() if record[field] == asked.mark]
        return f"{asked.path}/{found[0]}" if found else None

    def check(self, made: dict[str, Asked]) -> None:
        """There is what was made, with all that was to be made along with it, and nothing else. Raises `Failed`."""
        for collection in ("patients", "patient_tasks"):
            known = {path.split("/")[3] for path in made if f"/{collection}/" in path}
            if strange := self.records[collection].keys() ^ known:
                raise Failed(f"{collection}: lost, or asked for by nobody: {sorted(strange)}")
        patients = {path.split("/")[3]: asked.body or {} for path, asked in made.items() if "/patients/" in path}
        for collection, found in self.along().items():
            expected = {id: value for id, body in patients.items() if (value := along(collection, body))}
            if found != expected:
                wrong = sorted({*found.items()} ^ {*expected.items()})
                raise Failed(f"{collection}: half of a request is there, or of its patient: {wrong}")

    def along(self) -> dict[str, dict[str, str]]:
        """For each collection the value that each patient has there."""
        value = {"email_addresses": "email", "phone_numbers": "phone_number", "external_ids": "external_id"}
        return {
            collection: {record[owner]: record[value[collection]] for record in self.records[collection].values()}
            for collection, owner in ALONG.items()
        }


def along(collection: str, body: dict[str, Any]) -> str | None:
    """The value that a patient who was made with a body is to have in a collection."""
    values = {"email_addresses": body.get("email"), "phone_numbers": body.get("phone")}
    return body["external_ids"]["kill"] if collection == "external_ids" else values[collection]
