"""Synthetic values: what stands for a text that nobody may read, drawn from bytes that nobody can foresee."""

from random import Random
from uuid import UUID

SYLLABLES = (
    *("ba", "ce", "di", "fo", "ga", "hu", "jo", "ke", "li", "mo", "na", "pe", "qui", "ro", "sa", "te"),
    *("ul", "va", "wi", "xe", "yo", "zu", "bre", "cla", "dro", "fle", "gri", "plu", "sto", "tra", "vel", "nim"),
)
MOST_WORDS = 200


def word(draw: Random) -> str:
    """A word of no language."""
    return "".join(draw.choice(SYLLABLES) for _ in range(draw.randint(2, 3)))


def name(drawn: bytes, text: str) -> str:
    """A name, of as many words as the one that it stands for."""
    draw = Random(drawn)
    return " ".join(word(draw).capitalize() for _ in text.split()[:3] or [text])


def words(drawn: bytes, text: str) -> str:
    """Text of as many words as the one that it stands for."""
    draw = Random(drawn)
    return " ".join(word(draw) for _ in text.split()[:MOST_WORDS] or [text]).capitalize()


def code(drawn: bytes, text: str) -> str:
    """A code in snake case, which no other text gets."""
    return f"x{drawn.hex()[:16]}"


def zip_code(drawn: bytes, text: str) -> str:
    """Five digits that are no postal code: none begins so."""
    return f"{int.from_bytes(drawn[:4]) % 500:05}"


def email(drawn: bytes, text: str) -> str:
    """An address of nobody (RFC 2606)."""
    return f"person-{drawn.hex()[:12]}@example.com"


def phone(drawn: bytes, text: str) -> str:
    """A number of nobody: 555-01xx, whatever the area."""
    return f"+1{200 + drawn[0] * 3}55501{drawn[1] % 100:02}"


def guid(drawn: bytes) -> str:
    """An id."""
    return str(UUID(bytes=drawn[:16], version=4))


def number(drawn: bytes, value: float) -> float:
    """A number of as many digits, up to fifteen; it is whole if the one is that it stands for."""
    digits = min(len(str(int(abs(value)))), 15)
    least: int = 10 ** (digits - 1) if digits > 1 else 0
    most: int = 10**digits
    whole = least + int.from_bytes(drawn[:16]) % (most - least)
    found = whole if isinstance(value, int) else whole + drawn[16] % 100 / 100
    return -found if value < 0 else found
