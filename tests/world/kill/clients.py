"""Clients that write until nobody answers, and remember what was answered."""

import json
import random
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from threading import Event, Thread
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from ...mock import A

READ_BY_PUT = ("patients", "external_ids")
"""Collections that have no GET; an empty PUT answers the record unchanged (D-36)."""


class Asked(NamedTuple):
    """A request that is under way; `mark` is in every record that it makes."""

    method: str
    path: str
    body: dict[str, Any] | None
    mark: str


@dataclass
class Witness:
    """What was answered: the bytes at each path, None where it was deleted, and what had asked for it to be made.

    `under_way` is what was asked and not answered; of that, so many were `found` to be done all the same.
    """

    answered: dict[str, bytes | None] = field(default_factory=dict)
    made: dict[str, Asked] = field(default_factory=dict)
    under_way: list[Asked] = field(default_factory=list)
    writes: int = 0
    found: int = 0
    lost: int = 0


class Client(Thread):
    """Writes until nobody answers any more; `begun` is set once anything was answered."""

    def __init__(self, url: str, name: str, seed: int, begun: Event) -> None:
        super().__init__(name=name)
        self.begun = begun
        self.url = url
        self.random = random.Random(seed)
        self.witness = Witness()
        self.made: list[str] = []
        self.number = 0
        self.refused = ""

    def run(self) -> None:
        """Write, and note each answer."""
        where = urlsplit(self.url)
        connection = HTTPConnection(where.netloc, timeout=20)
        try:
            while True:
                asked = self.next()
                self.witness.under_way = [asked]
                status, location, content = ask(connection, asked.method, asked.path, asked.body)
                if status not in (200, 201):
                    self.refused = f"{asked.method} {asked.path} was answered with {status}: {content!r}"
                    return
                self.witness.under_way = []
                self.note(asked, location or asked.path, content)
        except (OSError, HTTPException):
            pass
        finally:
            connection.close()

    def next(self) -> Asked:
        """What to ask next."""
        self.number += 1
        mark = f"{self.name}-{self.number}"
        choices = [self.task, self.patient, self.patient]
        choices += [self.update, self.delete] if self.made else []
        return self.random.choice(choices)(mark)

    def task(self, mark: str) -> Asked:
        """One record."""
        return Asked("POST", "/v1/patient_tasks", {"user_id": A, "task_type": mark}, mark)

    def patient(self, mark: str) -> Asked:
        """Two to four records."""
        body = {
            "phase": "intake",
            "timezone": "US/Pacific",
            "first_name": "Rowan",
            "last_name": "Tidewell",
            "birthday": "1961-09-30",
            "street": mark,
            "external_ids": {"kill": mark},
        }
        body |= {"email": f"{mark}@example.com"} if self.random.random() < 0.7 else {}
        body |= {"phone": f"+1415555{self.random.randrange(100, 200):04d}"} if self.random.random() < 0.7 else {}
        return Asked("POST", "/v1/patients", body, mark)

    def update(self, mark: str) -> Asked:
        """Another field of a record that was made."""
        path = self.random.choice(self.made)
        if "/patients/" not in path:
            return self.task(mark)
        return Asked("PUT", path, {"last_name": mark}, mark)

    def delete(self, mark: str) -> Asked:
        """A record less."""
        path = self.random.choice(self.made)
        if "/patient_tasks/" not in path:
            return self.task(mark)
        self.made.remove(path)
        return Asked("DELETE", path, None, mark)

    def note(self, asked: Asked, path: str, content: bytes) -> None:
        """What was answered is to be there from now on."""
        self.begun.set()
        self.witness.writes += 1
        self.witness.answered[path] = None if asked.method == "DELETE" else content
        if asked.method == "POST":
            self.witness.made[path] = asked
            self.made.append(path)


def ask(connection: HTTPConnection, method: str, path: str, body: Any = None) -> tuple[int, str | None, bytes]:
    """The status, the location and the body of an answer."""
    headers = {"content-type": "application/json"} if body is not None else {}
    connection.request(method, path, json.dumps(body) if body is not None else None, headers)
    answer = connection.getresponse()
    return answer.status, answer.headers["location"], answer.read()


def read_json(connection: HTTPConnection, path: str) -> Any:
    """What is at a path of the control plane."""
    return json.loads(ask(connection, "GET", path)[2])


def read(connection: HTTPConnection, path: str) -> tuple[int, bytes]:
    """The status and the body of what is at a path."""
    by_put = path.split("/")[2] in READ_BY_PUT
    status, _, content = ask(connection, "PUT" if by_put else "GET", path, {} if by_put else None)
    return status, content
