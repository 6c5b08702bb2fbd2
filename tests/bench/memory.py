"""How the memory of this server grows under load."""

from dataclasses import dataclass

from .errors import BenchError
from .load import drive
from .peers import OURS
from .progress import say
from .server import Server, serving
from .workloads import Workload

ENOUGH = {"GET": 500_000, "invalid POST": 500_000, "POST": 50_000}
"""How many answers of each workload are watched; the one that leaves records behind comes last."""
CONNECTIONS = 32
PIECE = 2
"""The seconds of one run of wrk: it counts time, not requests, so it is run until it is enough."""


@dataclass(frozen=True)
class Growth:
    """Resident memory before and after so many answers."""

    answers: int
    before: int
    after: int

    @property
    def share(self) -> float:
        """The growth, as a share of what was there before."""
        return (self.after - self.before) / self.before

    @property
    def bytes_each(self) -> float:
        """The growth for one answer."""
        return (self.after - self.before) / self.answers


def growths(workloads: list[Workload]) -> dict[str, Growth]:
    """Watch one server through all workloads, one after the other."""
    by_name = {workload.name: workload for workload in workloads}
    with serving(OURS) as server:
        server.wait(workloads[0])
        return {name: watch(server, by_name[name]) for name in ENOUGH}


def watch(server: Server, workload: Workload) -> Growth:
    """Send a workload until it is enough; before, until the journal is full of exchanges of this kind."""
    say(f"memory: {ENOUGH[workload.name]:,} times {workload.name}")
    drive(server, workload, CONNECTIONS, PIECE)
    before, answers = server.memory(), 0
    while answers < ENOUGH[workload.name]:
        load = drive(server, workload, CONNECTIONS, PIECE)
        if load.faulty(workload):
            raise BenchError(f"{workload.name} was answered wrongly after {answers} answers")
        answers += load.requests
    return Growth(answers, before, server.memory())
