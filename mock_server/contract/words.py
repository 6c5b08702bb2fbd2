"""The words of a message: what was expected, what was found, what may have been meant."""

import re
from typing import Any

import orjson

from .schema import Schema

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
IN_PATH = re.compile(rf"(?<=/)({ID.pattern}|[0-9]+)(?=/|\Z)", re.IGNORECASE)
"""An id, or what somebody takes for one, in a path."""
LONGEST = 60
"""How many characters of a value are shown."""
LIKE, SLIP = 60, 90
"""Per cent of likeness: of a word that may have been meant, and of one that can hardly be another."""
WORDS = {
    "object": "a JSON object",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}
"""What a type is called."""


def expected(schema: Schema) -> str:
    """What a schema expects, in the contract's words, or else by its values or its type."""
    types = schema.get("type", "")
    words = schema.get("x-expected")
    if words is None and "enum" in schema:
        words = f"one of {', '.join(str(value) for value in schema['enum'] if value)}"
    elif words is None:
        words = next((WORDS[name] for name in WORDS if name in types), "")
    return f" Expected {words}{', or null' if 'null' in types else ''}." if words else ""


def shown(value: Any) -> str:
    """A value, short enough to read."""
    if value == "":
        return "empty"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return f"`{shortened(text)}`"


def shortened(text: str) -> str:
    """Text that is not too long to show."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def known(words: list[str]) -> str:
    """The words that would have been right."""
    return f" {'Fields here are' if len(words) > 1 else 'The field here is'} {', '.join(words)}." if words else ""


def with_ids_lowered(text: str) -> str:
    """Text as it is compared: the case of an id says nothing (D-35)."""
    return ID.sub(lambda found: found[0].lower(), text)


def template(path: str) -> str:
    """A path as the contract may have it: without its query, and with `{id}` in place of an id."""
    return IN_PATH.sub("{id}", path.partition("?")[0])


def suggestion(word: str, words: list[str], likeness: int = LIKE) -> str:
    """The word that may have been meant, if any is like it."""
    near = nearest(word[:LONGEST], words, likeness)
    return f" Did you mean `{near}`?" if near else ""


def nearest(word: str, words: list[str], likeness: int = LIKE) -> str | None:
    """The word that is most like this one, whatever its case, if any is like it."""
    from rapidfuzz import fuzz, process  # only a request with a fault pays for it

    match = process.extractOne(word, words, scorer=fuzz.ratio, processor=str.lower, score_cutoff=likeness)
    return match[0] if match else None


def likest(word: str, words: list[str], most: int) -> list[str]:
    """The words that are most like this one, the likest first; only those that may have been meant."""
    from rapidfuzz import fuzz, process  # only a request with a fault pays for it

    found = process.extract(word, words, scorer=fuzz.ratio, processor=str.lower, score_cutoff=LIKE, limit=most)
    return [each for each, *_ in found]
