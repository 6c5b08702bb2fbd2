"""What this server is meant to reach, and whether it did."""

from collections.abc import Iterator
from dataclasses import dataclass

from .peers import BARE, OURS, PRISM
from .results import Results, ratio
from .throughput import Column

COLUMNS: tuple[Column, ...] = tuple((name, number) for name in ("GET", "POST", "invalid POST") for number in (1, 32))
"""What is measured under load: workloads, and numbers of connections."""
COSTS: dict[Column, float] = {("GET", 32): 1.3, ("POST", 32): 3.2, ("invalid POST", 32): 4.6}
"""The most times the processor time of the bare application."""
IMPORTS = 1.25
"""The most times that the start may take of what importing Connexion and uvicorn does."""
RECORD = 2_000
"""The most bytes of memory for one record created."""
FLAT = 0.05
"""The most that memory may grow for half a million requests that leave nothing behind."""
UNTOUCHED = 20_000
"""The most bytes for a sandbox that nobody has changed."""
MIB = 1 << 20


@dataclass(frozen=True)
class Target:
    """One aim: what was wanted, what was measured, and whether it is kept (None: not measured)."""

    name: str
    wanted: str
    measured: str
    kept: bool | None


def targets(results: Results) -> list[Target]:
    """All aims, in the order of the tables."""
    return [*costs(results), ahead(results), *starts(results), *memory(results), *worlds(results), *forks(results)]


def costs(results: Results) -> Iterator[Target]:
    """The processor time of an answer beside the bare application's."""
    for column, most in COSTS.items():
        cost = results.cost_ratio(OURS.name, BARE.name, column)
        yield at_most(f"{title(column)}, processor time, times {BARE.name}", f"{most:.2f}", most, cost, "{:.2f}")


def ahead(results: Results) -> Target:
    """Faster than Prism wherever both were measured; the narrowest lead is shown."""
    name = f"requests per second, times {PRISM.name}, least of all columns"
    known = [results.rate_ratio(OURS.name, PRISM.name, column) for column in COLUMNS]
    leads = [lead for lead in known if lead is not None]
    return at_least(name, 1, min(leads, default=None))


def starts(results: Results) -> Iterator[Target]:
    """The time to the first answer."""
    taken = ratio(results.start(OURS.name), results.imports)
    yield at_most("start, times importing Connexion and uvicorn", f"{IMPORTS:.2f}", IMPORTS, taken, "{:.2f}")
    yield at_most(f"start, times {PRISM.name}", "1.00", 1, results.start_ratio(OURS.name, PRISM.name), "{:.2f}")


def memory(results: Results) -> Iterator[Target]:
    """The growth of memory."""
    for name in ("GET", "invalid POST"):
        grown = results.growths[name].share if name in results.growths else None
        aim = f"memory growth for 500,000 times {name}"
        yield at_most(aim, f"{FLAT:.0%}", FLAT, grown, "{:.1%}")
    each = results.growths["POST"].bytes_each if "POST" in results.growths else None
    yield at_most("memory for a record, bytes", f"{RECORD:,}", RECORD, each, "{:,.0f}")


def worlds(results: Results) -> Iterator[Target]:
    """What sandboxes and a data folder cost."""
    found = results.worlds
    if found is None:
        return
    for name, figure in (
        ("time of a GET in a named sandbox, times one in default", found.named),
        ("time of a GET beside 10,000 sandboxes, times one without", found.crowded),
        ("start over 10,000 sandboxes, times one over none", found.crowded_start),
    ):
        yield at_most(name, "1.10", 1.10, figure, "{:.2f}")
    yield at_most("bytes of an untouched sandbox", f"{UNTOUCHED:,}", UNTOUCHED, found.untouched, "{:,.0f}")
    yield at_least("POST with --sync batch, share of in memory", 0.60, found.batch)
    yield at_least("POST with --sync each, share of in memory", 0.00, found.each)


def forks(results: Results) -> Iterator[Target]:
    """What it costs to fork and reset a world of a million records."""
    found = results.forks
    if found is None:
        return
    yield at_most("fork of a million records, milliseconds", "1.00", 1, found.fork * 1000, "{:.2f}")
    yield at_most("fork of a million records, MiB", "1.00", 1, found.size / MIB, "{:.2f}")
    yield at_most("reset of a million records, milliseconds", "1.00", 1, found.reset * 1000, "{:.2f}")


def title(column: Column) -> str:
    """A column in words."""
    workload, connections = column
    return f"{workload}, {connections}"


def at_least(name: str, least: float, measured: float | None) -> Target:
    """An aim that is kept from a figure on."""
    kept = measured is not None and measured >= least
    return target(name, f"≥ {least:.2f}", measured, "{:.2f}", kept)


def at_most(name: str, wanted: str, most: float, measured: float | None, form: str) -> Target:
    """An aim that is kept up to a figure."""
    kept = measured is not None and measured <= most
    return target(name, f"≤ {wanted}", measured, form, kept)


def target(name: str, wanted: str, measured: float | None, form: str, kept: bool) -> Target:
    """An aim, which nobody knows about if nothing was measured."""
    if measured is None:
        return Target(name, wanted, "", None)
    return Target(name, wanted, form.format(measured), kept)
