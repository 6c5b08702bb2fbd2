"""The README's first lines, typed by somebody who has nothing yet; and no page names a package that is not there."""

import re
import sys
from pathlib import Path

import httpx
import pytest

from ..conftest import COMMAND, INSTALL, ROOT, Environment, put_first
from ..serving.served import Served

README = (ROOT / "README.md").read_text("utf-8")
FIRST = README[: README.index("## ")]
BARE = re.compile(
    r"(?:\b(?:install|add|download)|\buvx|\bpipx run)"  # whatever gets a package by its name
    r"(?:[ \t]+(?!--from\b)[\w.,/=$\"'<>\[\]{}-]+)*?"
    r"[ \t]+[\"']?common-apis(?:\[[\w,]+\])?+(?:[=<>~!]=?[\w.]+)?+[\"']?+(?![ \t]*@|[\w/-])"
    r"|\b[A-Z_]+=[\"']?common-apis[\"']?(?![\w/-])"  # or gives it to something that does
)
"""A line that has a registry asked for `common-apis`, which somebody else may have published there."""
PAGES = (
    "*.md",
    "docs/*.md",
    "examples/*",
    "examples/*/*.*",
    "openapi/*.md",
    "mock_server/**/*.py",
    "mock_server/**/*.html",
)


def find_line(word: str) -> str:
    """Return the one line of the README's beginning that has this word."""
    [line] = [line for line in FIRST.splitlines() if line.startswith("$ ") and word in line]
    return line.removeprefix("$ ")


def test_uvx_serves_from_an_empty_environment(checkout: Path, newcomer: Environment) -> None:
    """The line is the first that the README shows; nothing is installed before it."""
    line = find_line("uvx")
    assert line == FIRST.partition("\n$ ")[2].partition("\n")[0]
    environment = put_first(newcomer, COMMAND.parent)  # where uvx is
    serve = ("sh", "-c", f'cd "$0" && exec {line}', checkout)
    with Served("--port", "0", command=("env", *(f"{n}={v}" for n, v in environment.items()), *serve)) as server:
        assert httpx.get(f"{server.url}/docs").status_code == 200


def test_the_wheel_installs_into_an_empty_environment(installed: Path) -> None:
    """By the README's line, after the one that builds it; then the next line serves."""
    assert FIRST.index("$ make dist") < FIRST.index(f"$ {INSTALL}") < FIRST.index("$ common-apis serve")
    with Served("--port", "0", command=(installed / "common-apis", "serve")) as server:
        assert httpx.get(f"{server.url}/docs").status_code == 200


def test_what_every_user_installs_is_small(image: Path) -> None:
    """At most 36 packages and 65 MB, without pip and what Python compiles."""
    packages = image.parent / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    tools = ("pip", "setuptools", "pkg_resources", "_distutils_hack", "distutils-precedence")
    files = [
        file
        for file in packages.rglob("*")
        if file.is_file() and not file.relative_to(packages).parts[0].startswith(tools) and file.suffix != ".pyc"
    ]
    names = {file.parent.name for file in files if file.parent.suffix == ".dist-info"}
    assert len(names) <= 36, sorted(names)
    assert sum(file.stat().st_size for file in files) <= 65_000_000


@pytest.mark.parametrize(
    "line",
    [
        "- run: python -m pip install common-apis",
        "RUN pip install --no-cache-dir common-apis && useradd mock",
        "pip install 'common-apis[proof]'",
        'pip install "common-apis==0.1.0"',
        "ARG COMMON_APIS=common-apis",
        "uv add --dev common-apis",
        "uvx common-apis serve",
        "pipx run common-apis",
        "Install it: `pip install common-apis`",
    ],
)
def test_a_name_that_is_not_published_is_found(line: str) -> None:
    """The check can fail."""
    assert BARE.search(line)


@pytest.mark.parametrize(
    "line",
    [
        "$ uvx --from . common-apis serve",
        "pip install dist/common_apis-*.whl",
        'pip install "common-apis[proof] @ $COMMON_APIS_WHEEL"',
        "cd common-apis && make install",
    ],
)
def test_a_line_that_takes_the_wheel_is_none(line: str) -> None:
    """Nor is one that has it from a folder."""
    assert not BARE.search(line)


def test_no_page_has_a_registry_asked_for_it() -> None:
    """Neither page, example nor message: whoever publishes something under the name would be installed."""
    files = [
        file for pattern in PAGES for file in ROOT.glob(pattern) if file.is_file() and "node_modules" not in file.parts
    ]
    assert len(files) > 100
    assert {
        f"{file.relative_to(ROOT)}: {found[0]}" for file in files for found in BARE.finditer(file.read_text("utf-8"))
    } == set()
