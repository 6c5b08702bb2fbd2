"""Chance: draws that are the same on every machine, every day and in every version of Python."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

Option = TypeVar("Option")
MICROSECOND = timedelta(microseconds=1)


def lots(weights: Mapping[Option, int]) -> tuple[Option, ...]:
    """Each option as often as its weight: what `pick` draws from."""
    return tuple(option for option, weight in weights.items() for _ in range(weight))


class Chance:
    """A stream of draws that follows from what it is for, and from nothing drawn elsewhere.

    All rest on `random()`: of the methods of `Random` it is the one whose sequence Python promises to keep.
    """

    def __init__(self, *purpose: object) -> None:
        self.random = Random("/".join(map(str, purpose))).random

    def happens(self, share: float) -> bool:
        """Whether something happens that does so in this share of cases."""
        return self.random() < share

    def pick(self, options: Sequence[Option]) -> Option:
        """One of some options."""
        return options[int(self.random() * len(options))]

    def whole(self, least: int, most: int) -> int:
        """A whole number between two, both included."""
        return least + int(self.random() * (most - least + 1))

    def part(self) -> float:
        """A part of one, more often a small one. No power is taken: machines differ in its last digit."""
        return min(self.random(), self.random())

    def between(self, earliest: datetime, latest: datetime) -> datetime:
        """A moment between two, to the microsecond."""
        return earliest + int(self.random() * ((latest - earliest) // MICROSECOND)) * MICROSECOND

    def after(self, moment: datetime, shortest: float, longest: float) -> datetime:
        """A moment so many minutes after another."""
        minutes = shortest + self.random() * (longest - shortest)
        return moment + timedelta(microseconds=int(minutes * 60e6))
