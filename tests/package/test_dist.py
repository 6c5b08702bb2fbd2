"""`make dist`: what it builds, that it is the same each time, and that what it builds can be installed."""

import os
import re
import subprocess
import sys
import tarfile
from hashlib import sha256
from pathlib import Path

import httpx

import common_apis

from ..conftest import PATIENCE_S, ROOT, Environment
from ..serving.served import Served

PINNED = {
    line.partition("==")[0].lower().replace("_", "-"): line.partition("==")[2]
    for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
}
"""The version of each package, by its name as registries write it."""


def test_it_has_a_wheel_a_source_what_they_need_and_checksums(dist: Path) -> None:
    """Each checksum is right, and no file is without."""
    lines = (dist / "SHA256SUMS").read_text("ascii").splitlines()
    sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
    assert sums == {
        file.name: sha256(file.read_bytes()).hexdigest() for file in dist.iterdir() if file.name != "SHA256SUMS"
    }
    version = f"common_apis-{common_apis.__version__}"
    assert sums.keys() == {f"{version}-py3-none-any.whl", f"{version}.tar.gz", "requirements.txt"}


def test_built_again_it_is_the_same(dist: Path, checkout: Path, tmp_path: Path) -> None:
    """Elsewhere, later, with files that nobody else may read, and in a folder where an earlier build left something."""
    for file in checkout.rglob("*"):
        os.utime(file, (1_900_000_000, 1_900_000_000))
    leftover = checkout / "common_apis.egg-info" / "SOURCES.txt"
    leftover.parent.mkdir()
    leftover.write_text("constraints.txt\n")
    git = ["git", "log", "-1", "--format=%ct"]
    seconds = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    again = tmp_path / "again"
    build: list[str | Path] = [sys.executable, checkout / "scripts/dist.py", again]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": seconds, "TZ": "Asia/Tokyo"}
    subprocess.run(build, env=environment, umask=0o077, check=True, timeout=PATIENCE_S)
    for pattern in ("*.whl", "*.tar.gz"):
        [first], [second] = dist.glob(pattern), again.glob(pattern)
        assert first.read_bytes() == second.read_bytes(), pattern


def test_the_source_has_what_building_takes_and_nothing_else(dist: Path) -> None:
    """No tests, no tools, nothing that somebody has installed, and nobody's name."""
    with tarfile.open(next(dist.glob("*.tar.gz"))) as source:
        members = source.getmembers()
    assert {member.name.split("/")[1] for member in members if "/" in member.name} == {
        *("LICENSE", "MANIFEST.in", "PKG-INFO", "README.md", "pyproject.toml", "setup.cfg", "setup.py"),
        *("common_apis.egg-info", "handlers", "mock_data", "mock_server", "openapi"),
    }
    left = re.compile(r"node_modules|\.venv|__pycache__|\.pyc$|scalar\.js$")
    assert not [member.name for member in members if left.search(member.name)]
    assert {(member.uid, member.gid, member.uname, member.gname) for member in members} == {(0, 0, "", "")}


def test_what_serving_needs_is_pinned_with_its_hashes(dist: Path) -> None:
    """In the versions of `constraints.txt`, each with hashes; no address stands there, and nothing of development."""
    text = (dist / "requirements.txt").read_text("utf-8")
    entries = re.findall(
        r"^(\S+)==(\S+)(?: ;[^\\\n]*)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", text, re.MULTILINE
    )
    assert "".join(line for line in text.splitlines() if not line.startswith(" ")).count("==") == len(entries)
    assert {name: PINNED[name] for name, _, _ in entries} == {name: version for name, version, _ in entries}
    names = {name for name, _, _ in entries}
    assert {"connexion", "uvicorn"} <= names
    assert not {"faker", "flask", "openapi-spec-validator", "pydantic", "pytest", "schemathesis", "uv"} & names
    assert "://" not in text


def test_the_source_installs_and_serves(dist: Path, image: Path, newcomer: Environment) -> None:
    """As the wheel does, where what they need is installed."""
    [source] = dist.glob("*.tar.gz")
    pip = (image / "python", "-m", "pip", "install", "--quiet", "--force-reinstall", "--no-deps", source)
    settings = {name: value for name, value in newcomer.items() if name != "PIP_CONSTRAINT"}
    subprocess.run(pip, env=settings, check=True, timeout=PATIENCE_S)
    with Served("--port", "0", command=(image / "common-apis", "serve")) as server:
        assert httpx.get(f"{server.url}/openapi.json").status_code == 200
