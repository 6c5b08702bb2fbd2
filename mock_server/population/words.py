"""Words: the names, streets and towns of `words.yaml`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

import yaml

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

    def name(self, chance: Chance, tongue: str, gender: str | None = None) -> tuple[str, str]:
        """A first and a last name."""
        names = self.names[tongue]
        first = {"Female": names.female, "Male": names.male}.get(gender or "") or chance.pick(names[:2])
        return chance.pick(first), chance.pick(names.last)


@cache
def read_words() -> Words:
    """Return the words of the package."""
    found = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text("utf-8"))
    return Words(
        {
            tongue: Names(**{kind: tuple(text.split()) for kind, text in names.items()})
            for tongue, names in found["names"].items()
        },
        tuple(f"{name} {kind}" for name, kind in product(*map(str.split, found["streets"].values()))),
        tuple(map("".join, product(*map(str.split, found["towns"].values())))),
    )


def plain(name: str) -> str:
    """A name as an e-mail address has it, in a few of the letters a to z; nothing, if it is of another script."""
    return re.sub("[^a-z]", "", normalize("NFKD", name.lower().translate(PLAIN)))[:LONGEST]
