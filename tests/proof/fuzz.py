"""The proof at length, over HTTP: `python -m tests.proof.fuzz`. Each run takes another seed, and says which."""

import argparse
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BIN = Path(sys.executable).parent
CONFIGURATION = Path(__file__).parents[2] / "schemathesis.toml"
KEPT, BROKEN, COULD_NOT_TELL, INTERRUPTED = 0, 1, 2, 130


def main() -> int:
    """Start a server, let Schemathesis at it, and say how it went."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the server ends with us
    options = parser().parse_args()
    say(f"fuzz: about {options.seconds} seconds, with the seed {options.seed}")
    try:
        with server() as url:
            outcome = subprocess.run(command(url, options), check=False).returncode
    except RuntimeError as reason:
        say(f"fuzz: {reason}")
        return COULD_NOT_TELL
    except KeyboardInterrupt:
        outcome = INTERRUPTED
    say(f"fuzz: to take the same seed again: python -m tests.proof.fuzz --seed {options.seed}")
    return outcome


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(
        prog="python -m tests.proof.fuzz",
        description="Ask a server of its own whatever Schemathesis can think of.",
        epilog="Ends with 0 if the contract was kept, 1 if it was broken, 2 if nobody can tell.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    options.add_argument("--seconds", type=int, default=600, help="for which it goes on")
    options.add_argument("--max-examples", type=int, default=200, help="per operation and turn")
    options.add_argument("--seed", type=int, default=random.randrange(1 << 32), help="that all requests follow from")
    return options


@contextmanager
def server() -> Iterator[str]:
    """The address of a server for us alone; raises `RuntimeError` if it does not start or does not last."""
    with subprocess.Popen([BIN / "common-apis", "serve", "--port", "0"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ready = process.stdout.readline()
        if not ready.startswith("common-apis ready: "):
            raise RuntimeError("the server does not start")
        try:
            yield ready.split()[2]
            if process.poll() is not None:
                raise RuntimeError(f"the server has ended by itself, with {process.returncode}")
        finally:
            process.terminate()


def command(url: str, options: argparse.Namespace) -> list[str]:
    """What runs Schemathesis."""
    return [
        str(BIN / "st"),
        f"--config-file={CONFIGURATION}",
        "run",
        f"{url}/openapi.json",
        f"--seed={options.seed}",
        f"--max-time={options.seconds}",
        f"--max-examples={options.max_examples}",
    ]


def say(text: str) -> None:
    """Tell the user, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
