"""What sandboxes and a data folder cost: beside the same server without them, in turn."""

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from .contract import PROGRAM
from .errors import BenchError
from .load import drive
from .peers import OURS, Peer
from .progress import say
from .server import Server, serving
from .workloads import Workload

CONNECTIONS = 32
MANY = 10_000
"""How many sandboxes there are when there are many."""
STARTS = 5


@dataclass(frozen=True)
class Worlds:
    """The figures; those that are times are in terms of the same server without."""

    named: float
    """The time of a GET in a named sandbox, by its prefix."""
    crowded: float
    """The time of a GET beside many sandboxes."""
    crowded_start: float
    """The start over a folder of many sandboxes."""
    untouched: float
    """The bytes that one of many untouched sandboxes takes."""
    batch: float
    """The rate of POSTs to a folder that is synced in batches."""
    each: float
    """The same, each synced before its answer."""


def measure(workloads: list[Workload], rounds: int, seconds: int) -> Worlds:
    """Everything there is to measure about worlds."""
    get, post = workloads[0], workloads[1]
    say("worlds: a named sandbox, and many")
    with serving(OURS) as plain, serving(OURS) as crowded:
        for server in (plain, crowded):
            server.wait(get)
        before = crowded.memory()
        make(crowded, MANY)
        untouched = (crowded.memory() - before) / MANY
        named = replace(plain, peer=replace(OURS, prefix="/s/named/v1"))
        times = alternate([(plain, get), (named, get), (crowded, get)], rounds, seconds)
    say("worlds: a data folder")
    with (
        folder() as one,
        folder() as other,
        serving(OURS) as plain,
        serving(kept(one, "batch")) as batch,
        serving(kept(other, "each")) as each,
    ):
        for server in (plain, batch, each):
            server.wait(get)
        rates = alternate([(plain, post), (batch, post), (each, post)], rounds, seconds)
    return Worlds(
        named=times[0] / times[1],
        crowded=times[0] / times[2],
        crowded_start=crowded_start(get),
        untouched=untouched,
        batch=rates[1] / rates[0],
        each=rates[2] / rates[0],
    )


def alternate(cells: list[tuple[Server, Workload]], rounds: int, seconds: int) -> list[float]:
    """The median rate of each cell, the cells in turn; the first round only warms up."""
    rates: list[list[float]] = [[] for _ in cells]
    for number in range(rounds + 1):
        for found, (server, workload) in zip(rates, cells, strict=True):
            load = drive(server, workload, CONNECTIONS, seconds)
            if load.faulty(workload):
                raise BenchError(f"{workload.name} was answered wrongly {load.faulty(workload)} times")
            if number:
                found.append(load.rate)
    return [median(found) for found in rates]


def make(server: Server, count: int) -> None:
    """Make so many sandboxes, as a test does: by using them."""
    parts = urlsplit(str(server.url))
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)
    for number in range(count):
        connection.request("GET", f"/s/many-{number}/v1/workers/aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa")
        connection.getresponse().read()
    connection.close()


def kept(path: Path, sync: str) -> Peer:
    """The server over a data folder."""
    return replace(OURS, command=lambda _: [str(PROGRAM), "serve", "--port", "0", "--data", str(path), "--sync", sync])


@contextmanager
def folder() -> Iterator[Path]:
    """A folder on the disk, for as long as the block lasts."""
    with TemporaryDirectory(prefix="common-apis-bench-") as name:
        yield Path(name)


def crowded_start(get: Workload) -> float:
    """The start over a folder of many sandboxes, in terms of the start over an empty one; in turn."""
    say("worlds: starts over many sandboxes")
    with folder() as empty, folder() as full:
        about = {"seed": "clinic", "commits": 0, "counter": 0, "deleted": {}}
        for number in range(MANY):
            (full / f"many-{number}").mkdir()
            (full / f"many-{number}" / "sandbox.json").write_text(json.dumps(about))
        seconds: dict[Path, list[float]] = {empty: [], full: []}
        for _ in range(STARTS):
            for path, found in seconds.items():
                with serving(kept(path, "each"), pin=False) as server:
                    found.append(server.wait(get))
        return median(seconds[full]) / median(seconds[empty])
