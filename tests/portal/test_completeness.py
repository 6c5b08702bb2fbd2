"""What a page or an operation looks up in a contract is there when the server starts, or the server does not start."""

import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from common_apis.contract.document import CONTRACT, ContractError, load
from common_apis.contract.pointer import follow, pointer
from common_apis.serving.app import Settings, create_app, create_sandboxes
from common_apis.world.cases import CasesError
from common_apis.world.cases import load as load_cases
from common_apis.world.sandboxes import Sandboxes

from ..mock import A, Mock

PARTS = [
    ("info",),
    ("tags",),
    ("paths", "/v1/patients"),
    ("paths", "/v1/workers/{id}"),
    ("components", "parameters", "Id"),
    ("components", "headers"),
    ("components", "responses", "NotFound"),
    ("components", "schemas", "ErrorCode", "x-codes", "not_found"),
    ("components", "examples", "PatientCreateLeast"),
    ("components", "examples", "Worker"),
]
"""Some of each kind of node."""
DATA = ("value", "x-codes", "schema")
"""Below them stands what is not looked at."""
PAGES = ["/", "/cases", "/problems", "/problems/not_found"]


def places(node: Any, place: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """Every place in a node, but for what is data."""
    yield place
    if place[-1] not in DATA:
        for key in node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
            yield from places(node[key], (*place, key))


CONTRACT_AS_IT_IS = load()
PLACES = [each for part in PARTS for each in places(follow(CONTRACT_AS_IT_IS, pointer(part)), part)]


@pytest.fixture(scope="module")
def sandboxes() -> Sandboxes:
    """Worlds, so that a server is made in no time."""
    return create_sandboxes(Settings(), CONTRACT_AS_IT_IS)


@pytest.mark.parametrize("spoiled", ["absent", 7])
@pytest.mark.parametrize("place", PLACES, ids=pointer)
def test_what_lacks_is_told_at_start_and_never_at_a_page(
    sandboxes: Sandboxes, place: tuple[str | int, ...], spoiled: Any
) -> None:
    """With the file, the line and the place; or else it is nothing that a page or an answer needs."""
    broken = deepcopy(CONTRACT_AS_IT_IS)
    *way, last = place
    holder = follow(broken, pointer(way))
    if spoiled == "absent":
        del holder[last]
    else:
        holder[last] = spoiled
    told = []
    try:
        mock = Mock(create_app(contract=broken, sandboxes=sandboxes))
    except ContractError as error:
        told = str(error).splitlines()
    if told:
        assert all(re.match(r"openapi/[a-zA-Z_/]+\.yaml:[0-9]+: ", line) for line in told)
        return
    for page in PAGES:
        assert mock.get(page).status_code < 500, page
    for prefer in ("", "code=404", "code=503", "dynamic", "code=400"):
        answer = mock.get(f"/v1/workers/{A}", headers={"Prefer": prefer})
        assert answer.status_code != 500, prefer


@pytest.mark.parametrize(
    ("place", "told"),
    [
        (("tags", 11), "openapi/paths/patients.yaml:4: The tag `Patients` is not declared. Add it to the `tags`"),
        (("paths", "/v1/patients", "post", "summary"), "openapi/paths/patients.yaml:5: `summary` is missing."),
        (("components", "parameters", "Id", "schema", "type"), "openapi/types/guid.yaml:1: `schema.type` is missing."),
        (
            ("components", "examples", "Worker", "value"),
            "openapi/components/examples/Worker.yaml:2: `value` is missing",
        ),
        (("info", "title"), "openapi/openapi.yaml:3: `info.title` is missing. Expected some text."),
        (("paths", "/v1/patients"), "openapi/openapi.yaml:64: `paths./v1/patients` is missing. Expected the path that"),
    ],
)
def test_the_place_is_a_line(place: tuple[str | int, ...], told: str) -> None:
    """The one to mend, or the nearest one."""
    broken = load()
    *way, last = place
    del follow(broken, pointer(way))[last]
    with pytest.raises(ContractError) as error:
        create_app(contract=broken)

    assert told in str(error.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- {name: x}", ":1: x: `0.values` is missing. Expected a list of values."),
        ("- {name: x, values: [a], delays: 3}", ":1: x: `0.delays` is not a field here. Did you mean `delay`?"),
        ("- name: x\n  values: [a]\n  status: soon", ":3: x: `0.status` is the text `soon`. Expected a status."),
        ("- name: x\n  values: [a]\n  steps: [{after: 0, fields: {}}]", ":3: x: `0.steps.0.fields.status` is missing."),
        ("name: x", ":1: It is an object. Expected a list of cases."),
        ("- {", " cannot be read: "),
    ],
)
def test_a_file_of_cases_is_told_its_line(tmp_path: Path, text: str, told: str) -> None:
    """What the page of the magic values would look for in vain."""
    file = tmp_path / "cases.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(CasesError) as error:
        load_cases(file)

    assert told in str(error.value)


def test_the_contract_as_it_is_lacks_nothing() -> None:
    """Else every start would fail."""
    assert CONTRACT.is_file()
    assert len(PLACES) > 100
