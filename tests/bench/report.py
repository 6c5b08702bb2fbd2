"""The results as Markdown."""

from collections.abc import Callable

from .peers import BARE, OURS, STARLETTE
from .results import Results
from .targets import COLUMNS, targets, title
from .throughput import Cell, Column

MEGABYTE = 1_000_000
VERDICTS = {True: "yes", False: "**no**", None: "not measured"}
Rows = list[list[str]]
Ratio = Callable[[str, str, Column], float | None]


def report(results: Results) -> str:
    """The whole page."""
    parts = ["# Benchmark", "\n".join(f"- {fact}" for fact in facts(results))]
    if results.throughput:
        parts += ["## Answers per second", rates_note(results), table(rates(results))]
        parts += ["## Processor time for one answer", COSTS, table(costs(results))]
    if results.starts:
        parts += ["## Start", STARTS, table(starts(results))]
    if results.growths:
        parts += ["## Memory under load", MEMORY, table(growths(results))]
    if OURS.name in results.starts:
        parts += ["## Targets", table(aims(results))]
    return "\n\n".join(parts) + "\n"


COSTS = (
    f"Microseconds of the server's processor time; in brackets the times of {BARE.name}. On a machine "
    "that others use as well, these say more than the answers per second."
)
STARTS = (
    "Time from the process's beginning to its first right answer, and the resident memory "
    f"then: medians; in brackets the times of {STARLETTE.name}."
)
MEMORY = f"Resident memory of {OURS.name} in one process, in this order."


def rates_note(results: Results) -> str:
    """How to read the table of rates."""
    spread = results.spread(BARE.name)
    noise = f" Its own rounds lay up to {spread:.0%} apart." if spread else ""
    return (
        "Each column is a workload and a number of connections. Medians of the rounds; in "
        f"brackets the share of {BARE.name}.{noise} `none`: the server does not validate, so it "
        "refuses nothing."
    )


def facts(results: Results) -> list[str]:
    """The machine and the versions."""
    versions = ", ".join(f"{name} {version}" for name, version in results.versions.items())
    return [results.machine, versions]


def rates(results: Results) -> Rows:
    """One row per server, one column per workload and number of connections."""
    return grid(results, lambda cell: cell.rate, results.rate_ratio)


def costs(results: Results) -> Rows:
    """Likewise."""
    return grid(results, lambda cell: cell.cost, results.cost_ratio)


def grid(results: Results, figure: Callable[[Cell], float | None], ratio: Ratio) -> Rows:
    """One figure of all cells, or the reason why there is none."""
    rows = [["server", *map(title, COLUMNS)]]
    for server in results.throughput:
        cells = {column: results.cell(server, column) for column in COLUMNS}
        known = (
            cell.reason or with_ratio(figure(cell), "{:,.0f}", ratio(server, BARE.name, column))
            for column, cell in cells.items()
        )
        rows.append([server, *known])
    return rows


def starts(results: Results) -> Rows:
    """One row per server."""
    rows = [["server", "seconds", "MB"]]
    for server, start in results.starts.items():
        seconds = with_ratio(start.seconds, "{:.2f}", results.start_ratio(server, STARLETTE.name))
        rows.append([server, seconds, f"{start.bytes / MEGABYTE:.0f}"])
    return rows


def growths(results: Results) -> Rows:
    """One row per workload."""
    rows = [["workload", "answers", "MB before", "MB after", "bytes each"]]
    for name, growth in results.growths.items():
        sizes = [f"{size / MEGABYTE:.1f}" for size in (growth.before, growth.after)]
        rows.append([name, f"{growth.answers:,}", *sizes, f"{growth.bytes_each:,.0f}"])
    return rows


def aims(results: Results) -> Rows:
    """One row per target."""
    rows = [["target", "wanted", "measured", "kept"]]
    for aim in targets(results):
        rows.append([aim.name, aim.wanted, aim.measured, VERDICTS[aim.kept]])
    return rows


def with_ratio(figure: float | None, form: str, ratio: float | None) -> str:
    """A figure, and in brackets what it is in terms of another."""
    if figure is None:
        return ""
    return form.format(figure) + (f" ({ratio:.2f})" if ratio is not None else "")


def table(rows: Rows) -> str:
    """A Markdown table that reads well as text too: names to the left, figures to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    lines = [rows[0], rule, *rows[1:]]
    return "\n".join(f"| {' | '.join(aligned(line, widths))} |" for line in lines)


def aligned(line: list[str], widths: list[int]) -> list[str]:
    """The cells of one line, filled up to their columns' widths."""
    first = line[0].ljust(widths[0])
    return [first, *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))]
