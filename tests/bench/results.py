"""What one run found."""

from dataclasses import dataclass, field

from .forks import Forks
from .memory import Growth
from .startup import Start
from .throughput import Cell, Column, Throughput
from .worlds import Worlds


@dataclass
class Results:
    """The figures of one run; what was not measured is not there."""

    machine: str
    versions: dict[str, str]
    throughput: Throughput = field(default_factory=dict)
    starts: dict[str, Start] = field(default_factory=dict)
    imports: float | None = None
    growths: dict[str, Growth] = field(default_factory=dict)
    worlds: Worlds | None = None
    forks: Forks | None = None

    def cell(self, server: str, column: Column) -> Cell:
        """One cell: an empty one if the server took no part."""
        return self.throughput.get(server, {}).get(column, Cell())

    def rate_ratio(self, server: str, other: str, column: Column) -> float | None:
        """How many times the rate of another server this one reaches."""
        return ratio(self.cell(server, column).rate, self.cell(other, column).rate)

    def cost_ratio(self, server: str, other: str, column: Column) -> float | None:
        """How many times the processor time of another server this one takes."""
        return ratio(self.cell(server, column).cost, self.cell(other, column).cost)

    def spread(self, server: str) -> float:
        """How far the rounds of one server lie apart at most."""
        cells = self.throughput.get(server, {}).values()
        return max((cell.spread for cell in cells), default=0)

    def start_ratio(self, server: str, other: str) -> float | None:
        """How many times the start of another server this one's takes."""
        return ratio(self.start(server), self.start(other))

    def start(self, server: str) -> float | None:
        """Seconds to the first answer."""
        return self.starts[server].seconds if server in self.starts else None


def ratio(this: float | None, other: float | None) -> float | None:
    """One figure in terms of another, if both are known."""
    return this / other if this is not None and other else None
