"""The replay: recorded traffic held against another edition. Which consumer breaks, and at which field of what."""

from collections import Counter
from collections.abc import Callable, Iterator

from ..contract.document import operations
from ..contract.source import Line
from .changes.change import Change, Part
from .changes.concern import concerns
from .changes.contract import changes
from .changes.operation import by_place, shape
from .changes.taking import Refusal, Taking
from .edition import Edition
from .exchanges import Exchange, Recording, counted
from .findings import VERSION, Finding, folded

SOMEBODY = "somebody without a name"
EVERY = 500
"""After so many exchanges it is told how far it is."""


def findings(recording: Recording, replay: "Replay", progress: Callable[[int, int], None]) -> list[Finding]:
    """What the new edition breaks for those who were recorded, each once, sorted by who it is."""
    found: list[Finding] = []
    for done, exchange in enumerate(recording.exchanges):
        if done % EVERY == 0:
            progress(done, len(recording.exchanges))
        found += replay.findings(exchange)
    return sorted(folded(found), key=lambda finding: name(finding.consumer))


def consumers(recording: Recording, found: list[Finding]) -> list[str]:
    """Of each consumer, in a sentence, whether it breaks; and how many exchanges count for none."""
    asked = Counter(name(each["consumer"]) for each in recording.exchanges)
    broken = Counter(name(finding.consumer) for finding in found)
    already = sum(each["violation"] for each in recording.exchanges)
    told = []
    for who, number in sorted(asked.items()):
        how = f"breaks at {counted(broken[who], 'place')}" if broken[who] else "goes on as before"
        told.append(f"{who} {how}: {counted(number, 'exchange')}.")
    if already:
        told.append(f"{counted(already, 'exchange')} broke the contract already: no fault of the new edition.")
    return told


def strangers(recording: Recording, replay: "Replay") -> list[str]:
    """The operations that were asked for and that the old edition has not."""
    asked = {each["operation"] for each in recording.exchanges if not each["violation"]}
    return sorted(asked - replay.places.keys())


def name(consumer: str | None) -> str:
    """What a consumer is called, whatever its version."""
    return VERSION.sub("", consumer) if consumer else SOMEBODY


class Replay:
    """Two editions of the contract: the one that was in force when traffic was recorded, and a new one."""

    def __init__(self, old: Edition, new: Edition) -> None:
        self.old, self.new = old, new
        self.places = {said["operationId"]: (method, path, said) for method, path, said in operations(old.document)}
        self.after = by_place(new.document)
        self.changes: dict[str, list[Change]] = {}
        for change in changes(old.document, new.document):
            self.changes.setdefault(change.operation, []).append(change)
        self.takings: dict[str, tuple[Taking, Taking]] = {}
        self.lines: dict[Change, Line | None] = {}

    def findings(self, exchange: Exchange) -> Iterator[Finding]:
        """What the new edition breaks of one exchange that kept to the old one."""
        operation = exchange["operation"]
        if exchange["violation"] or operation not in self.places:
            return
        for change in (*self.changes.get("servers", ()), *self.changes.get(operation, ())):
            if concerns(change, exchange):
                yield self.finding(change, exchange, change.place, change.message)
        for part, place, detail in self.refusals(exchange):
            yield self.finding(self.reason(operation, part, place), exchange, place, f"{detail} It was taken before.")

    def finding(self, change: Change, exchange: Exchange, place: str, message: str) -> Finding:
        """A change that concerns an exchange."""
        return Finding(
            operation=exchange["operation"],
            rule=change.rule,
            place=place,
            message=message,
            line=self.line(change),
            consumer=exchange["consumer"],
            sandbox=exchange["sandbox"],
            exchange=exchange["id"],
        )

    def line(self, change: Change) -> Line | None:
        """The line of a change, which is sought once for all exchanges."""
        if change not in self.lines:
            self.lines[change] = change.line(self.new.source) or change.line(self.old.source)
        return self.lines[change]

    def refusals(self, exchange: Exchange) -> list[Refusal]:
        """What the new edition refuses of the values that were sent, and the old one did not."""
        operation = exchange["operation"]
        method, path, said = self.places[operation]
        if (method, shape(path)) not in self.after:
            return []
        if operation not in self.takings:
            now = Taking(self.new.document, *self.after[method, shape(path)])
            self.takings[operation] = Taking(self.old.document, path, said), now
        before, after = self.takings[operation]
        refused = after.refusals(exchange)
        known = {each.place for each in before.refusals(exchange)} if refused else set()
        return [each for each in refused if each.place not in known]

    def reason(self, operation: str, part: Part, place: str) -> Change:
        """The change by which a place is refused: the innermost that it lies in."""
        own = [each for each in self.changes.get(operation, ()) if each.part is part and lies(place, each.place)]
        return max(own, key=lambda change: len(change.place), default=Change("request_refused", operation, part, place))


def lies(place: str, outer: str) -> bool:
    """Whether a place is another, or lies in it; `*` is any item or name."""
    inner, around = place.split("/"), outer.split("/")
    return len(around) <= len(inner) and all(one in ("*", other) for one, other in zip(around, inner, strict=False))
