"""How long a server takes to its first answer, and how much memory it holds then."""

from dataclasses import dataclass, field
from statistics import median

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


def starts(peers: list[Peer], workload: Workload) -> dict[str, Start]:
    """Start every server a few times, in turn."""
    table = {peer.name: Start() for peer in peers}
    for number in range(1, TIMES + 1):
        say(f"start {number} of {TIMES}: {', '.join(table)}")
        for peer in peers:
            # not kept on one processor: this is the start that a user sees
            with serving(peer, pin=False) as server:
                table[peer.name].all_seconds.append(server.wait(workload))
                table[peer.name].all_bytes.append(server.memory())
    return table
