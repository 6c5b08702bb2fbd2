"""Kill a server while it is written to, again and again: `python -m tests.world.kill`.

Four clients write as fast as they can until the server is gone. The next one has to have each write that was answered,
as it was answered, and no half of one that was not.
"""

import argparse
import random
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from .chapter import CHAPTER, Chapter, rounds
from .files import Failed


def main() -> int:
    """Kill servers, and say how it went."""
    options = parser().parse_args()
    say(f"kill: {options.rounds} rounds with --sync {options.sync}, with the seed {options.seed}")
    chapters: dict[int, Chapter] = {}
    try:
        with TemporaryDirectory() as folder:
            for number, chapter in enumerate(rounds(options.rounds, options.seed, Path(folder), options.sync), 1):
                chapters[id(chapter)] = chapter
                if number % CHAPTER == 0 or number == options.rounds:
                    say(f"kill: {number} rounds: {summary([*chapters.values()])}")
    except Failed as failed:
        say(f"kill: {failed}")
        say(f"kill: to do much the same again: python -m tests.world.kill --seed {options.seed}")
        return 1
    return 0


def summary(chapters: list[Chapter]) -> str:
    """What was found, in a sentence."""
    figures = [(each.all.writes, each.all.found, each.all.lost, each.starts_killed) for each in chapters]
    writes, found, lost, starts = map(sum, zip(*figures, strict=True))
    return (
        f"{writes} answered writes, each there as it was answered; {found + lost} were under way and not answered, of"
        f" which {found} are there whole and {lost} not at all; {starts} servers were killed while they started"
    )


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(
        prog="python -m tests.world.kill",
        description="Kill a server while it is written to, and look whether anything is lost, again and again.",
        epilog="Ends with 0 if nothing was lost, 1 if something was.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    options.add_argument("--rounds", type=int, default=200, help="how often")
    options.add_argument("--sync", choices=["none", "batch", "each"], default="each", help="as the server has it")
    options.add_argument("--seed", type=int, default=random.randrange(1 << 32), help="that moments and requests follow")
    return options


def say(text: str) -> None:
    """Tell the user, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
