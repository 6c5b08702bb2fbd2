"""The peers that come from npm: installed beside this file, at the versions of `package.json`."""

import json
import shutil

from .errors import BenchError
from .place import HERE
from .tool import run

MODULES = HERE / "node_modules"


def pins() -> dict[str, str]:
    """The exact version of each package."""
    dependencies = json.loads((HERE / "package.json").read_text())["dependencies"]
    return {str(name): str(version) for name, version in dependencies.items()}


def installed() -> bool:
    """Whether every package is there at its version."""
    return all(version_of(name) == version for name, version in pins().items())


def version_of(package: str) -> str | None:
    """The installed version of a package."""
    manifest = MODULES / package / "package.json"
    if not manifest.exists():
        return None
    return str(json.loads(manifest.read_text())["version"])


def install() -> None:
    """Install what is missing."""
    if not shutil.which("node") or not shutil.which("npm"):
        raise BenchError("Node.js and npm are missing: install Node.js 20, or pass --skip-npm")
    if installed():
        return
    run(["npm", "install", "--no-package-lock", "--no-audit", "--no-fund"], HERE)


def node(script: str, *arguments: str) -> list[str]:
    """The command that runs a package's program without npx, so that its memory is its own."""
    return ["node", str(MODULES / script), *arguments]
