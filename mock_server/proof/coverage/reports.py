"""Coverage as text for a person, as JSON for a program, and as a page."""

from collections.abc import Callable, Iterator, Mapping
from textwrap import wrap

import orjson

from .exercised import Coverage, share
from .inventory import KINDS, Item
from .page import page

WIDTH = 110

Report = Callable[[Coverage, str, int | None], str]
"""Writes a coverage, given what was looked at in words and the least that is wanted, in per cent."""


def text(coverage: Coverage, scope: str, least: int | None = None) -> str:
    """What was not exercised, then how much of each kind was, the verdict last."""
    lines = [*missing(coverage)]
    for kind, part in coverage.kinds().items():
        lines.append(f"{KINDS[kind]:16}{part.exercised:4} of {part.all:3} {part.percent:5}%")
    return "\n".join([*lines, verdict(coverage, scope, least), ""])


def missing(coverage: Coverage) -> Iterator[str]:
    """What was not exercised, by resource and operation; where nothing was, no more than that."""
    for group, items in coverage.groups().items():
        part = share(items.items())
        yield f"{group}: {part.exercised} of {part.all} exercised{', but not' if 0 < part.exercised < part.all else ''}"
        if 0 < part.exercised < part.all:
            yield from left(items)
    yield ""


def left(items: Mapping[Item, int]) -> Iterator[str]:
    """What of a resource was not exercised, a paragraph for each operation."""
    by_operation: dict[str, dict[Item, int]] = {}
    for item, times in items.items():
        by_operation.setdefault(item.operation, {})[item] = times
    for operation, own in by_operation.items():
        missed = [item for item, times in own.items() if not times]
        if missed:
            said = "anything" if operation and len(missed) == len(own) else named(missed)
            start = f"  {operation}: " if operation else "  "
            yield from wrap(said, WIDTH, initial_indent=start, subsequent_indent="    ")


def named(items: list[Item]) -> str:
    """Items in a few words: of each kind, their names."""
    names: dict[str, list[str]] = {}
    for item in items:
        names.setdefault(KINDS[item.kind].lower(), []).append(item.name)
    return "; ".join(
        f"{kind} {', '.join(each)}" if any(each) else "any request that kept the contract"
        for kind, each in names.items()
    )


def verdict(coverage: Coverage, scope: str, least: int | None) -> str:
    """What came of it, in a sentence."""
    part = coverage.share
    wanted = "" if least is None else f", {'below' if part.percent < least else 'and not below'} the {least}% wanted"
    return f"coverage: {part.percent}% ({part.exercised} of {part.all} items of the contract) in {scope}{wanted}."


def json(coverage: Coverage, scope: str, least: int | None = None) -> str:
    """All items, with how often each was exercised."""
    document = {
        "scope": scope,
        "minimum": least,
        "percent": coverage.share.percent,
        "exercised": coverage.share.exercised,
        "items": coverage.share.all,
        "kinds": {kind: figures(part.exercised, part.all, part.percent) for kind, part in coverage.kinds().items()},
        "resources": {
            group: [item._asdict() | {"times": times} for item, times in items.items()]
            for group, items in coverage.groups().items()
        },
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def figures(exercised: int, all: int, percent: int) -> dict[str, int]:
    """A share, in figures."""
    return {"exercised": exercised, "items": all, "percent": percent}


def html(coverage: Coverage, scope: str, least: int | None = None) -> str:
    """A page that is complete in itself."""
    return page(coverage, scope, least)


REPORTS: Mapping[str, Report] = {"text": text, "json": json, "html": html}
"""What writes a coverage, by the name of its form."""
