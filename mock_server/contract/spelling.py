"""The spelling of a path: its slashes and its case, whatever its words are."""

import re

from .words import template

CORRECTIONS = (
    (re.compile("%2f", re.IGNORECASE), "/", "with its slashes not encoded"),
    (re.compile("/{2,}"), "/", "with one slash in place of several"),
    (re.compile("(?<=.)/$"), "", "without the slash at its end"),
)


def correct_path(path: str) -> tuple[str, str]:
    """Return a path as the contract would spell it, ids as `{id}`, and what is other about it, for a message to say."""
    path, differences = template(path), []
    for wrong, right, difference in CORRECTIONS:
        if wrong.search(path):
            path = template(wrong.sub(right, path))
            differences.append(difference)
    if path != path.lower():
        path = path.lower()
        differences.append("in lower case")
    return path, "".join(f", {difference}" for difference in differences)
