"""Answers per second, all servers in turn."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from http.client import HTTPException
from statistics import median

from .errors import BenchError
from .load import drive
from .peers import Peer
from .progress import say
from .server import Server, serving
from .workloads import Workload

CONNECTIONS = (1, 32)


@dataclass(frozen=True)
class Run:
    """One round of one cell."""

    rate: float
    """Answers per second."""
    cost: float
    """Microseconds of the server's processor time for one answer."""


@dataclass
class Cell:
    """One server under one workload: its rounds, or the reason why there are none."""

    runs: list[Run] = field(default_factory=list)
    reason: str = ""

    def add(self, outcome: Run | str) -> None:
        """Take in one round."""
        if isinstance(outcome, str):
            self.reason = self.reason or outcome
        else:
            self.runs.append(outcome)

    @property
    def known(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.runs) and not self.reason

    @property
    def rate(self) -> float | None:
        """The median of the rounds."""
        return median(run.rate for run in self.runs) if self.known else None

    @property
    def cost(self) -> float | None:
        """The median of the rounds."""
        return median(run.cost for run in self.runs) if self.known else None

    @property
    def spread(self) -> float:
        """How far the rates of the rounds lie apart, as a share of their median."""
        rates = [run.rate for run in self.runs]
        return (max(rates) - min(rates)) / median(rates) if rates else 0


Column = tuple[str, int]
"""A workload's name and a number of connections."""
Throughput = dict[str, dict[Column, Cell]]
"""The cells by server and column."""


def compare(peers: list[Peer], workloads: list[Workload], rounds: int, seconds: int) -> Throughput:
    """Measure every server under every workload, in rounds."""
    table: Throughput = {peer.name: {(w.name, c): Cell() for w in workloads for c in CONNECTIONS} for peer in peers}
    for number in range(1, rounds + 1):
        with ExitStack() as stack:
            say(f"round {number} of {rounds}: starting {len(peers)} servers")
            servers = [stack.enter_context(serving(peer)) for peer in peers]
            for server in servers:
                server.wait(workloads[0])
            run_round(servers, workloads, seconds, table)
    return table


def run_round(servers: list[Server], workloads: list[Workload], seconds: int, table: Throughput) -> None:
    """Give each cell one run: the servers take turns within a column."""
    for workload in workloads:
        say(f"  {workload.name}: warming up")
        for server in servers:
            warm_up(server, workload, table)
        for connections in CONNECTIONS:
            say(f"  {workload.name}: connections {connections}")
            for server in servers:
                cell = table[server.peer.name][workload.name, connections]
                if not cell.reason:
                    cell.add(attempt(server, workload, connections, seconds))


def warm_up(server: Server, workload: Workload, table: Throughput) -> None:
    """Send the request once, to see that it is answered rightly, and then many times."""
    reason = why_not(server, workload)
    if not reason:
        attempt(server, workload, CONNECTIONS[-1], server.peer.warm_up)
        return
    for connections in CONNECTIONS:
        table[server.peer.name][workload.name, connections].add(reason)


def why_not(server: Server, workload: Workload) -> str:
    """Why the workload cannot be compared on this server, if it cannot."""
    if workload.refused and not server.peer.validates:
        return "none"
    try:
        status = server.status(workload)
    except (OSError, HTTPException):
        return "no answer"
    return "" if status in workload.right else f"answers {status}"


def attempt(server: Server, workload: Workload, connections: int, seconds: int) -> Run | str:
    """One run, or the reason why it tells nothing."""
    before = server.worked()
    try:
        load = drive(server, workload, connections, seconds)
    except BenchError as error:  # a server that is gone spoils its own cells alone
        say(f"  {server.peer.name}: {error}")
        return "no answer"
    if faulty := load.faulty(workload):
        return f"{faulty} of {load.requests} fail"
    return Run(load.rate, (server.worked() - before) / load.requests * 1e6)
