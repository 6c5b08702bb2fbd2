"""Attacks on a regular expression: texts that make a bad one try the same characters again and again.

They follow from the expression itself: the beginnings of what it matches, one of its parts over and over, and an end
that it does not match.
"""

import re
import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, NamedTuple

FEW, SOME, MANY = 20, 1024, 4096
"""Characters: of an attack that shows whether time doubles with each, and of two that tell a line from a square."""
HANGS_S = 0.01
"""Processor time that no expression takes for `FEW` characters, if it is not exponential."""
NOISE_S = 0.0005
"""Processor time that says nothing, even for `MANY` characters: a square takes more."""
STEEPEST = 9
"""How much longer `MANY` characters may take than `SOME`: a line takes 4 times, a square 16 times as long."""
LETTERS, BEGINNINGS = 10, 16
"""How many characters of an expression, and how many beginnings of what it matches, attacks are made of."""
SLOWEST = 4
"""How many attacks on one expression are looked at more closely: those that took longest."""

Run = Callable[[str], object]


class Attack(NamedTuple):
    """A text that can be of any length: a beginning, a part that is repeated, and an end."""

    begin: str
    part: str
    end: str

    def text(self, length: int) -> str:
        """Return the text with so many characters in its middle."""
        return self.begin + self.part * (length // len(self.part)) + self.end


def find_attack(pattern: str, run: Run) -> Attack | None:
    """Return the attack that makes an expression take more than linear time, if there is one."""
    taken: list[tuple[float, Attack]] = []
    for attack in attacks(pattern):
        if measure(run, attack.text(FEW)) > HANGS_S and measure(run, attack.text(FEW)) > HANGS_S:
            return attack
        taken.append((measure(run, attack.text(SOME)), attack))
        if taken[-1][0] > NOISE_S and is_steep(run, attack):
            return attack
    taken.sort(reverse=True)
    return next((attack for _, attack in taken[:SLOWEST] if is_steep(run, attack)), None)


def is_steep(run: Run, attack: Attack) -> bool:
    """Return whether processor time grows faster than the text."""
    some, many = (min(measure(run, attack.text(length)) for _ in range(3)) for length in (SOME, MANY))
    return many > NOISE_S and many > STEEPEST * some


def measure(run: Run, text: str) -> float:
    """Return the processor time that an expression takes for a text, in seconds."""
    began = time.thread_time()
    run(text)
    return time.thread_time() - began


def attacks(pattern: str) -> Iterator[Attack]:
    """Yield the attacks on an expression."""
    parsed = re._parser.parse(pattern)  # it has no public name
    letters = sorted({*characters(parsed), "a", " "}, key=lambda letter: (letter.isalnum(), letter))[:LETTERS]
    begins = list(dict.fromkeys(["", *islice(beginnings(parsed), BEGINNINGS)]))
    parts = list(dict.fromkeys([*letters, *(each for each in begins if 0 < len(each) <= FEW)]))
    ends = ["", "\0", *(f"{letter}\0" for letter in letters)]
    for begin in begins:
        for part in parts:
            for end in ends:
                yield Attack(begin, part, end)


def characters(parsed: Any) -> Iterator[str]:
    """Yield the characters that an expression names, and the first and last of each range."""
    for operator, argument in parsed:
        name = str(operator)
        if name in ("LITERAL", "NOT_LITERAL"):
            yield chr(argument)
        elif name == "RANGE":
            yield from map(chr, argument)
        elif name == "IN":
            yield from characters(argument)
        for inner in within(name, argument):
            yield from characters(inner)


def within(name: str, argument: Any) -> Iterator[Any]:
    """Yield the expressions in a part of one."""
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        yield argument[2]
    elif name == "SUBPATTERN":
        yield argument[3]
    elif name == "ATOMIC_GROUP":
        yield argument
    elif name == "BRANCH":
        yield from argument[1]
    elif name in ("ASSERT", "ASSERT_NOT"):
        yield argument[1]


def beginnings(parsed: Any, before: str = "") -> Iterator[str]:
    """Yield what an expression matches up to each of its parts, and into them."""
    for operator, argument in parsed:
        for inner in within(str(operator), argument):
            yield from beginnings(inner, before)
        if str(operator) != "LITERAL":
            yield before
        before += least(operator, argument)
    yield before


def least(operator: Any, argument: Any) -> str:
    """Return a text that a part of an expression matches, of about the least length that is not none."""
    name = str(operator)
    if name == "LITERAL":
        return chr(argument)
    if name in ("IN", "NOT_LITERAL", "ANY"):
        return member(name, argument)
    if name in ("AT", "ASSERT", "ASSERT_NOT", "GROUPREF"):
        return ""
    once = "".join(least(*each) for each in next(within(name, argument)))
    return once * max(1, min(argument[0], FEW)) if name.endswith("REPEAT") else once


def member(name: str, argument: Any) -> str:
    """Return a character of a class."""
    if name == "ANY":
        return "x"
    forbidden = [chr(argument)] if name == "NOT_LITERAL" else [*characters(argument)]
    if name == "NOT_LITERAL" or str(argument[0][0]) == "NEGATE":
        return next(letter for letter in "x0 -" if letter not in forbidden)
    return next(iter(forbidden), "a")
