"""The proof at length, over HTTP: `python -m tests.proof.fuzz`. It verifies a server of its own, round after round."""

import argparse
import random
import signal
import subprocess
import sys
import time

from ..serving.served import COMMAND, Served

KEPT, INTERRUPTED = 0, 130


def main() -> int:
    """Verify a server until the time is over or something is found, each round with the next seed."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the server ends with us
    options = parser().parse_args()
    end, seed = time.monotonic() + options.seconds, options.seed
    say(f"fuzz: rounds for about {options.seconds} seconds, from the seed {seed}")
    try:
        with Served("--port", "0") as server:
            while (outcome := verify(server.url, seed, options.max_examples)) == KEPT and time.monotonic() < end:
                seed += 1
    except KeyboardInterrupt:
        outcome = INTERRUPTED
    say(f"fuzz: the last round again: python -m tests.proof.fuzz --seconds 0 --seed {seed}")
    return outcome


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(
        prog="python -m tests.proof.fuzz",
        description="Ask a server of its own whatever the suite can think of.",
        epilog="Ends with 0 if the contract was kept, 1 if it was broken, 2 if nobody can tell.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    options.add_argument("--seconds", type=int, default=600, help="after which no other round begins")
    options.add_argument("--max-examples", type=int, default=50, help="per operation and round")
    options.add_argument("--seed", type=int, default=random.randrange(1 << 32), help="of the first round")
    return options


def verify(url: str, seed: int, examples: int) -> int:
    """One round, in a sandbox of its own."""
    options = [f"--sandbox-prefix=fuzz-{seed}", f"--seed={seed}", f"--max-examples={examples}"]
    return subprocess.run([COMMAND, "verify", url, *options], check=False).returncode


def say(text: str) -> None:
    """Tell the user, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
