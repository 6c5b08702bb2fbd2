"""How long a server takes to its first answer, and how much memory it holds then."""

import subprocess
import sys
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter

from .peers import Peer
from .progress import say
from .server import serving
from .workloads import Workload

TIMES = 5


@dataclass
class Start:
    """The starts of one server."""

    all_seconds: list[float] = field(default_factory=list)
    all_bytes: list[int] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """The median time from the process's beginning to its first right answer."""
        return median(self.all_seconds)

    @property
    def bytes(self) -> float:
        """The median resident memory just after."""
        return median(self.all_bytes)


def starts(peers: list[Peer], workload: Workload) -> tuple[dict[str, Start], float]:
    """Start every server a few times, in turn; return also how long the imports take that ours cannot do without."""
    imports: list[float] = []
    table = {peer.name: Start() for peer in peers}
    for number in range(1, TIMES + 1):
        say(f"start {number} of {TIMES}: {', '.join(table)}")
        imports.append(time_imports())
        for peer in peers:
            # not kept on one processor: this is the start that a user sees
            with serving(peer, pin=False) as server:
                table[peer.name].all_seconds.append(server.wait(workload))
                table[peer.name].all_bytes.append(server.memory())
    return table, median(imports)


def time_imports() -> float:
    """Return the seconds that a process takes which imports Connexion and uvicorn, and nothing more."""
    began = perf_counter()
    subprocess.run([sys.executable, "-c", "import connexion, uvicorn"], check=True, capture_output=True)
    return perf_counter() - began
