"""Load: one run of wrk against one server."""

import json
from dataclasses import dataclass

from .place import HERE, LOAD, pinned
from .server import Server
from .tool import run
from .workloads import Workload


@dataclass(frozen=True)
class Load:
    """What one run counted."""

    requests: int
    microseconds: int
    refused: int
    broken: int

    @property
    def rate(self) -> float:
        """Answers per second."""
        return self.requests * 1e6 / self.microseconds

    def faulty(self, workload: Workload) -> int:
        """How many requests were not answered rightly."""
        wrong = self.requests - self.refused if workload.refused else self.refused
        return wrong + self.broken


def drive(server: Server, workload: Workload, connections: int, seconds: int) -> Load:
    """Send a workload from so many connections for so many seconds."""
    options = ["-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(HERE / "wrk.lua")]
    request = [server.address(workload), workload.method, workload.body]
    counted = run(pinned(["wrk", *options, *filter(None, request)], LOAD))
    return Load(**json.loads(counted.splitlines()[-1]))
