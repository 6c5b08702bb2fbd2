"""Twins: the ids that two servers have given to one record, and which records each of them knows."""

from typing import TypeVar

from ..contract.words import ID
from ..serving.request import decode
from ..serving.response import Response

Value = TypeVar("Value")

MOST = 100_000
"""How many ids are kept; the oldest are forgotten for new ones."""
ABSENT = ({"not_found"}, {"resource_not_found"}, {"not_found", "resource_not_found"})
"""The error codes of an answer that did not find something."""


class Twins:
    """What two servers, that are asked the same, say of the same records."""

    def __init__(self) -> None:
        self.ids: dict[str, str] = {}
        self.theirs: dict[str, None] = {}
        self.ours: dict[str, None] = {}

    def translated(self, text: str) -> str:
        """Text of a request to the server, with the ids that the mock has in their place."""
        return ID.sub(lambda found: self.ids.get(found[0].lower(), found[0]), text)

    def meet(self, theirs: Response, ours: Response) -> None:
        """Learn from two answers to one request."""
        for known, answer in ((self.theirs, theirs), (self.ours, ours)):
            if answer.status < 300:
                for found in ID.finditer(answer.body.decode("latin-1")):
                    remember(known, found[0].lower(), None)
        their_id, our_id = id_of(theirs), id_of(ours)
        if their_id and our_id:
            remember(self.ids, their_id, our_id)

    def apart(self, asked: str, theirs: Response, ours: Response, codes: tuple[set[str], set[str]]) -> bool:
        """Whether two answers differ for what the servers have, and not for what they do.

        `asked` is the text of the request. One of them does not find a record which it never told of, or it has a
        value already that the mock has not.
        """
        if theirs.status == 409 and ours.status < 300:
            return True
        for known, answer, code, other in (
            (self.theirs, theirs, codes[0], ours),
            (self.ours, ours, codes[1], theirs),
        ):
            if answer.status == 404 and other.status < 300 and code in ABSENT:
                text = asked if known is self.theirs else self.translated(asked)
                if any(found[0].lower() not in known for found in ID.finditer(text)):
                    return True
        return False


def remember(kept: dict[str, Value], key: str, value: Value) -> None:
    """Keep an entry, the oldest being forgotten for it."""
    kept.pop(key, None)
    kept[key] = value
    if len(kept) > MOST:
        del kept[next(iter(kept))]


def id_of(answer: Response) -> str | None:
    """The id of the record in an answer, if there is one."""
    record, _ = decode(answer.body) if answer.status < 300 else (None, None)
    id = record.get("id") if isinstance(record, dict) else None
    return id.lower() if isinstance(id, str) else None
