"""Coverage as a page: one file of HTML that loads nothing."""

from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .exercised import Coverage, Share, share
from .inventory import ERRORS, KINDS, Exercise, Item


class Chip(NamedTuple):
    """An item on the page: its name, and how often it was exercised."""

    name: str
    times: int


class Row(NamedTuple):
    """The items of one operation, or of none, by what their kind is called."""

    operation: Exercise | None
    times: int
    chips: dict[str, list[Chip]]


class Section(NamedTuple):
    """A resource: its share, and its operations."""

    name: str
    share: Share
    rows: list[Row]


def page(coverage: Coverage, scope: str, least: int | None) -> str:
    """The page."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    kinds = {KINDS[kind]: part for kind, part in coverage.kinds().items()}
    sections = [section(name, items, coverage) for name, items in coverage.groups().items()]
    return environment.get_template("page.html").render(
        share=coverage.share, kinds=kinds, sections=sections, scope=scope, least=least, errors=ERRORS
    )


def section(name: str, items: dict[Item, int], coverage: Coverage) -> Section:
    """The section of a resource; what belongs to none of its operations comes last."""
    by_operation: dict[str, dict[Item, int]] = {}
    for item, times in items.items():
        by_operation.setdefault(item.operation, {})[item] = times
    ids = sorted(by_operation, key="".__eq__)
    return Section(name, share(items.items()), [row(coverage.operations.get(id), by_operation[id]) for id in ids])


def row(operation: Exercise | None, items: dict[Item, int]) -> Row:
    """The items of one operation."""
    chips: dict[str, list[Chip]] = {}
    for item, times in items.items():
        if item.kind != "operation":
            chips.setdefault(KINDS[item.kind], []).append(Chip(item.name, times))
    return Row(operation, items[operation.item("operation", "")] if operation else 0, chips)
