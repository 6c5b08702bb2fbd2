"""A client that uses a fault rule and reads how far a sandbox has come, until nobody answers."""

import json
from http.client import HTTPConnection, HTTPException
from threading import Thread
from urllib.parse import urlsplit

from ...mock import A
from .clients import ask, read_json
from .files import Failed

SANDBOX = "/_mock/sandboxes/default"
RULE = {"operation": "workers_get", "path": {"id": A}, "status": 503, "times": 100_000}


class Observer(Thread):
    """Uses a rule; `rule` is its number once that was answered, `used` how often it was seen to apply."""

    def __init__(self, url: str) -> None:
        super().__init__(name="observer")
        self.url = url
        self.rule: int | None = None
        self.used = 0
        self.commits = 0

    def run(self) -> None:
        """Use the rule, and read."""
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=20)
        try:
            self.rule = json.loads(ask(connection, "POST", f"{SANDBOX}/faults", RULE)[2])["id"]
            while True:
                self.used += ask(connection, "GET", f"/v1/workers/{A}")[0] == 503
                self.commits = json.loads(ask(connection, "GET", SANDBOX)[2])["commits"]
        except (OSError, HTTPException):
            pass
        finally:
            connection.close()

    def check(self, connection: HTTPConnection) -> None:
        """What was read is there, and the rule was used as often as it has applied. Raises `Failed`."""
        commits = read_json(connection, SANDBOX)["commits"]
        if commits < self.commits:
            raise Failed(f"{SANDBOX} was answered with {self.commits} commits, and now has {commits}")
        rules = {each["id"]: each for each in read_json(connection, f"{SANDBOX}/faults")["faults"]}
        if self.rule is not None:
            used = rules[self.rule]["used"] if self.rule in rules else None
            if used not in (self.used, self.used + 1):  # one use may not have been answered
                raise Failed(f"fault rule {self.rule} has applied {self.used} times, and {used} uses are counted")
        ask(connection, "DELETE", f"{SANDBOX}/faults")
