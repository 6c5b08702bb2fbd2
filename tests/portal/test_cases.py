"""The page of the magic values: it shows each of them, and what it says of it is what happens."""

import re
from html import unescape

import pytest

from common_apis.contract.document import CONTROL, load
from common_apis.world.cases import load as load_cases

from ..mock import Mock

CASES = load_cases()


@pytest.fixture
def lines(mock: Mock) -> list[str]:
    """What the page shows of each case, without its HTML."""
    items = re.findall(r"<li>(.*?)</li>", mock.get("/cases").text, re.DOTALL)
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", each)).split()) for each in items]


@pytest.mark.parametrize("value", CASES)
def test_every_value_is_shown_with_what_happens(lines: list[str], value: str) -> None:
    """Its status and its code, how long it takes, how often it fails, and how a record moves on."""
    case = CASES[value]
    [line] = [each for each in lines if value in each.split()]

    assert line.startswith(str(case.status or "Granted"))
    assert not case.code or case.code in line.split()
    assert not case.delay or f"after {case.delay:g} seconds" in line
    assert not case.fails or f"the first {case.fails} times" in line
    assert not case.retry_after or f"Retry-After says {case.retry_after}" in line
    for step in case.steps:
        assert f"{step['fields']['status']} after {step['after']} s" in line


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("00000000-0000-4000-8000-000000503000", "Id, in the path or in a field"),
        ("+12025550153", "Phone number"),
        ("unavailable@cases.example", "E-mail address"),
        ("case_unavailable", "Type of a task, an appointment or data; phase"),
    ],
)
def test_every_value_is_shown_with_its_kind(lines: list[str], value: str, kind: str) -> None:
    """So that one knows where to type it; a status that has one code is told by it."""
    [line] = [each for each in lines if value in each.split()]

    assert f"{kind} {value}" in line
    assert line.startswith("503 service_unavailable Refused")


WHERE = [
    ("taken@cases.example", {"external_ids_create", "external_ids_update", "patients_create"}),
    ("00000000-0000-4000-8000-000000000201", {"integration_tasks_get"}),
    ("00000000-0000-4000-8000-000000503000", set()),
]


@pytest.mark.parametrize(("value", "operations"), WHERE)
def test_a_value_that_works_in_some_operations_is_shown_with_them(mock: Mock, value: str, operations: set[str]) -> None:
    """The operations that declare its answer, with links into the reference; none, if all do."""
    [item] = [each for each in re.findall(r"<li>(.*?)</li>", mock.get("/cases").text, re.DOTALL) if value in each]

    assert {*re.findall(r'href="\./docs#api/tag/[a-z-]+/(\w+)"', item)} == operations


def test_each_code_is_explained(mock: Mock) -> None:
    """The page leads to that of the error."""
    links = re.findall(r'href="\.(/problems/\w+)"', mock.get("/cases").text)

    assert len(links) > 12
    assert {mock.get(link).status_code for link in links} == {200}


def test_the_control_plane_leads_there() -> None:
    """Its text has the address of the page."""
    assert "[/cases](cases)" in load(CONTROL)["info"]["description"]
