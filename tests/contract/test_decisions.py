"""The register and the contract agree: each mark leads to a decision, and each hole is closed by one."""

import re
from collections import Counter
from collections.abc import Callable
from copy import deepcopy

import pytest

from .reading import Document, marks, nodes, rows

HOLES = {"B1": 37, "B2": 10, "B3": 4, "B4": 1, "B5": 93}
"""How many holes were found in the document, by part of the register."""

NOT_IN_THE_CONTRACT = {
    "D-32": "a slip of form that is not repeated leaves no trace",
    "D-33": "OpenAPI cannot say which of two errors is answered; the introduction does",
    "D-52": "what is absent cannot be marked; `test_inventory` proves the absence",
    "D-53": "HEAD, OPTIONS and 405 belong to every path, and a described HEAD would be an added operation",
    "D-61": "which records there are at the start is the mock's affair, not the contract's",
    "D-62": "names that stay as they are; `test_inventory` proves them",
    "D-63": "OpenAPI cannot say which clock is read",
}
"""Decisions that no mark in the contract shows, and why."""

Check = Callable[[Document, str], list[str]]


def decisions(register: str) -> list[str]:
    """The ids of the decisions, in the order of the register."""
    return [cells[0] for cells in rows(register) if re.fullmatch(r"D-\d+", cells[0])]


def holes(register: str) -> list[tuple[str, list[str]]]:
    """The holes, each with the decisions that close it."""
    found = [cells for cells in rows(register) if re.fullmatch(r"B\d\.\d+", cells[0])]
    return [(cells[0], [each.strip() for each in cells[3].split(",")]) for cells in found]


def marked(document: Document) -> set[str]:
    """The decisions that are marked anywhere in a contract."""
    return {decision for _, node in nodes(document) for decision in marks(node)}


def misnumbered(document: Document, register: str) -> list[str]:
    """Decisions that are absent, repeated or out of order."""
    found = decisions(register)
    expected = [f"D-{number:02}" for number in range(1, len(found) + 1)]
    return [
        f"{given} stands where {right} should" for given, right in zip(found, expected, strict=True) if given != right
    ]


def unfilled(document: Document, register: str) -> list[str]:
    """Rows with an empty cell, or with more or fewer than their table has."""
    lengths = {"D": 4, "B": 5}
    found = [cells for cells in rows(register) if re.fullmatch(r"D-\d+|B\d\.\d+", cells[0])]
    return [cells[0] for cells in found if len(cells) != lengths[cells[0][0]] or not all(cells)]


def unregistered(document: Document, register: str) -> list[str]:
    """Decisions that the contract is marked with and the register does not have."""
    return sorted(marked(document) - set(decisions(register)))


def unshown(document: Document, register: str) -> list[str]:
    """Decisions without a mark in the contract and without a reason for that."""
    return sorted(set(decisions(register)) - marked(document) - set(NOT_IN_THE_CONTRACT))


def needless(document: Document, register: str) -> list[str]:
    """Reasons for the lack of a mark, where there is one or where there is no such decision."""
    return sorted(set(NOT_IN_THE_CONTRACT) - (set(decisions(register)) - marked(document)))


def miscounted(document: Document, register: str) -> list[str]:
    """Holes with no row, or with several, and rows of no hole."""
    expected = {f"{part}.{number}" for part, count in HOLES.items() for number in range(1, count + 1)}
    found = Counter(hole for hole, _ in holes(register))
    return sorted({hole for hole in expected | set(found) if found[hole] != 1 or hole not in expected})


def unclosed(document: Document, register: str) -> list[str]:
    """Holes whose row names a decision that does not exist, or none."""
    known = set(decisions(register))
    return [hole for hole, closed_by in holes(register) if not set(closed_by) <= known]


CHECKS: list[Check] = [misnumbered, unfilled, unregistered, unshown, needless, miscounted, unclosed]


@pytest.mark.parametrize("check", CHECKS)
def test_register_and_contract_agree(check: Check, contract: Document, register: str) -> None:
    """Every mark has its decision, every decision its mark or a reason, and every hole one row that closes it."""
    assert check(contract, register) == []


def mark(document: Document, decision: str) -> Document:
    """The contract with one mark more."""
    document["info"]["x-decision"] = decision
    return document


def unmark(document: Document, decision: str) -> Document:
    """The contract without the marks of one decision."""
    for _, node in nodes(document):
        if "x-decision" in node:
            node["x-decision"] = [each for each in marks(node) if each != decision]
    return document


def same(document: Document) -> Document:
    """The contract as it is."""
    return document


def without(row: str) -> Callable[[str], str]:
    """Takes the row with an id out of the register."""
    return lambda register: re.sub(rf"(?m)^\| {re.escape(row)} \|.*\n", "", register)


def with_cell(row: str, before: str, after: str) -> Callable[[str], str]:
    """Changes the row with an id."""

    def change(register: str) -> str:
        lines = register.splitlines(keepends=True)
        return "".join(line.replace(before, after) if line.startswith(f"| {row} |") else line for line in lines)

    return change


Change = Callable[[Document], Document]
Edit = Callable[[str], str]

BROKEN: list[tuple[Check, Change, Edit, str]] = [
    (misnumbered, same, without("D-05"), "D-06 stands where D-05 should"),
    (misnumbered, same, with_cell("D-06", "D-06", "D-05"), "D-05 stands where D-06 should"),
    (unfilled, same, with_cell("D-31", "[K] RFC 9110", ""), "D-31"),
    (unfilled, same, with_cell("B4.1", "| D-07, D-44 ", ""), "B4.1"),
    (unregistered, lambda d: mark(d, "D-99"), str, "D-99"),
    (unshown, lambda d: unmark(d, "D-17"), str, "D-17"),
    (needless, lambda d: mark(d, "D-52"), str, "D-52"),
    (needless, same, without("D-32"), "D-32"),
    (miscounted, same, without("B1.8"), "B1.8"),
    (miscounted, same, with_cell("B5.92", "B5.92", "B5.93"), "B5.93"),
    (miscounted, same, with_cell("B5.93", "B5.93", "B5.94"), "B5.94"),
    (unclosed, same, with_cell("B3.4", "D-32", "D-99"), "B3.4"),
    (unclosed, same, with_cell("B3.4", "D-32", ""), "B3.4"),
]


@pytest.mark.parametrize(("check", "change", "edit", "fault"), BROKEN, ids=[fault for *_, fault in BROKEN])
def test_check_sees_what_is_broken(
    check: Check, change: Change, edit: Edit, fault: str, contract: Document, register: str
) -> None:
    """A contract or a register that is broken in one place is told so."""
    assert fault in check(change(deepcopy(contract)), edit(register))
    assert fault not in check(contract, register)


def test_every_check_is_seen_to_fail() -> None:
    """There is no check without something that it refuses."""
    assert {check for check, *_ in BROKEN} == set(CHECKS)
