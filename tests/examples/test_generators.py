"""The page on generators: what it shows is run line by line, and each client or collection is used on a mock."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from ..clients.conftest import Tool, checked, python
from ..clients.install import PYTHON
from ..conftest import ROOT
from ..serving.served import Served
from . import install
from .conftest import Copy, Ran, Run

__all__ = ["python"]  # a fixture of the clients

PAGE = (ROOT / "docs" / "generators.md").read_text("utf-8")
SECTIONS = re.compile(r"^## (.*)\n((?s:.*?))(?=^## |\Z)", re.MULTILINE)
SHELL = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)
LINES = {
    title: [line for block in SHELL.findall(text) for line in block.splitlines()]
    for title, text in SECTIONS.findall(PAGE)
}
"""The lines of the sections that have some, as the page shows them."""
TOOLS = {title: lines for title, lines in LINES.items() if lines}
TYPESCRIPT = ("orval", "hey-api", "kubb", "swagger-typescript-api")
COLLECTIONS = {"Postman": "postman", "Bruno": "bruno"}
"""The generators of collections, and the sandboxes that their lines name."""
SHOWN = "http://127.0.0.1:4010"
VISIT = "/v1/calendar_events/aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"
MISTYPED = {'birthday: "1971-09-30"': "birthday: 1971", "birthday=date(1971, 9, 30)": "birthday=1971"}
"""What a program gets wrong about a field."""
UNSEEN = ("violations[0].pointer", "violations[0].place")
"""What a program gets wrong about a violation."""


@pytest.fixture(scope="module")
def mock() -> Iterator[httpx.Client]:
    """Asks the mock of this module."""
    with Served("--port", "0") as server, httpx.Client(base_url=server.url) as client:
        yield client


@pytest.fixture(scope="module")
def folder(copy: Copy, mock: httpx.Client, run: Run) -> Path:
    """A copy of the example, with the contract as the page begins with it."""
    folder = copy(install.GENERATORS)
    [line] = SHELL.findall(PAGE.partition("\n## ")[0])
    ran = run("sh", "-c", line.replace(SHOWN, str(mock.base_url).rstrip("/")), cwd=folder)
    assert ran.returncode == 0, ran.stderr
    (folder / "generated").mkdir()
    return folder


@pytest.fixture(scope="module")
def ran(folder: Path, mock: httpx.Client, run: Run, python: Tool) -> dict[str, list[Ran]]:
    """What came of the lines of each section; two sections at a time."""
    url = str(mock.base_url).rstrip("/")
    path = f"{PYTHON.parent}{os.pathsep}{os.environ['PATH']}"

    def run_lines(lines: list[str]) -> list[Ran]:
        return [run("sh", "-c", line.replace(SHOWN, url), cwd=folder, PATH=path, MOCK=url) for line in lines]

    with ThreadPoolExecutor(2) as workers:
        return dict(zip(TOOLS, workers.map(run_lines, TOOLS.values()), strict=True))


def test_each_generator_has_its_section() -> None:
    """No section goes untested."""
    assert {*TOOLS} == {*TYPESCRIPT, "datamodel-code-generator", *COLLECTIONS}


@pytest.mark.parametrize("name", TOOLS)
def test_the_lines_of_a_section_work(name: str, ran: dict[str, list[Ran]]) -> None:
    """Typed one after the other, in the folder of the example."""
    for each in ran[name]:
        assert each.returncode == 0, each.stdout + each.stderr


@pytest.mark.parametrize("name", [*TYPESCRIPT, "datamodel-code-generator"])
def test_a_client_does_its_work(name: str, ran: dict[str, list[Ran]], mock: httpx.Client) -> None:
    """It makes a record, reads one with its time, and is told what is wrong, and where."""
    told: dict[str, Any] = json.loads(ran[name][-1].stdout)
    start = mock.get(VISIT).json()["start_time"]
    told["read"] = told["read"].replace(" ", "T").replace("00:00+", "00:00.000000+")
    assert told == {"created": "Ana", "read": start, "refused": "/timezone"}


@pytest.mark.parametrize("name", COLLECTIONS)
def test_a_collection_is_accepted_whole(name: str, ran: dict[str, list[Ran]], mock: httpx.Client) -> None:
    """Each of the 29 operations is asked once, and none is refused."""
    assert ran[name][-1].returncode == 0
    found = mock.get(f"/_mock/sandboxes/{COLLECTIONS[name]}/requests").json()["requests"]
    assert len({each["operation"] for each in found}) == len(found) == 29
    assert [each["path"] for each in found if each["status"] >= 400] == []


@pytest.fixture(scope="module")
def compiled(folder: Path, ran: dict[str, list[Ran]], run: Run) -> str:
    """What the compiler has to say of the programs, and of each with a mistake, all compiled at once."""
    for name in TYPESCRIPT:
        right = (folder / f"{name}.ts").read_text("utf-8")
        for mistake, (before, after) in {"mistyped": next(iter(MISTYPED.items())), "unseen": UNSEEN}.items():
            assert before in right
            (folder / f"{name}.{mistake}.ts").write_text(right.replace(before, after), "utf-8")
    return run("npx", "tsc", cwd=folder).stdout


@pytest.mark.parametrize("name", TYPESCRIPT)
def test_a_client_compiles_strictly(name: str, compiled: str) -> None:
    """The program does; and not with a value of another type, or a field that a violation does not have."""
    found = set(re.findall(rf"^{re.escape(name)}(\.?\w*)\.ts\(", compiled, re.MULTILINE))
    assert found == {".mistyped", ".unseen"}, compiled


def test_models_are_typed_strictly(folder: Path, ran: dict[str, list[Ran]], tmp_path: Path) -> None:
    """The Python program is; and not with a value of another type, or a field that a violation does not have."""
    right = (folder / "pydantic_client.py").read_text("utf-8")
    [*_, mistyped] = MISTYPED.items()
    shutil.copytree(folder / "generated", tmp_path / "generated", ignore=lambda _, names: {*names} - {"models.py"})
    for name, (before, after) in {"right": ("", ""), "mistyped": mistyped, "unseen": UNSEEN}.items():
        assert before in right
        (tmp_path / f"{name}.py").write_text(right.replace(before, after), "utf-8")
    told = checked(tmp_path, "right.py", "mistyped.py", "unseen.py").stdout
    found = dict(re.findall(r"^(\w+)\.py:\d+: error: .* \[([a-z-]+)\]$", told, re.MULTILINE))
    assert found == {"mistyped": "arg-type", "unseen": "attr-defined"}, told
