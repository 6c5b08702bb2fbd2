"""The options of the benchmark, and its run."""

import argparse
import signal
import sys
from pathlib import Path

from . import forks, machine, worlds
from .errors import BenchError
from .memory import growths
from .peers import NPM, OURS, PEERS, Peer, prepare
from .place import ROOT
from .progress import say
from .report import report
from .results import Results
from .startup import starts
from .throughput import compare
from .workloads import workloads

COULD_NOT_RUN, INTERRUPTED = 2, 130
RESULT = ROOT / "build" / "bench.md"


def main() -> int:
    """Run, write the report, and say how it went: figures are shown, not judged."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that servers end with us
    options = parser().parse_args()
    try:
        page = report(measure(chosen(options), options.rounds, options.seconds))
    except BenchError as reason:
        say(f"bench: {reason}")
        return COULD_NOT_RUN
    except KeyboardInterrupt:
        say("bench: interrupted")
        return INTERRUPTED
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(page)
    print(page)
    return 0


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="Compare the server with a bare one and with its peers; about twenty-five minutes.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    options.add_argument("--seconds", type=positive, default=2, help="of load per cell and round")
    options.add_argument("--rounds", type=positive, default=7, help="whose median is taken")
    options.add_argument(
        "--only",
        action="append",
        choices=[peer.name for peer in PEERS],
        help="this server; may be repeated",
    )
    options.add_argument("--skip-npm", action="store_true", help="leave out the peers from npm")
    options.add_argument("-o", "--output", type=Path, default=RESULT, help="where the result goes")
    return options


def positive(text: str) -> int:
    """A whole number from one on."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def chosen(options: argparse.Namespace) -> list[Peer]:
    """The servers that take part."""
    return [
        peer
        for peer in PEERS
        if (not options.only or peer.name in options.only) and not (options.skip_npm and peer in NPM)
    ]


def measure(peers: list[Peer], rounds: int, seconds: int) -> Results:
    """Everything there is to measure about these servers."""
    machine.require()
    prepare(peers)
    results = Results(machine.machine(), machine.versions(peers))
    asked = workloads()
    loaded = [peer for peer in peers if peer.loaded]
    if OURS in peers:
        results.growths = growths(asked)
        results.worlds = worlds.measure(asked, rounds, seconds)
        results.forks = forks.measure()
    results.starts, results.imports = starts(peers, asked[0])
    results.throughput = compare(loaded, asked, rounds, seconds)
    return results


if __name__ == "__main__":
    sys.exit(main())
