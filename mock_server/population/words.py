"""Words: names, streets and towns, drawn once from Faker by the seed of a world.

What is drawn follows from the version of Faker as well as from the seed.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from unicodedata import normalize

from faker import Faker

from .chance import Chance, lots

TONGUES = lots(
    {"en_US": 76, "es_MX": 11, "vi_VN": 3, "fr_FR": 3, "pl_PL": 2, "yo_NG": 2, "zh_CN": 1, "hi_IN": 1, "ar_SA": 1}
)
"""Where names come from, in shares: some have letters beyond ASCII, some are written in other scripts."""

LONGEST = 20
"""How much of a name an e-mail address takes."""
PLAIN = str.maketrans({"ł": "l", "đ": "d", "ø": "o"})
"""Letters that Unicode does not take apart."""


class Names(NamedTuple):
    """The names of one tongue."""

    female: tuple[str, ...]
    male: tuple[str, ...]
    last: tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """The words that a world is told in."""

    names: Mapping[str, Names]
    streets: tuple[str, ...]
    towns: tuple[str, ...]

    @classmethod
    def drawn(cls, seed: int) -> "Words":
        """The words of a seed."""
        names = {tongue: drawn_names(faker(tongue, seed)) for tongue in dict.fromkeys(TONGUES)}
        american = faker("en_US", seed)
        return cls(names, several(american.street_name, 1500), several(american.city, 800))

    def name(self, chance: Chance, tongue: str, gender: str | None = None) -> tuple[str, str]:
        """A first and a last name."""
        names = self.names[tongue]
        first = {"Female": names.female, "Male": names.male}.get(gender or "") or chance.pick(names[:2])
        return chance.pick(first), chance.pick(names.last)


def faker(tongue: str, seed: int) -> Faker:
    """A source of words in one tongue, at its beginning."""
    source = Faker(tongue)
    source.seed_instance(f"{seed}/words/{tongue}")
    return source


def drawn_names(source: Faker) -> Names:
    """The names that a source gives."""
    return Names(
        female=several(source.first_name_female, 200),
        male=several(source.first_name_male, 200),
        last=several(source.last_name, 600),
    )


def several(draw: Callable[[], str], times: int) -> tuple[str, ...]:
    """What comes of drawing so often, each word once."""
    return tuple(dict.fromkeys(draw() for _ in range(times)))


def plain(name: str) -> str:
    """A name as an e-mail address has it, in a few of the letters a to z; nothing, if it is of another script."""
    return re.sub("[^a-z]", "", normalize("NFKD", name.lower().translate(PLAIN)))[:LONGEST]
